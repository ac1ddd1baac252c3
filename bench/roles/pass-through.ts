import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Dispatcher, Pool } from 'undici'
import { closeServer, listen } from '../listen.ts'
import type { Methods } from '../workers.ts'
import type { UpstreamUrls } from './upstream.ts'

/**
 * The least that a reverse proxy on node:http and undici does: reads the request, sends it on with the
 * provider's key, and writes what comes back. No accounts, no metering.
 */
export function passThroughRole(): Methods {
  let servers: Server[] = []
  let pools: Pool[] = []
  return {
    start: async (urls: UpstreamUrls): Promise<UpstreamUrls> => {
      const made = [urls.fast, urls.paced].map((url) => proxyTo(url))
      servers = made.map(({ server }) => server)
      pools = made.map(({ pool }) => pool)
      const [fast = '', paced = ''] = await Promise.all(servers.map(listen))
      return { fast, paced }
    },
    stop: async () => {
      await Promise.all(servers.map(closeServer))
      await Promise.all(pools.map((pool) => pool.destroy()))
    },
  }
}

function proxyTo(url: string): { server: Server; pool: Pool } {
  const pool = new Pool(url, { connections: 10_000 })
  const server = createServer({ noDelay: true }, (req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => send(pool, req, Buffer.concat(chunks), res))
  })
  return { server, pool }
}

const DROPPED = new Set(['host', 'connection', 'content-length', 'x-api-key', 'transfer-encoding'])

function send(pool: Pool, req: IncomingMessage, body: Buffer, res: ServerResponse): void {
  const headers: string[] = ['x-api-key', 'sk-upstream']
  for (const [name, value] of Object.entries(req.headers))
    if (!DROPPED.has(name) && typeof value === 'string') headers.push(name, value)
  const path = (req.url ?? '').replace(/^\/anthropic/, '')
  pool.dispatch({ method: 'POST', path, headers, body }, new Answer(res))
}

class Answer implements Dispatcher.DispatchHandler {
  readonly #res: ServerResponse

  constructor(res: ServerResponse) {
    this.#res = res
  }

  onRequestStart(): void {}

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    const kept: Record<string, string | string[]> = {}
    for (const [name, value] of Object.entries(headers))
      if (!DROPPED.has(name) && value !== undefined) kept[name] = value
    this.#res.writeHead(status, kept)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#res.write(chunk)) return
    controller.pause()
    this.#res.once('drain', () => controller.resume())
  }

  onResponseEnd(): void {
    this.#res.end()
  }

  onResponseError(): void {
    this.#res.destroy()
  }
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SimulatedProcessor } from './processor.ts'

export interface SimulatedServer {
  readonly url: string
  close(): Promise<void>
}

const BODY_BYTES_MAX = 100_000

/** The simulated processor over HTTP, for the real SDK: point its host, port and protocol here. */
export async function serveProcessor(
  processor: SimulatedProcessor,
  port = 0,
): Promise<SimulatedServer> {
  const server = createServer((request, response) => {
    answer(processor, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  processor: SimulatedProcessor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const body = await read(request)
  const key = request.headers['idempotency-key']
  const reply = processor.handle({
    method: request.method ?? 'GET',
    path,
    form: request.method === 'GET' ? query : body,
    ...(typeof key === 'string' && request.method === 'POST' && { key }),
  })
  if (reply.status === 0 || reply.lost) return void request.socket.destroy()
  response.writeHead(reply.status, { 'content-type': 'application/json' })
  response.end(reply.body)
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_BYTES_MAX) throw new Error('the body is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

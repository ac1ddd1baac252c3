import { createServer, type Server } from 'node:http'
import type pg from 'pg'
import { instant } from '../../src/core/time/index.ts'
import { createEngine, type Engine } from '../../src/engine/index.ts'
import { createGateway, type Gateway, type GatewayDeps } from '../../src/gateway/index.ts'
import { createIds, createKey, KeyRing, loadCatalogue } from '../../src/store/control/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { closeServer, listen } from '../listen.ts'
import type { Methods } from '../workers.ts'
import { accountName } from '../workload.ts'
import type { UpstreamUrls } from './upstream.ts'

export interface GatewayStart {
  readonly url: string
  readonly upstreams: UpstreamUrls
  /** The first accounts get a key each. */
  readonly keys: number
}

export interface GatewayStarted {
  readonly urls: UpstreamUrls
  readonly secrets: readonly string[]
}

const complain = (_: object, message: string): void => console.error(`gateway: ${message}`)
const ignore = (): void => {}
const LOG: GatewayDeps['log'] = { debug: ignore, info: ignore, warn: complain, error: complain }

/** The gateway as `serve` composes it, without its API: one engine, a gateway for each upstream. */
export function gatewayRole(): Methods {
  let pool: pg.Pool | undefined
  let engine: Engine | undefined
  let gateways: Gateway[] = []
  let servers: Server[] = []
  return {
    start: async ({ url, upstreams, keys }: GatewayStart): Promise<GatewayStarted> => {
      pool = createPool(url, { max: 10, applicationName: 'bench gateway' })
      engine = await createEngine({ pool })
      const secrets = await createKeys(pool, keys)
      const { books } = await loadCatalogue(pool)
      const made = [upstreams.fast, upstreams.paced].map((baseUrl) =>
        gatewayTo(baseUrl, pool!, engine!, books),
      )
      gateways = made.map(({ gateway }) => gateway)
      servers = made.map(({ server }) => server)
      const [fast = '', paced = ''] = await Promise.all(servers.map(listen))
      return { urls: { fast, paced }, secrets }
    },
    stop: async () => {
      await Promise.all(gateways.map((gateway) => gateway.close()))
      await Promise.all(servers.map(closeServer))
      await engine?.close()
      await pool?.end()
    },
  }
}

async function createKeys(pool: pg.Pool, count: number): Promise<string[]> {
  const secrets: string[] = []
  for (let index = 0; index < count; index += 1) {
    const { secret } = await createKey(pool, {
      keyId: `key_${accountName(index)}`,
      accountId: accountName(index),
      name: 'bench',
      memberId: null,
      projectId: null,
      client: null,
      at: instant(Date.now()),
    })
    secrets.push(secret)
  }
  return secrets
}

type Books = Awaited<ReturnType<typeof loadCatalogue>>['books']

function gatewayTo(baseUrl: string, pool: pg.Pool, engine: Engine, books: Books) {
  const nowMs = (): number => Date.now()
  const ids = createIds(nowMs)
  const upstream = { baseUrl, apiKey: { reveal: () => 'sk-upstream' } }
  const gateway = createGateway({
    engine,
    keys: new KeyRing(pool, nowMs),
    books: () => books,
    upstreams: { anthropic: upstream, openai: upstream },
    nowMs,
    newCallId: () => ids('call'),
    log: LOG,
  })
  const server = createServer({ noDelay: true }, (req, res) => {
    if (!gateway.handle(req, res)) res.writeHead(404).end()
  })
  return { gateway, server }
}

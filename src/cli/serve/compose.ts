import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import type pg from 'pg'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import {
  type ApiDeps,
  builtSite,
  FEEDS_MAX,
  framedSession,
  OperatorTokens,
  refuseWhileClosing,
  registerApi,
  registerSite,
  serverOptions,
} from '../../api/index.ts'
import type { LogSigner } from '../../checkpoints/index.ts'
import type { Config, PaymentsConfig, UpstreamConfig, UpstreamName } from '../../config.ts'
import {
  commitMetrics,
  createEngine,
  type Engine,
  type EngineClock,
  type EngineOptions,
  type EngineSettings,
} from '../../engine/index.ts'
import {
  createGateway,
  type Gateway,
  type GatewayDeps,
  type GatewayPolicy,
  PrometheusMetrics,
} from '../../gateway/index.ts'
import { completeUnpriced, detectionMetrics, type Jobs, startJobs } from '../../jobs/index.ts'
import { type McpDeps, registerMcp } from '../../mcp/index.ts'
import { feeCollector } from '../../payments/fees.ts'
import { createIds, KeyRing } from '../../store/control/index.ts'
import { createPool } from '../../store/pool.ts'
import { keepProgress } from '../../store/usage/progress.ts'
import { CliError } from '../exit.ts'
import { packageVersion } from '../root.ts'
import { keepCatalogue } from './catalogue.ts'
import { sealingOf } from './checkpoints.ts'
import { openPool, SERVER_NAME } from './database.ts'
import { findGoneAsker } from './gone-asker.ts'
import { type ClosingParts, closeInOrder, notice, type Stage } from './leaving.ts'
import { startAlerts } from './notifier.ts'
import { tellOpenFiles } from './open-files.ts'
import { startPayments } from './payments.ts'
import { findRecentCall } from './recent-calls.ts'
import { publishTermsFolder } from './terms-folder.ts'

export interface ServerOptions {
  readonly config: Config
  /** Of a migrated database. */
  readonly databaseUrl: string
  readonly operatorTokens: readonly string[]
  readonly log: Logger
  /** Instead of those of the settings: the demo and tests bring their own provider. */
  readonly upstreams?: Readonly<Partial<Record<UpstreamName, UpstreamConfig>>>
  /** Instead of that of the settings: the demo brings its own processor. */
  readonly payments?: PaymentsConfig
  /** What the settings do not name: for the demo and tests. */
  readonly policy?: Partial<GatewayPolicy>
  /** Instead of the gateway's own judgement: to run the platform with a fault, and see what finds it. */
  readonly conclude?: GatewayDeps['conclude']
  /** Instead of those of the settings: the demo and a folder's own server make theirs. */
  readonly secretKeys?: readonly string[]
  /** Signs the log of sealed heads; absent: nothing is sealed. */
  readonly sealing?: LogSigner
  readonly port?: number
  /** Instead of the database's and the machine's: for tests. Jobs keep the machine's. */
  readonly clock?: EngineClock
}

export interface RunningServer {
  readonly url: string
  readonly port: number
  readonly pool: pg.Pool
  readonly engine: Engine
  readonly gateway: Gateway
  readonly jobs: Jobs
  /** `/readyz` says no from now on, all else goes on; resolves after that time. */
  notice(noticeMs: number): Promise<void>
  /** Stops accepting, lets calls in flight finish, then ends everything in order. */
  close(): Promise<void>
}

/** Wires the rooms together on one port: the gateway looks at each request first, then the API. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, log } = options
  const { host } = config.listen
  const pool = openPool(config, options.databaseUrl, SERVER_NAME)
  let closing = false
  pool.on('error', (error) => {
    if (!closing) log.warn({ err: error }, 'a database connection broke')
  })
  const parts = await startParts(pool, options).catch(async (error: unknown) => {
    await pool.end()
    throw error
  })
  const { engine, gateway, jobs } = parts
  const close = once(() => {
    closing = true
    return closeInOrder({ ...parts, pool })
  })
  try {
    const port = await listen(parts.server, host, options.port ?? config.listen.port)
    const url = `http://${hostForUrl(host)}:${port}`
    const leave = (noticeMs: number) => notice({ ...parts, pool }, noticeMs)
    return { url, port, pool, engine, gateway, jobs, notice: leave, close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Parts extends Omit<ClosingParts, 'pool'> {
  readonly jobs: Jobs
}

async function startParts(pool: pg.Pool, options: ServerOptions): Promise<Parts> {
  const { config, log } = options
  const nowMs = (): number => options.clock?.now() ?? Date.now()
  const ids = createIds(nowMs)
  const keys = new KeyRing(pool, nowMs)
  const registry = new Registry()
  const commitPool = openCommitPool(options)
  const engine = await openEngine({ pool, commitPool }, registry, options)
  const onError = (job: string, error: unknown): void =>
    log.warn({ job, err: error }, 'a round of a job failed; the next one tries again')
  const alerts = startAlerts(pool, options, nowMs)
  const paying = options.payments ?? config.payments
  const payments = await startPayments(paying, { pool, engine, nowMs, ids }, onError)
  if (config.termsDir !== undefined) await publishTermsFolder(pool, config.termsDir, nowMs())
  tellOpenFiles(registry)
  const catalogue = await keepCatalogue({ pool, engine, onError, registry, nowMs })
  const gateway = openGateway(options, registry, {
    ...{ engine, keys, nowMs, books: catalogue.books },
    newCallId: () => ids('call'),
    ...{ findRecentCall: findRecentCall(pool), findGoneAsker: findGoneAsker(pool, nowMs) },
    keepProgress: (calls) => keepProgress(pool, calls, nowMs()),
  })
  let jobs: Jobs | undefined
  const stage: Stage = { now: 'serving' }
  const front = { config, gateway, books: catalogue.books, stage }
  const { api, server } = await startApi(front, {
    ...{ engine, pool, keys, nowMs, ids, log, registry, ...readinessOf(stage) },
    ...roomOf(config),
    operatorTokens: new OperatorTokens(options.operatorTokens),
    version: packageVersion(),
    notifier: alerts.notifier,
    ...{ approvals: config.approvals, signIn: config.signIn, portal: config.portal },
    trustedProxies: config.trustedProxies,
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    ...(payments && { payments, collector: feeCollector(payments) }),
    ...(options.sealing && { sealing: options.sealing }),
    onPricesPublished: () => catalogue.refresh().then(() => completeUnpriced(pool, engine)),
    requestJob: async (name) => (await jobs?.request(name)) ?? false,
  })
  jobs = await startJobs({
    ...{ pool, engine, nowMs: () => engine.now(), alerts, onError },
    queuePool: openPool(config, options.databaseUrl, 'everycent jobs'),
    ...timesOf(config),
    onAudited: detectionMetrics(registry),
    ...(payments && { payments, collector: feeCollector(payments) }),
    ...(options.sealing && { sealing: sealingOf(config, options.sealing) }),
  })
  const { notifier } = alerts
  return { stage, server, engine, gateway, api, jobs, catalogue, notifier, commitPool }
}

const roomOf = ({ numbers }: Config) => ({
  requestsMax: numbers['server.requests_max'],
  feedsMax: {
    ...FEEDS_MAX,
    total: numbers['server.feeds_max'],
    heartbeatMs: numbers['server.feed_heartbeat_ms'],
  },
})

const timesOf = ({ archive, numbers }: Config) => ({
  sweepEveryMs: numbers['jobs.sweep_every_ms'],
  keepEvidenceDays: numbers['evidence.keep_days'],
  archiveAfterDays: archive.afterDays,
})

const readinessOf = (stage: Stage) => ({ isLeaving: () => stage.now !== 'serving' })

function openGateway(
  options: ServerOptions,
  registry: Registry,
  parts: Omit<GatewayDeps, 'upstreams' | 'policy' | 'log' | 'metrics'>,
): Gateway {
  const { config, log } = options
  const metrics = new PrometheusMetrics(registry)
  const gateway = createGateway({
    ...parts,
    upstreams: options.upstreams ?? config.upstreams,
    policy: { ...policyOf(config), ...options.policy },
    ...(options.conclude && { conclude: options.conclude }),
    log,
    metrics,
  })
  metrics.watch(gateway)
  return gateway
}

/** Of its own: a commit never waits behind what people read. */
const openCommitPool = ({ config, databaseUrl, log }: ServerOptions): pg.Pool =>
  createPool(databaseUrl, {
    max: config.numbers['engine.lanes'],
    connectTimeoutMs: config.numbers['database.connect_timeout_ms'],
    applicationName: 'everycent commits',
    archiveDirectory: config.archive.directory,
    onError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })

const openEngine = (
  pools: Pick<EngineOptions, 'pool' | 'commitPool'>,
  registry: Registry,
  { config, log, clock }: ServerOptions,
): Promise<Engine> =>
  createEngine({
    ...pools,
    onCommitted: commitMetrics(registry),
    ...(clock && { clock }),
    settings: engineSettings(config),
    onViolation: (accountId, violation) =>
      log.error({ account_id: accountId, violation }, 'account parked: a self-check failed'),
  })

interface Front extends Pick<ServerOptions, 'config'>, Pick<McpDeps, 'books'> {
  readonly gateway: Gateway
  readonly stage: Stage
}

/** The API's server, with the gateway in front of its router and the MCP server beside its routes. */
async function startApi({ config, gateway, books, stage }: Front, deps: ApiDeps) {
  const made: Server[] = []
  const api = Fastify({
    ...serverOptions(deps),
    serverFactory: (handler) => {
      const server = httpServer(config, (request, response) => {
        // Whoever keeps a connection comes again on a new one, and there finds another server.
        if (stage.now !== 'serving') response.shouldKeepAlive = false
        if (gateway.handle(request, response)) return
        if (stage.now === 'closing') refuseWhileClosing(response)
        else handler(request, response)
      })
      made.push(server)
      return server
    },
  })
  const operations = await registerApi(api, deps)
  const { pool, nowMs, version } = deps
  await registerMcp(api, {
    ...{ operations, pool, books, nowMs, version, log: api.log },
    host: config.listen.host,
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
  })
  const folder = builtSite()
  if (folder !== undefined)
    await registerSite(api, {
      folder,
      frameAncestors: config.portal.frameOrigins,
      isPortal: async (request) => (await framedSession(request, deps)) !== null,
    })
  await api.ready()
  const [server] = made
  if (server === undefined) throw new Error('the API made no server')
  return { api, server }
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** Slow or silent clients are cut off by these limits; a provider's slow answer is not. */
function httpServer(config: Config, listener: Listener): Server {
  const { numbers } = config
  const server = createServer(
    {
      headersTimeout: numbers['server.headers_timeout_ms'],
      requestTimeout: numbers['server.request_timeout_ms'],
      keepAliveTimeout: numbers['server.keep_alive_timeout_ms'],
      connectionsCheckingInterval: Math.min(5_000, numbers['server.headers_timeout_ms']),
      noDelay: true,
    },
    listener,
  )
  server.maxConnections = numbers['server.connections_max']
  return server
}

const engineSettings = ({ numbers }: Config): Partial<EngineSettings> => ({
  batchMax: numbers['engine.batch_max'],
  spreadMax: numbers['engine.spread_max'],
  lanes: numbers['engine.lanes'],
  queueMax: numbers['engine.queue_max'],
  endsQueueMax: numbers['engine.ends_queue_max'],
  waitMaxMs: numbers['engine.wait_max_ms'],
  cachedAccountsMax: numbers['engine.cached_accounts_max'],
})

function policyOf({ numbers }: Config): Partial<GatewayPolicy> {
  return {
    holdTtlMs: numbers['gateway.hold_ttl_ms'],
    drainMs: numbers['gateway.drain_timeout_ms'],
    drainBytesMax: numbers['gateway.drain_bytes_max'],
    connectTimeoutMs: numbers['gateway.connect_timeout_ms'],
    upstreamTimeoutMs: numbers['gateway.upstream_timeout_ms'],
    upstreamConnectionsMax: numbers['gateway.upstream_connections_max'],
    bodyBytesMax: numbers['gateway.body_bytes_max'],
    callsMax: numbers['gateway.calls_max'],
    heldBytesMax: numbers['gateway.held_bytes_max'],
    wholeBytesMax: numbers['gateway.whole_bytes_max'],
    outputTokensDefault: numbers['gateway.output_tokens_default'],
    retryWindowMs: numbers['gateway.retry_window_ms'],
    replayBytesMax: numbers['gateway.replay_bytes_max'],
    replayTtlMs: numbers['gateway.replay_ttl_ms'],
    closeMs: numbers['server.drain_timeout_ms'],
  }
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(cannotListen(error, host, port))
    server.once('error', refuse)
    server.listen(port, host, () => {
      server.off('error', refuse)
      resolve()
    })
  })
  return (server.address() as AddressInfo).port
}

/** The code of the error when another program has the port. */
export const PORT_TAKEN = 'port_taken'

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  if (cause.code === 'EADDRINUSE')
    return new CliError(`Port ${port} of ${host} is taken by another program.`, {
      next: 'Stop that program, or choose another port with --port (0 takes a free one).',
      code: PORT_TAKEN,
      cause,
    })
  return new CliError(`The server cannot listen on ${host}, port ${port}.`, {
    why: `${cause.message}.`,
    next: 'Correct listen.host and listen.port; ports below 1024 need more rights.',
    code: 'cannot_listen',
    cause,
  })
}

/** An address that listens everywhere is reached here. */
function hostForUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => {
    closing ??= close()
    return closing
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Binaries } from './binaries.ts'
import { type Layout, SUPERUSER, serverEnvironment } from './cluster.ts'
import { EmbeddedPostgresError, errorCode, messageOf } from './errors.ts'
import { asServer, type ServerIdentity } from './identity.ts'
import { type Look, lookOf, Patience, SILENCE_MAX_MS } from './patience.ts'
import { disownPostmasterPid, isAlive, isServerOf, readPostmasterPid } from './pidfile.ts'

const FAST_STOP_TIMEOUT_MS = 15_000
const QUICK_STOP_TIMEOUT_MS = 5_000
const POLL_MS = 10
const LOG_BYTES_MAX = 5_000_000
const WRONG_PASSWORD = '28P01'
/** It is there, and lets nobody in yet, or any more. */

export interface RunningServer {
  readonly pid: number
  readonly port: number
}

/** Everything that starting and adopting need to know. */
export interface ServerContext {
  readonly layout: Layout
  readonly identity: ServerIdentity
  readonly password: string
  /** What a person should know. */
  readonly log: (line: string) => void
}

export const serverUrl = (port: number, password: string): string =>
  `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`

/** A server that outlived the process that started it is taken over, if it is really this cluster's. */
export async function adopt(context: ServerContext): Promise<RunningServer | undefined> {
  const { layout } = context
  const patience = new Patience(context.log)
  for (;;) {
    const found = readPostmasterPid(layout.cluster)
    if (!found || !isAlive(found.pid)) return undefined
    if (!isServerOf(layout.cluster, found.pid)) {
      disownPostmasterPid(layout.cluster)
      return undefined
    }
    const look = found.port > 0 ? await lookIn(found.port, context) : 'nobody'
    if (look === 'in') return found
    patience.saw(look)
    if (patience.isOver)
      throw new EmbeddedPostgresError(
        `A PostgreSQL server (pid ${found.pid}) uses ${layout.root} already, and let nobody in for ${SILENCE_MAX_MS / 1000} seconds.`,
        `Look at its log, or stop it ("kill -INT ${found.pid}") and start again.`,
        { logFile: layout.logFile },
      )
    await sleep(POLL_MS)
  }
}

async function lookIn(port: number, { layout, password }: ServerContext): Promise<Look> {
  const client = new pg.Client({
    connectionString: serverUrl(port, password),
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return 'in'
  } catch (cause) {
    if (errorCode(cause) !== WRONG_PASSWORD) return lookOf(errorCode(cause), messageOf(cause))
    throw new EmbeddedPostgresError(
      `The PostgreSQL server of ${layout.root} does not accept the password in ${layout.passwordFile}.`,
      'Put the right password there, or choose another data directory.',
      { cause },
    )
  } finally {
    await client.end().catch(() => {})
  }
}

export interface LaunchOptions {
  readonly binaries: Binaries
  readonly port: number
  readonly settings: Readonly<Record<string, string>>
}

/** Starts a server. Returns undefined when another one took the port or the cluster meanwhile. */
export async function launch(
  context: ServerContext,
  options: LaunchOptions,
): Promise<RunningServer | undefined> {
  const { layout } = context
  const logStart = prepareLog(context)
  const exit = { happened: false, reason: '' }
  const child = spawnServer(context, options)
  child.once('error', (error) => Object.assign(exit, { happened: true, reason: messageOf(error) }))
  child.once('exit', (code, signal) =>
    Object.assign(exit, { happened: true, reason: `it ended with ${signal ?? `code ${code}`}` }),
  )
  const patience = new Patience(context.log)
  while (!exit.happened && !patience.isOver) {
    const look = await lookIn(options.port, context)
    if (look === 'in') return { pid: child.pid ?? 0, port: options.port }
    patience.saw(look)
    await sleep(POLL_MS)
  }
  if (exit.happened && lostRace(layout.logFile, logStart)) return undefined
  if (!exit.happened) child.kill('SIGQUIT')
  const reason = exit.happened ? exit.reason : `no login for ${SILENCE_MAX_MS / 1000} seconds`
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL did not start in ${layout.root}: ${reason}.`,
    'The log below says why.',
    { logFile: layout.logFile },
  )
}

function spawnServer(context: ServerContext, { binaries, port, settings }: LaunchOptions) {
  const { layout, identity } = context
  const effective = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  }
  const args = Object.entries(effective).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openSync(layout.logFile, 'a')
  try {
    const child: ChildProcess = spawn(binaries.postgres, ['-D', layout.cluster, ...args], {
      ...asServer(identity),
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['ignore', log, log],
      // A group of its own: Ctrl-C must reach us first, so that we can finish and then stop it.
      detached: true,
    })
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}

/** Keeps the log small at each start. Returns where this start's lines begin. */
function prepareLog({ layout, identity }: ServerContext): number {
  const size = statSync(layout.logFile, { throwIfNoEntry: false })?.size ?? 0
  if (size > LOG_BYTES_MAX) renameSync(layout.logFile, `${layout.logFile}.1`)
  closeSync(openSync(layout.logFile, 'a', 0o600))
  if (identity.switched) chownSync(layout.logFile, identity.uid, identity.gid)
  return size > LOG_BYTES_MAX ? 0 : size
}

function lostRace(logFile: string, start: number): boolean {
  const said = readFileSync(logFile).subarray(start).toString('utf8')
  return /could not bind|lock file "postmaster\.pid" already exists/.test(said)
}

/** A fast shutdown (clients are cut off, data is written), then an immediate one (recovers at start). */
export async function stopServer({ layout }: ServerContext, pid: number): Promise<void> {
  const running = (): boolean => readPostmasterPid(layout.cluster)?.pid === pid && isAlive(pid)
  const signals = [
    { signal: 'SIGINT', timeout: FAST_STOP_TIMEOUT_MS },
    { signal: 'SIGQUIT', timeout: QUICK_STOP_TIMEOUT_MS },
  ] as const
  for (const { signal, timeout } of signals) {
    if (!running()) break
    process.kill(pid, signal)
    await until(() => !running(), timeout)
  }
  if (!running()) {
    // Its lock file goes last, a moment before the process itself.
    await until(() => !isAlive(pid), QUICK_STOP_TIMEOUT_MS)
    return
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL (pid ${pid}) did not stop when asked twice.`,
    `Look at its log; "kill -9 ${pid}" ends it, and the next start recovers its data.`,
    { logFile: layout.logFile },
  )
}

async function until(done: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!done() && Date.now() < deadline) await sleep(POLL_MS)
}

export const isPortFree = (port: number): Promise<boolean> =>
  listenOnce(port).then(
    () => true,
    (error) => {
      if (errorCode(error) === 'EADDRINUSE') return false
      throw error
    },
  )

export const freePort = (): Promise<number> => listenOnce(0)

/** Binds a port for a moment; 0 lets the system choose. */
function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      const bound = typeof address === 'object' && address !== null ? address.port : port
      probe.close(() => resolve(bound))
    })
  })
}

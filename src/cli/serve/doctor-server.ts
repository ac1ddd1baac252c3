import type pg from 'pg'
import type { Config } from '../../config.ts'
import { bookInForce } from '../../core/pricing/index.ts'
import { instant } from '../../core/time/index.ts'
import { loadCatalogue } from '../../store/control/index.ts'
import type { Io } from '../io.ts'
import { readLocalServer } from '../local.ts'
import { packageVersion } from '../root.ts'
import { CATALOGUE_SEEN } from './catalogue.ts'
import { type Check, fail, ok, warn } from './doctor-checks.ts'
import { OPEN_FILES_MAX, openFilesMax } from './open-files.ts'

const NODE_MIN = [20, 19] as const

/** `version`: of Node, such as `20.19.4`. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const found = `Node ${version}`
  const isOld = major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])
  return isOld
    ? fail('node', found, `Upgrade to ${NODE_MIN.join('.')} or later.`)
    : ok('node', found)
}

/** Sockets beside those of clients and providers: the database, files, the listener. */
const OTHER_FILES = 200

/**
 * `allowed`: of the server that runs, else of this process; `null`: the system does not say. A connection takes an
 * open file.
 */
export function checkOpenFiles(
  allowed: { readonly files: number | null; readonly of: 'server' | 'process' },
  { numbers }: Pick<Config, 'numbers'>,
): Check {
  const name = 'open files'
  const { files } = allowed
  const whose = allowed.of === 'server' ? 'the server' : 'a server that is started from here'
  if (files === null) return ok(name, 'this system does not say')
  const wanted =
    numbers['server.connections_max'] + numbers['gateway.upstream_connections_max'] + OTHER_FILES
  const found = `${whose} may have ${files}, and uses up to ${wanted}`
  if (files >= wanted) return ok(name, found)
  return warn(
    name,
    found,
    'Raise it where the server is started (ulimit -n, LimitNOFILE), or lower server.connections_max and gateway.upstream_connections_max.',
  )
}

/** Whether this program can read the plans and price books there are, and whether a price is in force. */
export async function checkCatalogue(pool: pg.Pool, nowMs: number): Promise<Check[]> {
  const { rows } = await pool.query<{ there: boolean }>(
    "select to_regclass('control.window_promotion') is not null as there",
  )
  if (rows[0]?.there !== true) return []
  const name = 'catalogue'
  try {
    const { books } = await loadCatalogue(pool)
    const book = bookInForce(books, instant(nowMs))
    if (book) return [ok(name, `${book.id} prices calls, of ${books.length} price books`)]
    const next = 'Every call waits for a price. Publish a book: "everycent prices publish FILE".'
    return [warn(name, 'no price book is in force', next)]
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    const next =
      'A server of this version does not start on it. Start the version that published it.'
    return [fail(name, found, next)]
  }
}

const SERVER_TIMEOUT_MS = 3_000
const SECOND_MS = 1_000
/** A server looks every two seconds. */
const STALE_AFTER_MS = 60 * SECOND_MS

/**
 * The server that was started from this folder, or that listens where the settings say. Where none answers, what
 * one would be given here is told.
 */
export async function checkServer(config: Config, io: Io): Promise<Check[]> {
  const here = checkOpenFiles({ files: openFilesMax(), of: 'process' }, config)
  const { host, port } = config.listen
  const url = readLocalServer(io.cwd)?.url ?? `http://${host}:${port}`
  const ask = (path: string): Promise<Response> =>
    io.fetch(`${url}${path}`, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(SERVER_TIMEOUT_MS),
    })
  try {
    const { name, version } = (await (await ask('/')).json()) as Record<string, unknown>
    if (name !== 'everycent') return [ok('running server', `${url} is another program`), here]
    const isReady = (await ask('/readyz')).ok
    const metrics = await (await ask('/metrics')).text()
    return [
      judgeReady(url, isReady),
      judgeVersion(String(version)),
      judgeCaches(metrics, io.now()),
      openFilesOf(metrics, config) ?? here,
    ]
  } catch {
    return [ok('running server', `none answers at ${url}`), here]
  }
}

/** `metrics`: as Prometheus reads them. `null`: the server is of a version that does not say. */
function openFilesOf(metrics: string, config: Config): Check | null {
  const files = metricOf(metrics, OPEN_FILES_MAX)
  return files === null ? null : checkOpenFiles({ files, of: 'server' }, config)
}

function metricOf(metrics: string, name: string): number | null {
  const line = new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)
  return line === null ? null : Number(line[1] === '+Inf' ? 'Infinity' : line[1])
}

const judgeReady = (url: string, isReady: boolean): Check =>
  isReady
    ? ok('running server', `ready at ${url}`)
    : warn(
        'running server',
        `not ready at ${url}`,
        'It is being stopped, or its database does not answer: read its log.',
      )

const judgeVersion = (version: string): Check =>
  version === packageVersion()
    ? ok('server version', version)
    : warn(
        'server version',
        `the server is ${version}, this program ${packageVersion()}`,
        'Restart the server, or use the program that it was started from.',
      )

/** `metrics`: as Prometheus reads them. */
export function judgeCaches(metrics: string, nowMs: number): Check {
  const seen = metricOf(metrics, CATALOGUE_SEEN)
  const ageMs = seen === null ? null : nowMs - seen * SECOND_MS
  const name = 'caches'
  if (ageMs === null)
    return warn(name, 'the server does not say', 'It is of an older version: restart it.')
  const found = `plans and prices compared ${Math.max(0, Math.round(ageMs / SECOND_MS))} seconds ago`
  return ageMs > STALE_AFTER_MS
    ? warn(
        name,
        found,
        'It may price by an old book: read its log for the job "catalogue", then restart it.',
      )
    : ok(name, found)
}

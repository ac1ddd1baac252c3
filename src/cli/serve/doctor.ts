import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type pg from 'pg'
import { type Config, UPSTREAM_NAMES } from '../../config.ts'
import type { Context, Handler } from '../context.ts'
import { CliError, EXIT } from '../exit.ts'
import { LOCAL_READERS } from '../local.ts'
import { mark } from '../render/style.ts'
import { pad, sanitize, widthOf } from '../render/text.ts'
import { embeddedDataDir, hasEmbeddedData, openDatabase, openPool } from './database.ts'
import { checkArchive } from './doctor-archive.ts'
import { checkBooks } from './doctor-books.ts'
import {
  type Check,
  checkClock,
  checkConnections,
  checkDisk,
  checkDurability,
  checkIsolation,
  checkJobs,
  checkPrivileges,
  checkSchema,
  checkUpstream,
  checkVersion,
  fail,
  ok,
  warn,
} from './doctor-checks.ts'
import { checkPostgres } from './doctor-postgres.ts'
import { checkSealing } from './doctor-sealing.ts'
import { checkCatalogue, checkNode, checkServer } from './doctor-server.ts'
import { configFor } from './settings.ts'

/** Looks at everything that a server needs, and says what to do where it is not right. */
export const doctorCommand: Handler = async (context, options) => {
  const config = configFor(context.io, options)
  const checks = [
    ok('settings', 'every setting is readable and the limits fit together'),
    checkNode(process.versions.node),
    ...keyChecks(config, context.io.cwd),
    ...(await databaseChecks(config, context)),
    ...(await checkServer(config, context.io)),
    ...(await upstreamChecks(config, context)),
    ...(await diskChecks(config)),
  ]
  const failed = checks.some((check) => check.state === 'fail')
  if (context.json) context.printJson({ ok: !failed, checks })
  else context.print(checkLines(checks, context))
  return failed ? EXIT.failure : EXIT.ok
}

async function databaseChecks(config: Config, context: Context): Promise<Check[]> {
  const dataDir = embeddedDataDir(config)
  try {
    if (dataDir !== undefined && !hasEmbeddedData(dataDir))
      return [ok('database', `embedded; it is made in ${dataDir} at the first start`)]
    const database = await openDatabase(config)
    const pool = openPool(config, database.url, 'everycent doctor')
    try {
      return await askDatabase(pool, config, context)
    } finally {
      await pool.end()
      await database.release()
    }
  } catch (error) {
    return [notOpened(error, config.database.kind)]
  }
}

/** Why the database could not be opened. Exported for its test. */
export function notOpened(error: unknown, kind: Config['database']['kind']): Check {
  const [reason = '', ...rest] = (error instanceof Error ? error.message : String(error)).split(
    '\n',
  )
  const isClosed = ['EACCES', 'EPERM'].includes(String((error as { code?: unknown }).code))
  const next =
    kind === 'url'
      ? 'Check DATABASE_URL: host, port, user, password and database name.'
      : isClosed
        ? 'Its data is of another user: run this as the user who runs the server.'
        : rest.join(' ') || 'Look at its log in the data directory.'
  return fail('database', `not reachable: ${reason}`, next)
}

/** What is kept in the folder is what a server that starts here uses, where the settings give none. */
function keyChecks({ operatorTokens, secretKeys, checkpoints, database }: Config, cwd: string) {
  const { token, secretKey, logKey } = LOCAL_READERS
  const own = database.kind === 'embedded'
  const used = [
    ...(operatorTokens.length === 0 ? [token] : []),
    ...(own && secretKeys.length === 0 ? [secretKey] : []),
    ...(own && checkpoints.keys.length === 0 ? [logKey] : []),
  ]
  return used.flatMap((read): Check[] => {
    try {
      read(cwd)
      return []
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      return [fail('kept keys', `${error.message} ${error.why ?? ''}`, error.next ?? '')]
    }
  })
}

async function askDatabase(pool: pg.Pool, config: Config, context: Context): Promise<Check[]> {
  const where = config.database.kind === 'url' ? 'reachable' : 'embedded, reachable'
  return [
    ok('database', where),
    await checkVersion(pool),
    ...(await checkDurability(pool)),
    await checkIsolation(pool),
    await checkClock(pool, () => context.io.now()),
    await checkSchema(pool),
    ...(await checkCatalogue(pool, context.io.now())),
    await checkJobs(pool, () => context.io.now()),
    ...(await checkBooks(pool, context.io.now())),
    ...(await checkArchive(pool, config)),
    ...(await checkSealing(pool, config, context.io.now())),
    await checkConnections(pool, config),
    await checkPrivileges(pool),
    ...(await checkPostgres(pool, config, context.io.now())),
  ]
}

async function upstreamChecks(config: Config, context: Context): Promise<Check[]> {
  const checks: Check[] = []
  for (const name of UPSTREAM_NAMES) {
    const upstream = config.upstreams[name]
    if (upstream) checks.push(await checkUpstream(name, upstream, context.io.fetch))
  }
  if (checks.length > 0) return checks
  const next = 'Set ANTHROPIC_API_KEY or OPENAI_API_KEY; the demo needs none.'
  return [warn('upstreams', 'none is configured, so the gateway has nobody to ask', next)]
}

async function diskChecks(config: Config): Promise<Check[]> {
  const dataDir = embeddedDataDir(config)
  // The disk of somebody's own server cannot be seen from here.
  if (dataDir === undefined) return []
  let folder = dataDir
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  return [await checkDisk(folder)]
}

function checkLines(checks: readonly Check[], context: Context): string[] {
  const { style } = context
  const width = Math.max(...checks.map((check) => widthOf(check.name)))
  const lines = checks.flatMap((check) => {
    const state = check.state === 'fail' ? 'bad' : check.state
    const first = `${pad(mark(style, state), 6)}  ${pad(check.name, width)}  ${sanitize(check.found)}`
    return check.next === null
      ? [first]
      : [first, `${' '.repeat(width + 10)}${sanitize(check.next)}`]
  })
  const failed = checks.filter((check) => check.state === 'fail').length
  const warned = checks.filter((check) => check.state === 'warn').length
  const summary =
    failed + warned === 0
      ? 'All is well.'
      : `${failed} to repair, ${warned} to look at, of ${checks.length} checks.`
  return [...lines, '', summary]
}

import type { Config } from '../../config.ts'
import { UPSTREAM_NAMES } from '../../config.ts'
import { migrate } from '../../store/migrate.ts'
import type { Context, Handler } from '../context.ts'
import { CliError, EXIT } from '../exit.ts'
import { Stopped } from '../io.ts'
import {
  forgetLocalServer,
  type LocalServer,
  localOperatorToken,
  localSecretKey,
  prepareLocalFolder,
  writeLocalServer,
} from '../local.ts'
import { type Cell, renderPairs } from '../render/index.ts'
import { packageVersion } from '../root.ts'
import { logSigner, SEALING_OFF } from './checkpoints.ts'
import { type RunningServer, startServer } from './compose.ts'
import { type OpenDatabase, openDatabase, openPool } from './database.ts'
import { checkSchema } from './doctor-checks.ts'
import { createLog } from './log.ts'
import { configFor } from './settings.ts'
import { newOperatorToken } from './token.ts'

/** Opens the database, starts the server, and stops both in order when asked to. */
export const serveCommand: Handler = async (context, options) => {
  const config = configFor(context.io, options)
  const note = (line: string): void => context.note(line)
  const database = await openDatabase(config, { log: note, takeOver: true })
  try {
    await prepareSchema(config, database, options.migrate !== false)
    await serve(context, config, database, options.port as number | undefined)
  } finally {
    await database.release()
  }
  return EXIT.ok
}

async function prepareSchema(config: Config, database: OpenDatabase, migrates: boolean) {
  if (migrates) {
    await migrate(database.url)
    return
  }
  const pool = openPool(config, database.url, 'everycent serve')
  try {
    const check = await checkSchema(pool)
    if (check.state === 'ok') return
    throw new CliError(`The schema is not this program's: ${check.found}.`, {
      ...(check.next !== null && { next: check.next }),
      exitCode: check.state === 'fail' ? EXIT.schemaNewer : EXIT.failure,
      code: 'schema',
    })
  } finally {
    await pool.end()
  }
}

const STANDARD_ERROR = 2

async function serve(
  context: Context,
  config: Config,
  database: OpenDatabase,
  port: number | undefined,
): Promise<void> {
  const { io } = context
  const token = operatorToken(config, io.cwd)
  const log = createLog(config.logLevel, STANDARD_ERROR)
  const sealing = logSigner(config, io.cwd)
  const server = await startServer({
    config,
    databaseUrl: database.url,
    operatorTokens: token.all,
    log,
    // With a database of its own, the folder keeps its key too; for yours, the key is yours.
    ...(config.secretKeys.length === 0 &&
      config.database.kind === 'embedded' && { secretKeys: [localSecretKey(io.cwd)] }),
    ...(sealing && { sealing }),
    ...(port !== undefined && { port }),
  })
  try {
    leaveNote(context, config, { url: server.url, token: token.own })
    announce(context, config, {
      server,
      database,
      token,
      hints: [...(await missingCatalogue(server, config)), ...(sealing ? [] : [SEALING_OFF])],
    })
    await stopped(io.signal)
    await giveNotice(context, server, config.numbers['server.notice_ms'])
    context.note('Stopping: calls in flight finish first. Once more stops at once.')
  } finally {
    forgetLocalServer(io.cwd, server.url)
    await server.close()
  }
}

/** For the other commands in this folder; of a server with a database elsewhere nothing depends on it. */
function leaveNote({ io, note }: Context, { database }: Config, server: LocalServer): void {
  try {
    writeLocalServer(io.cwd, server)
  } catch (error) {
    if (database.kind === 'embedded' || server.token !== undefined) throw error
    note(`This folder cannot be written: other commands in it need --url ${server.url}.`)
  }
}

/** A supervisor's SIGTERM comes with a balancer in front; who types Ctrl-C waits for none. */
async function giveNotice(context: Context, server: RunningServer, noticeMs: number) {
  const { reason } = context.io.signal
  if (noticeMs === 0 || !(reason instanceof Stopped) || reason.by !== 'SIGTERM') return
  context.note(`Leaving: /readyz says no; all else is served for ${noticeMs} ms more.`)
  await server.notice(noticeMs)
}

interface Tokens {
  readonly all: readonly string[]
  /** Made by us: kept in .everycent, shown when it is new. */
  readonly own: string | undefined
  readonly isNew: boolean
}

function operatorToken(config: Config, cwd: string): Tokens {
  if (config.operatorTokens.length > 0)
    return {
      all: config.operatorTokens.map((token) => token.reveal()),
      own: undefined,
      isNew: false,
    }
  const kept = localOperatorToken(cwd)
  const own = kept ?? newOperatorToken()
  prepareLocalFolder(cwd)
  return { all: [own], own, isNew: kept === undefined }
}

interface Started {
  readonly server: RunningServer
  readonly database: OpenDatabase
  readonly token: Tokens
  readonly hints: readonly string[]
}

function announce(context: Context, config: Config, started: Started): void {
  const { server, database, token, hints } = started
  const { url } = server
  const upstreams = UPSTREAM_NAMES.filter((name) => config.upstreams[name] !== undefined)
  if (context.json) {
    const own = token.isNew ? { operator_token: token.own } : {}
    context.printJson({ event: 'started', url, port: server.port, upstreams, ...own })
    return
  }
  const embedded = database.embedded
  const pairs: [string, Cell][] = [
    ['database', embedded ? `embedded PostgreSQL in ${embedded.dataDir}` : 'your PostgreSQL'],
    ...upstreams.map((name): [string, Cell] => [
      'gateway',
      `${url}/${name} -> ${config.upstreams[name]?.baseUrl}`,
    ]),
    ['API', `${url}/v1 (described in ${url}/openapi.json)`],
    ...(token.isNew && token.own !== undefined
      ? [['operator token', { text: token.own, tone: 'strong' }] satisfies [string, Cell]]
      : []),
  ]
  context.print([
    context.style.paint('strong', `Everycent ${packageVersion()} at ${url}`),
    ...renderPairs(context.style, pairs),
    ...(token.isNew
      ? [
          'The operator token is shown this once; .everycent/operator-token keeps it for this folder.',
        ]
      : []),
    'Ctrl-C stops it in order.',
  ])
  if (upstreams.length === 0)
    context.note(
      'No provider is configured, so the gateway has nobody to ask: set ANTHROPIC_API_KEY or OPENAI_API_KEY. The API works.',
    )
  for (const hint of hints) context.note(hint)
}

/** What a new installation still needs before a call can be priced and paid. */
async function missingCatalogue(server: RunningServer, config: Config): Promise<string[]> {
  const { rows } = await server.pool.query<{ books: boolean; plans: boolean; policies: boolean }>(
    `select exists (select from control.price_book) as books,
            exists (select from control.plan_version where status = 'published') as plans,
            exists (select from control.terms where kind = 'policy') as policies`,
  )
  const { books = false, plans = false, policies = false } = rows[0] ?? {}
  return [
    ...(books
      ? []
      : ['No price book is published, so every call is unpriced: everycent prices publish FILE']),
    ...(plans
      ? []
      : ['No plan is published, so no account can be opened: everycent plans publish FILE']),
    ...(policies || config.payments.provider === 'off'
      ? []
      : ['No policy row is published, so nothing can be bought: everycent policies FILE']),
  ]
}

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

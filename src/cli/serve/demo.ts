import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, loadConfig, Secret } from '../../config.ts'
import { type DemoMemory, type DemoUi, runDemo } from '../../demo/run.ts'
import { startUpstream, type Upstream } from '../../demo/upstream/index.ts'
import { createDatabase, dropDatabase } from '../../store/embedded/index.ts'
import { migrate } from '../../store/migrate.ts'
import { verify } from '../../store/verify/index.ts'
import type { Context } from '../context.ts'
import { CliError, EXIT, type ExitCode, usageError } from '../exit.ts'
import {
  forgetLocalServer,
  LOCAL_FOLDER,
  localOperatorToken,
  localSecretKey,
  prepareLocalFolder,
  writeLocalServer,
} from '../local.ts'
import { bar, money, renderTable } from '../render/index.ts'
import { localSigner, logSigner } from './checkpoints.ts'
import { PORT_TAKEN, type RunningServer, type ServerOptions, startServer } from './compose.ts'
import { databaseName, type OpenDatabase, openDatabase, openPool } from './database.ts'
import { proofIn } from './demo-proof.ts'
import { faultyJudgement } from './fault.ts'
import { createLog } from './log.ts'
import { newOperatorToken } from './token.ts'

type Options = Readonly<Record<string, unknown>>

/** A simulated provider, the server in front of it, and the story that the demo tells with them. */
export async function demoCommand(context: Context, options: Options): Promise<ExitCode> {
  const { io } = context
  const dataDir = options.dataDir as string | undefined
  const config = loadConfig({
    cwd: io.cwd,
    env: dataDir === undefined ? io.env : { ...io.env, EVERYCENT_DATA_DIR: dataDir },
    ...(typeof options.config === 'string' && { file: options.config }),
  })
  const database = await openDatabase(config, { log: context.note, takeOver: true })
  try {
    if (options.fresh) await empty(config, database, context, options)
    await migrate(database.url)
    const upstream = await startUpstream({ seed: Number(options.seed) })
    try {
      return await serveDemo(context, options, { config, database, upstream })
    } finally {
      await upstream.stop()
    }
  } finally {
    await database.release()
  }
}

interface Stage {
  readonly config: Config
  readonly database: OpenDatabase
  readonly upstream: Upstream
}

async function serveDemo(context: Context, options: Options, stage: Stage): Promise<ExitCode> {
  const { io } = context
  const folder = prepareLocalFolder(io.cwd)
  const operatorToken =
    stage.config.operatorTokens[0]?.reveal() ?? localOperatorToken(io.cwd) ?? newOperatorToken()
  const fault = faultyJudgement()
  const conclude = fault.conclude
  const server = await startOnPort(context, options, { ...stage, conclude }, operatorToken)
  try {
    writeLocalServer(io.cwd, { url: server.url, token: operatorToken })
    const result = await runDemo({
      baseUrl: server.url,
      operatorToken,
      operatorTokenPath: join(LOCAL_FOLDER, 'operator-token'),
      upstreamUrl: stage.upstream.url,
      verify: () => verify(server.pool),
      setFault: fault.set,
      ...proofIn(io.cwd),
      memory: memoryIn(folder),
      ui: uiOf(context),
      signal: io.signal,
      seed: Number(options.seed),
      now: () => io.now(),
      ...(options.calls !== undefined && { calls: options.calls as number | 'all' }),
      ...(options.concurrency !== undefined && { concurrency: Number(options.concurrency) }),
      ...(options.check === true && { check: true }),
    })
    if (context.json) context.printJson({ event: 'demo', url: server.url, ...result })
    if (options.check) return result.ok ? EXIT.ok : EXIT.failure
    await stopped(io.signal)
    return EXIT.ok
  } finally {
    forgetLocalServer(io.cwd, server.url)
    await server.close()
  }
}

/** The usual port, or a free one where that is taken and none was asked for. */
async function startOnPort(
  context: Context,
  options: Options,
  { config, database, upstream, conclude }: Stage & Pick<ServerOptions, 'conclude'>,
  operatorToken: string,
): Promise<RunningServer> {
  const asked = options.port as number | undefined
  const sealing = logSigner(config, context.io.cwd) ?? localSigner(context.io.cwd)
  const provider = { baseUrl: upstream.url, apiKey: new Secret('sk-simulated-provider') }
  const start = (port: number): Promise<RunningServer> =>
    startServer({
      // The receiver of the demo's own webhooks is a program on this machine.
      config: { ...config, privateAddresses: 'allowed' },
      databaseUrl: database.url,
      operatorTokens: [operatorToken],
      ...(config.secretKeys.length === 0 && { secretKeys: [localSecretKey(context.io.cwd)] }),
      sealing,
      // Beside a live display, log lines go to a file.
      log: createLog(config.logLevel === 'info' ? 'warn' : config.logLevel, logFile(context)),
      upstreams: { anthropic: provider, openai: provider },
      ...(conclude && { conclude }),
      payments: { provider: 'simulated', returnUrl: 'http://localhost' },
      port,
    })
  const port = asked ?? config.listen.port
  try {
    return await start(port)
  } catch (error) {
    if (asked !== undefined || !isTaken(error)) throw error
    context.note(`Port ${port} is taken by another program; a free one is used.`)
    return start(0)
  }
}

const logFile = ({ io }: Context): string => join(io.cwd, LOCAL_FOLDER, 'demo.log')

const isTaken = (error: unknown): boolean => error instanceof CliError && error.code === PORT_TAKEN

async function empty(
  config: Config,
  database: OpenDatabase,
  context: Context,
  options: Options,
): Promise<void> {
  if (database.embedded === undefined && options.yes !== true)
    throw usageError('--fresh would delete everything in the database that DATABASE_URL names.', {
      next: 'Give another database, or say --fresh --yes.',
    })
  rmSync(join(prepareLocalFolder(context.io.cwd), MEMORY), { force: true })
  if (database.embedded !== undefined) {
    if (await database.isServing())
      throw new CliError('Another server uses this database at the moment.', {
        next: 'Stop it first, or give another --data-dir.',
        code: 'in_use',
      })
    await dropDatabase(database.url, databaseName)
    await createDatabase(database.url, databaseName)
    return
  }
  // Somebody's own server may not let us drop the database itself; what is ours in it goes.
  const pool = openPool(config, database.url, 'everycent demo')
  try {
    await pool.query('drop schema if exists accounts cascade')
    await pool.query('drop schema if exists control cascade')
  } finally {
    await pool.end()
  }
}

const MEMORY = 'demo.json'

/** What the demo keeps between starts: keys that were shown once. For its owner only. */
function memoryIn(folder: string): DemoMemory {
  const file = join(folder, MEMORY)
  return {
    read: () => {
      try {
        return JSON.parse(readFileSync(file, 'utf8'))
      } catch {
        return undefined
      }
    },
    write: (value) => {
      writeFileSync(file, JSON.stringify(value), { mode: 0o600 })
      chmodSync(file, 0o600)
    },
  }
}

/** With --json the story goes to standard error, so that standard output stays JSON. */
function uiOf({ io, style, json }: Context): DemoUi {
  const output = json ? io.stderr : io.stdout
  return {
    interactive: style.interactive && !json,
    unicode: style.unicode,
    columns: style.columns,
    write: (text) => output.write(text),
    paint: (tone, text) => style.paint(tone, text),
    table: (table) => renderTable(style, table),
    bar: (parts, width, tone) => bar(style, parts, width, tone),
    money,
  }
}

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

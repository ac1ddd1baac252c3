import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Binaries, locateBinaries } from './binaries.ts'
import { clusterPassword, ensureCluster, layoutOf, prepareRoot } from './cluster.ts'
import { EmbeddedPostgresError } from './errors.ts'
import { closedParent, serverIdentity } from './identity.ts'
import {
  adopt,
  freePort,
  isPortFree,
  launch,
  type RunningServer,
  type ServerContext,
  serverUrl,
  stopServer,
} from './server.ts'

export { createDatabase, databaseUrl, dropDatabase } from './databases.ts'

export interface EmbeddedOptions {
  /** Holds the cluster, its password and its log. Made if missing. */
  readonly dataDir: string
  /** Default: any free port. A server that is adopted keeps the port it has. */
  readonly port?: number
  /** Server settings, such as `{ shared_buffers: '256MB' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** What a person should know, such as that a system user was created. */
  readonly log?: (line: string) => void
  /** For tests: the folder of the platform package, instead of the installed one. */
  readonly packageRoot?: string
}

export interface EmbeddedServer {
  /** The superuser's login to the database `postgres`. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** True when the server was running already (its starter died): it was taken over as it is. */
  readonly adopted: boolean
  readonly logFile: string
  /** Stops the server and waits for it. Called again, it returns the same promise. */
  stop(): Promise<void>
}

const LAUNCH_ATTEMPTS = 5

/** Starts PostgreSQL on a data directory, or takes over the server that already runs there. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const log = options.log ?? (() => {})
  const identity = serverIdentity(log)
  const wanted = layoutOf(resolve(options.dataDir))
  prepareRoot(wanted, identity)
  // The server reports real paths, and is recognised by them.
  const layout = layoutOf(realpathSync(wanted.root))
  const context = { layout, identity, password: clusterPassword(layout, identity), log }

  const adopted = await adopt(context)
  if (adopted) return serverOf(context, adopted, true)
  const binaries = locateBinaries(identity, options.packageRoot)
  ensureCluster(layout, binaries, identity)
  return start(context, binaries, options)
}

async function start(
  context: ServerContext,
  binaries: Binaries,
  options: EmbeddedOptions,
): Promise<EmbeddedServer> {
  for (let attempt = 0; attempt < LAUNCH_ATTEMPTS; attempt += 1) {
    const port = options.port ?? (await freePort())
    if (options.port !== undefined && !(await isPortFree(port))) throw portTaken(port)
    const settings = options.settings ?? {}
    const launched = await launch(context, { binaries, port, settings })
    if (launched) return serverOf(context, launched, false)
    // Somebody else took the port, or started a server on this very cluster.
    const adopted = await adopt(context)
    if (adopted) return serverOf(context, adopted, true)
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL lost its port to another program ${LAUNCH_ATTEMPTS} times.`,
    'Give it a port of its own, and start again.',
    { logFile: context.layout.logFile },
  )
}

const portTaken = (port: number): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    `Another program listens on port ${port} already, so the embedded PostgreSQL cannot.`,
    'Choose another port, or leave it out: then a free one is taken.',
  )

function serverOf(context: ServerContext, server: RunningServer, adopted: boolean): EmbeddedServer {
  let stopping: Promise<void> | undefined
  return {
    url: serverUrl(server.port, context.password),
    port: server.port,
    pid: server.pid,
    adopted,
    logFile: context.layout.logFile,
    stop: () => {
      stopping ??= stopServer(context, server.pid)
      return stopping
    },
  }
}

const SYSTEM_DATA = '/var/lib/everycent'

/**
 * Where the data can live: the preferred place, or, when we are root and the database's user could
 * not enter it (a checkout in /root), a folder of its own below /var/lib, the same at each start.
 */
export function reachableDataDir(
  preferred: string,
  log: (line: string) => void = () => {},
): string {
  const folder = resolve(preferred)
  const identity = serverIdentity(log)
  const closed = closedParent(identity, folder)
  if (closed === undefined) return folder
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const moved = join(SYSTEM_DATA, name)
  log(
    `The database's data is in ${moved}, because its user "${identity.name}" may not enter ${closed}.`,
  )
  return moved
}

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { EmbeddedPostgresError, errorCode, messageOf, USE_ANOTHER_SERVER } from './errors.ts'
import { asServer, closedParent, type ServerIdentity } from './identity.ts'
import { isAlive } from './pidfile.ts'

export const MAJOR_VERSION = '18'
export const SUPERUSER = 'postgres'

/** What lies in a data directory: the cluster itself, its password and its log. */
export interface Layout {
  readonly root: string
  readonly cluster: string
  readonly passwordFile: string
  readonly logFile: string
}

export const layoutOf = (root: string): Layout => ({
  root,
  cluster: join(root, 'cluster'),
  passwordFile: join(root, 'password'),
  logFile: join(root, 'postgres.log'),
})

/** Nothing of ours leaks into the server: no PG* variables, no locale, UTC. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env
  return {
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(PATH !== undefined && { PATH }),
    ...(SystemRoot !== undefined && { SystemRoot }),
    ...(TEMP !== undefined && { TEMP }),
  }
}

/** Makes the data directory: private, owned by the server's user, and reachable by him. */
export function prepareRoot(layout: Layout, identity: ServerIdentity): void {
  try {
    mkdirSync(dirname(layout.root), { recursive: true, mode: 0o755 })
    mkdirSync(layout.root, { recursive: true, mode: 0o700 })
    giveTo(layout.root, identity)
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The data directory ${layout.root} cannot be made or opened (${messageOf(cause)}).`,
      'Give this user the right to write there, or choose another data directory.',
      { cause },
    )
  }
  const closed = closedParent(identity, layout.root)
  if (closed !== undefined)
    throw new EmbeddedPostgresError(
      `The database runs as the user "${identity.name}" (PostgreSQL refuses to run as root), and that user may not enter ${closed}, so it cannot reach its data directory ${layout.root}.`,
      `Choose a data directory outside of ${closed} (for instance /var/lib/everycent), open the folder ("chmod o+x ${closed}"), or run Everycent as an ordinary user. ${USE_ANOTHER_SERVER}`,
    )
  refuseForeignOwner(layout, identity)
}

function giveTo(path: string, identity: ServerIdentity): void {
  if (identity.switched) chownSync(path, identity.uid, identity.gid)
}

function refuseForeignOwner(layout: Layout, identity: ServerIdentity): void {
  for (const path of [layout.root, layout.cluster]) {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (process.platform === 'win32' || !found || found.uid === identity.uid) continue
    throw new EmbeddedPostgresError(
      `${path} belongs to another user (uid ${found.uid}); the database would run as ${identity.name} (uid ${identity.uid}).`,
      `Start Everycent as the user who made it, choose another data directory, or give it away ("chown -R ${identity.uid} ${layout.root}").`,
    )
  }
}

/**
 * Reads the cluster's password, or makes one. The file appears whole and once (a hard link fails when
 * the name exists), so two processes that start together agree on it.
 */
export function clusterPassword(layout: Layout, identity: ServerIdentity): string {
  if (!existsSync(layout.passwordFile)) {
    const fresh = `${layout.passwordFile}.${process.pid}`
    writeFileSync(fresh, randomBytes(24).toString('base64url'), { mode: 0o600 })
    giveTo(fresh, identity)
    try {
      linkSync(fresh, layout.passwordFile)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    } finally {
      rmSync(fresh, { force: true })
    }
  }
  return readFileSync(layout.passwordFile, 'utf8').trim()
}

/** Makes the cluster unless there is one. It is built beside its place and then moved there whole. */
export function ensureCluster(layout: Layout, binaries: Binaries, identity: ServerIdentity): void {
  if (existsSync(join(layout.cluster, 'PG_VERSION'))) {
    refuseOtherVersion(layout)
    return
  }
  removeAbandoned(layout)
  const fresh = `${layout.cluster}.new-${process.pid}`
  rmSync(fresh, { recursive: true, force: true })
  initialise(fresh, layout, binaries, identity)
  try {
    renameSync(fresh, layout.cluster)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    // Another process was first: same password, so its cluster is as good as ours.
    if (!existsSync(join(layout.cluster, 'PG_VERSION'))) throw error
  }
}

function refuseOtherVersion(layout: Layout): void {
  const version = readFileSync(join(layout.cluster, 'PG_VERSION'), 'utf8').trim()
  if (version === MAJOR_VERSION) return
  throw new EmbeddedPostgresError(
    `The data directory ${layout.root} was made by PostgreSQL ${version}; this one is PostgreSQL ${MAJOR_VERSION} and cannot read it.`,
    'Carry the data over with the pg_dump of the older version, or choose another data directory.',
  )
}

/** A process that died while it made a cluster leaves half of one beside the place. */
function removeAbandoned(layout: Layout): void {
  for (const name of readdirSync(layout.root)) {
    const maker = /^cluster\.new-(\d+)$/.exec(name)?.[1]
    if (maker !== undefined && !isAlive(Number(maker)))
      rmSync(join(layout.root, name), { recursive: true, force: true })
  }
}

function initialise(
  folder: string,
  layout: Layout,
  binaries: Binaries,
  identity: ServerIdentity,
): void {
  const args = [
    `--pgdata=${folder}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${layout.passwordFile}`,
    '--auth=scram-sha-256',
    '--data-checksums',
    // Without a locale in the environment the cluster would be SQL_ASCII; this is the same anywhere.
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ]
  const result = spawnSync(binaries.initdb, args, {
    ...asServer(identity),
    cwd: '/',
    env: serverEnvironment(),
    encoding: 'utf8',
  })
  if (result.status === 0) return
  const said = `${result.stderr ?? ''}`.trim() || result.error?.message || `exit ${result.status}`
  throw new EmbeddedPostgresError(
    `A new database cluster could not be made in ${layout.root}. initdb said:\n${said}`,
    `Check free space and rights there, or choose another data directory. ${USE_ANOTHER_SERVER}`,
    { cause: result.error },
  )
}

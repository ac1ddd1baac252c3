import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { EmbeddedPostgresError, USE_ANOTHER_SERVER } from './errors.ts'

/** Who runs the server. `switched` is true when we are root and it runs as somebody else. */
export interface ServerIdentity {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly switched: boolean
}

/** Spawn options that make a child run as the server's user, with no groups of ours. */
export const asServer = (identity: ServerIdentity): { uid?: number; gid?: number } =>
  identity.switched ? { uid: identity.uid, gid: identity.gid } : {}

const SERVER_USERS = ['postgres', '_postgres']
const NOLOGIN = '/usr/sbin/nologin'

/**
 * PostgreSQL refuses to run as root. An ordinary user runs it himself; root uses the user `postgres`,
 * which is created when missing, or `nobody` where no user can be created (a read-only image).
 */
export function serverIdentity(log: (line: string) => void): ServerIdentity {
  const uid = process.geteuid?.() ?? 0
  const gid = process.getegid?.() ?? 0
  if (process.platform === 'win32' || uid !== 0)
    return { name: 'the current user', uid, gid, switched: false }
  const identity = unprivilegedUser(log)
  const { error } = runAs(identity, ':')
  if (error) throw cannotSwitch(identity, error)
  return identity
}

function unprivilegedUser(log: (line: string) => void): ServerIdentity {
  for (const name of SERVER_USERS) {
    const found = lookUp(name)
    if (found) return found
  }
  const failure = createUser()
  const created = lookUp('postgres')
  if (created) {
    log('Created the system user "postgres": PostgreSQL refuses to run as root.')
    return created
  }
  const nobody = lookUp('nobody')
  if (nobody) {
    log(`The database runs as "nobody": the user "postgres" could not be created (${failure}).`)
    return nobody
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and there is no user to run it as: creating the user "postgres" failed (${failure}).`,
    `Create one (useradd --system --user-group postgres), or run Everycent as an ordinary user. ${USE_ANOTHER_SERVER}`,
  )
}

const cannotSwitch = (identity: ServerIdentity, cause: Error): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and this process may not start programs as the user "${identity.name}" (${cause.message}).`,
    `Run Everycent as an ordinary user (with Docker: "--user node"). ${USE_ANOTHER_SERVER}`,
    { cause },
  )

const runAs = (identity: ServerIdentity, script: string, ...args: string[]) =>
  spawnSync('/bin/sh', ['-c', script, 'sh', ...args], {
    ...asServer(identity),
    cwd: '/',
    stdio: 'ignore',
  })

function lookUp(name: string): ServerIdentity | undefined {
  const uid = idOf('-u', name)
  const gid = idOf('-g', name)
  if (uid === undefined || gid === undefined || uid === 0) return undefined
  return { name, uid, gid, switched: true }
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' })
  return status === 0 && /^\d+\n?$/.test(stdout) ? Number(stdout) : undefined
}

/** Returns why it failed; whether it worked is seen by looking the user up again. */
function createUser(): string {
  const flags = ['--system', '--no-create-home', '--home-dir', '/nonexistent', '--shell', NOLOGIN]
  const groups = [['--user-group'], ['--gid', 'postgres']]
  let failure = ''
  for (const group of groups) {
    const result = spawnSync('useradd', [...flags, ...group, 'postgres'], { encoding: 'utf8' })
    if (result.status === 0) return ''
    failure = result.error?.message ?? result.stderr.trim()
  }
  return failure
}

/** The shell asks the kernel as that user, so that access lists count too, not mode bits alone. */
export function mayEnter(identity: ServerIdentity, folder: string): boolean {
  return !identity.switched || runAs(identity, 'test -x "$1"', folder).status === 0
}

/** The topmost existing folder on the way to `path` that the server's user may not enter. */
export function closedParent(identity: ServerIdentity, path: string): string | undefined {
  const parents: string[] = []
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(folder)) parents.unshift(folder)
    if (folder === dirname(folder)) break
  }
  const nearest = parents.at(-1) ?? '/'
  if (mayEnter(identity, nearest)) return undefined
  return parents.find((folder) => !mayEnter(identity, folder)) ?? nearest
}

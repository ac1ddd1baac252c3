import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

/*
 * A base backup of a PostgreSQL that works on, file by file between pg_backup_start and pg_backup_stop,
 * which is what pg_basebackup does from elsewhere; and the way back from it and the archive.
 */

/** What a backup leaves out: the log comes from the archive, the rest is of the running server. */
const LEFT_OUT = new Set([
  'pg_wal',
  'postmaster.pid',
  'postmaster.opts',
  'pg_replslot',
  'pg_dynshmem',
])

/** @returns the files copied. */
export async function baseBackup(url: string, cluster: string, to: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query("select pg_backup_start('rehearsal', fast => true)")
    const files = await copyTree(cluster, to)
    const { rows } = await client.query<{ labelfile: string }>(
      'select labelfile from pg_backup_stop(wait_for_archive => true)',
    )
    writeFileSync(join(to, 'backup_label'), rows[0]!.labelfile)
    return files
  } finally {
    await client.end()
  }
}

/** A file that goes away while the server works is one that the log makes again, or nobody needs. */
async function copyTree(from: string, to: string, top = true): Promise<number> {
  mkdirSync(to, { recursive: true })
  let files = 0
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (top && LEFT_OUT.has(entry.name)) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) files += await copyTree(source, target, false)
    else files += await copied(source, target)
  }
  return files
}

async function copied(source: string, target: string): Promise<number> {
  try {
    await copyFile(source, target)
    return 1
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

interface Copy {
  readonly backup: string
  /** Of the new server: its cluster, and the password of the old one, go in here. */
  readonly dataDir: string
  readonly passwordFile: string
}

export interface Restore extends Copy {
  readonly archive: string
  /** As PostgreSQL writes it. Nothing that was committed later comes back. */
  readonly moment: string
}

/** A data directory that, when it is started, plays the archive up to the moment and then takes writes. */
export const prepareRestore = (own: Restore): void =>
  prepare(own, 'recovery.signal', [
    `restore_command = 'cp "${own.archive}/%f" "%p"'`,
    `recovery_target_time = '${own.moment}'`,
    "recovery_target_action = 'promote'",
  ])

export interface Standby extends Copy {
  readonly primaryUrl: string
  /** As the primary calls it. */
  readonly name: string
}

/** A data directory that, when it is started, follows the primary until it is promoted. */
export function prepareStandby(own: Standby): void {
  const { hostname, port, username, password } = new URL(own.primaryUrl)
  const facts = { host: hostname, port, user: username, password: decodeURIComponent(password) }
  const conninfo = Object.entries({ ...facts, application_name: own.name })
  const text = conninfo.map(([name, value]) => `${name}=${value}`).join(' ')
  prepare(own, 'standby.signal', [`primary_conninfo = '${text}'`])
}

function prepare(own: Copy, signal: string, settings: readonly string[]): void {
  const cluster = join(own.dataDir, 'cluster')
  cpSync(own.backup, cluster, { recursive: true })
  for (const name of ['pg_wal', 'pg_replslot', 'pg_dynshmem']) mkdirSync(join(cluster, name))
  writeFileSync(join(cluster, 'postgresql.auto.conf'), `${settings.join('\n')}\n`)
  writeFileSync(join(cluster, signal), '')
  cpSync(own.passwordFile, join(own.dataDir, 'password'))
  const { uid, gid } = statSync(own.passwordFile)
  giveTree(own.dataDir, uid, gid)
  chmodSync(cluster, 0o700)
}

export function giveTree(path: string, uid: number, gid: number): void {
  chownSync(path, uid, gid)
  if (!statSync(path).isDirectory()) return
  for (const name of readdirSync(path)) giveTree(join(path, name), uid, gid)
}

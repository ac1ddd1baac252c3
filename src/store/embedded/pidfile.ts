import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from './errors.ts'

/** The server's own lock file: pid, data directory, start time, port, ... one a line. */
export interface PostmasterPid {
  readonly pid: number
  readonly port: number
}

const pidFile = (cluster: string): string => join(cluster, 'postmaster.pid')

export function readPostmasterPid(cluster: string): PostmasterPid | undefined {
  let lines: string[]
  try {
    lines = readFileSync(pidFile(cluster), 'utf8').split('\n')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  // The port is written after the pid: a server that has just begun to start has none yet.
  const pid = Number(lines[0])
  const port = Number(lines[3] || 0)
  return Number.isSafeInteger(pid) && pid > 0 ? { pid, port } : undefined
}

/** False for a process that is gone, and for one that is dead but not yet collected by its parent. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
  return !isZombie(pid)
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    // The state follows the program's name, which is in brackets and may itself contain brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')
  } catch {
    return false
  }
}

/** Whether a live process is the server of this cluster, and not a stranger with a reused pid. */
export function isServerOf(cluster: string, pid: number): boolean {
  if (process.platform === 'linux' && existsSync('/proc/self')) {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === cluster
    } catch (error) {
      // We may not look: then it is a stranger's, because a server of ours is ours to look at.
      return !['EACCES', 'EPERM', 'ENOENT'].includes(errorCode(error) ?? '')
    }
  }
  const { stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' })
  return typeof stdout !== 'string' || stdout.includes('postgres')
}

const NO_SUCH_PID = 2_147_483_646

/**
 * PostgreSQL refuses to start while the pid in its lock file is alive, even when that is a stranger
 * (a container gives the same small numbers again). Only the pid is replaced: the rest of the file
 * lets the server make sure that no orphan of the old one still uses the cluster's memory.
 */
export function disownPostmasterPid(cluster: string): void {
  const lines = readFileSync(pidFile(cluster), 'utf8').split('\n')
  writeFileSync(pidFile(cluster), [String(NO_SUCH_PID), ...lines.slice(1)].join('\n'))
}

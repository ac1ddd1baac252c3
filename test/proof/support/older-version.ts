import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const ROOM = 512 * 1_024 * 1_024

const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** The commit before the one that brought the last migration; `null`: there is no history here. */
export function commitBeforeLastMigration(): string | null {
  try {
    const last = git('log', '-1', '--diff-filter=A', '--format=%H', '--', 'src/store/migrations')
    return git('rev-parse', '--verify', `${last.trim()}^`).trim()
  } catch {
    return null
  }
}

export interface OlderVersion {
  readonly root: string
  remove(): void
}

/** The program as it was, in a folder of its own; it uses the packages of today. */
export function checkOut(commit: string): OlderVersion {
  const root = mkdtempSync(join(tmpdir(), 'everycent-older-'))
  const archive = execFileSync('git', ['archive', commit], { cwd: ROOT, maxBuffer: ROOM })
  execFileSync('tar', ['-x', '-C', root], { input: archive })
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

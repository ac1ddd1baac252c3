import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterFile } from '../../support/cleanup.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

export interface Served {
  readonly child: ChildProcess
  /** What it said at its start. */
  readonly first: Readonly<Record<string, unknown>>
  readonly url: string
  readonly exited: Promise<number | null>
  readonly errors: () => string
}

/** `everycent serve` as a process of its own, as a supervisor would run it. Killed at the end of the file. */
export async function serve(
  cwd: string,
  env: Readonly<Record<string, string>>,
  port = 0,
  /** Of another version of the program. */
  root = ROOT,
): Promise<Served> {
  const main = join(root, 'src/main.ts')
  const argv = ['--import', TSX, main, 'serve', '--port', String(port), '--json']
  const child = spawn(process.execPath, argv, {
    cwd,
    env: { PATH: process.env.PATH, EVERYCENT_LOG_LEVEL: 'warn', ...env },
  })
  afterFile(() => child.kill('SIGKILL'))
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const line = await firstLine(child, () => errors)
  const first = JSON.parse(line) as Record<string, unknown>
  return { child, first, url: String(first.url), exited, errors: () => errors }
}

async function firstLine(child: ChildProcess, errors: () => string): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    const end = text.indexOf('\n')
    if (end !== -1) return text.slice(0, end)
  }
  throw new Error(`serve ended before it said anything: ${errors()}`)
}

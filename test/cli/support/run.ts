import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Io } from '../../../src/cli/io.ts'
import { runCli } from '../../../src/cli/program.ts'
import { afterFile } from '../../support/cleanup.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly fetch?: typeof fetch
  readonly signal?: AbortSignal
  readonly now?: () => number
  /** Columns of a screen; without it the output is a pipe. */
  readonly columns?: number
  /** A person types what standard input says. */
  readonly typed?: boolean
  /** Told about each piece of standard output as it comes. */
  readonly onOut?: (text: string) => void
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'everycent-cli-'))
  afterFile(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs a command line in this process, with everything it touches caught. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const written = { out: '', err: '' }
  const screen = options.columns === undefined ? {} : { isTTY: true, columns: options.columns }
  const stdin = options.stdin ?? ''
  const io: Io = {
    stdin: Object.assign(Readable.from([typeof stdin === 'string' ? Buffer.from(stdin) : stdin]), {
      isTTY: options.typed === true,
    }),
    stdout: {
      ...screen,
      write: (text) => {
        written.out += text
        options.onOut?.(text)
      },
    },
    stderr: {
      ...screen,
      write: (text) => {
        written.err += text
      },
    },
    env: { TZ: 'UTC', NO_COLOR: '1', ...options.env },
    cwd: options.cwd ?? temporaryFolder(),
    now: options.now ?? (() => Date.now()),
    fetch: options.fetch ?? fetch,
    signal: options.signal ?? new AbortController().signal,
    onKey: () => () => {},
  }
  const code = await runCli(argv, io)
  return { code, ...written }
}

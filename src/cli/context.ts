import { type Client, createClient } from '../client/index.ts'
import { type Connection, resolveConnection } from './connection.ts'
import type { ExitCode } from './exit.ts'
import { type Io, styleFor } from './io.ts'
import type { Clock } from './render/format.ts'
import type { Style } from './render/style.ts'
import { jsonText, sanitizeLines, wrap } from './render/text.ts'

/** The options that every command has. */
export interface CommonOptions {
  readonly json?: boolean
  readonly url?: string
  readonly token?: string
  readonly utc?: boolean
  readonly ascii?: boolean
  readonly color?: boolean
}

/** What a command works with. */
export interface Context {
  readonly io: Io
  readonly style: Style
  readonly json: boolean
  readonly clock: Clock
  connection(): Connection
  client(): Client
  /** Lines of the answer, on standard output. */
  print(lines: string | readonly string[]): void
  /** The answer as JSON: one document, stable member names. */
  printJson(value: unknown): void
  /** Something to know that is not the answer, on standard error. */
  note(text: string): void
}

export type Handler = (
  context: Context,
  options: Readonly<Record<string, unknown>>,
  args: readonly string[],
) => Promise<ExitCode | undefined>

export function createContext(io: Io, options: CommonOptions): Context {
  const style = styleFor(io, io.stdout, options)
  const errorStyle = styleFor(io, io.stderr, options)
  const connection = (): Connection => resolveConnection(io, options)
  return {
    io,
    style,
    json: options.json === true,
    clock: { now: () => io.now(), timeZone: zoneOf(options) },
    connection,
    client: () => {
      const { url, token } = connection()
      return createClient({ baseUrl: url, token, fetch: io.fetch })
    },
    print: (lines) => {
      const all = typeof lines === 'string' ? [lines] : lines
      io.stdout.write(all.map((line) => `${line}\n`).join(''))
    },
    printJson: (value) => io.stdout.write(`${jsonText(value)}\n`),
    note: (text) => {
      for (const line of wrap(sanitizeLines(text), errorStyle.columns))
        io.stderr.write(`${errorStyle.paint('warn', line)}\n`)
    },
  }
}

/** In which zone times are printed and sentences are asked for. */
export const zoneOf = ({ utc }: Pick<CommonOptions, 'utc'>): string =>
  utc === true ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone

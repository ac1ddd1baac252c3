import { createStyle, type Style } from './render/style.ts'

export interface Terminal {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Why `signal` of the `Io` was aborted. */
export class Stopped extends Error {
  readonly by: 'SIGINT' | 'SIGTERM'
  constructor(by: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${by}`)
    this.name = 'AbortError'
    this.by = by
  }
}

/** Everything a command touches outside itself, so that tests can run commands in process. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean }
  readonly stdout: Terminal
  readonly stderr: Terminal
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  now(): number
  readonly fetch: typeof fetch
  /** Aborted, with a `Stopped`, when the person (Ctrl-C) or a supervisor (SIGTERM) wants to stop. */
  readonly signal: AbortSignal
  /** Calls back on each key while a live screen is shown; returns how to stop. */
  onKey(listener: (key: string) => void): () => void
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ''

/** NO_COLOR and FORCE_COLOR as everybody reads them (no-color.org); a dumb terminal gets none. */
export function styleFor(
  io: Pick<Io, 'env'>,
  terminal: Terminal,
  flags: { readonly color?: boolean; readonly ascii?: boolean } = {},
): Style {
  const interactive = terminal.isTTY === true && io.env.TERM !== 'dumb'
  const forced = isSet(io.env.FORCE_COLOR) && io.env.FORCE_COLOR !== '0'
  const refused = isSet(io.env.NO_COLOR) || flags.color === false
  return createStyle({
    interactive,
    colour: !refused && (interactive || forced),
    unicode: flags.ascii !== true,
    ...(interactive && { columns: Math.max(20, terminal.columns ?? 80) }),
  })
}

/** Reads standard input to its end, as UTF-8; throws on bytes that are not. */
export async function readStdin(io: Io, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of io.stdin) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    size += bytes.byteLength
    if (size > bytesMax) throw new RangeError(`more than ${bytesMax} bytes`)
    chunks.push(bytes)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
}

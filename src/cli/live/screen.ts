import type { Io } from '../io.ts'
import { type Style, sanitizeLines } from '../render/index.ts'

const ENTER = '\x1b[?1049h\x1b[?25l'
const LEAVE = '\x1b[?25h\x1b[?1049l'
const HOME = '\x1b[H'
const CLEAR_LINE_END = '\x1b[K'
const CLEAR_SCREEN_END = '\x1b[J'
const PLAIN_EVERY_MS = 5_000

export interface LiveOptions {
  readonly everyMs: number
  /** The lines to show now. Called one at a time; an error is shown and the next call may heal it. */
  readonly draw: () => Promise<readonly string[]>
}

/**
 * A screen that redraws itself until `q`, Ctrl-C or SIGTERM, and leaves the terminal as it was. Where
 * there is no terminal, the same lines are printed every five seconds.
 */
export async function runLive(io: Io, style: Style, options: LiveOptions): Promise<void> {
  const stopped = stopSignal(io)
  if (style.interactive) io.stdout.write(ENTER)
  try {
    while (!stopped.signal.aborted) {
      const lines = await options.draw().catch((error: unknown) => [messageOf(error), ''])
      if (stopped.signal.aborted) break
      io.stdout.write(style.interactive ? frame(lines, io) : `${lines.join('\n')}\n\n`)
      await waitFor(style.interactive ? options.everyMs : PLAIN_EVERY_MS, stopped.signal)
    }
  } finally {
    stopped.release()
    if (style.interactive) io.stdout.write(LEAVE)
  }
}

/** Overwrites in place instead of clearing first: a cleared screen flickers. */
function frame(lines: readonly string[], io: Io): string {
  const rows = (io.stdout as { rows?: number }).rows ?? 24
  const shown = lines.length > rows - 1 ? [...lines.slice(0, rows - 2), '…'] : lines
  return `${HOME}${shown.map((line) => `${line}${CLEAR_LINE_END}\n`).join('')}${CLEAR_SCREEN_END}`
}

const messageOf = (error: unknown): string =>
  sanitizeLines(error instanceof Error ? error.message : String(error))

function stopSignal(io: Io): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  if (io.signal.aborted) stop()
  io.signal.addEventListener('abort', stop, { once: true })
  const forget = io.onKey((key) => {
    if (key === 'q' || key === '\x1b') stop()
  })
  const release = (): void => {
    io.signal.removeEventListener('abort', stop)
    forget()
  }
  return { signal: controller.signal, release }
}

function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done, { once: true })
  })
}

import { CliError, EXIT } from './exit.ts'
import { type Io, Stopped } from './io.ts'
import { outputOf, reportError } from './report.ts'

const FORCED_EXIT = 130

/** Standard output took no more: what has come so far is not the whole answer. */
const notWritten = (error: Error): CliError =>
  new CliError('The answer could not be written to its end.', {
    why: `${error.message}.`,
    next: 'Make room where standard output goes, or send it elsewhere.',
    ...{ code: 'surroundings', cause: error },
  })

/**
 * The real terminal, clock and signals. The first Ctrl-C (or SIGTERM) asks to stop in order, a second
 * one ends the process on the spot.
 */
export function processIo(): { io: Io; dispose: () => void } {
  const controller = new AbortController()
  const stop = (by: 'SIGINT' | 'SIGTERM'): void => {
    if (controller.signal.aborted) process.exit(FORCED_EXIT)
    controller.abort(new Stopped(by))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // `everycent calls | head` closes the pipe early: that is the reader's right.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok)
    const { argv, stderr, env } = process
    process.exit(reportError({ stderr, env }, notWritten(error), outputOf(argv)))
  })
  // where even that cannot be said nobody listens
  process.stderr.on('error', () => {})
  const io: Io = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    now: () => Date.now(),
    fetch: globalThis.fetch,
    signal: controller.signal,
    onKey: (listener) => listenToKeys(listener, () => stop('SIGINT')),
  }
  const dispose = (): void => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
  return { io, dispose }
}

const CTRL_C = '\u0003'

function listenToKeys(listener: (key: string) => void, stop: () => void): () => void {
  const { stdin } = process
  if (!stdin.isTTY) return () => {}
  const onData = (data: Buffer): void => {
    const key = data.toString('utf8')
    // In raw mode the terminal does not turn it into a signal.
    if (key === CTRL_C) stop()
    else listener(key)
  }
  stdin.setRawMode(true)
  stdin.on('data', onData)
  stdin.resume()
  return () => {
    stdin.off('data', onData)
    stdin.setRawMode(false)
    stdin.pause()
  }
}

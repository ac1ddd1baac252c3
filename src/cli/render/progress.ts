import { bar } from './bar.ts'
import { count, rate, span } from './format.ts'
import type { Style } from './style.ts'
import { truncate, widthOf } from './text.ts'

export interface Output {
  write(text: string): unknown
}

export interface ProgressOptions {
  readonly label: string
  readonly total?: number
  /** Milliseconds, monotonic or not: only differences count. */
  readonly now: () => number
}

export interface Progress {
  update(done: number, note?: string): void
  /** Leaves the last figures as a line of their own. */
  finish(note?: string): void
}

const REDRAW_MS = 100
const PLAIN_LINE_MS = 5_000
const BAR_COLUMNS = 24

/**
 * One line that redraws itself on a terminal; elsewhere a plain line every five seconds, so that a
 * log stays readable.
 */
export function createProgress(output: Output, style: Style, options: ProgressOptions): Progress {
  const started = options.now()
  const live = style.interactive
  // A log gets no line from what is done in a few seconds; what is said at the end says it all.
  let drawn = live ? Number.NEGATIVE_INFINITY : started
  let lines = 0
  let last = { done: 0, note: '' }
  const draw = (): void => {
    drawn = options.now()
    lines += 1
    const line = progressLine(style, { ...options, ...last, elapsedMs: drawn - started })
    output.write(live ? `\r\x1b[2K${fitLine(line, style.columns)}` : `${line}\n`)
  }
  return {
    update(done, note = '') {
      last = { done, note }
      if (options.now() - drawn >= (live ? REDRAW_MS : PLAIN_LINE_MS)) draw()
    },
    finish(note) {
      if (note !== undefined) last = { ...last, note }
      if (live || lines > 0) draw()
      if (live) output.write('\n')
    },
  }
}

// Only lines without colours can be cut safely; coloured ones are built to fit.
const fitLine = (line: string, columns: number): string =>
  widthOf(line) < columns || line.includes('\x1b') ? line : truncate(line, columns - 1)

interface ProgressState {
  readonly label: string
  readonly total?: number
  readonly done: number
  readonly note: string
  readonly elapsedMs: number
}

/** `replay  [bar]  1,200/5,000  24 %  812/s  4 s left  note` */
function progressLine(style: Style, state: ProgressState): string {
  const { label, total, done, note, elapsedMs } = state
  const perSecond = elapsedMs > 0 ? (done * 1_000) / elapsedMs : 0
  const parts = [label]
  if (total !== undefined && total > 0) {
    if (style.interactive && style.columns >= 80)
      parts.push(bar(style, { used: BigInt(done), total: BigInt(total) }, BAR_COLUMNS))
    parts.push(`${count(done)}/${count(total)}`)
    parts.push(`${Math.floor((done * 100) / total)} %`)
  } else parts.push(count(done))
  parts.push(`${rate(perSecond)}/s`)
  if (total !== undefined && perSecond > 0 && done < total)
    parts.push(`${span(((total - done) / perSecond) * 1_000)} left`)
  if (note !== '') parts.push(note)
  return parts.join('  ')
}

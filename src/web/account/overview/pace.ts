import { type Nanos, readNanos, ZERO } from '../../../core/money/index.ts'

/** An hour of usage: its begin and what windows covered in it. */
export interface HourOfUse {
  readonly start: string
  readonly included: string
  readonly calls: number
}

export interface PacedWindow {
  readonly capacity: string
  readonly used: string
  readonly held: string
  readonly start: string | null
  readonly resets_at: string | null
  /** Only some models draw on it: hours of all models say nothing of its pace. */
  readonly narrow: boolean
}

export type Pace =
  | { readonly kind: 'not_started' }
  | { readonly kind: 'used_up' }
  | { readonly kind: 'little_data' }
  | { readonly kind: 'idle' }
  /** `perHour`: exact, in nanos of the currency; `hours`: what it was measured over. */
  | {
      readonly kind: 'runs_out'
      readonly at: number
      readonly beforeResetMs: number
      readonly perHour: Nanos
      readonly overMs: number
    }
  | {
      readonly kind: 'lasts'
      readonly percentAtReset: number
      readonly perHour: Nanos
      readonly overMs: number
    }

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Less than this says nothing of a pace. */
const SPAN_MIN_MS = 10 * MINUTE_MS
const CALLS_MIN = 5

/** How far back the pace of a window is measured: the last hour or two of a short one, a day of a long one. */
const lookBackMs = (lengthMs: number): number => (lengthMs <= DAY_MS ? HOUR_MS : DAY_MS)

const big = (value: number): bigint => BigInt(Math.round(value))

/**
 * Whether a window lasts until its reset if usage goes on as lately. Measured over whole hours of use (or
 * since the window began, where that is later), never over less than ten minutes or five calls: then it
 * says that there is too little to tell.
 */
export function paceOf(window: PacedWindow, hours: readonly HourOfUse[], now: number): Pace {
  const { start, resets_at } = window
  if (start === null || resets_at === null) return { kind: 'not_started' }
  const left = readNanos(window.capacity) - readNanos(window.used) - readNanos(window.held)
  if (left <= ZERO) return { kind: 'used_up' }
  const [began, ends] = [Date.parse(start), Date.parse(resets_at)]
  if (now >= ends) return { kind: 'little_data' }
  const { since, amount, calls } = measured(window, hours, { began, ends, now })
  const span = now - since
  if (span < SPAN_MIN_MS || calls < CALLS_MIN) return { kind: 'little_data' }
  if (amount <= ZERO) return { kind: 'idle' }
  const lastsMs = (left * big(span)) / amount
  const perHour = ((amount * big(HOUR_MS)) / big(span)) as Nanos
  if (lastsMs < big(ends - now)) {
    const at = now + Number(lastsMs)
    return { kind: 'runs_out', at, beforeResetMs: ends - at, perHour, overMs: span }
  }
  const capacity = readNanos(window.capacity)
  const atReset = capacity - left + (amount * big(ends - now)) / big(span)
  return {
    kind: 'lasts',
    percentAtReset: Math.min(100, Number((atReset * 100n) / capacity)),
    perHour,
    overMs: span,
  }
}

interface Moments {
  readonly began: number
  readonly ends: number
  readonly now: number
}

function measured(
  window: PacedWindow,
  hours: readonly HourOfUse[],
  { began, ends, now }: Moments,
): { readonly since: number; readonly amount: bigint; readonly calls: number } {
  const from = Math.floor((now - lookBackMs(ends - began)) / HOUR_MS) * HOUR_MS
  const recent = hours.filter(({ start }) => Date.parse(start) >= Math.min(from, began) - HOUR_MS)
  // The hour in which the window began has usage of before it: its own counter is exact there.
  if (began >= from || window.narrow) {
    const calls = recent.reduce((sum, hour) => sum + hour.calls, 0)
    return { since: began, amount: readNanos(window.used), calls }
  }
  const counted = hours.filter(({ start }) => Date.parse(start) >= from)
  return {
    since: from,
    amount: counted.reduce((sum, { included }) => sum + readNanos(included), 0n),
    calls: counted.reduce((sum, hour) => sum + hour.calls, 0),
  }
}

const PART_MS: Readonly<Record<string, number>> = {
  W: 7 * DAY_MS,
  D: DAY_MS,
  H: HOUR_MS,
  M: MINUTE_MS,
}

/** Milliseconds of an ISO 8601 length as plans write them: `PT5H`, `P7D`; a month counts as 30 days. */
export function lengthMs(length: string): number {
  const [date = '', time = ''] = length.replace('P', '').split('T')
  const parts = (text: string, month: number): number =>
    [...text.matchAll(/(\d+)([A-Z])/g)].reduce(
      (sum, [, count = '0', unit = '']) =>
        sum + Number(count) * (unit === 'M' ? month : (PART_MS[unit] ?? 0)),
      0,
    )
  return parts(date, 30 * DAY_MS) + parts(time, MINUTE_MS)
}

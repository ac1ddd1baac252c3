import { expect } from 'vitest'
import {
  divideHalfUp,
  formatNanos,
  fromMinor,
  nanos,
  ratio,
  readNanos,
  subtract,
  add,
  toMinor,
} from '../../src/core/money/index.ts'
import {
  addDuration,
  contains,
  formatInstant,
  HOUR_MS,
  type Instant,
  type Interval,
  parseDuration,
  parseInstant,
  periodContaining,
} from '../../src/core/time/index.ts'
import { registerShape } from './shapes.ts'

function at(text: string): Instant {
  const instant = parseInstant(text)
  if (instant === undefined) throw new Error(`not an instant: ${text}`)
  return instant
}

function durationOf(text: string) {
  const duration = parseDuration(text)
  if (!duration) throw new Error(`not a duration: ${text}`)
  return duration
}

registerShape(
  'reset across zones',
  ({ given }) => given.reset_at !== undefined && given.now !== undefined,
  (vector) => {
    const reset = at(vector.given.reset_at)
    const window: Interval = { start: 0 as Instant, end: reset }
    const due = !contains(window, at(vector.given.now))
    expect(due).toBe(vector.expect.due)
    expect(due).not.toBe(vector.observed_wrong?.due)
    // A window that is over holds nothing back, however much was spent in it.
    expect(due).toBe(vector.expect.admit)
    expect(formatInstant(reset)).not.toBe(
      formatInstant(at(vector.observed_wrong?.blocked_until)),
    )
  },
)

registerShape(
  'calendar period',
  ({ given }) => given.anchor !== undefined && given.period !== undefined,
  (vector) => {
    const anchor = at(vector.given.anchor)
    const period = durationOf(vector.given.period)
    const first = addDuration(anchor, period)
    expect(first).toBe(vector.expect.next_reset_ms)
    expect(first).not.toBe(vector.observed_wrong?.next_reset_ms)
    expect(periodContaining(anchor, period, first).start).toBe(first)
    const second = formatInstant(addDuration(anchor, period, 2))
    expect(second.slice(0, 10)).toBe(vector.expect.then.slice(0, 10))
  },
)

const SESSION = { months: 0, milliseconds: 5 * HOUR_MS }
const DAY = '2026-01-05'
const clock = (time: string): Instant => at(`${DAY}T${time}:00Z`)
const shown = (instant: Instant): string => formatInstant(instant).slice(11, 16)

/** The windows that messages open: each by the first message outside the one before. */
function sessions(messages: readonly Instant[], open: (at: Instant) => Instant): Interval[] {
  const windows: Interval[] = []
  for (const message of messages) {
    const last = windows.at(-1)
    if (last && contains(last, message)) continue
    const start = open(message)
    windows.push({ start, end: addDuration(start, SESSION) })
  }
  return windows
}

const OPENED_BY: Readonly<Record<string, (message: Instant) => Instant>> = {
  first_message: (message) => message,
  floor_to_hour: (message) => (message - (message % HOUR_MS)) as Instant,
}

registerShape(
  'session window',
  ({ given }) => Array.isArray(given.messages_at) && given.policy !== undefined,
  (vector) => {
    const messages: Instant[] = vector.given.messages_at.map(clock)
    for (const policy of vector.given.policy.split('|') as string[]) {
      const open = OPENED_BY[policy]
      if (!open) throw new Error(`unknown policy ${policy}`)
      const windows = sessions(messages, open)
      expect(windows.map(({ start, end }) => [shown(start), shown(end)])).toEqual([
        vector.expect[policy].window,
      ])
      const [window] = windows
      const left = (window?.end ?? 0) - (messages.at(-1) ?? 0)
      expect(`${left / HOUR_MS} h left`).not.toBe(vector.observed_wrong?.['at_21:00'])
    }
  },
)

registerShape(
  'tax on a top-up',
  ({ given }) => given.net !== undefined && given.tax_rate !== undefined,
  (vector) => {
    const net = readNanos(vector.given.net)
    const rate = ratio.parseRatio(vector.given.tax_rate)
    if (!rate) throw new Error('not a tax rate')
    const exact = net + divideHalfUp(net * rate.numerator, rate.denominator)
    const gross = fromMinor(toMinor(nanos(exact), 'USD'), 'USD')
    // The same figure on both sides: what is taken is what the invoice says.
    expect(formatNanos(gross)).toBe(vector.expect.gross)
    expect(formatNanos(subtract(readNanos(vector.given.wallet), gross))).toBe(
      vector.expect.wallet_after,
    )
    expect(formatNanos(gross)).toBe(vector.expect.invoice_prepaid_credit)
    expect(formatNanos(gross)).not.toBe(vector.observed_wrong?.invoice_prepaid_credit)
    expect(add(subtract(readNanos(vector.given.wallet), gross), gross)).toBe(
      readNanos(vector.given.wallet),
    )
  },
)

import { describe, expect, it } from 'vitest'
import {
  type HourOfUse,
  lengthMs,
  type Pace,
  paceOf,
} from '../../../src/web/account/overview/pace.ts'

const at = (time: string): string => `2026-11-26T${time}:00.000Z`
const now = Date.parse(at('12:30'))
const session = {
  capacity: '10',
  used: '6',
  held: '0',
  start: at('09:30'),
  resets_at: at('14:30'),
  narrow: false,
}
const hour = (time: string, included: string, calls: number): HourOfUse => ({
  start: at(time),
  included,
  calls,
})
const busy = [hour('09:00', '2', 20), hour('11:00', '3', 20), hour('12:00', '1', 10)]

interface Case {
  readonly promise: string
  readonly window?: Partial<typeof session>
  readonly hours?: readonly HourOfUse[]
  readonly expected: Partial<Pace>
}

const CASES: readonly Case[] = [
  {
    // since 11:00: 4 in 90 minutes; 4 left last 90 minutes more, half an hour before the reset
    promise: 'runs out: when, and how long before its reset',
    expected: {
      kind: 'runs_out',
      at: Date.parse(at('14:00')),
      beforeResetMs: 30 * 60_000,
      overMs: 90 * 60_000,
    },
  },
  {
    promise: 'lasts: how much is used by its reset',
    window: { capacity: '20' },
    // 6 used, and 4 in 90 minutes for 120 minutes more
    expected: { kind: 'lasts', percentAtReset: 56 },
  },
  {
    promise: 'what calls in flight hold is not left',
    window: { held: '4' },
    expected: { kind: 'used_up' },
  },
  {
    promise: 'a window that began a moment ago has no pace',
    window: { start: at('12:25'), used: '6' },
    expected: { kind: 'little_data' },
  },
  {
    promise: 'four calls are no pace',
    hours: [hour('11:00', '3', 2), hour('12:00', '1', 2)],
    expected: { kind: 'little_data' },
  },
  {
    promise: 'calls that drew nothing from it: idle, and not “lasts for ever”',
    hours: [hour('11:00', '0', 20)],
    expected: { kind: 'idle' },
  },
  {
    promise: 'nothing is said of a window that has not begun',
    window: { start: null, resets_at: null } as never,
    expected: { kind: 'not_started' },
  },
  {
    promise: 'nothing is said of a window whose reset has passed',
    window: { resets_at: at('12:29') },
    expected: { kind: 'little_data' },
  },
  {
    promise: 'a window of some models only goes by its own counter, from its beginning',
    window: { narrow: true },
    // 6 in 3 hours: 4 left last 2 hours, which is exactly its reset
    expected: { kind: 'lasts', percentAtReset: 100 },
  },
]

describe('whether a window lasts until its reset', () => {
  it.each(CASES)('$promise', ({ window = {}, hours = busy, expected }) => {
    expect(paceOf({ ...session, ...window }, hours, now)).toMatchObject(expected)
  })
})

describe('lengths of windows', () => {
  it.each([
    ['PT5H', 5 * 3_600_000],
    ['P7D', 7 * 86_400_000],
    ['P1W', 7 * 86_400_000],
    ['P1M', 30 * 86_400_000],
    ['PT90M', 90 * 60_000],
    ['P1DT12H', 36 * 3_600_000],
  ])('%s', (length, expected) => {
    expect(lengthMs(length)).toBe(expected)
  })
})

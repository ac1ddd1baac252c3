import { expect, test } from 'vitest'
import { timelineOf } from '../../../src/contract/receipt/history.ts'

/** One settled call of one attempt; times in milliseconds of one second. */
function eventsOf(
  times: Readonly<Record<'received' | 'hold' | 'first' | 'last' | 'settled', number>>,
) {
  const at = (ms: number) => `2026-11-21T08:00:00.${String(ms).padStart(3, '0')}Z`
  const evidence = {
    received_at: at(times.received),
    first_byte_at: at(times.first),
    last_byte_at: at(times.last),
  }
  const body = {
    kind: 'settle',
    seq: 1,
    at: at(times.settled),
    hold: { at: at(times.hold) },
    evidence,
  }
  return timelineOf({ all: [{ body }] } as never).map(({ event }) => event)
}

test('what happened to a call stands in order of time', () => {
  const times = { received: 1, hold: 2, first: 3, last: 5, settled: 4 }
  expect(eventsOf(times)).toEqual(['received', 'hold_placed', 'first_byte', 'settled', 'last_byte'])
})

test('two clocks that differ by some milliseconds put no effect before its cause', () => {
  const times = { received: 20, hold: 1, first: 40, last: 50, settled: 30 }
  expect(eventsOf(times)).toEqual(['received', 'hold_placed', 'settled', 'first_byte', 'last_byte'])
  const early = { received: 1, hold: 90, first: 40, last: 50, settled: 99 }
  expect(eventsOf(early)).toEqual(['received', 'hold_placed', 'first_byte', 'last_byte', 'settled'])
})

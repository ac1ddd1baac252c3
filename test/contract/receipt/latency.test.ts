import { expect, test } from 'vitest'
import { latencyOf } from '../../../src/contract/receipt/index.ts'

const at = (second: number) => `2026-11-21T08:00:0${second}.000Z`

test.each([
  [
    'seen to its end',
    { received_at: at(1), first_byte_at: at(2), last_byte_at: at(5) },
    1_000,
    4_000,
  ],
  ['broken before its first byte', { received_at: at(1) }, null, null],
  ['reported afterwards', {}, null, null],
  ['whose evidence is gone', undefined, null, null],
  [
    'of clocks that ran back',
    { received_at: at(3), first_byte_at: at(2), last_byte_at: at(4) },
    0,
    1_000,
  ],
  ['with words in the place of times', { received_at: 'then', first_byte_at: at(2) }, null, null],
])('the latency of a call %s', (_which, evidence, first_byte_ms, last_byte_ms) => {
  expect(latencyOf(evidence)).toEqual({ first_byte_ms, last_byte_ms })
})

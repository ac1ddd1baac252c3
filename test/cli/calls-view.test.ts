import { describe, expect, test } from 'vitest'
import { createStyle } from '../../src/cli/render/style.ts'
import { widthOf } from '../../src/cli/render/text.ts'
import { callsTable, feedHeader, feedRow, runningTable } from '../../src/cli/views/calls.ts'
import type { CallListed, EntryAnswer, RunningCall } from '../../src/client/index.ts'

/* Ids are for the next command: on a screen of any width they are whole. */

const AT = '2026-11-28T10:00:00.000Z'
const IDS = ['1449', '144a'].map((end) => `01a21930-13a8-764d-adb9-a4ab027c${end}`)
const clock = { now: () => Date.parse(AT), timeZone: 'UTC' }
const view = (columns: number) => ({
  clock,
  style: createStyle({ interactive: true, colour: false, columns }),
})
const MODEL = 'claude-opus-5.5-20261101'
const amounts = {
  charged: { amount: '1.25' },
  covered_by_plan: { amount: '0.5' },
  credit: { promotional: { amount: '0' }, paid: { amount: '1.25' } },
  overage: { amount: '0' },
  absorbed: { amount: '0' },
}
const calls = IDS.map((id) => ({
  ...{ receipt_id: `rcpt_${id}`, as_of: AT, status: 'settled', currency: 'USD', amounts },
  served: { model: { requested: MODEL, served: MODEL } },
  verdict: { refusal: null, outcome: 'succeeded', code: 'charged' },
  usage: { tokens: { input: 123_456, output: 12_345 } },
  latency: { first_byte_ms: 400, last_byte_ms: 12_000 },
})) as unknown as CallListed[]
const running = IDS.map((id) => ({
  ...{ call_id: `call_${id}`, at: AT, model: MODEL, worst: '2', so_far: null },
  held: { money: '1', included: '0.5' },
})) as unknown as RunningCall[]
const entry = {
  ...{ kind: 'settle', at: AT, receipt_id: `rcpt_${IDS[0]}`, outcome: { code: 'succeeded' } },
  ...{ call: { call_id: `call_${IDS[0]}`, model: MODEL }, totals: { money: '1', included: '0' } },
} as unknown as EntryAnswer

describe.each([24, 40, 60, 79, 80, 100, 120, 200])('at %d columns', (columns) => {
  const own = view(columns)

  test('the last calls, and calls in flight', () => {
    const [listed, inFlight] = [callsTable(calls, own), runningTable(running, 'USD', own)]
    for (const id of IDS) {
      expect(listed.join('\n')).toContain(`rcpt_${id}`)
      expect(inFlight.join('\n')).toContain(`call_${id}`)
    }
    expect(listed.join('\n')).toMatch(/succe.*\$1\.25/s)
    if (columns >= 60) for (const line of listed) expect(widthOf(line)).toBeLessThanOrEqual(columns)
  })

  test('the feed', () => {
    const line = feedRow(entry, 'USD', own)
    expect(line).toContain(`rcpt_${IDS[0]}`)
    expect(feedHeader(own)).toContain('receipt')
    if (columns >= 80) expect(widthOf(line ?? '')).toBeLessThanOrEqual(columns)
  })
})

test('a row that does not fit without cutting its id is a card', () => {
  expect(callsTable(calls, view(40)).slice(0, 3)).toEqual([
    'ended             10:00:00',
    `receipt           rcpt_${IDS[0]}`,
    'model             claude-opus-5.5-20261…',
  ])
})

import { expect } from 'vitest'
import type { EntryBody } from '../../src/core/ledger/index.ts'
import { readInstant } from '../../src/core/ledger/index.ts'
import { readNanos } from '../../src/core/money/index.ts'
import {
  at,
  book,
  HOUR,
  MINUTE,
  plan,
  served,
  SECOND,
  TestCatalogue,
  UNIT_BOOK,
  usd,
} from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry } from '../support/core/ledger.ts'
import { type Fields, registerShape, type Vector } from './shapes.ts'

const PRICES = { input: '3', output: '15' }

/** An account with credit, and a book in which the row's prices are those of `unit`. */
function funded(prices: Fields = {}): Ledger {
  const stated = Object.entries({ ...PRICES, ...prices }).map(([kind, price]) => ({
    model: 'unit',
    kind,
    per_mtok: /^\d/.test(price as string) ? price : PRICES[kind as keyof typeof PRICES],
  }))
  const rows = [...stated, { model: 'unit', kind: 'cache_read', per_mtok: '0.001' }]
  const catalogue = new TestCatalogue([plan({ windows: [] })], [book({ ...UNIT_BOOK, rows })])
  const ledger = new Ledger({ catalogue, paidUse: true })
  ledger.topUp('credits', '1000')
  return ledger
}

function checkCharge(vector: Vector, entry: EntryBody): void {
  expect(entry.totals!.money).toBe(vector.expect.charge_usd)
  const wrong = [vector.observed_wrong?.charge_usd].flat()
  for (const figure of wrong) expect(entry.totals!.money).not.toBe(`${figure}`.split(' ')[0])
}

registerShape(
  'stream that the upstream broke',
  ({ given }) => typeof given.sse === 'string' && given.client_status !== undefined,
  (vector) => {
    const [, tokens] = /~(\d+) output tokens, then in-band/.exec(vector.given.sse)!
    const ledger = funded(vector.prices_usd_per_mtok)
    admitted(ledger.authorize('call', usd('0')))
    const sent = served({ output: parseInt(tokens!, 10) })
    const entry = postedEntry(ledger.settle('call', sent, 'upstream_failed_mid_stream'))
    checkCharge(vector, entry)
    expect(vector.expect.absorbed_by).toBe('platform')
    expect(readNanos(entry.totals!.absorbed)).toBeGreaterThan(0n)
    expect(entry.absorbed_reason).toContain(vector.expect.receipt_reason)
    expect(ledger.lot('credits').remaining).toBe(usd('1000'))
  },
)

registerShape(
  'caller gone before the first token',
  ({ given }) => given.delivered_tokens === 0 && given.estimated_prompt !== undefined,
  (vector) => {
    const ledger = funded(vector.prices_usd_per_mtok)
    admitted(ledger.authorize('call', usd('0.0009')))
    const guess = served({ input: vector.given.estimated_prompt })
    const entry = postedEntry(ledger.settle('call', guess, 'client_aborted_before_output'))
    checkCharge(vector, entry)
    expect(vector.expect.hold_released).toBe(true)
    expect(entry.hold!.settled).toBe('0')
    expect(ledger.lot('credits')).toMatchObject({ held: 0n, remaining: usd('1000') })
  },
)

/** Requests of the same content are one call: the gateway gives them one call id. */
registerShape(
  'retry of a call whose answer was lost',
  ({ given }) => Array.isArray(given.requests) && given.requests[0]?.body_sha !== undefined,
  (vector) => {
    const units = `${vector.prices_usd_per_mtok!.per_call_units}`
    const catalogue = new TestCatalogue([plan({ windows: [] })])
    const ledger = new Ledger({ catalogue, paidUse: true })
    ledger.topUp('credits', '1000')
    const answers = vector.given.requests.map((request: Fields) => {
      ledger.now = (at('09:00') + request.t * SECOND) as typeof ledger.now
      const admission = ledger.authorize(`call_${request.account}_${request.body_sha}`, usd(units))
      if (ledger.holds.size > 0)
        return [admission, ledger.settle([...ledger.holds.keys()][0]!, usd(units))]
      return [admission]
    })
    const drawn = usd('1000') - ledger.lot('credits').remaining
    expect(drawn).toBe(usd(`${vector.expect.units}`))
    expect(drawn).not.toBe(usd(`${vector.observed_wrong!.units}`))
    expect(answers[0]).toHaveLength(2)
    expect(answers[1]).toHaveLength(1)
    expect(admitted(answers[1][0])).toEqual(admitted(answers[0][0]))
  },
)

registerShape(
  'late and early events',
  ({ given }) => Array.isArray(given.events) && given.events[0]?.event_time !== undefined,
  (vector) => {
    const { events, period_end: end, grace_min: grace, max_skew_s: skew } = vector.given
    const [late, again, early] = events
    const month = plan({
      windows: [{ id: 'month', shape: 'calendar', length: 'P1M', capacity: '10' }],
    })
    const ledger = new Ledger({ plans: [month], at: at(end), anchor: at('2026-01-01T00:00:00Z') })
    ledger.now = at(late.ingested)
    expect(at(late.ingested) - at(late.event_time)).toBeLessThanOrEqual(grace * MINUTE)
    expect(grace * MINUTE).toBe(HOUR)
    const eventAt = at(late.event_time)
    const first = ledger.record(late.id, usd('1'), { eventAt })
    expect(again).toMatchObject({ id: late.id, redelivered: true })
    expect(ledger.record(again.id, usd('1'), { eventAt })).toEqual(first)
    const [june] = postedEntry(first).windows!
    expect(readInstant(june!.end!)).toBe(at(end))
    expect(vector.expect.e1).toBe('June, once')
    expect(ledger.entries.filter(({ body }) => body.call?.call_id === late.id)).toHaveLength(1)
    const ahead = (at(early.event_time) - at(early.now)) / SECOND
    expect(ahead).toBeLessThanOrEqual(skew)
    const entry = postedEntry(ledger.record(early.id, usd('1'), { eventAt: at(early.event_time) }))
    expect(ledger.evidence.get(entry.seq)).toMatchObject({ event_skew_ms: ahead * SECOND })
    expect(vector.expect.e2).toBe(`accepted, +${ahead} s skew recorded`)
    expect(readInstant(entry.windows![0]!.start!)).toBe(at(end))
  },
)

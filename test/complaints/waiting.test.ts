import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accountView } from '../../src/core/decisions/index.ts'
import type { Cap } from '../../src/core/funding/index.ts'
import { parseInstant } from '../../src/core/time/index.ts'
import { at, DAY, HOUR, plan, plus, SESSION, usd, WEEKLY } from '../support/core/fixtures.ts'
import { admitted, type CallOptions, Ledger, refused } from '../support/core/ledger.ts'

// What a refusal says is what is enforced: the limit that it names has no room, and the call goes
// through at the instant that it tells, and not a millisecond before.

const cap = (id: string, period: Cap['period'], amount: string): Cap => ({
  id,
  scope: 'account',
  scopeId: null,
  period,
  counts: 'money',
  amount: usd(amount),
})

describe('the wait that is told', () => {
  test('of two windows that are used up, the one that begins anew last is named', () => {
    const windows = [SESSION, { ...WEEKLY, capacity: '10' }]
    const ledger = new Ledger({ plans: [plan({ windows })] })
    ledger.record('all', usd('10'))
    const block = refused(ledger.authorize('more', usd('1')))
    expect(block).toMatchObject({
      code: 'window_exhausted',
      limit: { id: 'weekly', resets_at: '2026-11-09T09:00:00.000Z' },
      retry_at: '2026-11-09T09:00:00.000Z',
    })
    ledger.wait(5 * HOUR)
    expect(ledger.authorize('after the session', usd('1')).status).toBe('refused')
  })

  test('a call that is larger than the whole window is not told to wait for it', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION], crossing: 'clamp' })] })
    const block = refused(ledger.authorize('large', usd('11'), { fit: 'refuse' }))
    expect(block).toMatchObject({ code: 'window_exhausted', limit: { id: 'session' } })
    expect(block).not.toHaveProperty('retry_at')
  })

  test('a monthly cap that is reached does not hide that the session window is open again today', () => {
    const ledger = new Ledger({
      plans: [plan({ windows: [SESSION] })],
      paidUse: true,
      caps: [cap('month', 'cycle', '1')],
    })
    ledger.topUp('credits', '50')
    ledger.record('covered', usd('10'))
    ledger.record('paid', usd('1'))
    const block = refused(ledger.authorize('more', usd('2'), { fit: 'refuse' }))
    expect(block).toMatchObject({ code: 'cap_reached', retry_at: '2026-11-02T14:00:00.000Z' })
    ledger.now = at('14:00')
    admitted(ledger.authorize('more later', usd('2'), { fit: 'refuse' }))
  })
})

interface Sketch {
  readonly windows: readonly (readonly [capacity: number, hours: number])[]
  readonly crossing: 'finish' | 'clamp'
  readonly caps: readonly (readonly [Cap['period'], number])[]
  readonly promo: number
  readonly paid: number
  readonly paidUse: boolean
  readonly used: readonly number[]
  readonly inFlight: number
  readonly cost: number
  readonly fit: 'refuse' | 'clamp'
}

const dollars = fc.integer({ min: 0, max: 6 })
const SKETCH: fc.Arbitrary<Sketch> = fc.record({
  windows: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(5, 24, 168)), {
    maxLength: 3,
  }),
  crossing: fc.constantFrom('finish', 'clamp'),
  caps: fc.array(fc.tuple(fc.constantFrom<Cap['period']>('day', 'week', 'cycle'), dollars), {
    maxLength: 2,
  }),
  promo: dollars,
  paid: dollars,
  paidUse: fc.boolean(),
  used: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }),
  inFlight: fc.integer({ min: 0, max: 2 }),
  cost: fc.integer({ min: 1, max: 8 }),
  fit: fc.constantFrom('refuse', 'clamp'),
})

function story(sketch: Sketch): Ledger {
  const ledger = new Ledger({
    plans: [
      plan({
        windows: sketch.windows.map(([capacity, hours], index) => ({
          id: `w${index}`,
          capacity: `${capacity}`,
          length: `PT${hours}H`,
        })),
        crossing: sketch.crossing,
      }),
    ],
    paidUse: sketch.paidUse,
    caps: sketch.caps.map(([period, amount], index) => cap(`cap_${index}`, period, `${amount}`)),
  })
  if (sketch.promo > 0) ledger.grant('promo', `${sketch.promo}`)
  if (sketch.paid > 0) ledger.topUp('paid', `${sketch.paid}`)
  for (const [index, amount] of sketch.used.entries()) {
    ledger.record(`used_${index}`, usd(`${amount}`))
    ledger.wait(HOUR)
  }
  for (let index = 0; index < sketch.inFlight; index += 1)
    ledger.authorize(`open_${index}`, usd('1'), { ttlMs: 60 * DAY })
  return ledger
}

describe('a refusal of any account', () => {
  test('tells the first instant at which the call goes through, or that none comes', () => {
    let told = 0
    let untold = 0
    fc.assert(
      fc.property(SKETCH, (sketch) => {
        const options: CallOptions = { fit: sketch.fit }
        const cost = usd(`${sketch.cost}`)
        const tryAt = (ms: number) => {
          const ledger = story(sketch)
          ledger.now = plus(ledger.now, ms)
          return { ledger, result: ledger.authorize('call', cost, options) }
        }
        const { ledger, result } = tryAt(0)
        if (result.status !== 'refused') return
        const block = refused(result)
        if (block.retry_at === undefined) {
          untold += 1
          for (const hours of [5, 24, 168, 24 * 62])
            expect(tryAt(hours * HOUR).result.status).toBe('refused')
          return
        }
        told += 1
        const wait = parseInstant(block.retry_at)! - ledger.now
        expect(tryAt(wait - 1).result.status).toBe('refused')
        expect(tryAt(wait).result.status).toBe('admitted')
      }),
      { numRuns: 200 },
    )
    expect(Math.min(told, untold)).toBeGreaterThan(10)
  })

  test('is never one of a call that windows or credit could have paid', () => {
    let seen = 0
    fc.assert(
      fc.property(SKETCH, (sketch) => {
        const ledger = story(sketch)
        const cost = usd(`${sketch.cost}`)
        const view = accountView(
          ledger.state!,
          [...ledger.catalogue.plans.values()][0]!,
          ledger.now,
        )
        if (ledger.authorize('call', cost, { fit: 'refuse' }).status !== 'refused') return
        seen += 1
        const least = (amounts: readonly string[]) =>
          amounts.map(usd).reduce<bigint | null>((a, b) => (a === null || b < a ? b : a), null)
        const included = least(view.windows.map(({ left }) => left)) ?? 0n
        const credit = view.lots
          .filter(({ category }) => category === 'promotional' || view.paid_use)
          .reduce((total, lot) => total + usd(lot.remaining) - usd(lot.held), 0n)
        const capped = least(view.caps.map(({ left }) => left))
        const money = capped !== null && capped < credit ? capped : credit
        expect(included + money < cost).toBe(true)
        if (sketch.crossing === 'finish') expect(included).toBe(0n)
      }),
      { numRuns: 200 },
    )
    expect(seen).toBeGreaterThan(20)
  })

  test('while 38 % of the week is used and paid use is off is not made', () => {
    const ledger = new Ledger({ plans: [plan()] })
    for (const day of [0, 1, 2, 3]) {
      ledger.now = plus(at('09:00'), day * DAY)
      ledger.record(`day_${day}`, usd('4.75'))
    }
    ledger.wait(6 * HOUR)
    admitted(ledger.authorize('next', usd('1'), { fit: 'refuse' }))
    ledger.settle('next', usd('1'))
    expect(ledger.window('weekly').used).toBe(usd('20'))
  })
})

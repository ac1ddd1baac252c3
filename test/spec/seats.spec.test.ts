import { describe, expect, test } from 'vitest'
import type { Command, FeePayment } from '../../src/core/decisions/index.ts'
import type { Plan } from '../../src/core/funding/index.ts'
import { type EntryBody, feeFormula } from '../../src/core/ledger/index.ts'
import { formatNanos, readNanos, sum } from '../../src/core/money/index.ts'
import { type Instant, instant } from '../../src/core/time/index.ts'
import { at, plan, SESSION, usd } from '../support/core/fixtures.ts'
import { ACCOUNT, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried } from '../support/core/render.ts'

/* Seats at every moment of a period, and what each line of a fee is made of. */

const SEATS = { min: 1, max: 50, priceEach: usd('30') }
const team = (id: string, more: Partial<Plan>): Plan => ({
  ...plan({ id, windows: [] }),
  fallback: 'free',
  seats: SEATS,
  ...more,
})
const PLANS = [
  plan({ id: 'free', windows: [] }),
  team('team', {}),
  team('team_base', { price: usd('100') }),
  team('team_year', { period: 'P1Y', seats: { ...SEATS, priceEach: usd('300') } }),
  team('team_free', { seats: { ...SEATS, priceEach: usd('0') } }),
]
const START = at('2026-11-01T00:00:00Z')
const MID = at('2026-11-16T00:00:00Z')
const END = at('2026-12-01T00:00:00Z')
const ACTOR = { type: 'operator', id: 'op_test' } as const

type Change = Partial<Extract<Command, { kind: 'change_subscription' }>>
let made = 0
function change(ledger: Ledger, more: Change, payment: FeePayment | 'assumed' = paying()) {
  made += 1
  return ledger.run({
    ...({ kind: 'change_subscription', accountId: ACCOUNT, requestId: `order_${made}` } as const),
    ...{ actor: ACTOR, payment: payment as FeePayment, ...more },
  })
}
const paying = (): FeePayment => ({
  paymentId: `pi_${made}`,
  tax: usd('0'),
  collected: false,
})

function withSeats(ref: string, seats: number): Ledger {
  const ledger = new Ledger({ plans: PLANS, at: START, paidUse: true })
  postedEntry(change(ledger, { plan: ref, seats }))
  return ledger
}

const money = ({ fee }: EntryBody) => [fee!.net, fee!.due, fee!.credit_added]

/** What the facts of a line say that it comes to, by integers alone. */
function reckoned(line: NonNullable<EntryBody['fee']>['lines'][number]): string {
  const own = feeFormula(line)!
  const exact = BigInt(own.count) * readNanos(own.each) * BigInt(own.partMs)
  const whole = BigInt(own.wholeMs)
  if (own.rounds === 'nothing') expect(exact % whole).toBe(0n)
  const up = own.rounds === 'up' ? whole - 1n : 0n
  const amount = (exact + up) / whole
  return formatNanos((line.type === 'unused_time' ? -amount : amount) as never)
}

const each = <T>(rows: readonly T[]) => rows

describe('seats', () => {
  test.each<[name: string, ref: string, seats: [number, number], when: Instant, told: string[]]>([
    // at the first instant the whole period is still to come, at the last but a millisecond of it
    ['more at the first instant', 'team@1', [2, 5], START, ['90', '90', '0']],
    ['more in the middle', 'team@1', [2, 5], MID, ['45', '45', '0']],
    ['beside the price of the plan', 'team_base@1', [2, 5], MID, ['45', '45', '0']],
    ['of a year, after half a month', 'team_year@1', [2, 5], MID, ['863.01', '863.01', '0']],
  ])('%s: only what is left of the period is charged', (_name, ref, [from, to], when, told) => {
    const ledger = withSeats(ref, from)
    ledger.now = when
    const entry = postedEntry(change(ledger, { seats: to }))
    expect(entry.transition).toMatchObject({ type: 'seats', when: 'now' })
    expect([entry.transition!.from_seats, entry.transition!.to_seats]).toEqual([from, to])
    expect(money(entry)).toEqual(told)
    expect(ledger.state!.subscription!.seats).toBe(to)
  })

  test('a millisecond before the end cost less than the smallest coin, which is waived', () => {
    const ledger = withSeats('team@1', 2)
    ledger.now = instant(END - 1)
    const entry = postedEntry(change(ledger, { seats: 5 }))
    expect(entry.fee!.lines.map(({ type }) => type)).toEqual(['unused_time', 'seats', 'waived'])
    expect(money(entry)).toEqual(['0', '0', '0'])
  })

  test('at the very end are not changed before the renewal is paid', () => {
    const ledger = withSeats('team@1', 2)
    ledger.now = END
    expect(refused(change(ledger, { seats: 5 })).code).toBe('renewal_due')
  })

  test.each(each([START, MID, instant(END - 1)]))(
    'fewer at %i wait for the end of the period',
    (when) => {
      const ledger = withSeats('team@1', 5)
      ledger.now = when
      const entry = postedEntry(change(ledger, { seats: 2 }))
      expect(entry.transition).toMatchObject({ type: 'seats', when: 'period_end' })
      expect(money(entry)).toEqual(['0', '0', '0'])
      expect(ledger.state!.subscription).toMatchObject({ seats: 5, next: { seats: 2 } })
    },
  )

  test('fewer at once give the unused time back as credit for later fees', () => {
    const ledger = withSeats('team@1', 5)
    ledger.now = MID
    expect(money(postedEntry(change(ledger, { seats: 2, when: 'now' })))).toEqual([
      '-45',
      '0',
      '45',
    ])
  })

  test('that were given up a moment ago still carry what was called with them', () => {
    const windows = [
      { ...plan({ windows: [SESSION] }).windows[0]!, capacity: usd('2'), perSeat: true as const },
    ]
    const ledger = new Ledger({
      plans: [plan({ id: 'free', windows: [] }), team('crew', { windows })],
      at: START,
      paidUse: true,
    })
    ledger.topUp('credit', '100')
    postedEntry(change(ledger, { plan: 'crew@1', seats: 5 }))
    ledger.now = MID
    postedEntry(change(ledger, { seats: 1, when: 'now' }))
    ledger.wait(1_000)
    const before = ledger.record('before', usd('7'), { eventAt: instant(MID - 1_000) })
    expect(carried(postedEntry(before))).toEqual({ included: '7' })
    expect(carried(postedEntry(ledger.record('after', usd('1'))))).toEqual({ money: '1' })
  })

  test('that nobody pays for are as many as the plan has at least, and not to be chosen', () => {
    const ledger = new Ledger({ plans: PLANS, at: START, paidUse: true })
    expect(refused(change(ledger, { plan: 'team_free@1', seats: 2 })).code).toBe('seats_invalid')
    expect(postedEntry(change(ledger, { plan: 'team_free@1' })).transition!.to_seats).toBe(1)
  })

  test('of a plan without seats are refused, and so are more than it has', () => {
    const free = new Ledger({ plans: PLANS, at: START, paidUse: true })
    expect(refused(change(free, { seats: 2 })).code).toBe('seats_invalid')
    expect(refused(change(withSeats('team@1', 2), { seats: 51 })).code).toBe('seats_invalid')
  })
})

describe('each line of a fee', () => {
  const PARTS = [0, 1, 86_399_999, 1_296_000_000, 2_591_999_999]
  test.each(each(['team@1', 'team_base@1', 'team_year@1']))(
    'of %s is what its formula gives',
    (ref) => {
      for (const part of PARTS) {
        const ledger = withSeats(ref, 3)
        ledger.now = instant(START + part)
        const entry = postedEntry(change(ledger, { seats: 7 }))
        const lines = entry.fee!.lines.filter(({ type }) => type !== 'waived')
        expect(lines.length).toBeGreaterThan(1)
        for (const line of lines) expect(line.amount).toBe(reckoned(line))
        const listed = sum(entry.fee!.lines.map(({ amount }) => readNanos(amount)))
        expect(formatNanos(listed)).toBe(entry.fee!.net)
      }
    },
  )

  test('of an entry of before says nothing of the period that it is a part of', () => {
    const [line] = postedEntry(change(withSeats('team@1', 2), { seats: 3 })).fee!.lines
    const { period_start: _, ...old } = line!
    expect(feeFormula(line!)).not.toBeNull()
    expect(feeFormula(old)).toBeNull()
    expect(feeFormula({ ...line!, type: 'waived' })).toBeNull()
  })
})

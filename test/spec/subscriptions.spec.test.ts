import { beforeEach, describe, expect, test } from 'vitest'
import type { Command, FeePayment } from '../../src/core/decisions/index.ts'
import type { Plan } from '../../src/core/funding/index.ts'
import { type EntryBody, encodeState } from '../../src/core/ledger/index.ts'
import { type Instant, instant } from '../../src/core/time/index.ts'
import { at, DAY, HOUR, plan, SESSION, usd, WEEKLY } from '../support/core/fixtures.ts'
import { ACCOUNT, admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const FREE = plan({ id: 'free', windows: [{ ...SESSION, capacity: '1' }] })
const priced = (own: Plan, more: Partial<Plan>): Plan => ({ ...own, fallback: 'free', ...more })
const PRO = priced(plan({ id: 'pro', windows: [SESSION, WEEKLY] }), { price: usd('20') })
const MAX = priced(
  plan({
    id: 'max',
    windows: [
      { ...SESSION, capacity: '50' },
      { ...WEEKLY, capacity: '250' },
    ],
  }),
  { price: usd('100') },
)
const WEEK = priced(plan({ id: 'week', windows: [WEEKLY] }), { price: usd('200') })
const YEAR = priced(plan({ id: 'year', windows: [SESSION] }), { price: usd('200'), period: 'P1Y' })
const TEAM: Plan = priced(plan({ id: 'team', windows: [] }), {
  seats: { min: 2, max: 10, priceEach: usd('30') },
  windows: [
    {
      id: 'session',
      shape: 'anchored',
      length: 'PT5H',
      scope: {},
      capacity: usd('6'),
      perSeat: true,
    },
  ],
})
const ENTERPRISE = priced(plan({ id: 'enterprise', windows: [] }), {
  price: usd('1000'),
  billing: 'invoiced',
})
const PLANS = [FREE, PRO, MAX, WEEK, YEAR, TEAM, ENTERPRISE]
const START = at('2026-11-01T00:00:00Z')
const ACTOR = { type: 'operator', id: 'op_test' } as const

let made = 0
// a story is the same, told alone or after others
beforeEach(() => {
  made = 0
  payments = 0
})
const common = () => {
  made += 1
  return { accountId: ACCOUNT, requestId: `order_${made}`, actor: ACTOR }
}
let payments = 0
const paying = (paymentId?: string): FeePayment => {
  payments += 1
  return { paymentId: paymentId ?? `pi_${payments}`, tax: usd('0'), collected: false }
}

type Change = Partial<Extract<Command, { kind: 'change_subscription' }>>
const change = (ledger: Ledger, more: Change) =>
  ledger.run({ kind: 'change_subscription', ...common(), payment: paying(), ...more })
const cancel = (ledger: Ledger, when: 'now' | 'period_end') =>
  ledger.run({ kind: 'cancel_subscription', ...common(), when, payment: null })
const renew = (ledger: Ledger, payment: FeePayment | null = paying()) =>
  ledger.run({ kind: 'renew_subscription', ...common(), payment })
const lapse = (ledger: Ledger) => ledger.run({ kind: 'lapse_subscription', ...common() })
const unpaid = (ledger: Ledger, declined = true) =>
  ledger.run({ kind: 'fee_unpaid', ...common(), code: 'card_declined', declined, retryMs: DAY })

/** An account that has been on a plan since 1 November, with one paid and one promotional lot. */
function on(ref: string, more: Change = {}): Ledger {
  const ledger = new Ledger({ plans: PLANS, at: START, paidUse: true })
  ledger.topUp('bought', '30')
  ledger.grant('promo', '7', { expiresAt: at('2027-06-01T00:00:00Z') })
  if (ref !== 'free@1') postedEntry(change(ledger, { plan: ref, ...more }))
  return ledger
}

const lotsOf = (ledger: Ledger) => JSON.stringify(encodeState(ledger.state!).lots)
const money = ({ fee }: EntryBody) => ({
  net: fee!.net,
  used: fee!.credit_used,
  added: fee!.credit_added,
  due: fee!.due,
})
const MID = at('2026-11-16T00:00:00Z')

describe('what a transition costs', () => {
  // half of November is left: 15 of 30 days
  test.each([
    ['free@1', { plan: 'pro@1' }, 'start', ['20 plan'], '20', '0'],
    ['pro@1', { plan: 'max@1' }, 'upgrade', ['-10 unused_time', '50 plan'], '40', '0'],
    [
      'max@1',
      { plan: 'pro@1', when: 'now' },
      'downgrade',
      ['-50 unused_time', '10 plan'],
      '0',
      '40',
    ],
    ['max@1', { plan: 'pro@1' }, 'downgrade', [], '0', '0'],
    ['pro@1', { plan: 'year@1' }, 'downgrade', [], '0', '0'],
    [
      'pro@1',
      { plan: 'year@1', when: 'now' },
      'downgrade',
      ['-10 unused_time', '200 plan'],
      '190',
      '0',
    ],
    ['team@1', { seats: 5 }, 'seats', ['-30 unused_time', '75 seats'], '45', '0'],
    ['pro@1', { plan: 'free@1', when: 'now' }, 'downgrade', ['-10 unused_time'], '0', '10'],
    [
      'pro@1',
      { plan: 'enterprise@1', payment: null },
      'upgrade',
      ['-10 unused_time', '500 plan'],
      '490',
      '0',
    ],
  ] as const)('%s to %j: %s, %j', (from, more, type, lines, due, credit) => {
    const ledger = on(from)
    ledger.now = MID
    const entry = postedEntry(change(ledger, more))
    expect(entry.transition!.type).toBe(type)
    expect(entry.fee!.lines.map((line) => `${line.amount} ${line.type}`)).toEqual(lines)
    expect(entry.fee!.due).toBe(due)
    expect(entry.subscription!.credit).toBe(credit)
  })

  test('is posted against the processor, with its tax', () => {
    const entry = postedEntry(
      change(on('free@1'), {
        plan: 'pro@1',
        payment: { ...paying('pi_taxed'), tax: usd('2') },
      }),
    )
    expect(entry.postings).toEqual([
      ['house:revenue', 'USD', '20'],
      ['house:tax_payable', 'USD', '2'],
      ['house:processor_clearing', 'USD', '-22'],
    ])
    expect(entry.payment).toEqual({ payment_id: 'pi_taxed', price: '20', tax: '2' })
  })

  test('is owed where the plan is invoiced, and needs no payment', () => {
    const entry = postedEntry(change(on('free@1'), { plan: 'enterprise@1', payment: null }))
    expect(entry.postings).toEqual([
      ['house:revenue', 'USD', '1000'],
      ['customer:invoice_receivable', 'USD', '-1000'],
    ])
  })

  test('less than a cent, which no card can pay, is waived', () => {
    const ledger = on('pro@1')
    ledger.now = instant(MID + 1)
    const { fee } = postedEntry(change(ledger, { plan: 'max@1' }))
    expect(fee!.lines.map(({ type }) => type)).toEqual(['unused_time', 'plan', 'waived'])
    expect(fee!.due).toBe('39.99')
  })

  test('what is paid too much becomes credit, and pays the next fee', () => {
    const ledger = on('free@1')
    const payment = { ...paying('pi_much'), amount: usd('45') }
    expect(money(postedEntry(change(ledger, { plan: 'pro@1', payment })))).toMatchObject({
      due: '20',
      added: '25',
    })
    ledger.now = at('2026-12-01T00:00:00Z')
    expect(money(postedEntry(renew(ledger, null)))).toMatchObject({ used: '20', due: '0' })
    expect(ledger.state!.subscription!.credit).toBe(usd('5'))
  })
})

describe('what a transition refuses', () => {
  test.each([
    ['no payment', 'free@1', { plan: 'pro@1', payment: null }, 'payment_required'],
    [
      'a payment that is too small',
      'free@1',
      { plan: 'pro@1', payment: { ...paying('pi_small'), amount: usd('19.99') } },
      'payment_required',
    ],
    ['the same plan', 'pro@1', { plan: 'pro@1' }, 'nothing_to_change'],
    ['too few seats', 'free@1', { plan: 'team@1', seats: 1 }, 'seats_invalid'],
    ['too many seats', 'free@1', { plan: 'team@1', seats: 11 }, 'seats_invalid'],
    ['seats of a plan without', 'pro@1', { seats: 2 }, 'seats_invalid'],
    ['a fallback with a fee', 'free@1', { plan: 'pro@1', fallback: 'max@1' }, 'fallback_invalid'],
    ['other terms than the previewed', 'free@1', { plan: 'pro@1', terms: 'x' }, 'preview_outdated'],
    ['a preview of tomorrow', 'free@1', { plan: 'pro@1', pricedAt: MID }, 'preview_outdated'],
    ['no such plan', 'free@1', { plan: 'nope@1' }, 'plan_unknown'],
  ] as const)('%s', (_, from, more, code) => {
    const ledger = on(from)
    const before = JSON.stringify(encodeState(ledger.state!))
    expect(refused(change(ledger, more)).code).toBe(code)
    expect(JSON.stringify(encodeState(ledger.state!))).toBe(before)
  })

  test('a payment that has paid the fee before', () => {
    const ledger = on('free@1')
    change(ledger, { plan: 'pro@1', payment: paying('pi_once') })
    expect(refused(change(ledger, { plan: 'max@1', payment: paying('pi_once') })).code).toBe(
      'payment_used',
    )
  })

  test('a change of plan that would not reckon with what is paid for', () => {
    expect(refused(on('pro@1').changePlan('max@1')).code).toBe('subscription_active')
  })
})

describe('windows', () => {
  test('an upgrade in the middle of a window keeps its start, its end and what was used', () => {
    const ledger = on('pro@1')
    ledger.record('one', usd('6'))
    ledger.wait(HOUR)
    const entry = postedEntry(change(ledger, { plan: 'max@1' }))
    expect(ledger.window('session')).toMatchObject({
      start: START,
      end: instant(START + 5 * HOUR),
      used: usd('6'),
      capacity: usd('50'),
    })
    expect(entry.transition!.windows).toEqual([
      { id: 'session', change: 'resized', capacity_before: '10', capacity_after: '50' },
      { id: 'weekly', change: 'resized', capacity_before: '50', capacity_after: '250' },
    ])
  })

  test('a downgrade leaves them as they are until the period ends', () => {
    const ledger = on('max@1')
    ledger.now = at('2026-11-30T22:00:00Z')
    ledger.record('one', usd('30'))
    change(ledger, { plan: 'pro@1' })
    expect(ledger.window('session').capacity).toBe(usd('50'))
    ledger.now = at('2026-12-01T00:00:00Z')
    postedEntry(renew(ledger))
    // never less than what was used of the run
    expect(ledger.window('session')).toMatchObject({ used: usd('30'), capacity: usd('30') })
    expect(ledger.state!.plan).toBe('pro@1')
  })

  test('what is held is not taken back, and settles', () => {
    const ledger = on('max@1')
    ledger.record('one', usd('6'))
    admitted(ledger.authorize('flight', usd('20')))
    change(ledger, { plan: 'pro@1', when: 'now' })
    expect(ledger.window('session')).toMatchObject({ held: usd('20'), capacity: usd('26') })
    expect(postedEntry(ledger.settle('flight', usd('20'))).totals).toMatchObject({ included: '20' })
  })

  test('that the new plan lacks close, and the plan without a session window has no such bar', () => {
    const ledger = on('pro@1')
    const entry = postedEntry(change(ledger, { plan: 'week@1' }))
    expect(entry.transition!.windows.map((own) => `${own.id} ${own.change}`)).toEqual([
      'session closes',
      'weekly kept',
    ])
    expect(postedEntry(ledger.record('one', usd('1'))).windows!.map(({ id }) => id)).toEqual([
      'weekly',
    ])
  })

  test('there and back does not refill one', () => {
    const ledger = on('pro@1')
    ledger.record('one', usd('10'))
    change(ledger, { plan: 'week@1' })
    change(ledger, { plan: 'pro@1', when: 'now' })
    expect(ledger.window('session')).toMatchObject({ used: usd('10'), capacity: usd('10') })
  })

  test('per seat grow with the seats at once, and shrink when the period ends', () => {
    const ledger = on('team@1', { seats: 3 })
    ledger.record('one', usd('2'))
    expect(ledger.window('session').capacity).toBe(usd('18'))
    change(ledger, { seats: 5 })
    expect(ledger.window('session')).toMatchObject({ capacity: usd('30'), used: usd('2') })
    const entry = postedEntry(change(ledger, { seats: 2 }))
    expect(entry.transition).toMatchObject({ when: 'period_end', to_seats: 2 })
    expect(ledger.window('session').capacity).toBe(usd('30'))
    ledger.now = at('2026-12-01T00:00:00Z')
    expect(postedEntry(renew(ledger)).fee!.due).toBe('60')
    ledger.record('two', usd('1'))
    expect(ledger.window('session').capacity).toBe(usd('12'))
  })
})

describe('what people complained of elsewhere', () => {
  test('credit does not vanish on renewal, upgrade, downgrade, cancellation or lapse', () => {
    const ledger = on('pro@1')
    const lots = lotsOf(ledger)
    change(ledger, { plan: 'max@1' })
    change(ledger, { plan: 'pro@1' })
    ledger.now = at('2026-12-01T00:00:00Z')
    postedEntry(renew(ledger))
    unpaidAndLapsed(ledger, at('2027-01-01T00:00:00Z'))
    expect(ledger.state!.plan).toBe('free@1')
    expect(lotsOf(ledger)).toBe(lots)
  })

  test('a downgrade taken back within the period charges nothing', () => {
    const ledger = on('max@1')
    change(ledger, { plan: 'pro@1' })
    const entry = postedEntry(change(ledger, { plan: 'max@1', payment: null }))
    expect(entry.transition!.type).toBe('keep')
    expect(entry.postings).toEqual([])
    expect(ledger.state!.subscription).toMatchObject({ next: null, credit: usd('0') })
  })

  test('down now and up again within the period is paid from the unused time', () => {
    const ledger = on('max@1')
    ledger.now = MID
    change(ledger, { plan: 'pro@1', when: 'now' })
    const entry = postedEntry(change(ledger, { plan: 'max@1', payment: null }))
    expect(money(entry)).toEqual({ net: '40', used: '40', added: '0', due: '0' })
  })

  test('the last word counts: an upgrade after a cancellation goes on', () => {
    const ledger = on('pro@1')
    cancel(ledger, 'period_end')
    expect(ledger.state!.subscription!.next!.type).toBe('cancel')
    change(ledger, { plan: 'max@1' })
    expect(ledger.state!.subscription).toMatchObject({ status: 'active', next: null })
  })
})

function unpaidAndLapsed(ledger: Ledger, when: Instant): void {
  ledger.now = when
  postedEntry(unpaid(ledger))
  ledger.wait(7 * DAY)
  postedEntry(lapse(ledger))
}

describe('the end of a period', () => {
  test('is counted from the anchor: a short month is made up for', () => {
    const ledger = new Ledger({ plans: PLANS, at: at('2027-01-31T08:00:00Z'), paidUse: true })
    change(ledger, { plan: 'pro@1' })
    const ends: string[] = []
    for (const when of ['2027-02-28', '2027-03-31', '2027-04-30', '2027-05-31']) {
      // however late it is done
      ledger.now = at(`${when}T11:11:11Z`)
      ends.push(postedEntry(renew(ledger)).transition!.next_renewal!)
    }
    expect(ends).toEqual([
      '2027-03-31T08:00:00.000Z',
      '2027-04-30T08:00:00.000Z',
      '2027-05-31T08:00:00.000Z',
      '2027-06-30T08:00:00.000Z',
    ])
  })

  test('renews no sooner, and not what is cancelled', () => {
    const ledger = on('pro@1')
    ledger.now = instant(at('2026-12-01T00:00:00Z') - 1)
    expect(refused(renew(ledger)).code).toBe('renewal_not_due')
    cancel(ledger, 'period_end')
    ledger.wait(1)
    expect(refused(renew(ledger)).code).toBe('renewal_not_due')
    expect(postedEntry(lapse(ledger)).reason).toBe('cancelled')
    expect(ledger.state!).toMatchObject({ plan: 'free@1', subscription: { status: 'ended' } })
  })

  test('does not reach back to a call that is reported after it', () => {
    const ledger = on('pro@1')
    ledger.topUp('credit', '100')
    cancel(ledger, 'period_end')
    ledger.now = at('2026-12-01T00:00:00Z')
    postedEntry(lapse(ledger))
    ledger.wait(1_000)
    const before = ledger.record('before', usd('1'), { eventAt: at('2026-11-30T23:59:59Z') })
    expect(carried(postedEntry(before))).toEqual({ included: '1' })
    expect(carried(postedEntry(ledger.record('after', usd('1'))))).toEqual({ money: '1' })
  })

  test('unpaid: the plan goes on through the grace, and a late payment loses no day', () => {
    const ledger = on('pro@1')
    ledger.now = at('2026-12-01T00:00:00Z')
    postedEntry(unpaid(ledger))
    expect(ledger.state!.subscription).toMatchObject({
      status: 'past_due',
      unpaid: { declines: 1 },
    })
    expect(refused(lapse(ledger)).code).toBe('renewal_not_due')
    expect(refused(change(ledger, { plan: 'max@1' })).code).toBe('renewal_due')
    ledger.wait(6 * DAY)
    const entry = postedEntry(renew(ledger))
    expect(entry.event_at).toBe('2026-12-01T00:00:00.000Z')
    expect(entry.transition!.next_renewal).toBe('2027-01-01T00:00:00.000Z')
    expect(ledger.state!.subscription).toMatchObject({ status: 'active', unpaid: null })
  })

  test('cancelled at once: the unused time is credit, and it is there when one comes back', () => {
    const ledger = on('pro@1')
    ledger.now = MID
    expect(money(postedEntry(cancel(ledger, 'now')))).toMatchObject({ added: '10' })
    expect(ledger.state!.plan).toBe('free@1')
    ledger.wait(DAY)
    expect(money(postedEntry(change(ledger, { plan: 'pro@1' })))).toMatchObject({
      used: '10',
      due: '10',
    })
  })
})

describe('a repeat', () => {
  test('is answered with the first answer, and with other content it is a conflict', () => {
    const ledger = on('free@1')
    const order = { kind: 'change_subscription', ...common(), plan: 'pro@1' } as const
    const first = ledger.run({ ...order, payment: paying('pi_a') })
    expect(ledger.run({ ...order, payment: paying('pi_a') })).toEqual(first)
    expect(refused(ledger.run({ ...order, payment: paying('pi_b') }))).toMatchObject({
      code: 'request_conflict',
      field: 'payment',
    })
  })
})

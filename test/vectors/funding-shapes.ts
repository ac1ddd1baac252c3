import { expect } from 'vitest'
import { lotView, type Result } from '../../src/core/decisions/index.ts'
import type { Cap } from '../../src/core/funding/index.ts'
import { formatNanos, type Nanos, sum } from '../../src/core/money/index.ts'
import { DAY, HOUR, plan, plus, usd } from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { decimalsOf, type Fields, registerShape } from './shapes.ts'

const NO_WINDOWS = plan({ windows: [] })
const money = (value: unknown): Nanos => usd(decimalsOf(value)[0]!)
const balance = (ledger: Ledger): string =>
  formatNanos(sum(ledger.state!.lots.map((lot) => lot.remaining)))

/** 402 stands for every refusal for want of money. */
const httpOf = (result: Result): number => (result.status === 'refused' ? 402 : 200)

registerShape(
  'calls side by side on one credit',
  ({ given }) => given.credits !== undefined && given.parallel !== undefined,
  ({ given, expect: right, observed_wrong: wrong }) => {
    const ledger = new Ledger({ plans: [NO_WINDOWS] })
    ledger.grant('credits', `${given.credits}`)
    const ids = Array.from({ length: given.parallel }, (_, n) => `call_${n}`)
    const cost = money(given.cost_each)
    const answers = ids.map((id) => ledger.authorize(id, cost, { fit: 'refuse' }))
    const called = [...ledger.holds.keys()]
    for (const id of called) ledger.settle(id, cost)
    expect(answers.map(httpOf)).toEqual(right.http)
    expect(answers.map(httpOf)).not.toEqual(wrong?.http)
    expect(called).toHaveLength(right.provider_calls)
    expect(balance(ledger)).toBe(`${right.final_credits}`)
  },
)

/** A capacity of 100 each, so that a percentage is an amount. */
const HUNDREDS = plan({
  windows: [
    { id: 'session', capacity: '100', length: 'PT5H' },
    { id: 'weekly', capacity: '100', length: 'P7D' },
  ],
})

registerShape(
  'allowance before money',
  ({ given }) => given.session_used_pct !== undefined && given.weekly_used_pct !== undefined,
  ({ given, expect: right, observed_wrong: wrong }) => {
    const ledger = new Ledger({ plans: [HUNDREDS], paidUse: true, overage: '1000' })
    ledger.topUp('prepaid', given.prepaid)
    ledger.record('earlier', usd(`${given.weekly_used_pct - given.session_used_pct}`))
    ledger.wait(6 * HOUR)
    ledger.record('session', usd(`${given.session_used_pct}`))
    admitted(ledger.authorize('call', money(given.call_cost)))
    const entry = postedEntry(ledger.settle('call', money(given.call_cost)))
    const fund = entry.totals!.money === '0' ? 'subscription' : 'overage'
    expect(fund).toBe(right.fund)
    expect(fund).not.toBe(wrong?.fund)
    const drawn = (source: string) => entry.funding!.find((own) => own.source === source)!
    expect(drawn('overage').drawn).toBe(right.overage_drawn)
    expect(drawn('prepaid')).toMatchObject({ drawn: '0', reason: 'not_needed' })
    const weekly = entry.windows!.find((own) => own.id === 'weekly')!
    expect(right.receipt).toBe(`weekly window ${weekly.used}% used; next source not needed`)
  },
)

registerShape(
  'promotional credit before the card',
  ({ given }) => given.promo_lots !== undefined && given.card_overage !== undefined,
  ({ given, expect: right, observed_wrong: wrong }) => {
    const ledger = new Ledger({ plans: [NO_WINDOWS], paidUse: true, overage: '1000' })
    for (const [n, lot] of given.promo_lots.entries())
      ledger.grant(`promo_${n}`, lot.amount, {
        expiresAt: plus(ledger.now, parseInt(lot.expires.slice(1), 10) * DAY),
      })
    admitted(ledger.authorize('call', money(given.call_cost)))
    ledger.settle('call', money(given.call_cost))
    const seen = { promo_after: balance(ledger), card: formatNanos(ledger.state!.overage.used) }
    expect(seen).toEqual({ promo_after: right.promo_after, card: right.card })
    expect(seen).not.toEqual(wrong)
  },
)

registerShape(
  'lot beyond its life',
  ({ given }) => given.lot?.ttl_days !== undefined && given.at_day !== undefined,
  ({ given, expect: right, observed_wrong: wrong }) => {
    const ledger = new Ledger({ plans: [NO_WINDOWS] })
    const { amount, ttl_days: days } = given.lot
    ledger.grant('lot', `${amount}`, { expiresAt: plus(ledger.now, days * DAY) })
    if (given.other_funds > 0) ledger.grant('other', `${given.other_funds}`)
    ledger.wait(given.at_day * DAY)
    const answer = ledger.authorize('call', money(given.cost))
    expect(httpOf(answer)).toBe(right.http)
    expect(ledger.lot('lot').remaining).toBe(usd(`${right.lot_remaining}`))
    expect(ledger.lot('lot').remaining).not.toBe(usd(`${wrong?.lot_remaining}`))
    expect(right.lot_state).toContain(lotView(ledger.lot('lot'), ledger.now).state)
  },
)

const monthly = (amount: string): Cap => ({
  id: 'month',
  scope: 'account',
  scopeId: null,
  period: 'cycle',
  counts: 'money',
  amount: usd(amount),
})

function capStory(given: Fields, paidUse: boolean) {
  const ledger = new Ledger({
    plans: [NO_WINDOWS],
    paidUse: true,
    caps: [monthly(given.cap_month)],
  })
  ledger.topUp('credits', '1000')
  ledger.record('earlier', money(given.spent))
  ledger.controls({ paidUse })
  const cap = () => ledger.state!.caps[0]!.counters[0]!
  for (const [n, own] of given.parallel_calls.entries()) {
    ledger.authorize(`call_${n}`, money(own.max))
    expect(cap().spent + cap().held).toBeLessThanOrEqual(usd(given.cap_month))
  }
  const admittedCalls = [...ledger.holds.values()]
  for (const hold of admittedCalls) ledger.settle(hold.call_id, usd(hold.worst))
  return { spent: cap().spent, charged: cap().spent - money(given.spent), balance: balance(ledger) }
}

registerShape(
  'parallel calls under a monthly cap',
  ({ given }) => given.cap_month !== undefined && given.parallel_calls !== undefined,
  ({ given, expect: right, observed_wrong: wrong }) => {
    expect(right).toMatchObject({ toggle_off: 'no charge at all' })
    expect(capStory(given, false).charged).toBe(0n)
    const on = capStory(given, true)
    const [most] = /\d+\.\d+/.exec(right.toggle_on)!
    expect(on.spent).toBeLessThanOrEqual(usd(most))
    expect(formatNanos(on.spent)).not.toBe(wrong?.spent)
    expect(on.charged).toBeGreaterThan(0n)
  },
)

registerShape(
  'payment posted twice',
  ({ given }) => Array.isArray(given.posts) && given.posts[0]?.idempotency_key !== undefined,
  ({ given, expect: right, observed_wrong: wrong }) => {
    const ledger = new Ledger({ plans: [NO_WINDOWS] })
    ledger.grant('granted', given.granted)
    const answers = given.posts.map((post: Fields) =>
      ledger.topUp('lot', post.paid_credits, { requestId: post.idempotency_key }),
    )
    expect(answers[1]).toEqual(answers[0])
    expect(right.second).toBe('200 replay')
    expect(balance(ledger)).toBe(right.balance)
    expect(balance(ledger)).not.toBe(wrong?.balance)
    const [post] = given.posts
    const other = ledger.topUp('lot', `${post.paid_credits}1`, { requestId: post.idempotency_key })
    expect(refused(other).code).toBe('request_conflict')
  },
)

/** What each thing that happened to a purchase does to the account. */
function purchaseEvent(ledger: Ledger, event: string, bought: { face: string; seq: number }): void {
  const buy = /^buy (\d+(?:\.\d+)?)$/.exec(event)
  if (buy) bought.face = buy[1]!
  else if (event === 'payment succeeded')
    bought.seq = postedEntry(ledger.topUp('lot', bought.face, { requestId: 'payment' })).seq
  else if (event === 'payment failed' || event === 'invoice void') ledger.reverse(bought.seq)
  else throw new Error(`no such event: ${event}`)
}

registerShape(
  'purchase that failed afterwards',
  ({ given }) => Array.isArray(given.events) && typeof given.events[0] === 'string',
  ({ given, expect: right, observed_wrong: wrong }) => {
    const ledger = new Ledger({ plans: [NO_WINDOWS] })
    const bought = { face: '0', seq: 0 }
    for (const event of given.events) purchaseEvent(ledger, event, bought)
    expect(balance(ledger)).toBe(right.balance)
    expect(ledger.state!.lots.map((lot) => formatNanos(lot.remaining))).not.toContain(
      formatNanos(money(wrong?.balance)),
    )
    expect([...ledger.auditor.balances.values()].every((amount) => amount === 0n)).toBe(true)
  },
)

import { expect } from 'vitest'
import type { EntryAnswer } from '../../../src/client/index.ts'
import { formatNanos, subtract, sum } from '../../../src/core/money/index.ts'
import { DAY_MS, HOUR_MS } from '../../../src/core/time/index.ts'
import { MODEL } from '../prices.ts'
import { decimalsOf, type Fields } from '../shapes.ts'
import { type Customer, money, statusOf, stories, type World } from './world.ts'

/** A million tokens cost a dollar, so that an amount is a count. */
const UNIT = { input: '0', output: '1' }
const tokensOf = (amount: unknown): number =>
  Number((money(decimalsOf(amount)[0] ?? '') * 1_000_000n) / 1_000_000_000n)

let calls = 0
const newCall = (): string => `call_${++calls}`

async function record(world: World, customer: Customer, amount: unknown): Promise<EntryAnswer> {
  return customer.client.record({
    call_id: newCall(),
    model: MODEL,
    usage: { tokens: { output: tokensOf(amount) } },
    event_at: world.now(),
  })
}

/** `null`: it was refused. */
async function authorize(customer: Customer, amount: unknown): Promise<string | null> {
  const call_id = newCall()
  const asked = customer.client.authorize({
    call_id,
    model: MODEL,
    prompt_tokens_max: 0,
    max_output_tokens: tokensOf(amount),
    fit: 'refuse',
    ttl_seconds: 86_400,
  })
  return (await statusOf(asked)) === 200 ? call_id : null
}

const settle = (customer: Customer, call_id: string, amount: unknown): Promise<EntryAnswer> =>
  customer.client.settle({ call_id, usage: { tokens: { output: tokensOf(amount) } } })

const grant = (world: World, customer: Customer, own: { amount: unknown; days: number | null }) =>
  world.operator.credit.grant(customer.id, {
    name: 'Promotion',
    amount: `${own.amount}`,
    expires_at:
      own.days === null ? null : new Date(world.clock.now() + own.days * DAY_MS).toISOString(),
  })

stories.register(
  'calls side by side on one credit',
  ({ given }) => given.credits !== undefined && given.parallel !== undefined,
  async (vector, world) => {
    const { given, expect: right, observed_wrong: wrong } = vector
    await world.prices(vector, UNIT)
    const customer = await world.customer(vector, { credit: `${given.credits}` })
    const answers = await Promise.all(
      Array.from({ length: given.parallel }, () => authorize(customer, given.cost_each)),
    )
    const admitted = answers.filter((call) => call !== null)
    for (const call of admitted) await settle(customer, call, given.cost_each)
    const http = answers.map((call) => (call === null ? 402 : 200)).sort()
    expect(http).toEqual(right.http)
    expect(http).not.toEqual(wrong?.http)
    expect(admitted).toHaveLength(right.provider_calls)
    expect(await customer.credit()).toBe(`${right.final_credits}`)
  },
)

/** A capacity of 100 each, so that a percentage is an amount. */
const HUNDREDS = {
  id: 'hundreds',
  name: 'Hundreds',
  currency: 'USD',
  coverage: [],
  windows: [
    { id: 'session', shape: 'anchored' as const, capacity: '100', length: 'PT5H' },
    { id: 'weekly', shape: 'anchored' as const, capacity: '100', length: 'P7D' },
  ],
}

stories.register(
  'allowance before money',
  ({ given }) => given.session_used_pct !== undefined && given.weekly_used_pct !== undefined,
  async (vector, world) => {
    const { given, expect: right, observed_wrong: wrong } = vector
    await world.prices(vector, UNIT)
    await world.operator.plans.create(HUNDREDS)
    await world.operator.plans.publish('hundreds', 1)
    const customer = await world.customer(vector, { plan: 'hundreds', credit: given.prepaid })
    await world.operator.accounts.setControls(customer.id, { overage_limit: '1000' })
    await record(world, customer, `${given.weekly_used_pct - given.session_used_pct}`)
    world.clock.advance(6 * HOUR_MS)
    await record(world, customer, `${given.session_used_pct}`)
    const call = await authorize(customer, given.call_cost)
    const entry = await settle(customer, call ?? '', given.call_cost)
    const fund = entry.totals?.money === '0' ? 'subscription' : 'overage'
    expect(fund).toBe(right.fund)
    expect(fund).not.toBe(wrong?.fund)
    const drawnFrom = (of: string) => entry.funding?.find((own) => own.class === of)
    expect(drawnFrom('overage')?.drawn).toBe(right.overage_drawn)
    expect(drawnFrom('paid')).toMatchObject({ drawn: '0', reason: 'not_needed' })
    const weekly = entry.windows?.find((own) => own.id === 'weekly')
    expect(right.receipt).toBe(`weekly window ${weekly?.used}% used; next source not needed`)
    expect(await customer.credit()).toBe(formatNanos(money(given.prepaid)))
  },
)

stories.register(
  'promotional credit before the card',
  ({ given }) => given.promo_lots !== undefined && given.card_overage !== undefined,
  async (vector, world) => {
    const { given, expect: right, observed_wrong: wrong } = vector
    await world.prices(vector, UNIT)
    const customer = await world.customer(vector, { credit: '0' })
    await world.operator.accounts.setControls(customer.id, { overage_limit: '1000' })
    for (const lot of given.promo_lots)
      await grant(world, customer, { amount: lot.amount, days: parseInt(lot.expires.slice(1), 10) })
    const call = await authorize(customer, given.call_cost)
    await settle(customer, call ?? '', given.call_cost)
    const { overage } = await customer.client.accounts.state(customer.id)
    const seen = { promo_after: await customer.credit(), card: overage?.used }
    expect(seen).toEqual({ promo_after: right.promo_after, card: right.card })
    expect(seen).not.toEqual(wrong)
  },
)

stories.register(
  'lot beyond its life',
  ({ given }) => given.lot?.ttl_days !== undefined && given.at_day !== undefined,
  async (vector, world) => {
    const { given, expect: right, observed_wrong: wrong } = vector
    await world.prices(vector, UNIT)
    const customer = await world.customer(vector, { credit: '0' })
    await grant(world, customer, { amount: given.lot.amount, days: given.lot.ttl_days })
    expect(given.other_funds).toBe(0)
    world.clock.advance(given.at_day * DAY_MS)
    const asked = customer.client.authorize({
      call_id: newCall(),
      model: MODEL,
      prompt_tokens_max: 0,
      max_output_tokens: tokensOf(given.cost),
      fit: 'refuse',
    })
    expect(await statusOf(asked)).toBe(right.http)
    const [lot] = (await customer.client.accounts.state(customer.id)).lots
    expect(lot?.remaining).toBe(`${right.lot_remaining}`)
    expect(lot?.remaining).not.toBe(`${wrong?.lot_remaining}`)
    expect(right.lot_state).toContain(lot?.state)
  },
)

async function capStory(world: World, customer: Customer, own: { given: Fields; on: boolean }) {
  const { given } = own
  const controls = (body: object) => world.operator.accounts.setControls(customer.id, body)
  await controls({
    caps: [{ id: 'month', scope: 'account', period: 'cycle', amount: given.cap_month }],
  })
  await record(world, customer, given.spent)
  await controls({ paid_use: own.on })
  const before = await customer.credit()
  const answers = await Promise.all(
    given.parallel_calls.map(({ max }: Fields) => authorize(customer, max)),
  )
  const cap = async () => {
    const { caps } = await customer.client.accounts.state(customer.id)
    const month = caps.find(({ id }) => id === 'month')
    return { spent: money(month?.spent ?? ''), held: money(month?.held ?? '') }
  }
  const { spent, held } = await cap()
  expect(sum([spent, held])).toBeLessThanOrEqual(money(given.cap_month))
  for (const [n, call] of answers.entries())
    if (call !== null) await settle(customer, call, given.parallel_calls[n].max)
  const charged = subtract(money(before), money(await customer.credit()))
  return { charged, spent: (await cap()).spent }
}

stories.register(
  'parallel calls under a monthly cap',
  ({ given }) => given.cap_month !== undefined && given.parallel_calls !== undefined,
  async (vector, world) => {
    const { given, expect: right, observed_wrong: wrong } = vector
    await world.prices(vector, UNIT)
    expect(right).toMatchObject({ toggle_off: 'no charge at all' })
    const off = await capStory(world, await world.customer(vector), { given, on: false })
    expect(off.charged).toBe(0n)
    // room for one of the calls: what fits is spent, and not a nano more
    const roomy = { ...given, spent: '44.90' }
    for (const own of [given, roomy]) {
      const on = await capStory(world, await world.customer(vector), { given: own, on: true })
      const [most] = /\d+\.\d+/.exec(right.toggle_on) ?? []
      expect(on.spent).toBeLessThanOrEqual(money(most ?? ''))
      expect(formatNanos(on.spent)).not.toBe(wrong?.spent)
      expect(on.spent).toBe(sum([money(own.spent), on.charged]))
      expect(on.charged > 0n).toBe(own === roomy)
    }
  },
)

stories.register(
  'reset across zones',
  ({ given }) => given.reset_at !== undefined && given.now !== undefined,
  async (vector, world) => {
    const { given, expect: right } = vector
    const before = new Date(Date.parse(given.now) - DAY_MS).toISOString()
    world.clock.set(before)
    await world.prices(vector, UNIT)
    // a month before the reset, in the zone of the reset
    const anchor = given.reset_at.replace('-08-', '-07-')
    const customer = await world.customer(vector, { anchor })
    await world.operator.accounts.setControls(customer.id, {
      caps: [{ id: 'month', scope: 'account', period: 'cycle', amount: given.cap }],
    })
    await record(world, customer, given.spent)
    world.clock.set(new Date(Date.parse(given.now) - 1).toISOString())
    expect(await authorize(customer, '1')).toBeNull()
    world.clock.set(given.now)
    const admitted = (await authorize(customer, '1')) !== null
    expect(admitted).toBe(right.admit)
    expect(admitted).toBe(right.due)
  },
)

const MONTHLY = {
  id: 'monthly',
  name: 'Monthly',
  currency: 'USD',
  coverage: [],
  windows: [{ id: 'month', shape: 'calendar' as const, capacity: '10', length: 'P1M' }],
}

stories.register(
  'late and early events',
  ({ given }) => Array.isArray(given.events) && given.events[0]?.event_time !== undefined,
  async (vector, world) => {
    const [late, again, early] = vector.given.events
    const { period_end: end, max_skew_s: skew } = vector.given
    world.clock.set(new Date(Date.parse(late.event_time) - HOUR_MS).toISOString())
    await world.prices(vector, UNIT)
    await world.operator.plans.create(MONTHLY)
    await world.operator.plans.publish('monthly', 1)
    const anchor = '2026-01-01T00:00:00Z'
    const customer = await world.customer(vector, { plan: 'monthly', anchor })
    const report = (call_id: string, event_at: string) => {
      const usage = { tokens: { output: tokensOf('1') } }
      return customer.client.record({ call_id, model: MODEL, usage, event_at })
    }
    world.clock.set(late.ingested)
    const first = await report(late.id, late.event_time)
    expect(again).toMatchObject({ id: late.id, redelivered: true })
    expect(await report(again.id, late.event_time)).toEqual(first)
    expect(Date.parse(first.windows?.[0]?.end ?? '')).toBe(Date.parse(end))
    expect(first.totals).toMatchObject({ included: '1', money: '0' })
    expect(vector.expect.e1).toBe('June, once')
    const ahead = (Date.parse(early.event_time) - Date.parse(early.now)) / 1_000
    expect(ahead).toBeLessThanOrEqual(skew)
    const entry = await report(early.id, early.event_time)
    const { evidence } = await customer.client.calls.receipt(entry.receipt_id!)
    expect(evidence).toMatchObject({ event_skew_ms: ahead * 1_000 })
    expect(entry.totals).toMatchObject({ included: '1', money: '0' })
    expect(entry.windows?.[0]?.used).toBe('0')
    expect(Date.parse(entry.windows?.[0]?.start ?? '')).toBe(Date.parse(end))
  },
)

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Command, decide, type Result } from '../../../src/core/decisions/index.ts'
import { billingPeriod, type Plan, prorate } from '../../../src/core/funding/index.ts'
import { type EntryBody, encodeState } from '../../../src/core/ledger/index.ts'
import { nanos, readNanos, ZERO } from '../../../src/core/money/index.ts'
import { instant } from '../../../src/core/time/index.ts'
import { at, DAY, plan, SESSION, usd, WEEKLY } from '../../support/core/fixtures.ts'
import { contextFor } from '../../support/core/journal.ts'
import { ACCOUNT, Ledger } from '../../support/core/ledger.ts'

const offer = (id: string, price: string | null, more: Partial<Plan> = {}): Plan => ({
  ...plan({ id, windows: [SESSION, WEEKLY] }),
  fallback: 'free',
  ...(price !== null && { price: usd(price) }),
  ...more,
})
const PLANS = [
  offer('free', null),
  offer('pro', '19.99'),
  offer('max', '100'),
  offer('year', '200', { period: 'P1Y' }),
  offer('team', null, { seats: { min: 1, max: 9, priceEach: usd('29.99') } }),
  offer('enterprise', '1000', { billing: 'invoiced' }),
]
const REFS = PLANS.map(({ id }) => `${id}@1`)

const step = fc.oneof(
  fc.record({
    do: fc.constant('change' as const),
    plan: fc.constantFrom(...REFS),
    seats: fc.option(fc.integer({ min: 1, max: 9 })),
    when: fc.option(fc.constantFrom('now' as const, 'period_end' as const)),
  }),
  fc.record({
    do: fc.constant('cancel' as const),
    when: fc.constantFrom('now' as const, 'period_end' as const),
  }),
  fc.record({
    do: fc.constantFrom('renew' as const, 'renew' as const, 'unpaid' as const, 'lapse' as const),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40 * DAY }) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

let requests = 0
function commandOf(own: Exclude<Step, { do: 'wait' }>): Command {
  requests += 1
  const common = {
    accountId: ACCOUNT,
    requestId: `order_${requests}`,
    actor: { type: 'operator', id: 'op_test' },
  } as const
  const payment = { paymentId: `pi_${requests}`, tax: ZERO, collected: true }
  switch (own.do) {
    case 'change':
      return {
        ...common,
        kind: 'change_subscription',
        plan: own.plan,
        ...(own.seats !== null && { seats: own.seats }),
        ...(own.when !== null && { when: own.when }),
        payment,
      }
    case 'cancel':
      return { ...common, kind: 'cancel_subscription', when: own.when, payment: null }
    case 'renew':
      return { ...common, kind: 'renew_subscription', payment }
    case 'lapse':
      return { ...common, kind: 'lapse_subscription' }
    case 'unpaid':
      return { ...common, kind: 'fee_unpaid', code: 'declined', declined: true, retryMs: DAY }
  }
}

const START = at('2026-10-31T10:00:00Z')
function begun(): Ledger {
  const ledger = new Ledger({ plans: PLANS, at: START, paidUse: true })
  ledger.topUp('bought', '30', { expiresAt: at('2029-01-01T00:00:00Z') })
  ledger.grant('promo', '7.654321001', { before: true, priority: 3 })
  ledger.record('call', usd('3'))
  return ledger
}

/** What a preview and its execution share: all but what names the payment. */
function agreed(result: Result): unknown {
  if (result.status !== 'posted') return result
  const { payment: _, command: _command, subscription, ...body } = result.entry
  const { last_payment_id: _id, ...rest } = subscription!
  return { ...body, subscription: rest }
}

function preview(ledger: Ledger, command: Command): Result {
  const asked = 'payment' in command ? { ...command, payment: 'assumed' as const } : command
  const decision = decide(ledger.state, asked, contextFor(ledger, asked, ledger.now))
  if (decision.type === 'answer') return decision.result
  return { status: 'posted', entry: JSON.parse(JSON.stringify(decision.entry)), hash: '' }
}

/** Runs one step as it was previewed, and pays what the preview says is due. */
function execute(ledger: Ledger, own: Exclude<Step, { do: 'wait' }>): void {
  const command = commandOf(own)
  const previewed = preview(ledger, command)
  const fee = previewed.status === 'posted' ? previewed.entry.fee : undefined
  const free = fee?.billing === 'invoiced' || fee?.due === '0'
  const done = ledger.run('payment' in command && free ? { ...command, payment: null } : command)
  if (own.do !== 'unpaid') expect(agreed(done)).toEqual(agreed(previewed))
  if (done.status === 'posted') closes(done.entry)
}

const total = (entries: readonly EntryBody[], account: string): bigint =>
  entries
    .flatMap(({ postings }) => postings)
    .filter(([name]) => name === account)
    .reduce((so, [, , amount]) => so + readNanos(amount), 0n)

describe('any history of a subscription', () => {
  test('leaves every lot as it is, does what it previewed, and its sums close', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        const ledger = begun()
        const lots = JSON.stringify(encodeState(ledger.state!).lots)
        for (const own of steps) {
          if (own.do === 'wait') ledger.wait(own.ms)
          else execute(ledger, own)
          expect(JSON.stringify(encodeState(ledger.state!).lots)).toBe(lots)
        }
        const entries = ledger.entries.map(({ body }) => body)
        expect(total(entries, 'customer:plan_credit')).toBe(
          ledger.state!.subscription?.credit ?? 0n,
        )
      }),
      { numRuns: 150 },
    )
  })
})

/** The lines add up to the net fee, and what pays it is what it costs. */
function closes({ fee }: EntryBody): void {
  if (!fee) return
  const sum = fee.lines.reduce((so, line) => so + readNanos(line.amount), 0n)
  expect(sum).toBe(readNanos(fee.net))
  expect(readNanos(fee.net)).toBe(
    readNanos(fee.credit_used) + readNanos(fee.due) - readNanos(fee.credit_added),
  )
  // a card pays whole cents
  expect(readNanos(fee.due) % 10_000_000n).toBe(0n)
}

describe('proration', () => {
  const moment = fc.integer({ min: 0, max: 31 * DAY })
  const price = fc.bigInt({ min: 1n, max: 10n ** 15n })
  const PERIOD = billingPeriod(START, 'P1M', 0)

  test('of the parts of a period is at most the whole, and at most a nano a part below it', () => {
    fc.assert(
      fc.property(price, fc.array(moment, { maxLength: 8 }), (whole, cuts) => {
        const points = [0, ...cuts].sort((a, b) => a - b).map((ms) => instant(START + ms))
        let charged = 0n
        points.forEach((from, index) => {
          const next = points[index + 1]
          const rest = prorate(nanos(whole), PERIOD, from, 'down')
          charged += next === undefined ? rest : rest - prorate(nanos(whole), PERIOD, next, 'up')
        })
        expect(charged).toBeLessThanOrEqual(whole)
        expect(charged).toBeGreaterThanOrEqual(whole - BigInt(points.length))
      }),
    )
  })

  test('is never in the favour of the platform: what is given back is at least what is charged', () => {
    fc.assert(
      fc.property(price, moment, (whole, ms) => {
        const from = instant(START + ms)
        const given = prorate(nanos(whole), PERIOD, from, 'up')
        expect(given - prorate(nanos(whole), PERIOD, from, 'down')).toBeLessThanOrEqual(1n)
        expect(given).toBeGreaterThanOrEqual(prorate(nanos(whole), PERIOD, from, 'down'))
      }),
    )
  })
})

describe('renewals', () => {
  test('never drift from the anchor, whatever its day and however late they are', () => {
    const anchor = fc.integer({ min: 0, max: 366 * 24 }).map((h) => instant(START + h * 3_600_000))
    const late = fc.array(fc.integer({ min: 0, max: 5 * DAY }), { minLength: 13, maxLength: 26 })
    fc.assert(
      fc.property(anchor, late, (from, delays) => {
        const ledger = new Ledger({ plans: PLANS, at: from })
        ledger.run(commandOf({ do: 'change', plan: 'pro@1', seats: null, when: null }))
        delays.forEach((delay, index) => {
          const due = billingPeriod(from, 'P1M', index).end
          ledger.now = instant(Math.max(due + delay, ledger.now))
          const done = ledger.run(commandOf({ do: 'renew' }))
          expect(done.status).toBe('posted')
          expect(ledger.state!.subscription).toMatchObject({ anchor: from, index: index + 1 })
        })
      }),
      { numRuns: 40 },
    )
  })
})

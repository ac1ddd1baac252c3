import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CallFacts,
  type CapUse,
  type FundingInput,
  fund,
  type Lot,
  type WindowInstance,
} from '../../../src/core/funding/index.ts'
import { answer, type Question } from '../../support/core/oracle.ts'

/** Small numbers, so that ties, edges and exhaustion are common; the oracle pays nano by nano. */
const small = fc.integer({ min: 0, max: 30 }).map((n) => BigInt(n))
const time = fc.integer({ min: 0, max: 6 })
const NOW = 3

const atMost = (value: bigint, most: bigint): bigint => {
  if (value > most) return most
  return value
}

const scope = fc.oneof(
  { arbitrary: fc.constant({}), weight: 5 },
  fc.record(
    {
      models: fc.subarray(['opus', 'op*', 'mini', '*'], { minLength: 1 }),
      features: fc.subarray(['fast', 'tools'], { minLength: 1 }),
      clients: fc.subarray(['ours', 'other'], { minLength: 1 }),
    },
    { requiredKeys: [] },
  ),
)

const lot = fc
  .record({
    origin: fc.constantFrom('purchase', 'promotion', 'bundle'),
    category: fc.constantFrom('paid', 'promotional'),
    face: fc.integer({ min: 1, max: 30 }).map((n) => BigInt(n)),
    discount: fc.integer({ min: 0, max: 2 }).map((n) => BigInt(n)),
    effectiveAt: fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, time),
    expiresAt: fc.option(time, { freq: 3 }),
    scope,
    position: fc.constantFrom('after_windows', 'after_windows', 'before_windows'),
    priority: fc.integer({ min: 0, max: 2 }),
    createdAt: fc.integer({ min: 0, max: 2 }),
    voidedAt: fc.option(time, { freq: 8, nil: null }).map((at) => at),
    drawn: small,
    held: small,
  })
  .map(({ discount, drawn, held, ...own }) => {
    const remaining = drawn > own.face ? 0n : own.face - drawn
    return {
      ...own,
      pricePaid: discount > own.face ? 0n : own.face - discount,
      remaining,
      held: atMost(held, remaining),
      voidedAt: own.voidedAt !== null && own.createdAt > 0 ? own.voidedAt : null,
    }
  })

const lots = fc
  .array(lot, { maxLength: 7 })
  .map((all) => all.map((own, n) => ({ ...own, id: `lot_${n}`, name: '' }) as unknown as Lot))

const windowRun = fc
  .record({ capacity: small, used: small, held: small })
  .map(({ capacity, used, held }) => ({
    capacity,
    used: atMost(used, capacity),
    overshoot: 0n,
    held: held % 3n === 0n ? 0n : held,
  }))

const windows = fc.option(
  fc
    .array(windowRun, { maxLength: 3 })
    .map((all) =>
      all.map(
        (own, n) => ({ ...own, windowId: `w${n}`, start: 0, end: 9 }) as unknown as WindowInstance,
      ),
    ),
  { freq: 6 },
)

const cap = fc
  .record({
    amount: fc.integer({ min: 0, max: 60 }).map((n) => BigInt(n)),
    counts: fc.constantFrom('money', 'paid', 'all'),
    spent: small,
    held: small,
  })
  .map(({ amount, counts, spent, held }) => ({
    amount,
    counts,
    spent: spent / 3n,
    held: held / 3n,
  }))

const caps = fc.oneof(
  { arbitrary: fc.constant([] as CapUse[]), weight: 2 },
  fc.array(cap, { maxLength: 3 }).map((all) =>
    all.map(
      ({ spent, held, ...own }, n) =>
        ({
          cap: { ...own, id: `cap_${n}`, scope: 'account', scopeId: null, period: 'lifetime' },
          bucket: 'lifetime',
          amount: own.amount,
          spent,
          held,
        }) as unknown as CapUse,
    ),
  ),
)

const call = fc
  .record({
    model: fc.constantFrom('opus', 'mini', 'other'),
    features: fc.subarray(['fast', 'tools']),
    client: fc.constantFrom('ours', 'other', null),
  })
  .map(
    (own) =>
      ({
        ...own,
        keyId: null,
        memberId: null,
        projectId: null,
        sessionId: null,
      }) satisfies CallFacts,
  )

const question = fc.record({
  amount: fc.integer({ min: 0, max: 90 }).map((n) => BigInt(n)),
  call,
  coverage: fc.constantFrom('covered', 'covered', 'covered', 'credits_only', 'blocked'),
  windows,
  lots,
  paidUse: fc.oneof({ arbitrary: fc.constant(true), weight: 3 }, fc.constant(false)),
  overage: fc.record({
    limit: fc.option(small),
    used: small.map((n) => n / 2n),
    held: small.map((n) => n / 3n),
  }),
  caps,
  at: fc.constant(NOW),
}) as fc.Arbitrary<Question>

const ask = (own: Question) => {
  const plan = fund(own as unknown as FundingInput)
  return {
    given: plan.trace.map(({ source, drawn, reason }) => ({
      source,
      drawn: drawn as bigint,
      reason,
    })),
    short: plan.short as bigint,
    plan,
  }
}

describe('the funding order', () => {
  test('is the one that the second implementation finds, source by source, reason by reason', () => {
    const reasons = new Map<string, number>()
    fc.assert(
      fc.property(question, (own) => {
        const { plan: _plan, ...actual } = ask(own)
        expect(actual).toEqual(answer(own))
        for (const { reason } of actual.given)
          reasons.set(`${reason}`, (reasons.get(`${reason}`) ?? 0) + 1)
      }),
      { numRuns: 5_000 },
    )
    const seen = [...reasons].filter(([, count]) => count >= 20).map(([reason]) => reason)
    expect(seen.sort()).toEqual(
      [
        'null',
        'out_of_scope',
        'not_yet_effective',
        'expired',
        'voided',
        'exhausted',
        'held',
        'switched_off',
        'cap_reached',
        'credits_only',
        'blocked',
        'not_needed',
      ].sort(),
    )
  })

  test('pays exactly the amount: included + money + short', () => {
    fc.assert(
      fc.property(question, (own) => {
        const { plan } = ask(own)
        expect(plan.included + plan.money + plan.short).toBe(own.amount)
        for (const step of plan.trace)
          expect(step.drawn <= step.free || step.drawn === 0n).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('does not depend on the order in which the lots are listed', () => {
    fc.assert(
      fc.property(question, fc.infiniteStream(fc.nat()), (own, keys) => {
        const shuffled = own.lots
          .map((lot) => ({ lot, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ lot }) => lot)
        expect(ask({ ...own, lots: shuffled }).given).toEqual(ask(own).given)
      }),
      { numRuns: 1_000 },
    )
  })

  test('a larger amount draws at least as much from every source', () => {
    fc.assert(
      fc.property(question, small, (own, more) => {
        const less = ask(own).given
        const larger = ask({ ...own, amount: own.amount + more }).given
        for (const [n, step] of less.entries()) expect(larger[n]!.drawn >= step.drawn).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('what cannot pay changes nothing for what can', () => {
  const barred: readonly Partial<Lot>[] = [
    { effectiveAt: (NOW + 1) as Lot['effectiveAt'] },
    { expiresAt: NOW as Lot['createdAt'] },
    { voidedAt: NOW as Lot['createdAt'] },
    { scope: { models: ['nobody'] } },
    { remaining: 0n as Lot['remaining'], held: 0n as Lot['held'] },
  ]

  test('a lot more that is not eligible changes no draw', () => {
    fc.assert(
      fc.property(question, lot, fc.constantFrom(...barred), (own, extra, change) => {
        const added = {
          ...extra,
          id: 'extra',
          name: '',
          voidedAt: null,
          ...change,
        } as unknown as Lot
        const with_ = ask({ ...own, lots: [...own.lots, added] }).given
        expect(with_.filter(({ source }) => source !== 'extra')).toEqual(ask(own).given)
      }),
      { numRuns: 1_000 },
    )
  })

  test('more included capacity never raises what is paid with money', () => {
    fc.assert(
      fc.property(question, small, (own, more) => {
        const wider = own.windows?.map((run) => ({
          ...run,
          capacity: (run.capacity + more) as typeof run.capacity,
        }))
        expect(ask({ ...own, windows: wider ?? null }).plan.money <= ask(own).plan.money).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

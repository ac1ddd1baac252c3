import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nanos } from '../../../src/core/money/index.ts'
import { type BillRow, type OwnCall, totalsOf } from '../../../src/core/reconciliation/index.ts'
import { instant } from '../../../src/core/time/index.ts'
import { call, compared, cost, DAY, NEXT, used } from './support.ts'

const kinds = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output'] as const
const tokens = fc.dictionary(fc.constantFrom(...kinds), fc.nat(300_000))
const tier = fc.constantFrom('', 'batch', 'priority')
const model = fc.constantFrom('m', 'm-20260101', 'unheard-of')

const calls: fc.Arbitrary<OwnCall[]> = fc.array(
  fc
    .record({
      at: fc.integer({ min: DAY - 3_600_000, max: NEXT + 90_000_000 }).map(instant),
      model,
      tier,
      tokens,
      fees: fc.dictionary(fc.constant('web_search'), fc.nat(20)),
      open: fc.option(
        fc.record({
          cause: fc.constantFrom('client_aborted', 'upstream_failed', 'refused', 'usage_missing'),
          most: tokens,
        }),
      ),
    })
    .map((own) => call(own as Partial<OwnCall>)),
  { maxLength: 12 },
)

const rows: fc.Arbitrary<BillRow[]> = fc.array(
  fc
    .record({
      kind: fc.constantFrom(...kinds, 'fee:web_search', 'other:storage'),
      day: fc.constantFrom(DAY, NEXT),
      model,
      tier: fc.oneof({ weight: 9, arbitrary: tier }, { weight: 1, arbitrary: fc.constant(null) }),
      key: fc.constantFrom(null, 'ours', 'another'),
      figure: fc.oneof(
        fc.nat(400_000).map((quantity) => ({ quantity })),
        fc.nat(9_000_000_000).map((amount) => ({ amount })),
      ),
      step: fc.constantFrom(0n, 1n, 10_000n),
    })
    .map(({ kind, figure, step, ...own }) =>
      'quantity' in figure
        ? used(kind as never, figure.quantity, own)
        : cost(kind as never, '0', {
            ...own,
            cost: nanos(BigInt(figure.amount)),
            step: nanos(step),
          }),
    ),
  { maxLength: 20 },
)

const setting = fc.record({
  ownKeys: fc.constantFrom(null, new Set(['ours'])),
  provider: fc.constantFrom('anthropic' as const, 'openai' as const),
  discounts: fc.constantFrom([], [{ numerator: 85n, denominator: 100n }]),
})

test('every difference is the sum of its parts, to the nano, whatever the books and the bill', () => {
  fc.assert(
    fc.property(calls, rows, setting, (own, bill, settings) => {
      const { comparisons } = compared({ calls: own, rows: bill, days: [DAY, NEXT], settings })
      for (const { variance, billed, own: ours, causes, unexplained } of comparisons) {
        const { total, quantity, price, unsplit } = variance
        expect(quantity + price + unsplit).toBe(total)
        expect(causes.reduce((sum, { amount }) => sum + amount, 0n) + unexplained).toBe(total)
        if (billed.cost !== null) expect(billed.cost - ours.cost).toBe(total)
        if (billed.quantity !== null && billed.quantity === ours.quantity) expect(quantity).toBe(0n)
      }
      const billedCost = bill.reduce((sum, { cost: amount }) => sum + (amount ?? 0n), 0n)
      const compare = comparisons.reduce((sum, each) => sum + (each.billed.cost ?? 0n), 0n)
      expect(compare, 'nothing of the bill is lost').toBe(billedCost)
      const sums = totalsOf(comparisons)
      expect(sums.own + sums.total).toBe(sums.billed)
    }),
    { numRuns: 1_500 },
  )
})

test('a bill made from our own side differs in nothing', () => {
  fc.assert(
    fc.property(calls, (own) => {
      const known = own.map((each) => ({ ...each, model: 'm', tier: '', open: null }))
      const first = compared({ calls: known, rows: [used('other:x', 0)], days: [DAY, NEXT] })
      const bill = first.comparisons.flatMap(({ position, own: ours }) => {
        const place = { day: position.day, model: position.model || null, tier: '' }
        return [
          used(position.kind, 0, { ...place, quantity: ours.quantity }),
          cost(position.kind, '0', { ...place, cost: ours.cost }),
        ]
      })
      const again = compared({ calls: known, rows: bill, days: [DAY, NEXT] })
      expect(again.comparisons.filter(({ variance }) => variance.total !== 0n)).toEqual([])
    }),
    { numRuns: 500 },
  )
})

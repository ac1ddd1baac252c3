import { expect, test } from 'vitest'
import { nanos } from '../../../src/core/money/index.ts'
import { type BillRow, type OwnCall, totalsOf } from '../../../src/core/reconciliation/index.ts'
import { DAY_MS, instant } from '../../../src/core/time/index.ts'
import { digest, OfRecord } from '../../support/core/of-record.ts'
import { BOOK, call, compared, cost, DAY, NEXT, OLD_BOOK, used } from './support.ts'

/* Bills of every shape against our own side: causes, amounts and what stays unexplained are those on record. */

const record = new OfRecord(new URL('bills.json', import.meta.url))

/** The same throws every time. */
function throws(seed: number) {
  let state = seed
  const below = (count: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * count)
  }
  return { below, one: <T>(all: readonly T[]): T => all[below(all.length)]! }
}

const KINDS = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output'] as const
const CAUSES = ['client_aborted', 'upstream_failed', 'refused', 'usage_missing'] as const
const MODELS = ['m', 'm', 'm', 'm-20260101', 'unheard-of']
const TIERS = ['', '', 'batch', 'priority']

function ownCall({ below, one }: ReturnType<typeof throws>): OwnCall {
  const tokens = () =>
    Object.fromEntries(KINDS.filter(() => below(2) > 0).map((kind) => [kind, below(200_000)]))
  return call({
    at: instant(DAY - 3_600_000 + below(2 * DAY_MS)),
    ...{ model: one(MODELS), tier: one([null, ...TIERS]), tokens: tokens() },
    fees: below(3) === 0 ? { web_search: below(9) } : {},
    open: below(4) === 0 ? { cause: one(CAUSES), most: tokens() } : null,
  })
}

/** A bill by our own side, in which something is another way. */
function billOf(calls: readonly OwnCall[], { below, one }: ReturnType<typeof throws>): BillRow[] {
  const rows = calls.flatMap((own) =>
    Object.entries({
      ...own.tokens,
      ...(own.fees.web_search && { 'fee:web_search': own.fees.web_search }),
    }).flatMap(([kind, count]) => {
      const day = own.at < NEXT ? DAY : NEXT
      const around = {
        day,
        model: kind.startsWith('fee') ? null : own.model,
        tier: own.tier ?? '',
        key: one([null, 'ours', 'another']),
      }
      const quantity = Math.max(0, (count ?? 0) + one([0, 0, 0, 1, -7, 5_000]))
      const amount = nanos(BigInt(quantity) * BigInt(one([2_000, 4_000, 200, 10_000, 2_001])))
      const rows = [used(kind as never, quantity, around)]
      if (below(2) > 0)
        rows.push(
          cost(kind as never, '0', {
            ...around,
            cost: amount,
            step: nanos(one([0n, 1n, 10_000n])),
          }),
        )
      return rows
    }),
  )
  return rows.filter(() => below(12) > 0)
}

const SETTINGS = [
  {},
  { provider: 'openai' as const },
  { ownKeys: new Set(['ours']) },
  { discounts: [{ numerator: 85n, denominator: 100n }] },
]

test.each(Array.from({ length: 60 }, (_, index) => index))('bill %i', (index) => {
  const dice = throws(index + 1)
  const calls = Array.from({ length: 1 + dice.below(6) }, () => ownCall(dice))
  const rows = billOf(calls, dice)
  const settings = SETTINGS[index % SETTINGS.length]!
  const books = index % 3 === 0 ? [OLD_BOOK, BOOK] : [BOOK]
  const { comparisons, ...rest } = compared({ calls, rows, days: [DAY, NEXT], settings, books })
  for (const { variance, causes, unexplained } of comparisons)
    expect(causes.reduce((sum, { amount }) => sum + amount, 0n) + unexplained).toBe(variance.total)
  const causes = comparisons.flatMap((one) => one.causes.map(({ cause }) => cause))
  record.expectSame(`bill ${index}`, {
    comparisons: digest(comparisons),
    rest: digest([rest, totalsOf(comparisons)]),
    causes: [...new Set(causes)].sort().join(' '),
  })
})

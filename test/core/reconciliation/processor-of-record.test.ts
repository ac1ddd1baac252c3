import { expect, test } from 'vitest'
import { nanos } from '../../../src/core/money/index.ts'
import {
  type LedgerMovement,
  type MovementType,
  type ProcessorMovement,
  reconcileProcessor,
} from '../../../src/core/reconciliation/index.ts'
import { DAY_MS, instant } from '../../../src/core/time/index.ts'
import { OfRecord } from '../../support/core/of-record.ts'
import { at } from '../pricing/fixtures.ts'

/* The processor's balance against the journal, with movements that are late, twice, other or missing. */

const record = new OfRecord(new URL('movements.json', import.meta.url))
const UNTIL = at('2026-11-11T00:00:00Z')

/** The same throws every time. */
function throws(seed: number) {
  let state = seed
  const below = (count: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * count)
  }
  return { below, one: <T>(all: readonly T[]): T => all[below(all.length)]! }
}

type Throws = ReturnType<typeof throws>
type Same = Omit<LedgerMovement, 'accountId' | 'seq' | 'byHand'>

/** One movement on both sides, or on one of them, or more often than it was. */
function sidesOf(same: Same, seq: number, { below, one }: Throws) {
  const often = <T>(every: number, made: T): T[] => (below(every) === 0 ? [made] : [])
  const mostly = <T>(made: T): T[] => (below(6) > 0 ? [made] : [])
  const own = { ...same, accountId: `acct_${one([1, 2])}`, seq, byHand: below(9) === 0 }
  const other = { ...same, ref: `txn_${seq}`, fee: nanos(BigInt(below(3)) * 10_000_000n) }
  const ours: LedgerMovement[] = [...mostly(own), ...often(12, { ...own, seq: seq + 100 })]
  const theirs: ProcessorMovement[] = [
    ...mostly(other),
    ...often(12, { ...other, ref: `txn_${seq}_again` }),
    ...often(6, { ...other, ref: `x_${seq}`, amount: nanos(other.amount + 5n) }),
    ...often(6, { ...other, ref: `y_${seq}`, type: one(['fee', 'payout', 'other'] as const) }),
    ...often(6, { ...other, ref: `z_${seq}`, paymentId: null }),
  ]
  return [ours, theirs] as const
}

/** The types that there were when these books were put on record. */
const RECORDED = [
  'charge',
  'refund',
  'dispute',
  'dispute_won',
] as const satisfies readonly MovementType[]

function books(seed: number) {
  const dice = throws(seed)
  const { below, one } = dice
  const ours: LedgerMovement[] = []
  const theirs: ProcessorMovement[] = []
  for (let seq = 1; seq <= 4 + below(4); seq += 1) {
    const type = one(RECORDED)
    const sign = type === 'charge' || type === 'dispute_won' ? 1 : -1
    const same = {
      ...{ type, paymentId: `pay_${one([1, 2, 3])}`, chargeRef: one(['pi_1', 'pi_2', null]) },
      subject: type === 'charge' ? null : one(['ref_1', 'dp_open', 'dp_2']),
      amount: nanos(BigInt(sign * one([4, 10]) * 1_000_000_000)),
      currency: one(['USD', 'USD', 'USD', 'EUR']),
      at: instant(UNTIL - one([0, DAY_MS - 1, DAY_MS, DAY_MS + 1, 5 * DAY_MS])),
    }
    const [now, again] = sidesOf(same, seq, dice)
    ours.push(...now)
    theirs.push(...again)
  }
  return { ours, theirs }
}

test.each(Array.from({ length: 80 }, (_, index) => index + 1))('books %i', (seed) => {
  const { ours, theirs } = books(seed)
  const settings = { until: UNTIL, transitMs: DAY_MS, openDisputes: new Set(['dp_open']) }
  const { differences, fees, payouts, others, ...sums } = reconcileProcessor(theirs, ours, settings)
  for (const { amount, processor, ledger } of differences)
    if (processor !== null && ledger !== null) expect(amount).toBe(processor - ledger)
  const keys = differences.map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
  record.expectSame(`books ${seed}`, {
    ...sums,
    ...{ fees: [...fees], payouts: [...payouts], others: others.map(({ ref }) => ref) },
    differences: differences.map((one) => Object.values(one).join(' ')),
  })
})

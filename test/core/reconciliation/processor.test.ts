import { describe, expect, it, test } from 'vitest'
import { readNanos } from '../../../src/core/money/index.ts'
import {
  type LedgerMovement,
  type ProcessorMovement,
  reconcileProcessor,
} from '../../../src/core/reconciliation/index.ts'
import { DAY_MS, instant } from '../../../src/core/time/index.ts'
import { at } from '../pricing/fixtures.ts'

const UNTIL = at('2026-11-11T00:00:00Z')
const LONG_AGO = instant(UNTIL - 5 * DAY_MS)

const ours = (id: string, own: Partial<LedgerMovement> = {}): LedgerMovement => ({
  accountId: 'acct_1',
  seq: 7,
  type: 'charge',
  paymentId: id,
  chargeRef: `pi_${id}`,
  subject: null,
  amount: readNanos('10'),
  currency: 'USD',
  at: LONG_AGO,
  byHand: false,
  ...own,
})

const theirs = (id: string, own: Partial<ProcessorMovement> = {}): ProcessorMovement => ({
  ref: `txn_${id}`,
  type: 'charge',
  paymentId: id,
  chargeRef: `pi_${id}`,
  subject: null,
  amount: readNanos('10'),
  fee: readNanos('0.59'),
  currency: 'USD',
  at: LONG_AGO,
  ...own,
})

const refund = { type: 'refund', subject: 'ref_1', amount: readNanos('-4') } as const
const dispute = { type: 'dispute', subject: 'dp_1', amount: readNanos('-10') } as const

const found = (their: readonly ProcessorMovement[], our: readonly LedgerMovement[]) =>
  reconcileProcessor(their, our, {
    until: UNTIL,
    transitMs: DAY_MS,
    openDisputes: new Set(['dp_open']),
  })

it('matches charges, refunds and disputes each with its own', () => {
  const sums = found(
    [theirs('a'), theirs('a', { ...refund, ref: 'txn_r' }), theirs('b'), theirs('b', dispute)],
    [ours('a'), ours('a', refund), ours('b'), ours('b', dispute)],
  )
  expect(sums.differences).toEqual([])
  expect(sums.matched).toBe(4)
})

it('knows a charge by the processor’s own id where ours is not on it', () => {
  expect(found([theirs('a', { paymentId: null })], [ours('a')]).differences).toEqual([])
})

it('knows a charge by its payment alone, whatever else is on it', () => {
  expect(found([theirs('a', { subject: 'order_1' })], [ours('a')]).differences).toEqual([])
})

it('knows a movement of no payment by the charge, or by itself', () => {
  const nowhere = { paymentId: null, chargeRef: null }
  const keys = found(
    [theirs('a', { ...nowhere, chargeRef: 'pi_x' }), theirs('b', nowhere), theirs('c', nowhere)],
    [ours('d', { chargeRef: null })],
  ).differences.map(({ key, paymentId, accountId }) => [key, paymentId, accountId])
  expect(keys).toEqual([
    ['missing_at_processor:charge:d', 'd', 'acct_1'],
    ['missing_in_ledger:charge:pi_x', null, null],
    ['missing_in_ledger:charge:txn_b', null, null],
    ['missing_in_ledger:charge:txn_c', null, null],
  ])
})

it('adds up fees and payouts, which are not in the journal', () => {
  const sums = found(
    [
      theirs('a'),
      theirs('f', { type: 'fee', amount: readNanos('-2'), fee: readNanos('0') }),
      theirs('p', { type: 'payout', amount: readNanos('-7'), fee: readNanos('0') }),
      theirs('o', { type: 'other', fee: readNanos('0') }),
    ],
    [ours('a')],
  )
  expect(sums.differences).toEqual([])
  expect(Object.fromEntries(sums.fees)).toEqual({ USD: readNanos('2.59') })
  expect(Object.fromEntries(sums.payouts)).toEqual({ USD: readNanos('7') })
  expect(sums.others).toHaveLength(1)
})

describe('a fault', () => {
  const NEW = instant(UNTIL - 3_600_000)
  test.each([
    ['a charge that the journal does not know', [theirs('a')], [], 'missing_in_ledger', '10', null],
    ['a credit that nobody was charged for', [], [ours('a')], 'missing_at_processor', '-10', null],
    [
      'the same, an hour old',
      [],
      [ours('a', { at: NEW })],
      'missing_at_processor',
      '-10',
      'in_transit',
    ],
    [
      'charged another amount',
      [theirs('a', { amount: readNanos('10.01') })],
      [ours('a')],
      'amount_differs',
      '0.01',
      null,
    ],
    [
      'charged in another currency',
      [theirs('a', { currency: 'EUR' })],
      [ours('a')],
      'wrong_currency',
      '0',
      null,
    ],
    [
      'charged twice',
      [theirs('a'), theirs('a', { ref: 'txn_2' })],
      [ours('a')],
      'twice_at_processor',
      '10',
      null,
    ],
    [
      'credited twice',
      [theirs('a')],
      [ours('a'), ours('a', { seq: 8 })],
      'twice_in_ledger',
      '-10',
      null,
    ],
    [
      'a refund that was not paid',
      [theirs('a')],
      [ours('a'), ours('a', refund)],
      'missing_at_processor',
      '4',
      null,
    ],
    [
      'a refund that we know nothing of',
      [theirs('a'), theirs('a', refund)],
      [ours('a')],
      'missing_in_ledger',
      '-4',
      null,
    ],
    [
      'a dispute that we know nothing of',
      [theirs('a'), theirs('a', dispute)],
      [ours('a')],
      'missing_in_ledger',
      '-10',
      null,
    ],
    [
      'a dispute that is not decided',
      [theirs('a'), theirs('a', { ...dispute, subject: 'dp_open' })],
      [ours('a')],
      'missing_in_ledger',
      '-10',
      'dispute_open',
    ],
  ] as const)('%s: is found, and nothing else', (_name, their, our, difference, amount, cause) => {
    const { differences } = found(their, our)
    expect(differences).toEqual([
      expect.objectContaining({ difference, amount: readNanos(amount), cause }),
    ])
  })

  it('is none where an operator entered a payment that was made elsewhere', () => {
    const sums = found([], [ours('a', { byHand: true })])
    expect([sums.differences, sums.byHand]).toEqual([[], 1])
  })

  it('has the same key when it is found again', () => {
    const keys = [found([theirs('a')], []), found([theirs('a')], [])].map(
      ({ differences }) => differences[0]?.key,
    )
    expect(keys).toEqual(['missing_in_ledger:charge:a', 'missing_in_ledger:charge:a'])
  })
})

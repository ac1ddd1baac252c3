import { describe, expect, test } from 'vitest'
import {
  type Command,
  consentFault,
  RELOAD_GAP_MS,
  reloadCheck,
} from '../../src/core/decisions/index.ts'
import type { AutoReloadFacts } from '../../src/core/ledger/index.ts'
import { nanos, ZERO } from '../../src/core/money/index.ts'
import { at, DAY, HOUR, plan, plus, usd } from '../support/core/fixtures.ts'
import { ACCOUNT, admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { postings, trace } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const actor = { type: 'operator', id: 'op_test' } as const
const base = { accountId: ACCOUNT, actor } as const
const noon = at('12:00')

const credits = () => new Ledger({ plans: [plan({ windows: [] })], paidUse: true })

const TERMS: AutoReloadFacts = {
  trigger_below: '5',
  amount: '20',
  target: null,
  max_per_day: '50',
  max_per_month: '60',
  method_id: 'pm_1',
  tax: { policy: 'JP@1', rate: '0.10' },
}
const consent = { text: 'as shown', locale: 'en', version: '1' }

const agree = (ledger: Ledger, own: Partial<AutoReloadFacts> = {}, requestId = 'agree') =>
  ledger.run({
    ...base,
    kind: 'set_auto_reload',
    requestId,
    terms: { ...TERMS, ...own },
    consent,
  })

const refund = (ledger: Ledger, own: Partial<Extract<Command, { kind: 'refund_purchase' }>> = {}) =>
  ledger.run({
    ...base,
    kind: 'refund_purchase',
    requestId: 'rfnd_1',
    lotId: 'lot',
    paymentId: 'pay_1',
    basis: 'operator',
    withdrawalUntil: null,
    taxPaid: ZERO,
    refunded: { price: ZERO, tax: ZERO },
    reason: 'asked for',
    ...own,
  })

const dispute = (
  ledger: Ledger,
  kind: 'freeze_lot' | 'unfreeze_lot' | 'charge_back',
  price = '10',
) => {
  const own = { ...base, requestId: 'dp_1', lotId: 'lot', disputeId: 'dp_1', paymentId: 'pay_1' }
  return ledger.run(
    kind === 'charge_back' ? { ...own, kind, price: usd(price), tax: ZERO } : { ...own, kind },
  )
}

describe('a refund of a purchase', () => {
  test('gives back the price of the unused part, and mirrors the postings of the top-up', () => {
    const ledger = credits()
    ledger.topUp('lot', '50', { price: '45', tax: '4.50' })
    ledger.record('call', usd('20'))
    expect(postings(postedEntry(refund(ledger, { taxPaid: usd('4.50') })))).toEqual([
      'customer:prepaid -30 lot',
      'house:tax_payable -2.7',
      'house:promotion_expense 3',
      'house:processor_clearing 29.7',
    ])
  })

  test('rounds up what a card cannot be paid back exactly; the house carries the rest', () => {
    const ledger = credits()
    ledger.topUp('lot', '10')
    ledger.record('call', nanos(3_333_333_333n))
    expect(postings(postedEntry(refund(ledger)))).toEqual([
      'customer:prepaid -6.666666667 lot',
      'house:refund_expense -0.003333333',
      'house:processor_clearing 6.67',
    ])
  })

  test('leaves what calls in flight hold, and takes it later, never beyond the price', () => {
    const ledger = credits()
    ledger.topUp('lot', '10')
    admitted(ledger.authorize('call', usd('4')))
    expect(postedEntry(refund(ledger)).purchase_refund).toMatchObject({ face: '6', price: '6' })
    postedEntry(ledger.settle('call', usd('1')))
    const next = { requestId: 'rfnd_2', refunded: { price: usd('6'), tax: ZERO } }
    expect(postedEntry(refund(ledger, next)).purchase_refund).toMatchObject({ price: '3' })
    const more = { requestId: 'rfnd_3', refunded: { price: usd('9'), tax: ZERO } }
    expect(refused(refund(ledger, more)).code).toBe('lot_already_used')
  })

  test.each([
    [-1, null],
    [0, 'withdrawal_over'],
  ])('a withdrawal %i ms from its end: %s', (offset, code) => {
    const ledger = credits()
    ledger.topUp('lot', '10')
    ledger.now = plus(noon, offset)
    const result = refund(ledger, { basis: 'withdrawal', withdrawalUntil: noon })
    if (code === null) postedEntry(result)
    else expect(refused(result).code).toBe(code)
  })

  test('of credit that nothing was paid for is refused', () => {
    const ledger = credits()
    ledger.grant('lot', '10')
    expect(refused(refund(ledger)).code).toBe('not_refundable')
    expect(refused(refund(ledger, { lotId: 'other' })).code).toBe('lot_unknown')
  })

  test('undone, puts back what it took, once', () => {
    const ledger = credits()
    ledger.topUp('lot', '10')
    const undo = {
      ...base,
      kind: 'undo_refund_purchase',
      requestId: 'rfnd_1',
      reason: 'no',
    } as const
    expect(refused(ledger.run(undo)).code).toBe('refund_unknown')
    refund(ledger)
    expect(ledger.lot('lot').remaining).toBe(0n)
    postedEntry(ledger.run(undo))
    postedEntry(ledger.run(undo))
    expect(ledger.lot('lot').remaining).toBe(usd('10'))
  })
})

describe('a disputed lot', () => {
  test('is passed over with its reason; calls in flight keep what they hold', () => {
    const ledger = credits()
    ledger.topUp('lot', '10')
    admitted(ledger.authorize('call', usd('4')))
    postedEntry(dispute(ledger, 'freeze_lot'))
    expect(refused(ledger.authorize('other', usd('1'))).code).toBe('funds_exhausted')
    expect(trace(postedEntry(ledger.settle('call', usd('3'))))).toEqual(
      expect.arrayContaining([expect.stringContaining('lot')]),
    )
    expect(ledger.lot('lot').remaining).toBe(usd('7'))
    expect(refused(refund(ledger)).code).toBe('dispute_open')
  })

  test('does not expire meanwhile, and gets the time back when the dispute is won', () => {
    const ledger = credits()
    ledger.topUp('lot', '10', { expiresAt: noon })
    ledger.now = plus(noon, -HOUR)
    dispute(ledger, 'freeze_lot')
    ledger.now = plus(noon, DAY)
    expect(refused(ledger.expireLot('lot')).code).toBe('dispute_open')
    postedEntry(dispute(ledger, 'unfreeze_lot'))
    expect(ledger.lot('lot')).toMatchObject({
      remaining: usd('10'),
      expiresAt: plus(noon, DAY + HOUR),
    })
    postedEntry(ledger.record('call', usd('1')))
  })

  test('lost: what is left goes, what was used is the loss of the house', () => {
    const ledger = credits()
    ledger.topUp('lot', '10')
    ledger.record('call', usd('4'))
    dispute(ledger, 'freeze_lot')
    expect(postings(postedEntry(dispute(ledger, 'charge_back')))).toEqual([
      'customer:prepaid -6 lot',
      'house:platform_loss -4',
      'house:processor_clearing 10',
    ])
  })
})

describe('what comes back to a lot of a lost dispute', () => {
  /** $50 bought for $45, $20 of it used, and the bank has taken the payment back. */
  function lost(): Ledger {
    const ledger = credits()
    ledger.topUp('lot', '50', { price: '45' })
    ledger.record('call', usd('20'))
    dispute(ledger, 'freeze_lot')
    dispute(ledger, 'charge_back', '45')
    return ledger
  }

  test.each<[string, (ledger: Ledger) => unknown]>([
    ['a refund of a call', (ledger) => ledger.refund('call')],
    ['a reversal of a call', (ledger) => ledger.reverse(ledger.entry('call').seq)],
  ])('%s: lessens the loss of the house, and is never spendable', (_name, giveBack) => {
    const ledger = lost()
    giveBack(ledger)
    expect(ledger.lot('lot')).toMatchObject({ remaining: usd('20'), voidedAt: expect.anything() })
    expect(refused(ledger.authorize('other', usd('1'))).code).toBe('funds_exhausted')
    // the loss was $18 and the discount $2 for the part that was used
    expect(postings(postedEntry(ledger.expireLot('lot')))).toEqual([
      'customer:prepaid -20 lot',
      'house:promotion_expense 2',
      'house:platform_loss 18',
    ])
    expect(ledger.auditor.balances.get('house:platform_loss')).toBe(0n)
  })

  test('a refund of the purchase that the processor did not pay gives no credit back', () => {
    const ledger = credits()
    ledger.topUp('lot', '10')
    refund(ledger)
    dispute(ledger, 'charge_back', '0')
    const undo = {
      ...base,
      kind: 'undo_refund_purchase',
      requestId: 'rfnd_1',
      reason: 'no',
    } as const
    expect(postings(postedEntry(ledger.run(undo)))).toEqual([])
    expect(ledger.lot('lot')).toMatchObject({ remaining: ZERO })
  })
})

describe('a reload is due', () => {
  const due = (ledger: Ledger) => reloadCheck(ledger.state!, ledger.now)
  /** Credit of $4, terms agreed, and one call that has drawn. */
  function low(own: Partial<AutoReloadFacts> = {}): Ledger {
    const ledger = credits()
    ledger.topUp('lot', '5')
    agree(ledger, own)
    ledger.record('call', usd('1'))
    return ledger
  }

  test('with the amount, or with what is missing to the target, and its tax', () => {
    expect(due(low())).toMatchObject({ due: true, net: usd('20'), tax: usd('2'), total: usd('22') })
    const target = low({ amount: null, target: '30' })
    expect(due(target)).toMatchObject({ net: usd('26'), tax: usd('2.60') })
  })

  test.each<[string, (ledger: Ledger) => unknown]>([
    ['not_drawn', (ledger) => ledger.controls({ paidUse: true })],
    ['paid_use_off', (ledger) => ledger.controls({ paidUse: false })],
    ['enough', (ledger) => ledger.topUp('more', '10')],
    ['not_drawn', (ledger) => agree(ledger, {}, 'again')],
    ['off', (ledger) => off(ledger)],
    ['stopped', (ledger) => ended(ledger, 'declined')],
    ['not_drawn', (ledger) => ended(ledger, 'no_longer_due')],
    ['too_soon', (ledger) => reloaded(ledger, '1')],
    ['day_limit', (ledger) => reloaded(ledger, '1', { max_per_day: '22' }, RELOAD_GAP_MS)],
    ['month_limit', (ledger) => reloaded(ledger, '1', { max_per_month: '22' }, RELOAD_GAP_MS)],
  ])('not when: %s', (reason, change) => {
    const ledger = low()
    change(ledger)
    expect(due(ledger)).toMatchObject({ due: false, reason })
  })

  const off = (ledger: Ledger) =>
    ledger.run({
      ...base,
      kind: 'set_auto_reload',
      requestId: 'off',
      terms: null,
      consent: null,
    })

  const ended = (ledger: Ledger, outcome: 'declined' | 'no_longer_due') =>
    ledger.run({ ...base, kind: 'end_reload', requestId: 'pay_1', round: 1, outcome })

  /** One reload of $20 was credited, and all but a little of it is used since. */
  function reloaded(
    ledger: Ledger,
    left: string,
    own: Partial<AutoReloadFacts> = {},
    waitMs = 0,
  ): void {
    agree(ledger, own, 'limits')
    ledger.run({
      ...base,
      kind: 'top_up',
      requestId: 'pay_1',
      lotId: 'reload',
      name: 'Auto-reload',
      origin: 'purchase',
      face: usd('20'),
      price: usd('20'),
      tax: usd('2'),
      facts: { tax_rate: '0.10', policy: 'JP@1', reload: { round: 1, consent_seq: 3 } },
      expiresAt: null,
      scope: {},
      priority: 0,
    })
    ledger.wait(waitMs)
    ledger.record('spent', nanos(usd('24') - usd(left)))
  }

  test('a round ends once, and its number is never used again', () => {
    const ledger = low()
    postedEntry(ended(ledger, 'declined'))
    const again = { ...base, kind: 'end_reload', requestId: 'pay_2', round: 1 } as const
    expect(refused(ledger.run({ ...again, outcome: 'declined' })).code).toBe('reload_ended')
    agree(ledger, {}, 'anew')
    ledger.record('next', usd('1'))
    expect(due(ledger)).toMatchObject({ due: true, round: 2 })
  })

  test('17: no charge that the consent does not cover, to the last cent', () => {
    const ledger = low()
    const own = reloadCheck(ledger.state!, ledger.now)
    if (!own.due) throw new Error('not due')
    const fault = (other: object) => consentFault(ledger.state!, { ...own, ...other }, ledger.now)
    expect(fault({})).toBeNull()
    expect(fault({ net: usd('20.01') })).toBe('other_amount')
    expect(fault({ net: usd('19.99'), tax: usd('2') })).toBe('other_amount')
    expect(fault({ tax: usd('2.01') })).toBe('other_amount')
    expect(fault({ methodId: 'pm_2' })).toBe('other_method')
    expect(fault({ round: 2 })).toBe('other_round')
    expect(fault({ consentSeq: 99 })).toBe('other_round')
    off(ledger)
    expect(fault({})).toBe('off')
  })

  test.each<[string, Partial<AutoReloadFacts>]>([
    ['amount', { target: '30' }],
    ['amount', { amount: null }],
    ['amount', { amount: '0.001' }],
    ['target', { amount: null, target: '5' }],
    ['max_per_day', { max_per_day: '0' }],
    ['max_per_month', { max_per_month: '-1' }],
    ['trigger_below', { trigger_below: '0' }],
    ['tax', { tax: { policy: 'x', rate: '10%' } }],
  ])('terms are refused with the field: %s', (field, own) => {
    expect(refused(agree(credits(), own))).toEqual({ code: 'amount_invalid', field })
  })
})

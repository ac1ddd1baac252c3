import { describe, expect, it } from 'vitest'
import {
  type Command,
  RELOAD_GAP_MS,
  type Result,
  reloadCheck,
} from '../../../src/core/decisions/index.ts'
import { nanos, ZERO } from '../../../src/core/money/index.ts'
import { DAY, plan, plus, usd } from '../../support/core/fixtures.ts'
import { ACCOUNT, Ledger, postedEntry, refused } from '../../support/core/ledger.ts'
import { postings } from '../../support/core/render.ts'

/* Where money goes back or is charged by itself: the case beside each that the stories tell. */

const actor = { type: 'operator', id: 'op_test' } as const
let requests = 0

const run = (ledger: Ledger, command: object): Result => {
  const common = { accountId: ACCOUNT, actor, requestId: `request_${++requests}` }
  return ledger.run({ ...common, ...command } as unknown as Command)
}

const credits = (tax = '0') => {
  const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
  ledger.topUp('lot', '10', { tax })
  return ledger
}

const ofDispute = { lotId: 'lot', disputeId: 'dispute', paymentId: 'payment' }
const chargeBack = (ledger: Ledger, price: string, tax: string) =>
  run(ledger, { kind: 'charge_back', ...ofDispute, price: usd(price), tax: usd(tax) })

describe('a dispute that is lost', () => {
  it('reverses the tax, and the bank has taken price and tax', () => {
    const ledger = credits('1')
    ledger.record('call', usd('4'))
    run(ledger, { kind: 'freeze_lot', ...ofDispute })
    expect(postings(postedEntry(chargeBack(ledger, '10', '1')))).toEqual([
      'customer:prepaid -6 lot',
      'house:tax_payable -1',
      'house:platform_loss -4',
      'house:processor_clearing 11',
    ])
  })

  it('may take nothing, and names the amount that is wrong', () => {
    expect(refused(chargeBack(credits(), '0', '-1'))).toMatchObject({ field: 'tax' })
    expect(refused(chargeBack(credits(), '-1', '-1'))).toMatchObject({ field: 'price' })
    expect(postings(postedEntry(chargeBack(credits(), '0', '0')))).toEqual([
      'customer:prepaid -10 lot',
      'house:platform_loss 10',
    ])
  })
})

describe('a refund', () => {
  const refund = (ledger: Ledger, carried: string) =>
    run(ledger, { kind: 'refund', callId: 'call', reason: 'goodwill', carried: usd(carried) })

  it('that rests on another charge than there is gives nothing', () => {
    const ledger = credits()
    ledger.record('call', usd('4'))
    for (const carried of ['3', '5'])
      expect(refused(refund(ledger, carried))).toMatchObject({
        ...{ code: 'preview_outdated', field: 'carried' },
      })
    postedEntry(refund(ledger, '4'))
    expect(ledger.lot('lot').remaining).toBe(usd('10'))
  })
})

describe('a refund of a purchase', () => {
  const refund = (ledger: Ledger, refunded: string) =>
    run(ledger, {
      ...{ kind: 'refund_purchase', lotId: 'lot', paymentId: 'pay', basis: 'operator' },
      ...{ withdrawalUntil: null, taxPaid: ZERO, reason: 'asked for' },
      refunded: { price: usd(refunded), tax: ZERO },
    })

  it('whose price has gone back in full gives no more, whatever credit is left', () => {
    expect(refused(refund(credits(), '10')).code).toBe('not_refundable')
    expect(postedEntry(refund(credits(), '9.99')).purchase_refund).toMatchObject({ price: '0.01' })
  })
})

describe('a payment that collected a fee', () => {
  it('goes back while it has paid for nothing', () => {
    const ledger = new Ledger({ plans: [plan()] })
    const back = { kind: 'return_fee', paymentId: 'pay', price: usd('5'), tax: ZERO, code: 'late' }
    const { entry } = run(ledger, back) as Extract<Result, { status: 'posted' }>
    expect(postings(entry)).toEqual([])
    expect(entry.payment).toMatchObject({ payment_id: 'pay', price: '5', tax: '0' })
  })
})

describe('the limits of auto-reload', () => {
  const TERMS = {
    ...{ trigger_below: '5', amount: '20', target: null, method_id: 'pm_1' },
    tax: { policy: 'none@1', rate: '0' },
  }

  /** $20 was charged in this moment, under these limits, and nearly all of it is used `ms` later. */
  function charged(limits: { max_per_day: string; max_per_month: string }, ms: number) {
    const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
    run(ledger, {
      ...{ kind: 'set_auto_reload', terms: { ...TERMS, ...limits } },
      consent: { text: 'as shown', locale: 'en', version: '1' },
    })
    run(ledger, {
      ...{ kind: 'top_up', lotId: 'reload', name: 'Auto-reload', origin: 'purchase' },
      ...{ face: usd('20'), price: usd('20'), tax: ZERO, expiresAt: null, scope: {}, priority: 0 },
      facts: { tax_rate: '0', policy: 'none@1', reload: { round: 1, consent_seq: 3 } },
    })
    ledger.wait(ms)
    ledger.record('spent', nanos(usd('19')))
    return reloadCheck(ledger.state!, ledger.now)
  }

  it('count a day and a month, and begin anew with the next', () => {
    const day = { max_per_day: '20', max_per_month: '100' }
    expect(charged(day, RELOAD_GAP_MS)).toMatchObject({ due: false, reason: 'day_limit' })
    expect(charged(day, DAY)).toMatchObject({ due: true })
    const month = { max_per_day: '100', max_per_month: '20' }
    expect(charged(month, DAY)).toMatchObject({ due: false, reason: 'month_limit' })
    expect(charged(month, 31 * DAY)).toMatchObject({ due: true })
  })
})

describe('a preview', () => {
  const priced = (ledger: Ledger, ms: number) =>
    run(ledger, {
      ...{ kind: 'change_subscription', plan: 'other@1', payment: null },
      pricedAt: plus(ledger.now, ms),
    })

  it('of a moment that is yet to come is none', () => {
    const ledger = new Ledger({ plans: [plan(), plan({ id: 'other' })] })
    expect(refused(priced(ledger, 1)).code).toBe('preview_outdated')
    postedEntry(priced(ledger, 0))
  })
})

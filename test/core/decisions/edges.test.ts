import { describe, expect, it } from 'vitest'
import {
  type Command,
  RELOAD_GAP_MS,
  type Result,
  reloadCheck,
} from '../../../src/core/decisions/index.ts'
import { cycleOf } from '../../../src/core/ledger/index.ts'
import { nanos, ZERO } from '../../../src/core/money/index.ts'
import {
  at,
  book,
  DAY,
  plan,
  plus,
  TestCatalogue,
  UNIT_BOOK,
  usd,
} from '../../support/core/fixtures.ts'
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

describe('a cap whose period has become longer', () => {
  const cap = (period: 'day' | 'cycle') =>
    ({
      id: 'cap',
      scope: 'account',
      scopeId: null,
      period,
      counts: 'money',
      amount: usd('10'),
    }) as const

  it('holds, whatever days have counted before', () => {
    const ledger = new Ledger({
      ...{ plans: [plan({ windows: [] })], paidUse: true, caps: [cap('day')] },
      at: at('2026-11-01T00:00:00Z'),
    })
    ledger.topUp('credits', '1000')
    for (const day of [7, 8, 9]) {
      ledger.now = at(`2026-11-0${day}T12:00:00Z`)
      ledger.record(`day${day}`, usd('1'))
    }
    ledger.controls({ caps: [cap('cycle')] })
    postedEntry(ledger.record('all', usd('10')))
    expect(refused(ledger.authorize('more', usd('1'), { fit: 'refuse' })).code).toBe('cap_reached')
  })
})

describe('credit that has expired, and is not swept yet', () => {
  const given = () => {
    const ledger = new Ledger({ catalogue: new TestCatalogue([plan({ windows: [] })]) })
    ledger.grant('gift', '100', { expiresAt: at('12:00') })
    ledger.record('call', usd('10'))
    return ledger
  }

  it('stays expired when a call is rated anew: only that comes back', () => {
    const ledger = given()
    ledger.now = at('13:00')
    const rows = UNIT_BOOK.rows.map((row) =>
      row.kind === 'output' ? { ...row, per_mtok: '5000' } : row,
    )
    ledger.catalogue.books.push(book({ ...UNIT_BOOK, id: 'right', rows }))
    postedEntry(run(ledger, { kind: 'rerate', callId: 'call', book: 'right', reason: 'fix' }))
    expect(ledger.lot('gift').remaining).toBe(usd('5'))
  })

  it('stays expired when a server gives back whose clock is behind', () => {
    const ledger = given()
    ledger.now = at('12:00:01')
    ledger.controls({ paidUse: true })
    ledger.now = at('11:59:59')
    ledger.refund('call')
    expect(ledger.lot('gift').remaining).toBe(usd('10'))
  })
})

describe('a change of plan that was due long ago', () => {
  it('leaves the open cycle an end that is after its beginning', () => {
    const paid = (id: string, price: string, period: 'P1M' | 'P1Y') => ({
      ...plan({ id, windows: [] }),
      ...{ price: usd(price), period, fallback: 'pro' },
    })
    const ledger = new Ledger({
      plans: [plan({ windows: [] }), paid('m', '20', 'P1M'), paid('y', '200', 'P1Y')],
      at: at('2026-11-30T12:00:00Z'),
    })
    const change = (ref: string, payment: object | null) =>
      run(ledger, { kind: 'change_subscription', plan: ref, fallback: 'pro@1', payment })
    const pay = (paymentId: string) => ({ paymentId, tax: ZERO, collected: false })
    postedEntry(change('m@1', pay('p1')))
    postedEntry(change('y@1', null))
    ledger.park('park')
    ledger.now = at('2027-03-05T12:00:00Z')
    for (const number of [1, 2, 3]) postedEntry(run(ledger, { kind: 'close_statement', number }))
    ledger.park('unpark')
    postedEntry(run(ledger, { kind: 'renew_subscription', payment: pay('p2') }))
    const { start, end } = cycleOf(ledger.state!)
    expect(end).toBeGreaterThan(start)
  })
})

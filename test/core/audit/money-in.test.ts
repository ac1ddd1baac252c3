import { describe, expect, it } from 'vitest'
import { paymentFault } from '../../../src/core/audit/money-in.ts'
import { type AuditState, newState } from '../../../src/core/audit/state.ts'
import type { EntryBody } from '../../../src/core/ledger/index.ts'
import { formatNanos } from '../../../src/core/money/index.ts'
import { DAY_MS } from '../../../src/core/time/index.ts'
import { entry, later } from './entries.ts'

/* Money that comes in is credited once, taxed right, and by itself only as was agreed. */

describe('money that comes in', () => {
  const payment = (own: object = {}) => ({ payment_id: 'pay', price: '10', tax: '0', ...own })
  const topUp = (own: object = {}, more: object = {}) =>
    entry({ kind: 'top_up', lot: { id: 'lot', face: '10' }, payment: payment(own), ...more })
  const taxLeg = (amount: string) => ({ postings: [['house:tax_payable', 'USD', amount]] })
  const said = (state: AuditState, body: EntryBody) => {
    const fault = paymentFault(state, body)
    return (
      fault && [fault.rule, formatNanos(fault.expected), formatNanos(fault.posted), fault.evidence]
    )
  }
  const fresh = () => newState('acct')

  it('is credited once', () => {
    const state = fresh()
    expect(said(state, topUp({}, { seq: 4 }))).toBeNull()
    const again = ['top_up_duplicated', '0', '10', { payment_id: 'pay', first_seq: 4 }]
    expect(said(state, topUp({}, { seq: 5 }))).toEqual(again)
    expect(said(state, topUp({}, { seq: 6 }))).toEqual(again)
    expect(said(state, topUp({ payment_id: 'other' }, { seq: 7 }))).toBeNull()
  })

  it('is not there in entries that were refused, are of another kind or of no payment', () => {
    const state = fresh()
    expect(said(state, topUp({}, { refused: { code: 'x' } }))).toBeNull()
    expect(said(state, topUp({}, { kind: 'grant' }))).toBeNull()
    expect(said(state, topUp({}, { payment: undefined }))).toBeNull()
    expect(state.payments.size).toBe(0)
  })

  it.each<[string, object, object, unknown]>([
    [
      'rounded half up, once',
      { price: '0.05', tax: '0.01', tax_rate: '0.10' },
      taxLeg('0.01'),
      null,
    ],
    ['without a rate, whatever it is', { tax: '7' }, {}, null],
    [
      'of another amount',
      { tax: '2', tax_rate: '0.19' },
      taxLeg('2'),
      ['tax_not_closed', '1.9', '2', { rate: '0.19', stated: '2', booked: '2' }],
    ],
    [
      'booked with another amount',
      { tax: '1.9', tax_rate: '0.19' },
      taxLeg('1.89'),
      ['tax_not_closed', '1.9', '1.89', { rate: '0.19', stated: '1.9', booked: '1.89' }],
    ],
    [
      'that is not booked',
      { tax: '1.9', tax_rate: '0.19' },
      {},
      ['tax_not_closed', '1.9', '0', { rate: '0.19', stated: '1.9', booked: '0' }],
    ],
  ])('has tax %s', (_what, own, more, expected) => {
    expect(said(fresh(), topUp(own, more))).toEqual(expected)
  })

  describe('by itself', () => {
    const terms = { amount: '10', max_per_day: '25', max_per_month: '40' }
    const agreed = (own: object = {}, seq = 1) =>
      entry({ kind: 'set_auto_reload', seq, auto_reload: { ...terms, ...own }, consent: {} })
    let payments = 0
    const reload = (round: number, ms = 0, own: object = {}, consent = 1) =>
      topUp(
        { payment_id: `pay_${++payments}`, reload: { round, consent_seq: consent }, ...own },
        { at: later(ms) },
      )
    const consented = (own: object = {}) => {
      const state = fresh()
      paymentFault(state, agreed(own))
      return state
    }
    const brief = (state: AuditState, body: EntryBody) => said(state, body)?.slice(0, 3)
    const how = (state: AuditState, body: EntryBody) => {
      const fault = paymentFault(state, body)
      return fault && [formatNanos(fault.expected), formatNanos(fault.posted), fault.evidence.how]
    }

    it('needs a consent, and the one in force', () => {
      expect(said(fresh(), reload(1, 0, { tax: '1' }))).toEqual([
        'reload_without_consent',
        ...['0', '11'],
        { payment_id: expect.any(String), round: 1, consent_seq: 1, in_force: null },
      ])
      const state = consented()
      expect(brief(state, reload(1, 0, {}, 2))?.[0]).toBe('reload_without_consent')
      expect(brief(state, reload(1))).toBeUndefined()
      paymentFault(state, agreed({}, 9))
      expect(brief(state, reload(2))?.[0]).toBe('reload_without_consent')
      expect(brief(state, reload(2, 0, {}, 9))).toBeUndefined()
    })

    it('ends with the consent, and not with a pause', () => {
      const state = consented()
      paymentFault(state, entry({ kind: 'set_auto_reload', reload_paused: 'card_declined' }))
      expect(brief(state, reload(1))).toBeUndefined()
      paymentFault(state, entry({ kind: 'set_auto_reload', auto_reload: null, consent: {} }))
      expect(brief(state, reload(2))?.[0]).toBe('reload_without_consent')
      const unsigned = fresh()
      paymentFault(unsigned, entry({ kind: 'set_auto_reload', auto_reload: terms }))
      expect(brief(unsigned, reload(1))?.[0]).toBe('reload_without_consent')
    })

    it('is charged once a round', () => {
      const state = consented()
      expect(how(state, reload(1))).toBeNull()
      expect(how(state, reload(1, 1))).toEqual(['0', '10', 'round_again'])
    })

    it('stays within the day', () => {
      const state = consented()
      expect(how(state, reload(1))).toBeNull()
      expect(how(state, reload(2))).toBeNull()
      expect(how(state, reload(3))).toEqual(['5', '10', 'limit'])
      expect(how(state, reload(4, DAY_MS))).toBeNull()
    })

    it('goes beyond by no more than itself', () => {
      const state = consented({ max_per_day: '5' })
      expect(how(state, reload(1))).toEqual(['5', '10', 'limit'])
      expect(how(state, reload(2))).toEqual(['0', '10', 'limit'])
    })

    it('stays within the month, tax included, up to the last nano', () => {
      const state = consented({ max_per_day: '100', max_per_month: '22' })
      const days = [0, 1, 2].map((day) => how(state, reload(day, day * DAY_MS, { tax: '1' })))
      expect(days).toEqual([null, null, ['0', '11', 'limit']])
      expect(how(state, reload(9, 30 * DAY_MS, { tax: '1' }))).toBeNull()
    })

    it('buys what was agreed, and not more', () => {
      expect(how(consented(), reload(1, 0, { price: '12' }))).toEqual(['10', '12', 'amount'])
      expect(how(consented(), reload(1, 0, { price: '9' }))).toBeNull()
      expect(how(consented({ amount: null }), reload(1, 0, { price: '20' }))).toBeNull()
    })

    it('is wrong by the larger of both faults', () => {
      const state = consented({ max_per_day: '11' })
      expect(how(state, reload(1, 0, { price: '13' }))).toEqual(['10', '13', 'limit'])
    })
  })
})

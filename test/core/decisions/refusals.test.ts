import { describe, expect, it } from 'vitest'
import type { Command } from '../../../src/core/decisions/index.ts'
import { formatInstant } from '../../../src/core/time/index.ts'
import { DAY, HOUR, plan, plus, SESSION, usd, WEEKLY } from '../../support/core/fixtures.ts'
import { ACCOUNT, Ledger, postedEntry } from '../../support/core/ledger.ts'

/* What cannot be done is refused with its code, and with the field where one is at fault; and nothing is changed. */

let requests = 0
const common = (requestId = `request_${++requests}`) => ({
  ...{ accountId: ACCOUNT, requestId, actor: { type: 'operator', id: 'op' } },
})

/** Runs the command, and says `posted`, or the code and the field of the refusal. */
function said(ledger: Ledger, command: object, requestId?: string): string {
  const { state } = ledger
  const result = ledger.run({ ...common(requestId), ...command } as unknown as Command)
  if (result.status === 'posted') return 'posted'
  if (!('refused' in result)) return result.status
  expect(ledger.state?.lots, 'nothing is changed').toEqual(state?.lots)
  const { code, field } = result.refused
  return field === undefined ? code : `${code} ${field}`
}

const story = () => {
  const ledger = new Ledger({ plans: [plan({ windows: [SESSION, WEEKLY] })], paidUse: true })
  ledger.topUp('lot', '10')
  return ledger
}

describe('a reset', () => {
  const grant = (ledger: Ledger, windowId: string | null = null, lives = DAY) =>
    said(ledger, {
      ...{ kind: 'grant_reset', resetId: 'reset', name: 'Reset', windowId },
      expiresAt: plus(ledger.now, lives),
    })
  const redeem = (ledger: Ledger, windowId = 'session', resetId = 'reset', requestId?: string) =>
    said(ledger, { kind: 'redeem_reset', resetId, windowId }, requestId)
  /** An account with a reset, and a window of which something is used. */
  const used = (windowId: string | null = null) => {
    const ledger = story()
    grant(ledger, windowId)
    ledger.record('call', usd('2'))
    return ledger.wait(HOUR)
  }

  it('has to live for a moment', () => {
    expect(grant(story(), null, 0)).toBe('amount_invalid expires_at')
    expect(grant(story(), null, 1)).toBe('posted')
  })

  it('has to be there, and not over', () => {
    expect(redeem(used(), 'session', 'other')).toBe('reset_unknown')
    expect(redeem(used().wait(DAY - HOUR))).toBe('reset_expired')
    expect(redeem(used().wait(DAY - HOUR - 1))).not.toBe('reset_expired')
  })

  it('is of its window where it names one, and of a window of the plan', () => {
    expect(redeem(used('weekly'))).toBe('window_unknown window_id')
    expect(redeem(used('weekly'), 'weekly')).toBe('posted')
    expect(redeem(used(), 'yearly')).toBe('window_unknown window_id')
    expect(redeem(used())).toBe('posted')
  })

  it('is not wasted on a window of which nothing is used', () => {
    const ledger = story()
    grant(ledger)
    expect(redeem(ledger)).toBe('window_unused')
    ledger.record('call', usd('2'))
    expect(redeem(ledger), 'in the moment in which it began').toBe('window_unused')
    expect(redeem(ledger.wait(1))).toBe('posted')
  })

  it('is used up once, and a repeated order is answered as the first', () => {
    const ledger = used()
    expect(redeem(ledger, 'session', 'reset', 'once')).toBe('posted')
    const { seq } = ledger.state!
    expect(redeem(ledger, 'session', 'reset', 'once')).not.toBe('reset_unknown')
    expect(ledger.state!.seq).toBe(seq)
    expect(redeem(ledger)).toBe('reset_unknown')
  })

  it('ends the run of its window, and the next call begins another', () => {
    const ledger = used()
    const at = formatInstant(ledger.now)
    redeem(ledger)
    const ended = ledger.entries.at(-1)!.body.windows
    expect(ended).toMatchObject([{ id: 'session', end: at, used: '2', drawn: '0' }])
    const entry = postedEntry(ledger.record('next', usd('1')))
    expect(entry.windows?.find(({ id }) => id === 'session')).toMatchObject({
      ...{ start: at, used: '0', drawn: '1' },
    })
  })
})

describe('a dispute', () => {
  const dispute = { disputeId: 'dispute', paymentId: 'payment' }
  const freeze = (lotId = 'lot') => ({ kind: 'freeze_lot', lotId, ...dispute })
  const unfreeze = (lotId = 'lot') => ({ kind: 'unfreeze_lot', lotId, ...dispute })
  const lost = (own: object = {}) => ({
    ...{ kind: 'charge_back', lotId: 'lot', price: usd('10'), tax: usd('0'), ...dispute },
    ...own,
  })

  it('is of a lot that is there, and of one that is not disputed already', () => {
    const ledger = story()
    expect(said(ledger, freeze('other'))).toBe('lot_unknown')
    expect(said(ledger, unfreeze())).toBe('lot_unknown')
    expect(said(ledger, freeze())).toBe('posted')
    expect(said(ledger, freeze())).toBe('dispute_open')
    expect(said(ledger, unfreeze('other'))).toBe('lot_unknown')
    expect(said(ledger, unfreeze())).toBe('posted')
  })

  it('that is lost is over', () => {
    const ledger = story()
    expect(said(ledger, lost({ price: usd('-1') }))).toBe('amount_invalid price')
    expect(said(ledger, lost({ tax: usd('-1') }))).toBe('amount_invalid tax')
    expect(said(ledger, lost())).toBe('posted')
    expect(said(ledger, freeze())).toBe('lot_voided')
  })

  it('holds what is done to its lot', () => {
    const ledger = story()
    said(ledger, freeze())
    expect(said(ledger, { kind: 'void_lot', lotId: 'lot' })).toBe('dispute_open')
    const { seq } = ledger.entries.find(({ body }) => body.kind === 'top_up')!.body
    expect(said(ledger, { kind: 'reverse', seq, reason: 'mistake' })).toBe('dispute_open')
  })

  it('is decided once under one request', () => {
    const ledger = story()
    for (const command of [freeze(), unfreeze(), lost()]) {
      expect(said(ledger, command, `${command.kind}_once`)).toBe('posted')
      const { seq } = ledger.state!
      said(ledger, command, `${command.kind}_once`)
      expect(ledger.state!.seq).toBe(seq)
    }
  })
})

describe('an entry is reversed', () => {
  const reverse = (ledger: Ledger, kind: string) => {
    const { seq } = ledger.entries.find(({ body }) => body.kind === kind)!.body
    return said(ledger, { kind: 'reverse', seq, reason: 'mistake' })
  }

  it('once', () => {
    const ledger = story()
    ledger.record('call', usd('2'))
    expect(reverse(ledger, 'record')).toBe('posted')
    const { seq } = ledger.entries.find(({ body }) => body.kind === 'record')!.body
    const again = { kind: 'reverse', seq, reason: 'another' }
    expect(said(ledger, again)).not.toBe('posted')
  })

  it('where it is there, and can be', () => {
    const ledger = story()
    expect(said(ledger, { kind: 'reverse', seq: 99, reason: 'mistake' })).toBe('charge_unknown')
    expect(reverse(ledger, 'open_account')).toBe('not_reversible')
  })

  it('that made a lot, while the lot is whole', () => {
    const ledger = story()
    ledger.record('big', usd('12'))
    expect(reverse(ledger, 'top_up')).toBe('lot_already_used')
    const voided = story()
    voided.voidLot('lot')
    expect(reverse(voided, 'top_up')).toBe('lot_unknown')
    expect(reverse(story(), 'top_up')).toBe('posted')
  })
})

describe('a charge is rated anew', () => {
  const rerate = (ledger: Ledger, own: object = {}) =>
    said(ledger, { kind: 'rerate', callId: 'call', book: 'unit', reason: 'price', ...own })
  const charged = () => {
    const ledger = story()
    ledger.record('call', usd('2'))
    return ledger
  }

  it('where it is there and was not taken back', () => {
    expect(rerate(story())).toBe('charge_unknown')
    const ledger = charged()
    const { seq } = ledger.entries.at(-1)!.body
    said(ledger, { kind: 'reverse', seq, reason: 'mistake' })
    expect(rerate(ledger)).toBe('already_reversed')
  })

  it('by a book that prices it, while it stands as it was seen, and only downwards', () => {
    expect(rerate(charged(), { book: 'nobody’s' })).toBe('still_unpriced')
    expect(rerate(charged(), { carried: usd('1') })).toBe('preview_outdated carried')
    expect(rerate(charged(), { carried: usd('2') })).toBe('nothing_to_change')
    expect(rerate(charged())).toBe('nothing_to_change')
  })
})

describe('controls', () => {
  const set = (ledger: Ledger, own: object) => said(ledger, { kind: 'set_controls', ...own })
  const cap = (id: string, amount: string) => ({
    ...{ id, name: id, scope: 'account', scopeId: null, period: 'day', amount: usd(amount) },
    ...{ counts: 'money', raises: [] },
  })

  it('name amounts that can be, and caps that are there', () => {
    const ledger = story()
    expect(set(ledger, { overageLimit: usd('-1') })).toBe('amount_invalid overage_limit')
    expect(set(ledger, { caps: [cap('good', '1'), cap('bad', '-1'), cap('worse', '-2')] })).toBe(
      'amount_invalid caps.bad',
    )
    expect(set(ledger, { removeCaps: ['other'] })).toBe('cap_unknown other')
  })

  it('are not set where they are no more as they were seen', () => {
    const ledger = story()
    expect(set(ledger, { caps: [cap('cap', '5'), cap('next', '6')] })).toBe('posted')
    const seen = (expected: object) => set(ledger, { paidUse: true, expected })
    expect(seen({ paidUse: false })).toBe('controls_changed paid_use')
    expect(
      seen({
        caps: [
          { id: 'cap', amount: usd('4') },
          { id: 'next', amount: usd('4') },
        ],
      }),
    ).toBe('controls_changed caps.cap')
    expect(seen({ caps: [{ id: 'cap', amount: null }] })).toBe('controls_changed caps.cap')
    expect(seen({ caps: [{ id: 'other', amount: usd('5') }] })).toBe('controls_changed caps.other')
    const caps = [
      { id: 'cap', amount: usd('5') },
      { id: 'other', amount: null },
    ]
    expect(seen({ paidUse: true, caps })).toBe('posted')
  })

  it('of auto-reload need terms, and the consent that was seen', () => {
    const ledger = story()
    const off = { kind: 'set_auto_reload', terms: null, consent: null }
    expect(said(ledger, { kind: 'pause_auto_reload', paused: true })).toBe('auto_reload_off')
    expect(said(ledger, { kind: 'end_reload', round: 1, outcome: 'declined' })).toBe(
      'auto_reload_off',
    )
    expect(said(ledger, { ...off, ifConsentSeq: 3 })).toBe('controls_changed auto_reload')
    expect(said(ledger, { ...off, ifConsentSeq: 0 })).toBe('posted')
  })
})

it('an account is parked once, and goes on once', () => {
  const ledger = story()
  expect(said(ledger, { kind: 'unpark', reason: 'x' })).toBe('account_not_parked')
  expect(said(ledger, { kind: 'park', reason: 'x' })).toBe('posted')
  expect(said(ledger, { kind: 'park', reason: 'x' })).toBe('account_parked')
  expect(said(ledger, { kind: 'unpark', reason: 'x' })).toBe('posted')
})

describe('what is owed', () => {
  const pay = (amount: string, invoiceId: string | null = null) => ({
    ...{ kind: 'pay_overage', amount: usd(amount), invoiceId },
  })
  const owing = () => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true, overage: '20' })
    ledger.record('call', usd('3'))
    return ledger
  }

  it('is paid up to what it is', () => {
    const ledger = owing()
    expect(said(ledger, pay('0'))).toBe('amount_invalid amount')
    expect(said(ledger, pay('3.000000001'))).toBe('payment_exceeds_owed')
    expect(said(ledger, pay('1', 'invoice'))).toBe('invoice_unknown')
    expect(said(ledger, pay('3'))).toBe('posted')
    expect(said(ledger, pay('0.000000001'))).toBe('payment_exceeds_owed')
  })

  it('is on no invoice before its statement is closed', () => {
    const amounts = { overage: usd('3'), fees: usd('0'), credit: usd('0'), tax: usd('0') }
    const terms = {
      taxName: '',
      taxRate: '0',
      policy: '*@1',
      dueAt: plus(owing().now, DAY),
      issuer: {},
      billTo: {},
    }
    expect(said(owing(), { kind: 'issue_invoice', statement: 1, ...amounts, terms })).toBe(
      'statement_not_due',
    )
    expect(said(owing(), { kind: 'void_invoice', invoiceId: 'invoice', reason: 'x' })).toBe(
      'invoice_unknown',
    )
    expect(said(owing(), { kind: 'close_statement', number: 1 })).toBe('statement_not_due')
  })
})

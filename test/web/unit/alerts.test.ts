import { describe, expect, test } from 'vitest'
import { changeOf, draftOf, numbersIn } from '../../../src/web/account/alerts/settings-draft.ts'
import { draftOf as reloadDraft, wishOf } from '../../../src/web/account/controls/reload-terms.ts'
import { askedIn } from '../../../src/web/account/disputes/asked.ts'
import { alertPath } from '../../../src/web/parts/alert-path.ts'

describe('numbers of a setting', () => {
  const levels = { most: 3, largest: 100 }
  test.each([
    ['50, 75', [50, 75]],
    ['', []],
    [' 100 ', [100]],
    ['1 2 3', [1, 2, 3]],
    ['1,2,3,4', null],
    ['0', null],
    ['101', null],
    ['5.5', null],
    ['-5', null],
    ['many', null],
  ])('%s', (text, numbers) => {
    expect(numbersIn(text, levels)).toEqual(numbers)
  })
})

describe('alert settings', () => {
  const settings = {
    account_id: 'a',
    window_levels: [50, 100],
    cap_levels: [90],
    window_reset_above: 90,
    lot_expiry_days: [7, 1],
    anomaly_factor: '2.5',
    anomaly_floor: '5',
    muted: ['lot_expiring' as const],
    as_of: '2026-01-01T00:00:00.000Z',
  }

  test('that nobody has touched become what they were', () => {
    const { account_id: _account, as_of: _at, ...own } = settings
    expect(changeOf(draftOf(settings))).toEqual({ change: own })
  })

  test('name every field that cannot be', () => {
    const draft = {
      ...draftOf(settings),
      window_levels: '500',
      anomaly_factor: '0',
      anomaly_floor: '',
    }
    expect(changeOf(draft)).toEqual({ wrong: ['window_levels', 'anomaly_factor', 'anomaly_floor'] })
  })
})

describe('what an alert speaks of', () => {
  test.each<[facts: object | null, path: ReturnType<typeof alertPath>]>([
    [{ kind: 'refund_given', refunds: [{ call_id: 'call_1' }] }, { screen: 'receipts/rcpt_1' }],
    [
      { kind: 'refund_given', refunds: [{ call_id: 'call_1' }, { call_id: 'call_2' }] },
      { screen: 'disputes' },
    ],
    [{ kind: 'refund_given' }, { screen: 'disputes' }],
    [{ kind: 'campaign_open', campaign_id: 'c' }, { screen: 'credits' }],
    [{ kind: 'cap_level' }, { screen: 'controls' }],
    [
      { kind: 'reload_done', payment_id: 'pay_1' },
      { screen: 'payment', search: { purchase: 'pay_1' } },
    ],
    [
      { kind: 'reload_declined', payment_id: null },
      { screen: 'controls', search: { tab: 'reload' } },
    ],
    [{ kind: 'case_decided', case_id: 'case_1' }, { screen: 'disputes/case_1' }],
    [{ kind: 'statement_ready', number: 3 }, { screen: 'statements/3' }],
    [{ kind: 'export_ready', export_id: 'exp_1' }, { screen: 'usage' }],
    [{ kind: 'export_failed', export_id: 'exp_1' }, { screen: 'usage' }],
    [{ kind: 'of_a_newer_server' }, null],
    [{ kind: 'toString' }, null],
    [null, null],
  ])('%j', (facts, path) => {
    expect(alertPath(facts)).toEqual(path)
  })
})

describe('what a link to the disputes asks for', () => {
  const nothing = {
    isOpen: false,
    receipts: [],
    purchase: undefined,
    finding: undefined,
    campaign: undefined,
  }
  test.each<[search: Parameters<typeof askedIn>[0], asked: object]>([
    [{}, {}],
    [{ open: 'new' }, { isOpen: true }],
    [{ open: '1' }, { isOpen: true }],
    [{ open: 'new', campaign: 'c' }, { campaign: 'c' }],
    [{ receipt: ['rcpt_1', 'rcpt_2'] }, { isOpen: true, receipts: ['rcpt_1', 'rcpt_2'] }],
    [{ charge: 'call_1' }, { isOpen: true, receipts: ['call_1'] }],
    [{ charge: 'pay_1' }, { isOpen: true, purchase: 'pay_1' }],
    [{ finding: 'f' }, { isOpen: true, finding: 'f' }],
  ])('%j', (search, asked) => {
    expect(askedIn(search)).toEqual({ ...nothing, ...asked })
  })
})

describe('the form of auto-reload', () => {
  const terms = {
    trigger_below: '5',
    amount: null,
    target: '20',
    max_per_day: '50',
    max_per_month: '100',
    method_id: 'pm_1',
    tax: { policy: 'DE@1', rate: '0.19' },
  }

  test('begins with the terms in force, and asks for the same again', () => {
    const { amount: _amount, tax: _tax, ...wish } = terms
    expect(wishOf(reloadDraft(terms))).toEqual(wish)
  })

  test('asks for the default card where none is chosen', () => {
    expect(wishOf(reloadDraft(null))).not.toHaveProperty('method_id')
  })
})

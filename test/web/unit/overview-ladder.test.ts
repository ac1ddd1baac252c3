import { describe, expect, it } from 'vitest'
import type { AccountState, Answer } from '../../../src/client/index.ts'
import { ladderOf } from '../../../src/web/account/overview/ladder.ts'
import { spentRows, spentTotal } from '../../../src/web/account/overview/spent.ts'
import { closes } from '../../../src/web/app/shares.ts'
import { cardOfNext } from '../../../src/web/parts/stopped.ts'

type Lot = AccountState['lots'][number]
type Window = AccountState['windows'][number]

const time = '2026-11-26T12:00:00.000Z'
const lot = (id: string, own: Partial<Lot> = {}): Lot => ({
  id,
  name: id,
  category: 'promotional',
  origin: 'promotion',
  state: 'active',
  face: '10',
  price_paid: '0',
  remaining: '10',
  held: '0',
  effective_at: time,
  expires_at: null,
  position: 'after_windows',
  priority: 0,
  scope: {},
  ...own,
})
const session = (left: string): Window => ({
  id: 'session',
  shape: 'anchored',
  length: 'PT5H',
  scope: {},
  state: 'open',
  start: time,
  end: '2026-11-26T17:00:00.000Z',
  resets_at: '2026-11-26T17:00:00.000Z',
  capacity: '5',
  used: left === '0' ? '5' : '1',
  held: '0',
  left,
  overshoot: '0',
})
const account = (own: Partial<AccountState> = {}): AccountState => ({
  account_id: 'acct_a',
  name: 'A',
  as_of: time,
  seq: 7,
  status: 'open',
  currency: 'USD',
  plan: 'pro@1',
  paid_use: true,
  windows: [session('4')],
  lots: [],
  caps: [],
  overage: null,
  open_holds: 0,
  auto_reload: null,
  holds: [],
  ...own,
})
const paid = lot('prepaid', { category: 'paid', origin: 'purchase' })
const cap = {
  id: 'cap_day',
  scope: 'account',
  scope_id: null,
  period: 'day',
  counts: 'all',
  amount: '5',
  spent: '5',
  held: '0',
  left: '0',
  resets_at: '2026-11-27T00:00:00.000Z',
} as const
const order = (state: AccountState) =>
  ladderOf(state).map(({ id, now }) => (now ? `${id} (now)` : id))

describe('the ladder stands in the order in which calls draw, and marks what the next one draws from', () => {
  it.each<[string, Partial<AccountState>, string[]]>([
    [
      'windows before promotional before paid credit',
      { lots: [paid, lot('launch')] },
      ['session (now)', 'launch', 'prepaid'],
    ],
    [
      'credit that goes before the windows stands before them',
      { lots: [lot('gift', { position: 'before_windows' }), paid] },
      ['gift (now)', 'session', 'prepaid'],
    ],
    [
      'a window that is used up gives way to credit',
      { windows: [session('0')], lots: [lot('launch'), paid] },
      ['session', 'launch (now)', 'prepaid'],
    ],
    ['no paid credit is said', {}, ['session (now)', 'no_balance']],
    [
      'credit that is over is not a rung',
      { lots: [lot('old', { state: 'expired' }), paid] },
      ['session (now)', 'prepaid'],
    ],
    [
      'overage is the last',
      {
        windows: [session('0')],
        overage: { limit: '5', used: '0', held: '0', left: '5' },
      },
      ['session', 'no_balance', 'overage (now)'],
    ],
    [
      'with paid use off, paid credit is there and not in use',
      { windows: [session('0')], lots: [paid], paid_use: false },
      ['session', 'prepaid'],
    ],
  ])('%s', (_promise, own, expected) => {
    expect(order(account(own))).toEqual(expected)
  })
})

describe('the card of a next call that would be stopped', () => {
  it('is none while something can pay', () => {
    expect(cardOfNext(account())).toBeNull()
  })

  it('names the cap with its figures, and when it begins anew', () => {
    expect(cardOfNext(account({ caps: [cap] }))).toMatchObject({
      code: 'cap_reached',
      scope: 'account',
      period: 'day',
      limit: '5',
      spent: '5',
      left: '0',
      charged: '0',
      retryable: true,
      resets_at: cap.resets_at,
      as_of: time,
      seq: 7,
    })
  })

  it('names the window, or the switch, or that there is nothing left', () => {
    const used = { windows: [session('0')] }
    expect(cardOfNext(account(used))).toMatchObject({ code: 'window_exhausted', spent: '5' })
    const off = { windows: [], lots: [paid], paid_use: false }
    expect(cardOfNext(account(off))).toMatchObject({ code: 'paid_use_off', retryable: false })
    expect(cardOfNext(account({ windows: [] }))).toMatchObject({ code: 'funds_exhausted' })
  })
})

describe('spend of a cycle', () => {
  const line = { entries: 1, first_seq: 1, last_seq: 1 }
  const flow = (...movements: readonly (readonly [string, string])[]) => ({
    opening: '0',
    closing: '0',
    movements: movements.map(([what, amount]) => ({ what, amount, ...line })),
  })
  const statement = {
    usage: [
      { model: 'm', source: 'included', amount: '9', ...line },
      { model: 'm', source: 'paid', amount: '0.000000001', ...line },
      { model: 'n', source: 'promotional', amount: '2', ...line },
      { model: 'n', source: 'overage', amount: '1.5', ...line },
    ],
    corrections: [
      { source: 'paid', amount: '-0.000000001' },
      { source: 'included', amount: '-1' },
    ],
    balances: {
      prepaid: flow(['purchase', '10'], ['usage', '-0.000000001'], ['usage_refund', '0.000000001']),
      promotional: flow(['grant', '5'], ['usage', '-2'], ['expiry', '-1']),
      overage: flow(['usage', '1.5'], ['invoice', '-1.5']),
      invoiced: flow(),
      plan_credit: flow(),
    },
  } as unknown as Answer<'getStatement'>

  it('lists money only, with what was given back, and adds up to what the balances say', () => {
    const rows = spentRows(statement)
    expect(rows.map(({ what, amount }) => [what, amount])).toEqual([
      ['promotional', '2'],
      ['paid', '0.000000001'],
      ['overage', '1.5'],
      ['given_back', '-0.000000001'],
    ])
    expect(spentTotal(statement)).toBe('3.5')
  })

  it('does not close when a line is missing', () => {
    const rows = spentRows({ ...statement, usage: statement.usage.slice(0, 3) })
    expect(
      closes(
        rows.map(({ amount }) => amount),
        spentTotal(statement),
      ),
    ).toBe(false)
  })
})

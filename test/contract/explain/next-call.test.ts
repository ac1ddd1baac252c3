import { describe, expect, it } from 'vitest'
import { inUtc, nextCallSentence } from '../../../src/contract/explain/index.ts'
import type { CapView } from '../../../src/core/decisions/cap-view.ts'
import type { AccountView, LotView, WindowView } from '../../../src/core/decisions/view.ts'

const session: WindowView = {
  id: 'session',
  shape: 'anchored',
  length: 'PT5H',
  scope: {},
  state: 'open',
  start: '2026-11-26T07:00:00.000Z',
  end: '2026-11-26T12:00:00.000Z',
  resets_at: '2026-11-26T12:00:00.000Z',
  capacity: '10',
  used: '4.5',
  held: '0',
  left: '5.5',
  overshoot: '0',
}
const fullSession: WindowView = { ...session, used: '10', left: '0' }
const heldSession: WindowView = { ...session, used: '4', held: '6', left: '0' }
const opusOnly: WindowView = { ...session, id: 'weekly_opus', scope: { models: ['opus-5'] } }

const launch: LotView = {
  id: 'lot_launch',
  name: 'Launch',
  category: 'promotional',
  origin: 'promotion',
  state: 'active',
  face: '20',
  price_paid: '0',
  remaining: '12.4',
  held: '0',
  effective_at: '2026-11-01T00:00:00.000Z',
  expires_at: '2026-12-03T00:00:00.000Z',
  position: 'after_windows',
  priority: 0,
  scope: {},
}
const later: LotView = { ...launch, name: 'Later', expires_at: '2026-12-30T00:00:00.000Z' }
const cloud: LotView = { ...launch, name: 'Cloud', position: 'before_windows' }
const topUp: LotView = {
  ...launch,
  name: 'Top-up',
  category: 'paid',
  origin: 'purchase',
  expires_at: null,
  price_paid: '50',
}
const monthly: CapView = {
  id: 'cap',
  scope: 'account',
  scope_id: null,
  period: 'cycle',
  counts: 'money',
  amount: '5',
  spent: '5',
  held: '0',
  left: '0',
  resets_at: '2026-12-01T00:00:00.000Z',
}

const view = (fields: Partial<AccountView> = {}): AccountView => ({
  account_id: 'acct_1',
  name: 'Acme',
  as_of: '2026-11-26T09:17:00.000Z',
  seq: 41,
  status: 'open',
  currency: 'USD',
  plan: 'max_5x@1',
  paid_use: false,
  windows: [session],
  lots: [],
  caps: [],
  overage: null,
  open_holds: 0,
  auto_reload: null,
  ...fields,
})

const overage = { limit: '10', used: '1', held: '0', left: '9' }
const RESET = 'in 2 h 43 min - Thu 26 Nov, 12:00 (UTC)'

describe('the next call', () => {
  it.each([
    [
      'is covered although credit and paid use are there',
      view({ lots: [launch, topUp], paid_use: true }),
      'Your next call is covered by your session window. Nothing will be charged.',
    ],
    [
      'uses a lot before the windows first',
      view({ lots: [cloud] }),
      'Your next call will use promotional credit “Cloud”: $12.40 left, expires Thu 3 Dec, 00:00 (UTC).',
    ],
    [
      'uses the promotional lot that expires first',
      view({ windows: [fullSession], lots: [later, launch] }),
      'Your next call will use promotional credit “Launch”: $12.40 left, expires Thu 3 Dec, 00:00 (UTC).',
    ],
    [
      'uses paid credit where paid use is on',
      view({ windows: [fullSession], lots: [topUp], paid_use: true }),
      'Your next call will use paid credit “Top-up”: $12.40 left.',
    ],
    [
      'is billed as overage last',
      view({ windows: [fullSession], paid_use: true, overage }),
      'Your next call will be billed as overage ($9.00 left of $10.00).',
    ],
    [
      'stops where only paid credit is left and paid use is off',
      view({ windows: [], lots: [topUp] }),
      'Your next call will be stopped: only paid credit is left, and paid use is switched off. Nothing will be charged.',
    ],
    [
      'stops at a used-up window',
      view({ windows: [fullSession] }),
      `Your next call will be stopped: your session window is used up and resets ${RESET}. Nothing will be charged.`,
    ],
    [
      'waits for calls in flight',
      view({ windows: [heldSession] }),
      `Your next call has to wait: calls in flight hold what is left of your session window, which resets ${RESET}. Nothing will be charged.`,
    ],
    [
      'stops at a cap',
      view({ windows: [fullSession], lots: [topUp], paid_use: true, caps: [monthly] }),
      'Your next call will be stopped: the cap of the account ($5.00 per billing cycle) is reached. Nothing will be charged.',
    ],
    [
      'is told what a cap leaves, where that is less than the credit',
      view({
        windows: [fullSession],
        lots: [topUp],
        paid_use: true,
        caps: [{ ...monthly, spent: '4.99', left: '0.01' }],
      }),
      'Your next call will use paid credit “Top-up”: $12.40 left. Of it, the cap of the account leaves $0.01: a dearer call will be stopped.',
    ],
    [
      'is told nothing of a cap that leaves more than the credit',
      view({
        windows: [fullSession],
        lots: [topUp],
        paid_use: true,
        caps: [{ ...monthly, amount: '100', spent: '5', left: '95' }],
      }),
      'Your next call will use paid credit “Top-up”: $12.40 left.',
    ],
    [
      'is told what a cap leaves of the overage',
      view({
        windows: [fullSession],
        paid_use: true,
        overage,
        caps: [{ ...monthly, counts: 'paid', spent: '4', left: '1' }],
      }),
      'Your next call will be billed as overage ($9.00 left of $10.00). Of it, the cap of the account leaves $1.00: a dearer call will be stopped.',
    ],
    [
      'is not stopped by a cap on paid money while promotional credit is left',
      view({ windows: [fullSession], lots: [launch], caps: [{ ...monthly, counts: 'paid' }] }),
      'Your next call will use promotional credit “Launch”: $12.40 left, expires Thu 3 Dec, 00:00 (UTC).',
    ],
    [
      'stops without any funds',
      view({ windows: [] }),
      'Your next call will be stopped: no credit is left. Nothing will be charged.',
    ],
    [
      'is covered for the models of a narrower window',
      view({ windows: [opusOnly] }),
      'Your next call to opus-5 is covered by your window “weekly_opus”. Nothing will be charged for it.',
    ],
    [
      'is not billed while the account is parked',
      view({ status: 'parked' }),
      'Your account is parked until support has looked at it. Your next call will not be billed.',
    ],
  ])('%s', (_, own, sentence) => {
    expect(nextCallSentence(own, inUtc('en'))).toBe(sentence)
    expect(nextCallSentence(own, inUtc('ja'))).toMatch(/(ます|です|ません)(\(.*\))?。$/)
  })
})

import { describe, expect, test } from 'vitest'
import {
  at,
  type CallSketch,
  DAY,
  OPUS_WEEKLY,
  type PlanSketch,
  plan,
  plus,
  SESSION,
  usd,
  WEEKLY,
} from '../support/core/fixtures.ts'
import { admitted, Ledger, type LotOptions, postedEntry } from '../support/core/ledger.ts'
import { carried, trace } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

type Lots = Readonly<Record<string, readonly ['paid' | 'promo', string, LotOptions?]>>

interface Row {
  readonly story: string
  readonly plan?: PlanSketch
  /** Drawn from the windows by an earlier call. */
  readonly used?: string
  readonly lots?: Lots
  readonly paidUse?: false
  readonly overage?: string
  readonly call?: CallSketch
  readonly cost: string
  /** Source, what it gave, why no more. */
  readonly drawn: readonly string[]
  readonly carried: Readonly<Record<string, string>>
}

const inDays = (days: number) => plus(at('09:00'), days * DAY)
const NO_WINDOWS: PlanSketch = { windows: [] }

const ROWS: readonly Row[] = [
  {
    story: '55 % of the session window is left and credits are present: drawn from the window',
    used: '4.5',
    lots: { credits: ['paid', '43'] },
    cost: '0.5',
    drawn: ['included 0.5', 'credits not_needed'],
    carried: { included: '0.5' },
  },
  {
    story: 'the session window gives all that it has, then the credits',
    used: '9.9',
    lots: { credits: ['paid', '43'] },
    cost: '0.5',
    drawn: ['included 0.1 exhausted', 'credits 0.4'],
    carried: { included: '0.1', money: '0.4' },
  },
  {
    story: 'the split is exact to the nano',
    used: '9.999999999',
    lots: { credits: ['paid', '43'] },
    cost: '0.5',
    drawn: ['included 0.000000001 exhausted', 'credits 0.499999999'],
    carried: { included: '0.000000001', money: '0.499999999' },
  },
  {
    story: 'promotional credit is drawn before paid credit, whatever the priorities say',
    plan: NO_WINDOWS,
    lots: { bought: ['paid', '5', { priority: 1 }], promo: ['promo', '5', { priority: 99 }] },
    cost: '6',
    drawn: ['promo 5 exhausted', 'bought 1'],
    carried: { money: '6' },
  },
  {
    story: 'inside a class the smaller priority goes first',
    plan: NO_WINDOWS,
    lots: {
      late: ['promo', '5', { priority: 60, expiresAt: inDays(1) }],
      early: ['promo', '5', { priority: 50 }],
    },
    cost: '1',
    drawn: ['early 1', 'late not_needed'],
    carried: { money: '1' },
  },
  {
    story: 'of equal priority, what expires sooner goes first, what never expires last',
    plan: NO_WINDOWS,
    lots: {
      never: ['promo', '5'],
      month: ['promo', '5', { expiresAt: inDays(30) }],
      week: ['promo', '5', { expiresAt: inDays(7) }],
    },
    cost: '11',
    drawn: ['week 5 exhausted', 'month 5 exhausted', 'never 1'],
    carried: { money: '11' },
  },
  {
    story: 'of equal expiry, what was bought cheaper goes first: a bundle before a plain purchase',
    plan: NO_WINDOWS,
    lots: { plain: ['paid', '10'], bundle: ['paid', '10', { price: '8' }] },
    cost: '1',
    drawn: ['bundle 1', 'plain not_needed'],
    carried: { money: '1' },
  },
  {
    story: 'of equal basis and age, the id decides, so that the order is total',
    plan: NO_WINDOWS,
    lots: { b: ['promo', '1'], a: ['promo', '1'] },
    cost: '1',
    drawn: ['a 1', 'b not_needed'],
    carried: { money: '1' },
  },
  {
    story: 'a grant that stands before the windows is drawn before them',
    lots: { welcome: ['promo', '1', { before: true }], credits: ['paid', '5'] },
    cost: '3',
    drawn: ['welcome 1 exhausted', 'included 2', 'credits not_needed'],
    carried: { money: '1', included: '2' },
  },
  {
    story: 'overage comes last, and only up to its limit',
    plan: NO_WINDOWS,
    lots: { credits: ['paid', '2'] },
    overage: '10',
    cost: '5',
    drawn: ['credits 2 exhausted', 'overage 3'],
    carried: { money: '5' },
  },
  {
    story:
      'paid credit and overage stay untouched while paid use is off; the call finishes on the window',
    lots: { credits: ['paid', '43'], promo: ['promo', '1'] },
    overage: '10',
    paidUse: false,
    used: '8',
    cost: '5',
    drawn: [
      'included 4 exhausted',
      'promo 1 exhausted',
      'credits switched_off',
      'overage switched_off',
    ],
    carried: { money: '1', included: '4' },
  },
  {
    story: 'a lot for another model is passed over with its reason',
    plan: NO_WINDOWS,
    lots: {
      opus: ['promo', '5', { scope: { models: ['opus*'] }, priority: 1 }],
      any: ['promo', '5'],
    },
    cost: '1',
    drawn: ['opus out_of_scope', 'any 1'],
    carried: { money: '1' },
  },
  {
    story: 'a lot for a feature is drawn by calls with that feature',
    plan: NO_WINDOWS,
    lots: {
      tools: ['promo', '5', { scope: { features: ['tools'] }, priority: 1 }],
      any: ['promo', '5'],
    },
    call: { features: ['tools', 'vision'] },
    cost: '1',
    drawn: ['tools 1', 'any not_needed'],
    carried: { money: '1' },
  },
  {
    story: 'the tightest of several windows binds: the weekly one of the model, here',
    plan: { windows: [SESSION, WEEKLY, { ...OPUS_WEEKLY, capacity: '3' }] },
    lots: { credits: ['paid', '43'] },
    call: { model: 'opus' },
    cost: '5',
    drawn: ['included 3 exhausted', 'credits 2'],
    carried: { included: '3', money: '2' },
  },
  {
    story: 'fast mode is credits only: the windows are passed over and say so',
    plan: { coverage: [{ when: { features: ['fast'] }, effect: 'credits_only', reason: 'fast' }] },
    lots: { credits: ['paid', '43'] },
    call: { features: ['fast'] },
    cost: '5',
    drawn: ['included credits_only', 'credits 5'],
    carried: { money: '5' },
  },
  {
    story: 'a call that costs nothing needs nothing',
    lots: { credits: ['paid', '43'] },
    cost: '0',
    drawn: ['included not_needed', 'credits not_needed'],
    carried: {},
  },
]

function ledgerOf(row: Row): Ledger {
  const ledger = new Ledger({
    plans: [plan(row.plan)],
    paidUse: row.paidUse ?? true,
    ...(row.overage !== undefined && { overage: row.overage }),
  })
  if (row.used !== undefined) postedEntry(ledger.record('earlier', usd(row.used)))
  for (const [id, [kind, amount, options]] of Object.entries(row.lots ?? {}))
    postedEntry(
      kind === 'paid' ? ledger.topUp(id, amount, options) : ledger.grant(id, amount, options),
    )
  return ledger
}

describe('funding order: authorize, then settle', () => {
  test.each(ROWS.map((row) => [row.story, row] as const))('%s', (_story, row) => {
    const ledger = ledgerOf(row)
    const worst = usd(row.cost)
    admitted(ledger.authorize('call', worst, row.call))
    const entry = postedEntry(ledger.settle('call', worst))
    expect(trace(entry)).toEqual(row.drawn)
    expect(carried(entry)).toEqual(row.carried)
  })
})

describe('funding order: recorded afterwards', () => {
  test.each(ROWS.map((row) => [row.story, row] as const))('%s', (_story, row) => {
    const ledger = ledgerOf(row)
    const entry = postedEntry(ledger.record('call', usd(row.cost), row.call))
    expect(trace(entry)).toEqual(row.drawn)
    expect(carried(entry)).toEqual(row.carried)
  })
})

test('the order does not depend on the order in which lots were bought', () => {
  const lots: Lots = {
    c: ['paid', '2', { expiresAt: inDays(9) }],
    a: ['promo', '2', { expiresAt: inDays(9) }],
    b: ['promo', '2', { expiresAt: inDays(3) }],
    d: ['paid', '2'],
  }
  const orders = [
    ['c', 'a', 'b', 'd'],
    ['d', 'b', 'a', 'c'],
    ['a', 'b', 'c', 'd'],
  ]
  for (const order of orders) {
    const sorted = Object.fromEntries(order.map((id) => [id, lots[id]!]))
    const ledger = ledgerOf({
      story: '',
      plan: NO_WINDOWS,
      lots: sorted,
      cost: '0',
      drawn: [],
      carried: {},
    })
    const entry = postedEntry(ledger.record('call', usd('7')))
    expect(trace(entry)).toEqual(['b 2 exhausted', 'a 2 exhausted', 'c 2 exhausted', 'd 1'])
  }
})

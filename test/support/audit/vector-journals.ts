import { editWindow } from '../../../bench/audit/edits.ts'
import type { AuditRule } from '../../../src/core/audit/index.ts'
import type { Cap } from '../../../src/core/funding/index.ts'
import type { AccountState, EntryBody } from '../../../src/core/ledger/index.ts'
import { at, DAY, plan, plus, SECOND, usd } from '../core/fixtures.ts'
import { Wrong } from './wrong.ts'

/** A vector that is about sources, limits, money in or time: the journal that a faulty program leaves. */
export interface JournalCase {
  readonly rule: AuditRule
  /** One for each finding. */
  readonly differences: readonly string[]
  readonly right: () => Wrong
  readonly wrong: () => Wrong
}

type View = (state: AccountState) => AccountState
const CREDITS = plan({ id: 'credits', windows: [] })

const onCredits = (start?: string): Wrong => new Wrong({ plan: CREDITS, ...(start && { start }) })

function race(view?: View): Wrong {
  const own = onCredits()
  own.topUp('1')
  own.charge('1')
  return own.charge('1', { view })
}

const spentAgain: View = (state) => ({
  ...state,
  lots: state.lots.map((lot) => ({ ...lot, remaining: lot.face })),
})

function calls(edit?: (body: EntryBody) => EntryBody): Wrong {
  const own = new Wrong({
    plan: plan({ windows: [{ id: 'session', capacity: '10', length: 'PT5H' }] }),
    start: '2026-11-02T17:25:00Z',
  })
  own.charge('1')
  own.until('2026-11-02T20:30:00Z').charge('1')
  return own.until('2026-11-02T21:00:00Z').charge('1', { edit })
}

const ends = (text: string) => (body: EntryBody) => editWindow(body, () => ({ end: text }))

function monthly(start: string): Wrong {
  return new Wrong({
    plan: plan({ windows: [{ id: 'month', shape: 'calendar', length: 'P1M', capacity: '90' }] }),
    start,
  })
}

function resetDue(edit?: (body: EntryBody) => EntryBody): Wrong {
  const own = new Wrong({
    plan: plan({ windows: [{ id: 'day', length: 'P1D', capacity: '100' }] }),
    start: '2026-08-18T16:00:00.000Z',
  })
  own.charge('100')
  if (!edit) return own.until('2026-08-19T16:00:00Z').charge('1')
  return own.until('2026-08-19T15:59:59.999Z').refused('1', { edit })
}

function allowance(view?: View): Wrong {
  const own = new Wrong({ plan: plan(), overage: '43' })
  own.charge('0.01')
  return own.charge('0.5', { view })
}

const windowsFull: View = (state) => ({
  ...state,
  windows: state.windows.map((run) => ({ ...run, used: run.capacity })),
})

function gift(view?: View): Wrong {
  const own = new Wrong({ plan: CREDITS, overage: '90' })
  own.grant('50', { expiresAt: plus(own.now, 60 * DAY) })
  return own.charge('10', { view })
}

function expired(view?: View): Wrong {
  const own = onCredits()
  own.grant('1000', { expiresAt: plus(own.now, 30 * DAY) })
  own.wait(31 * DAY)
  return view ? own.charge('500', { view }) : own.refused('500')
}

const CAP: Cap = {
  id: 'cap_month',
  scope: 'account',
  scopeId: null,
  period: 'cycle',
  counts: 'money',
  amount: usd('50'),
}

/** Five calls at once, each of which sees what was spent before any of them. */
function parallel(view?: View): Wrong {
  const own = new Wrong({ plan: CREDITS, paidUse: true })
  own.topUp('90')
  own.caps([CAP])
  own.charge('49.9')
  const costs = view ? ['5', '5', '5', '5', '5.09'] : ['0.1']
  for (const cost of costs) own.charge(cost, { view })
  return own
}

const uncapped: View = (state) => ({
  ...state,
  caps: state.caps.map((own) => ({ ...own, cap: { ...own.cap, amount: usd('900') } })),
})

function toppedUp(edit?: (body: EntryBody) => EntryBody): Wrong {
  const own = onCredits()
  own.grant('10')
  const first = own.topUp('100')
  return edit
    ? own.edited(
        () => own.topUp('100'),
        (body) => ({ ...body, payment: first.payment! }),
      )
    : own
}

function voided(edit?: (body: EntryBody) => EntryBody): Wrong {
  const own = onCredits()
  const { lot } = own.topUp('1')
  own.edited(() => own.voidLot(lot!.id), edit)
  return own
}

const given = (body: EntryBody): EntryBody => ({
  ...body,
  postings: [],
  funding: body.funding!.map((source) => ({ ...source, drawn: `-${source.drawn}` })),
})

function taxed(booked: string): Wrong {
  const own = onCredits()
  own.edited(
    () => own.topUp('14.29', { tax: '3.43', rate: '0.24' }),
    (body) => ({
      ...body,
      postings: body.postings.map((leg) =>
        leg[0] === 'house:tax_payable' ? [leg[0], leg[1], booked] : leg,
      ),
    }),
  )
  return own
}

/** An event of June that arrives in July, within the grace. */
function late(edit?: (body: EntryBody) => EntryBody): Wrong {
  const own = monthly('2026-06-01T00:00:00Z')
  own.charge('1').until('2026-07-01T00:10:00Z')
  return own.charge('1', { eventAt: at('2026-06-30T23:59:30Z'), ...(edit && { edit }) })
}

const inJuly = (body: EntryBody): EntryBody =>
  editWindow(body, () => ({
    start: '2026-07-01T00:00:00.000Z',
    end: '2026-08-01T00:00:00.000Z',
    used: '0',
  }))

/** Nobody said that it was a retry; the answer to the first was lost. */
function lostAnswer(): Wrong {
  const own = onCredits()
  own.topUp('90')
  own.charge('20', { fingerprint: 'h1', evidence: { answer_lost: true } })
  return own.wait(3 * SECOND)
}

export const JOURNAL_CASES: Readonly<Record<string, JournalCase>> = {
  V36: {
    rule: 'retry_charged',
    differences: ['20'],
    right: lostAnswer,
    wrong: () => lostAnswer().charge('20', { fingerprint: 'h1' }),
  },
  V39: {
    rule: 'source_overdrawn',
    differences: ['1'],
    right: () => race(),
    wrong: () => race(spentAgain),
  },
  V41: {
    rule: 'window_bounds_wrong',
    differences: ['0'],
    right: () => resetDue(),
    wrong: () => resetDue(ends('2026-08-20T00:00:00.000Z')),
  },
  V42: {
    rule: 'window_bounds_wrong',
    differences: ['0'],
    right: () => monthly('2026-05-31T15:13:09Z').charge('1'),
    // the stated instant: 1 July instead of 30 June
    wrong: () =>
      monthly('2026-05-31T15:13:09Z').charge('1', { edit: ends('2026-07-01T15:13:09.000Z') }),
  },
  V43: {
    rule: 'window_bounds_wrong',
    differences: ['0'],
    right: () => calls(),
    // at 21:00 four hours are said to be left
    wrong: () => calls(ends('2026-11-03T01:00:00.000Z')),
  },
  V45: {
    rule: 'paid_before_included',
    differences: ['0.5'],
    right: () => allowance(),
    wrong: () => allowance(windowsFull),
  },
  V46: {
    rule: 'paid_before_promotional',
    differences: ['10'],
    right: () => gift(),
    wrong: () => gift((state) => ({ ...state, lots: [] })),
  },
  V48: {
    rule: 'expired_lot_used',
    differences: ['500'],
    right: () => expired(),
    wrong: () =>
      expired((state) => ({
        ...state,
        lots: state.lots.map((lot) => ({ ...lot, expiresAt: null })),
      })),
  },
  V50: {
    rule: 'cap_exceeded',
    // spent 74.99 of 50
    differences: ['4.9', '5', '5', '5', '5.09'],
    right: () => parallel(),
    wrong: () => parallel(uncapped),
  },
  V51: {
    rule: 'top_up_duplicated',
    differences: ['100'],
    right: () => toppedUp(),
    wrong: () => toppedUp((body) => body),
  },
  // 2.00 where nothing should be left
  V53: {
    rule: 'reversal_not_mirrored',
    differences: ['-2'],
    right: () => voided(),
    wrong: () => voided(given),
  },
  V54: {
    rule: 'tax_not_closed',
    differences: ['-0.01'],
    right: () => taxed('3.43'),
    wrong: () => taxed('3.42'),
  },
  V60: {
    rule: 'event_misdated',
    differences: ['0'],
    right: () => late(),
    wrong: () => late(inJuly),
  },
}

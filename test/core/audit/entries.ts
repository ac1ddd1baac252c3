import { type AuditState, newState, type OwnLot } from '../../../src/core/audit/state.ts'
import type { EntryBody } from '../../../src/core/ledger/index.ts'
import { DAY_MS, formatInstant, HOUR_MS, instant } from '../../../src/core/time/index.ts'
import { usd } from '../../support/core/fixtures.ts'
import { at } from '../pricing/fixtures.ts'

export const START = at('2026-11-02T09:00:00Z')
export const later = (ms: number): string => formatInstant(instant(START + ms))

/** An entry of the journal with no more in it than the audit looks at. */
export const entry = (own: object): EntryBody =>
  ({
    ...{ seq: 1, kind: 'settle', currency: 'USD', postings: [] },
    ...{ at: later(0), event_at: later(0) },
    ...own,
  }) as unknown as EntryBody

export const charge = (money: string, own: object = {}) =>
  entry({
    totals: { total: money, money, included: '0', absorbed: '0' },
    call: { call_id: 'call', fingerprint: null, features: [], client: null, model: 'm' },
    ...own,
  })

export const SESSION = `session@${later(0)}`

export const call = (own: object = {}) => ({
  ...{ call_id: 'call', model: 'opus-5', features: ['tools'], client: 'ours', fingerprint: null },
  ...own,
})

export const lot = (remaining: string, own: object = {}, more: Partial<OwnLot> = {}): OwnLot =>
  ({
    facts: {
      ...{ category: 'promotional', effective_at: later(-DAY_MS), expires_at: null, scope: {} },
      ...own,
    },
    remaining: usd(remaining),
    ...{ voidedAt: null, frozen: false, chargedBack: false },
    ...more,
  }) as unknown as OwnLot

export const run = (capacity: string, used: string, own: object = {}) => ({
  ...{ id: 'session', start: START, end: instant(START + 5 * HOUR_MS), resized: false },
  ...{ capacity: usd(capacity), used: usd(used), touchedAt: START },
  ...own,
})

export interface Kept {
  readonly lots?: Readonly<Record<string, OwnLot>>
  readonly runs?: Readonly<Record<string, object>>
  readonly caps?: Readonly<Record<string, object>>
  readonly counters?: Readonly<Record<string, string>>
}

export function kept(
  { lots = {}, runs = {}, caps = {}, counters = {} }: Kept,
  more: object = {},
): AuditState {
  const state = newState('acct')
  for (const [id, own] of Object.entries(lots)) state.lots.set(id, own)
  for (const [id, own] of Object.entries(runs)) state.runs.set(id, own as never)
  for (const [id, own] of Object.entries(caps)) state.caps.set(id, { id, ...own } as never)
  for (const [key, spent] of Object.entries(counters)) state.counters.set(key, usd(spent))
  return Object.assign(state, more)
}

/** A draw of the trace: from what, of which class, how much, and why no more. */
export const drew = (source: string, kind: string, drawn: string, own: object = {}) => ({
  ...{ source, class: kind, drawn, reason: null },
  ...own,
})

export const windows = (own: object = {}) => [
  {
    id: 'session',
    start: later(0),
    end: later(5 * HOUR_MS),
    capacity: '10',
    used: '0',
    drawn: '0',
    held: '0',
    ...own,
  },
]

export const plan = (own: object = {}) => ({ coverage: [], windows: [], ...own })

export const drawing = (state: AuditState, body: object, more: object = {}) => ({
  ...{
    state,
    body: entry({ coverage: { effect: 'covered' }, ...body }),
    call: call(),
    plan: undefined,
  },
  ...more,
})

import type { EntryBody } from '../../../src/core/ledger/index.ts'
import { formatInstant, instant } from '../../../src/core/time/index.ts'
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

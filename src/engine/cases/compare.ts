import type pg from 'pg'
import { type AuditRule, bookDue, type DatedBook } from '../../core/audit/index.ts'
import { type ChargeComparison, compareCharge, type Fault } from '../../core/cases/index.ts'
import { type EntryBody, readInstant } from '../../core/ledger/index.ts'
import { type PriceBook, parsePriceBook } from '../../core/pricing/index.ts'
import { findingsAbout } from '../../store/cases/scope.ts'
import type { FindingStatus, StoredFinding } from '../../store/findings/findings.ts'
import { AuditBooks } from '../../store/findings/refs.ts'
import { entriesOfCalls } from '../../store/reads/entries.ts'

const SETTLING: readonly EntryBody['kind'][] = ['settle', 'record']
/** Rules that say what a call should have cost. */
const OF_PRICE: readonly AuditRule[] = [
  'failed_call_charged',
  'unbillable_charged',
  'zero_usage_charged',
  'cut_stream_overcharged',
  'stream_misread',
  'cache_double_counted',
  'cache_lifetime_mixed',
  'reasoning_miscounted',
  'modality_double_counted',
  'fee_without_call',
  'band_mispriced',
  'tier_mispriced',
  'model_mispriced',
  'price_version_wrong',
  'negative_amount',
  'rate_mispriced',
  'identity_broken',
  'duplicate_charge',
  'retry_charged',
  'charge_without_call',
]

/** A person has said that it is none. */
const NOT_A_FAULT: readonly FindingStatus[] = ['dismissed']

/** Contested calls as they were charged, each beside what the audit says is right. */
export async function compareCalls(
  pool: pg.Pool,
  accountId: string,
  callIds: readonly string[],
): Promise<readonly ChargeComparison[]> {
  if (callIds.length === 0) return []
  const calls = await entriesOfCalls(pool, accountId, callIds)
  // after the entries: what they were priced by is published by then
  const { books } = await new AuditBooks(pool).now()
  const stored = await findingsAbout(pool, accountId, { calls: callIds })
  return callIds.map((callId) => {
    const bodies = (calls.get(callId) ?? []).map(({ body }) => body)
    const faults = stored.filter((own) => isAbout(own, callId)).flatMap(faultOf)
    return compareCharge({ callId, bodies, faults, book: bookFor(books, bodies) })
  })
}

function faultOf({ finding }: StoredFinding): Fault[] {
  const { key, rule, expected, evidence } = finding
  if (expected === null) return []
  const reason = typeof evidence.outcome === 'string' ? evidence.outcome : rule
  return [{ key, expected, isOfPrice: OF_PRICE.includes(rule), reason }]
}

const isAbout = ({ finding, status }: StoredFinding, callId: string): boolean =>
  finding.calls[0] === callId && !NOT_A_FAULT.includes(status)

/** The book in force for the call, as it was published when the call was charged. */
function bookFor(books: readonly DatedBook[], bodies: readonly EntryBody[]): PriceBook | null {
  const settled = bodies.find(({ kind, refused }) => SETTLING.includes(kind) && !refused)
  const charged = bodies.findLast(({ rating, refused }) => rating?.status === 'priced' && !refused)
  if (!settled || charged?.rating?.status !== 'priced') return null
  const document = bookDue(books, settled.currency, {
    at: readInstant(settled.event_at),
    known: readInstant(charged.at),
    named: charged.rating.book,
  })
  const parsed = document && parsePriceBook(document)
  return parsed?.ok ? parsed.book : null
}

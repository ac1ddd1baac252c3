import { type EntryBody, givenBack, readInstant } from '../ledger/index.ts'
import { formatNanos, readNanos, ZERO } from '../money/index.ts'
import { DAY_MS, type Instant } from '../time/index.ts'
import type { Alert } from './types.ts'

/** What was given back longer ago is history: receipts have it, and it is not told any more. */
const REFUND_TOLD_WITHIN_MS = 7 * DAY_MS

/** Wrong charges that the audit has given back by itself: from the entries, so that each is told once. */
export function refundsGiven(entries: readonly EntryBody[], at: Instant): Alert[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'refund' || entry.refused || entry.actor.type !== 'system') return []
    if (!entry.call || readInstant(entry.at) + REFUND_TOLD_WITHIN_MS <= at) return []
    const included = readNanos(entry.totals?.included ?? '0')
    return [
      {
        key: `refund_given:${entry.seq}`,
        facts: {
          kind: 'refund_given',
          call_id: entry.call.call_id,
          reason: entry.reason ?? '',
          amount: formatNanos(givenBack(entry)),
          to: included === ZERO ? 'credit' : 'plan',
          entry_seq: entry.seq,
        },
      },
    ]
  })
}

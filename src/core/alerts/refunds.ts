import { type EntryBody, type FundingFacts, givenBack, readInstant } from '../ledger/index.ts'
import { formatNanos, type Nanos, readNanos, ZERO } from '../money/index.ts'
import { DAY_MS, type Instant } from '../time/index.ts'
import type { Alert } from './types.ts'

/** What was given back longer ago is history: receipts have it, and it is not told any more. */
const REFUND_TOLD_WITHIN_MS = 7 * DAY_MS

/** Wrong charges that the audit has found and that were given back: from the entries, so that each is told once. */
export function refundsGiven(entries: readonly EntryBody[], at: Instant): Alert[] {
  return entries.flatMap((entry) => {
    if (entry.finding === undefined || entry.refused || !entry.call) return []
    if (readInstant(entry.at) + REFUND_TOLD_WITHIN_MS <= at) return []
    const funding = entry.funding ?? []
    const credit = funding.filter((own) => own.class !== 'included' && own.class !== 'overage')
    return [
      {
        key: `refund_given:${entry.seq}`,
        facts: {
          kind: 'refund_given',
          call_id: entry.call.call_id,
          reason: entry.reason ?? '',
          amount: formatNanos(givenBack(entry)),
          credit: back(credit),
          overage: back(funding.filter((own) => own.class === 'overage')),
          plan: back(funding.filter((own) => own.class === 'included')),
          bought: credit.some((own) => own.class === 'paid' || own.category === 'paid'),
          entry_seq: entry.seq,
        },
      },
    ]
  })
}

const back = (sources: readonly FundingFacts[]): string =>
  formatNanos(sources.reduce((sum, own) => (sum - readNanos(own.drawn)) as Nanos, ZERO))

import { type EntryBody, type FundingFacts, givenBack, readInstant } from '../ledger/index.ts'
import { formatNanos, type Nanos, readNanos, sum, ZERO } from '../money/index.ts'
import { DAY_MS, HOUR_MS, type Instant, instant, MINUTE_MS } from '../time/index.ts'
import type { Crossing } from './types.ts'

/** What was given back longer ago is history: receipts have it, and it is not told any more. */
const REFUND_TOLD_WITHIN_MS = 7 * DAY_MS
/** More of them may follow at once: they are told together when none has come for so long. */
const QUIET_MS = MINUTE_MS
/** However many follow: nobody waits longer to be told. */
const TOLD_AFTER_MS = HOUR_MS
/** So many are told without waiting for more. */
const TOGETHER_MAX = 200
/** What a message lists; the journal has all. */
const LISTED_MAX = 20

export interface RefundsTold {
  readonly crossings: readonly Crossing[]
  /** Those that wait to be told together: from this entry, until then. */
  readonly waiting: { readonly seq: number; readonly until: Instant } | null
}

/** Wrong charges that the audit has found and that were given back: each is told once, many in one message. */
export function refundsGiven(entries: readonly EntryBody[], at: Instant): RefundsTold {
  const given = entries.filter(
    (own) =>
      own.finding !== undefined &&
      !own.refused &&
      own.call &&
      readInstant(own.at) + REFUND_TOLD_WITHIN_MS > at,
  )
  const [first, last] = [given[0], given.at(-1)]
  if (!first || !last) return { crossings: [], waiting: null }
  const until = Math.min(readInstant(last.at) + QUIET_MS, readInstant(first.at) + TOLD_AFTER_MS)
  if (until > at && given.length < TOGETHER_MAX)
    return { crossings: [], waiting: { seq: first.seq, until: instant(until) } }
  const covers = given.slice(0, -1).map(keyOf)
  return {
    crossings: [{ alert: { key: keyOf(last), facts: factsOf(given) }, covers }],
    waiting: null,
  }
}

const keyOf = ({ seq }: EntryBody): string => `refund_given:${seq}`

function factsOf(given: readonly EntryBody[]) {
  const funding = given.flatMap((own) => own.funding ?? [])
  const credit = funding.filter((own) => own.class !== 'included' && own.class !== 'overage')
  return {
    kind: 'refund_given',
    count: given.length,
    amount: formatNanos(sum(given.map(givenBack))),
    credit: back(credit),
    overage: back(funding.filter((own) => own.class === 'overage')),
    plan: back(funding.filter((own) => own.class === 'included')),
    bought: credit.some((own) => own.class === 'paid' || own.category === 'paid'),
    refunds: given.slice(0, LISTED_MAX).map((own) => ({
      call_id: own.call?.call_id ?? '',
      reason: own.reason ?? '',
      amount: formatNanos(givenBack(own)),
      entry_seq: own.seq,
    })),
  } as const
}

const back = (sources: readonly FundingFacts[]): string =>
  formatNanos(sources.reduce((all, own) => (all - readNanos(own.drawn)) as Nanos, ZERO))

import type { EntryBody, FundingFacts, WindowFacts } from '../core/ledger/entry.ts'
import { formatNanos, min, type Nanos, readNanos, ZERO } from '../core/money/index.ts'

type Fund = 'included' | 'promotional' | 'paid' | 'overage'

/** Every header that `moneyHeaders` may give, as the announcement of trailers. */
export const MONEY_HEADERS =
  'everycent-cost, everycent-funding, everycent-balance, everycent-pending'

/**
 * What a call cost, from where it was paid, and what is left, as header names and values. A cost that is
 * not known yet is no cost of 0: then `everycent-pending` says what the call waits for, in the word of
 * its entry.
 */
export function moneyHeaders(entry: EntryBody | null): [string, string][] {
  if (entry?.pending !== undefined) return [['everycent-pending', entry.pending]]
  if (!entry?.totals) return [['everycent-cost', '0']]
  const { money, included } = entry.totals
  const cost = readNanos(money) + readNanos(included)
  const headers: [string, string][] = [
    ['everycent-cost', formatNanos(cost as Nanos)],
    ['everycent-funding', fundingOf(entry.funding ?? [], readNanos(included))],
  ]
  const balance = balanceOf(entry)
  return balance === null ? headers : [...headers, ['everycent-balance', balance]]
}

function fundOf(source: FundingFacts): Fund {
  if (source.class !== 'before_windows') return source.class
  return source.category === 'paid' ? 'paid' : 'promotional'
}

function fundingOf(funding: readonly FundingFacts[], included: Nanos): string {
  const drawn: Record<Fund, bigint> = { included, promotional: 0n, paid: 0n, overage: 0n }
  for (const source of funding)
    if (source.class !== 'included') drawn[fundOf(source)] += readNanos(source.drawn)
  return written(drawn, drawn.overage === 0n ? ['included', 'promotional', 'paid'] : FUNDS)
}

const FUNDS: readonly Fund[] = ['included', 'promotional', 'paid', 'overage']

/** What was left right after the call; `null` where the decision did not look at the sources. */
function balanceOf({ funding = [], windows = [] }: EntryBody): string | null {
  if (funding.length === 0) return null
  const left: Record<Fund, bigint> = { included: 0n, promotional: 0n, paid: 0n, overage: 0n }
  for (const source of funding)
    if (source.class !== 'included')
      left[fundOf(source)] += readNanos(source.free) - readNanos(source.drawn)
  const rooms = windows.map(roomLeft)
  left.included = rooms.reduce(min, rooms[0] ?? ZERO)
  return written(left, ['included', 'promotional', 'paid'])
}

function roomLeft({ capacity, used, held, drawn }: WindowFacts): Nanos {
  const left = readNanos(capacity) - readNanos(used) - readNanos(held) - readNanos(drawn)
  return left > 0n ? (left as Nanos) : ZERO
}

const written = (amounts: Record<Fund, bigint>, funds: readonly Fund[]): string =>
  funds.map((fund) => `${fund}=${formatNanos(amounts[fund] as Nanos)}`).join(';')

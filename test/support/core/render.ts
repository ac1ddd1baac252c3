import type { EntryBody, FundingFacts } from '../../../src/core/ledger/index.ts'

const step = (source: FundingFacts): string =>
  [source.source, source.drawn === '0' ? null : source.drawn, source.reason, source.cap_id]
    .filter((part) => part != null)
    .join(' ')

/** The funding trace as a line each: source, what it gave, why no more (and which cap bound). */
export const trace = (entry: Pick<EntryBody, 'funding'>): string[] =>
  (entry.funding ?? []).map(step)

/** Who carried the call: only what is not zero. */
export function carried(entry: Pick<EntryBody, 'totals'>): Record<string, string> {
  const { total: _total, ...parts } = entry.totals!
  return Object.fromEntries(Object.entries(parts).filter(([, amount]) => amount !== '0'))
}

/** The postings as `account amount`, lots named. */
export const postings = (entry: Pick<EntryBody, 'postings'>): string[] =>
  entry.postings.map(([account, , amount, lot]) => [account, amount, lot].filter(Boolean).join(' '))

/** What a window gave: `session 2`, with the overshoot behind a plus. */
export const windowsOf = (entry: Pick<EntryBody, 'windows'>): string[] =>
  (entry.windows ?? []).map((own) => {
    const over = own.overshoot === '0' ? '' : ` +${own.overshoot}`
    return `${own.id} ${own.drawn}${over}`
  })

/** Any answer as text, amounts in nanos included. */
export const show = (result: unknown): string =>
  JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))

import type { EntryBody, PostingTuple } from '../../src/core/ledger/index.ts'
import { formatNanos, type Nanos, readNanos } from '../../src/core/money/index.ts'

/** What a faulty program writes into an entry that is otherwise right. */

type Amounts = (amount: Nanos) => Nanos
const scaled = (text: string, by: Amounts): string => formatNanos(by(readNanos(text)))

/** Every amount of a charge, changed in the same way, so that all its sums still close. */
export function scale(body: EntryBody, by: Amounts): EntryBody {
  const { totals, rating, funding, windows, postings, caps } = body
  return {
    ...body,
    postings: postings.map(([account, asset, amount, ...lot]) => [
      account,
      asset,
      scaled(amount, by),
      ...lot,
    ]) as unknown as PostingTuple[],
    ...(rating?.status === 'priced' && {
      rating: {
        ...rating,
        total: scaled(rating.total, by),
        lines: rating.lines.map((line) => ({ ...line, amount: scaled(line.amount, by) })),
      },
    }),
    ...(totals && {
      totals: {
        total: scaled(totals.total, by),
        money: scaled(totals.money, by),
        included: scaled(totals.included, by),
        absorbed: scaled(totals.absorbed, by),
      },
    }),
    ...(funding && { funding: funding.map((own) => ({ ...own, drawn: scaled(own.drawn, by) })) }),
    ...(windows && {
      windows: windows.map((own) => ({
        ...own,
        drawn: scaled(own.drawn, by),
        overshoot: scaled(own.overshoot, by),
      })),
    }),
    ...(caps && { caps: caps.map((own) => ({ ...own, drawn: scaled(own.drawn, by) })) }),
  }
}

/** The first window of an entry, changed. */
export const editWindow = (
  body: EntryBody,
  change: (own: NonNullable<EntryBody['windows']>[number]) => object,
): EntryBody => ({
  ...body,
  windows: body.windows!.map((own, index) => (index === 0 ? { ...own, ...change(own) } : own)),
})

/** A line that no longer belongs to its sum. */
export const editLine = (body: EntryBody): EntryBody => {
  const { rating } = body
  if (rating?.status !== 'priced') throw new Error('only a priced call has lines')
  const lines = rating.lines.map((line, index) =>
    index === 0 ? { ...line, amount: scaled(line.amount, (own) => (own + 1n) as Nanos) } : line,
  )
  return { ...body, rating: { ...rating, lines } }
}

import { noBookText, pricesText } from '../../contract/mcp/text.ts'
import { bookInForce, resolveModel } from '../../core/pricing/index.ts'
import { instant } from '../../core/time/index.ts'
import type { Call, Found } from '../call.ts'
import { Declined, problem } from '../call.ts'
import type { McpDeps } from '../deps.ts'

/** The rows of the book in force, looked up as a call's price is. */
export async function priceOfModel(
  { args, accountId, reader, run }: Call<'price_of_model'>,
  { books, nowMs }: McpDeps,
): Promise<Found<'price_of_model'>> {
  const account = await run('getAccount', { params: { account_id: accountId } })
  const { currency } = account
  const own = books().filter((book) => book.currency === currency)
  const book = bookInForce(own, instant(nowMs()))
  if (!book)
    throw new Declined({
      ...problem('price_book_unknown', reader.lang),
      detail: noBookText(currency, reader).join(' '),
    })
  const model = resolveModel(book, args.model)?.model ?? args.model
  const rows = book.document.rows
    .filter((row) => row.model === model)
    .map((row) => ({
      kind: row.kind,
      per_mtok: row.per_mtok,
      when: row.when ? { ...row.when } : null,
      source: row.source ?? null,
    }))
  const result = { model, currency, price_book: book.id, rows }
  const { as_of, seq } = account
  return { result, sentences: pricesText(result, reader), as_of, seq }
}

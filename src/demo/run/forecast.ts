import type { PlannedCall } from '../replay/call.ts'
import { readAmount } from './amounts.ts'
import type { PriceBookDocument } from './catalogue.ts'

const MILLION = 1_000_000n

/** List price of tokens, roughly: what is read from and written to caches counts as input. */
export function listPrices(book: PriceBookDocument): (call: PlannedCall) => bigint {
  const prices = new Map<string, bigint>()
  for (const row of book.rows)
    if (row.when === undefined) prices.set(`${row.model} ${row.kind}`, readAmount(row.per_mtok))
  const priceOf = (model: string, kind: string): bigint => prices.get(`${model} ${kind}`) ?? 0n
  return ({ model, traceCall, outputTokensMax }) =>
    (priceOf(model, 'input') * BigInt(traceCall.inputTokens) +
      priceOf(model, 'output') * BigInt(Math.min(traceCall.outputTokens, outputTokensMax))) /
    MILLION
}

/** What each account will ask for, at list price. */
export function forecast(
  calls: readonly PlannedCall[],
  priceOf: (call: PlannedCall) => bigint,
): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const call of calls) sums.set(call.account, (sums.get(call.account) ?? 0n) + priceOf(call))
  return sums
}

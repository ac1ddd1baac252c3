import { type Nanos, ZERO } from '../money/index.ts'
import type { PriceBookDocument } from '../pricing/types.ts'
import { type Instant, parseInstant } from '../time/index.ts'
import type { Dialect } from '../usage/usage.ts'
import type { CallEnding } from './external.ts'
import { type PricedCall, type PricedPart, priceOf } from './price.ts'
import type { Quantities, Reading } from './reading.ts'

/** A call as the audit looks at it, whoever's records it comes from. */
export interface Subject {
  readonly callId: string
  /** When it was made: decides the price version. */
  readonly at: Instant
  readonly dialect: Dialect | null
  readonly ending: CallEnding
  readonly model: string
  readonly tier: string | null
  /** As asked for. */
  readonly requestedTier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly features: readonly string[]
  readonly plan: string | null
  /** What is to be charged if anything is; `null`: the provider reported nothing. */
  readonly reading: Reading | null
  /** Work of other models for the call. */
  readonly parts: readonly PricedPart[]
  /** The last report, verbatim, and all of a stream's in order. */
  readonly reported: unknown
  readonly frames: readonly unknown[]
  /** Output that reached a caller who left; `null`: not known, or it did not leave. */
  readonly deliveredTokens: number | null
  readonly declaredFees: Readonly<Record<string, number>>
}

export type Expected =
  /** Nothing is to be charged, and by which rule a charge would be wrong. */
  | { readonly type: 'free'; readonly rule: 'failed_call_charged' | 'zero_usage_charged' }
  | { readonly type: 'priced'; readonly amount: Nanos; readonly book: PriceBookDocument }
  /** No price is known: nothing can be charged yet. */
  | { readonly type: 'unpriced' }
  /** The records do not say enough. */
  | { readonly type: 'unknown' }

export interface DatedBook {
  readonly document: PriceBookDocument
  /** From when it was known to the server; `null`: always. */
  readonly publishedAt: Instant | null
}

/** The book in force at an instant, in a currency: of those that begin, the one that began last. */
export function bookFor(
  books: readonly DatedBook[],
  currency: string,
  at: Instant,
): PriceBookDocument | null {
  let best: { readonly from: Instant; readonly document: PriceBookDocument } | null = null
  for (const { document } of books) {
    const from = parseInstant(document.effective_from)
    if (from === undefined || from > at || document.currency !== currency) continue
    if (best === null || from >= best.from) best = { from, document }
  }
  return best?.document ?? null
}

const FAILED: readonly CallEnding[] = ['failed', 'refused', 'cut_by_upstream']

export function expectedOf(subject: Subject, book: PriceBookDocument | null): Expected {
  if (FAILED.includes(subject.ending)) return { type: 'free', rule: 'failed_call_charged' }
  const quantities = billable(subject)
  if (quantities === null) {
    const left = subject.ending === 'cut_by_client'
    return { type: 'free', rule: left ? 'failed_call_charged' : 'zero_usage_charged' }
  }
  if (book === null) return { type: 'unknown' }
  const amount = priceOf(book, pricedCall(subject, quantities))
  return amount === null ? { type: 'unpriced' } : { type: 'priced', amount, book }
}

/** What is charged of a call: as reported, and where its caller left no more than was delivered. */
export function billable({ reading, ending, deliveredTokens, parts }: Subject): Quantities | null {
  if (reading === null) return null
  const { quantities, fees } = reading
  const any = [...Object.values(quantities), ...Object.values(fees)].some((count) => count > 0)
  if (!any && parts.length === 0) return null
  if (ending !== 'cut_by_client' || deliveredTokens === null) return quantities
  const written = writtenOf(quantities)
  if (written <= deliveredTokens) return quantities
  const {
    output: _output,
    reasoning: _reasoning,
    output_audio,
    output_image,
    ...prompt
  } = quantities
  return { ...prompt, output: deliveredTokens }
}

export const writtenOf = (quantities: Quantities): number =>
  (quantities.output ?? 0) +
  (quantities.reasoning ?? 0) +
  (quantities.output_audio ?? 0) +
  (quantities.output_image ?? 0)

export const pricedCall = (
  subject: Subject,
  quantities: Quantities,
  fees: Readonly<Record<string, number>> = subject.reading?.fees ?? {},
): PricedCall => ({
  tier: subject.tier,
  speed: subject.speed,
  region: subject.region,
  features: subject.features,
  plan: subject.plan,
  at: subject.at,
  parts: [{ model: subject.model, quantities, fees }, ...subject.parts],
})

export const isCharge = (amount: Nanos): boolean => amount > ZERO

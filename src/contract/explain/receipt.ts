import type { Receipt } from '../receipt/schema.ts'
import {
  correctionSentences,
  evidenceSentences,
  flagSentences,
  holdSentences,
  lineSentences,
  servedSentences,
} from './details.ts'
import {
  capSentences,
  coverageSentences,
  fundingSentences,
  overshootSentences,
  planPassedOver,
  windowSentences,
} from './funding.ts'
import { absorbedSentences, attemptSentences, headline } from './headline.ts'
import { type PlaceOptions, placeOf } from './place.ts'

export const LENGTHS = ['line', 'short', 'full'] as const
export type Length = (typeof LENGTHS)[number]

export interface ExplainOptions extends PlaceOptions {
  readonly length: Length
}

/**
 * A receipt in sentences: the one renderer for web, CLI, API and MCP. The same receipt gives the same
 * sentences, always.
 *
 * `line`: what it cost and who carried it. `short`: also which sources were used, why those before
 * them were passed over, failed attempts and corrections. `full`: everything on the receipt.
 */
export function explain(receipt: Receipt, options: ExplainOptions): string[] {
  const place = placeOf(options, receipt)
  const first = headline(place, receipt)
  if (options.length === 'line') return [first]
  const isFull = options.length === 'full'
  const short = [
    first,
    ...coverageSentences(place, receipt),
    ...fundingSentences(place, receipt, isFull),
    ...(isFull || planPassedOver(receipt) ? windowSentences(place, receipt) : []),
    ...overshootSentences(place, receipt),
    ...absorbedSentences(place, receipt),
    ...attemptSentences(place, receipt),
    ...correctionSentences(place, receipt),
    ...flagSentences(place, receipt),
  ]
  if (!isFull) return short
  return [
    ...short,
    ...capSentences(place, receipt),
    ...holdSentences(place, receipt),
    ...servedSentences(place, receipt),
    ...lineSentences(place, receipt),
    ...evidenceSentences(place, receipt),
  ]
}

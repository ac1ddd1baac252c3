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
  shortfallSentences,
  windowSentences,
} from './funding.ts'
import { absorbedSentences, attemptSentences, headline } from './headline.ts'
import { type Place, placeOf, type Reader } from './place.ts'
import type { Length } from './words.ts'

export interface ExplainOptions extends Reader {
  readonly length: Length
}

/**
 * A receipt in sentences: the one renderer for web, CLI, API and MCP. The same receipt gives the same
 * sentences, always.
 *
 * `short`: what it cost, who carried it, and why from there, in one breath. `medium`: which sources were
 * used, why those before them were passed over, failed attempts and corrections. `long`: everything on
 * the receipt. A longer one says all that a shorter one does, in the same words.
 */
export function explain(receipt: Receipt, options: ExplainOptions): string[] {
  const place = placeOf(options, receipt)
  const first = headline(place, receipt)
  if (options.length === 'short')
    return [[first, ...cause(place, receipt)].join(place.lang === 'ja' ? '' : ' ')]
  const isLong = options.length === 'long'
  const medium = [
    first,
    ...coverageSentences(place, receipt),
    ...fundingSentences(place, receipt, isLong),
    ...(isLong || planPassedOver(receipt) ? windowSentences(place, receipt) : []),
    ...overshootSentences(place, receipt),
    ...absorbedSentences(place, receipt),
    ...attemptSentences(place, receipt),
    ...correctionSentences(place, receipt),
    ...flagSentences(place, receipt),
  ]
  if (!isLong) return medium
  return [
    ...medium,
    ...capSentences(place, receipt),
    ...holdSentences(place, receipt),
    ...servedSentences(place, receipt),
    ...lineSentences(place, receipt),
    ...evidenceSentences(place, receipt),
  ]
}

/**
 * Why it stands as it does, where the headline alone leaves that open: the newest correction; else what
 * the plan says of the call; else the first source that gave less than the call needed, and why, or the
 * last one where nothing after it could give the rest.
 */
function cause(place: Place, receipt: Receipt): string[] {
  const { status, amounts, corrections } = receipt
  if (status === 'refused' || status === 'not_billed') return []
  const newest = { ...receipt, corrections: corrections.slice(-1) }
  const corrected = correctionSentences(place, newest).slice(0, 1)
  if (corrected.length > 0) return corrected
  if (amounts.total.amount === amounts.covered_by_plan.amount) return []
  const shortfalls = shortfallSentences(place, receipt)
  const isCarried = amounts.absorbed.amount !== null && amounts.absorbed.amount !== '0'
  return [
    ...coverageSentences(place, receipt),
    ...(isCarried ? shortfalls.slice(-1) : shortfalls),
    ...absorbedSentences(place, receipt),
  ].slice(0, 1)
}

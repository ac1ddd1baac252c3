import type { Receipt } from '../receipt/schema.ts'
import { correctionSentences } from './details.ts'
import { capSentences, coverageSentences, fundingSentences, windowSentences } from './funding.ts'
import { attemptSentences } from './headline.ts'
import { placeOf, type Reader } from './place.ts'

/** Sentences of a receipt beside the facts that they speak of. */
export interface ExplainedParts {
  /** One for each source of `funding`, in its order. */
  readonly funding: readonly string[]
  /** What the plan says of the call, where it does not simply cover it. */
  readonly coverage: readonly string[]
  /** One for each of `windows`. */
  readonly windows: readonly string[]
  /** One for each of `caps`. */
  readonly caps: readonly string[]
  /** Of the attempts before the last. */
  readonly attempts: readonly string[]
  /** Those of each of `corrections`. */
  readonly corrections: readonly (readonly string[])[]
}

/** The sentences of `explain`, each with the part of the receipt that it is about. */
export function explainParts(receipt: Receipt, reader: Reader): ExplainedParts {
  const place = placeOf(reader, receipt)
  return {
    funding: fundingSentences(place, receipt, true),
    coverage: coverageSentences(place, receipt),
    windows: windowSentences(place, receipt),
    caps: capSentences(place, receipt),
    attempts: attemptSentences(place, receipt),
    corrections: receipt.corrections.map((correction) =>
      correctionSentences(place, { ...receipt, corrections: [correction] }),
    ),
  }
}

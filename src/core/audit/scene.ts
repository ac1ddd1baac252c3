import type { Nanos } from '../money/index.ts'
import type { PriceBookDocument } from '../pricing/types.ts'
import { type DatedBook, pricedCall, type Subject } from './expected.ts'
import { type BandChoice, type PricedCall, priceOf } from './price.ts'
import type { Quantities } from './reading.ts'

/** What was charged, and every way in which it is known to go wrong. */
export interface Scene {
  readonly subject: Subject
  readonly posted: Nanos
  readonly expected: Nanos
  readonly book: PriceBookDocument
  readonly books: readonly DatedBook[]
  readonly right: Quantities
}

export type Hypothesis = (scene: Scene) => boolean

/** Whether pricing the call in some wrong way gives what was posted. */
export const posts = (scene: Scene, call: PricedCall, bands?: BandChoice): boolean =>
  priceOf(scene.book, call, bands) === scene.posted

export const asUsed = (scene: Scene, quantities: Quantities): boolean =>
  posts(scene, pricedCall(scene.subject, quantities))

/** Kinds that the model wrote. */
export const WRITTEN: readonly string[] = ['output', 'reasoning', 'output_audio', 'output_image']

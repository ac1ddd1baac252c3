import { type Nanos, ZERO } from '../money/index.ts'
import type { PriceBookDocument } from '../pricing/types.ts'
import type { TokenKind } from '../usage/usage.ts'
import { billable, type DatedBook, pricedCall, type Subject, writtenOf } from './expected.ts'
import { addsFees, missesBand, missesModel, missesTier, missesVersion } from './misprice.ts'
import type { BandChoice } from './price.ts'
import { objectOf, type Quantities, readUsage } from './reading.ts'
import type { AuditRule } from './rules.ts'
import { asUsed, type Hypothesis, posts, type Scene, WRITTEN } from './scene.ts'

/**
 * Which known fault explains an amount that is not the right one: the call is priced once more as each
 * faulty program would, and the fault whose amount was posted is the finding. They are tried in the order
 * of `RULES`, so that one wrong amount has one name.
 */
export function faultOf(
  subject: Subject,
  amounts: { readonly posted: Nanos; readonly expected: Nanos },
  priced: { readonly book: PriceBookDocument; readonly books: readonly DatedBook[] },
): AuditRule {
  if (amounts.posted < ZERO) return 'negative_amount'
  const scene: Scene = { subject, ...amounts, ...priced, right: billable(subject) ?? {} }
  for (const [rule, fits] of HYPOTHESES) if (fits(scene)) return rule
  return 'rate_mispriced'
}

const HYPOTHESES: readonly (readonly [AuditRule, Hypothesis])[] = [
  ['cut_stream_overcharged', wasCut],
  ['stream_misread', misreadsStream],
  ['cache_double_counted', countsCacheTwice],
  ['cache_lifetime_mixed', mixesLifetimes],
  ['reasoning_miscounted', miscountsReasoning],
  ['modality_double_counted', countsMediaTwice],
  ['fee_without_call', addsFees],
  ['band_mispriced', missesBand],
  ['tier_mispriced', missesTier],
  ['model_mispriced', missesModel],
  ['price_version_wrong', missesVersion],
  ['identity_broken', readsHigher],
]

function readsHigher({ subject, posted, expected }: Scene): boolean {
  return subject.reading?.contradictory === true && posted > expected
}

function wasCut({ subject, posted, expected }: Scene): boolean {
  const { reading, ending, deliveredTokens } = subject
  if (ending !== 'cut_by_client' || deliveredTokens === null || posted <= expected) return false
  return reading !== null && writtenOf(reading.quantities) > deliveredTokens
}

/** All reports added up, only the outputs, only the last one, or the first prompt with the last output. */
function misreadsStream(scene: Scene): boolean {
  const { subject, right } = scene
  if (subject.dialect === null || subject.frames.length < 2) return false
  const frames = subject.frames.flatMap(
    (frame) => readUsage(subject.dialect!, frame)?.quantities ?? [],
  )
  const first = frames[0]
  const last = frames.at(-1)
  if (first === undefined || last === undefined) return false
  const sum = summed(frames)
  const outputs = { output: sum.output ?? 0, reasoning: sum.reasoning ?? 0 }
  const firstPrompt = { ...right, ...promptsOf(right, 0), ...promptsOf(first) }
  return [sum, { ...right, ...outputs }, last, { ...sum, ...outputsOf(right) }, firstPrompt].some(
    (quantities) => asUsed(scene, quantities),
  )
}

function summed(all: readonly Quantities[]): Quantities {
  const sum: Partial<Record<TokenKind, number>> = {}
  for (const quantities of all)
    for (const [kind, count] of Object.entries(quantities) as [TokenKind, number][])
      sum[kind] = (sum[kind] ?? 0) + count
  return sum
}

const promptsOf = (quantities: Quantities, count?: number): Quantities =>
  Object.fromEntries(
    Object.entries(quantities)
      .filter(([kind]) => !WRITTEN.includes(kind))
      .map(([kind, own]) => [kind, count ?? own]),
  ) as Quantities
const outputsOf = (quantities: Quantities): Quantities =>
  Object.fromEntries(
    Object.entries(quantities).filter(([kind]) => WRITTEN.includes(kind)),
  ) as Quantities

const CACHE_BANDS: readonly BandChoice[] = [
  () => 'right',
  () => 'lowest',
  (kind) => (kind.startsWith('cache') ? 'lowest' : 'right'),
]

/** Cached tokens charged as fresh ones, beside their own price or in its place. */
function countsCacheTwice(scene: Scene): boolean {
  const { right, subject } = scene
  const read = right.cache_read ?? 0
  const kinds = ['cache_write', 'cache_write_5m', 'cache_write_1h'] as const
  const written = kinds.reduce((sum, kind) => sum + (right[kind] ?? 0), 0)
  const fresh = right.input ?? 0
  const without = { cache_read: 0, cache_write: 0, cache_write_5m: 0, cache_write_1h: 0 }
  return [read, written, read + written]
    .filter((count) => count > 0)
    .flatMap((count) => [
      { ...right, input: fresh + count },
      { ...right, ...without, input: fresh + count },
    ])
    .some((quantities) =>
      CACHE_BANDS.some((bands) => posts(scene, pricedCall(subject, quantities), bands)),
    )
}

function mixesLifetimes(scene: Scene): boolean {
  const {
    cache_write: unsaid = 0,
    cache_write_5m: short = 0,
    cache_write_1h: long = 0,
  } = scene.right
  const all = unsaid + short + long
  if (all === 0) return false
  return [
    { cache_write: 0, cache_write_5m: long + unsaid, cache_write_1h: short },
    { cache_write: 0, cache_write_5m: all, cache_write_1h: 0 },
    { cache_write: 0, cache_write_5m: 0, cache_write_1h: all },
  ].some((writes) => asUsed(scene, { ...scene.right, ...writes }))
}

function miscountsReasoning(scene: Scene): boolean {
  const { reasoning = 0, output = 0 } = scene.right
  if (reasoning === 0) return false
  return (
    asUsed(scene, { ...scene.right, output: output + reasoning }) ||
    asUsed(scene, { ...scene.right, reasoning: 0 })
  )
}

/** Image or audio tokens beside the cached ones or the text that they are part of. */
function countsMediaTwice(scene: Scene): boolean {
  const { right, subject } = scene
  const media = mediaIn(subject.reported)
  const fresh = right.input ?? 0
  return media.some((count) =>
    [fresh + count, count + Math.max(0, fresh - count), count].some((input) =>
      asUsed(scene, { ...right, input, input_image: 0, input_audio: 0 }),
    ),
  )
}

function mediaIn(reported: unknown): number[] {
  const response = objectOf(reported)
  const usage = objectOf(response.usage ?? reported)
  const parts = [usage.prompt_tokens_details, usage.input_tokens_details].map(objectOf)
  return parts
    .flatMap(({ image_tokens: image, audio_tokens: audio }) => [image, audio])
    .filter((count): count is number => Number.isSafeInteger(count) && (count as number) > 0)
}

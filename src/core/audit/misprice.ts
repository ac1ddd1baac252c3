import { add, type Nanos, ZERO } from '../money/index.ts'
import { pricedCall } from './expected.ts'
import { type BandChoice, eachOf, modelIn, plainly, priceOf, promptOf } from './price.ts'
import { asUsed, posts, type Scene, WRITTEN } from './scene.ts'

/** Ways to charge the right quantities wrongly: fees, bands, tiers, models, price versions. */

const FEES_MAX = 20n

/** The difference is some units of one fee; or it is what the request declared. */
export function addsFees(scene: Scene): boolean {
  const { subject, posted, expected, book } = scene
  const difference = posted - expected
  if (difference <= 0n) return false
  const model = modelIn(book, subject.model) ?? subject.model
  const declared = Object.entries(subject.declaredFees).reduce(
    (sum, [fee, count]) => add(sum, ((eachOf(book, model, fee) ?? 0n) * BigInt(count)) as Nanos),
    ZERO,
  )
  if (declared > ZERO && declared === difference) return true
  return (book.fees ?? []).some(({ fee }) => {
    const each = eachOf(book, model, fee) ?? ZERO
    return each > ZERO && difference % each === 0n && difference / each <= FEES_MAX
  })
}

const ALL_BANDS: readonly BandChoice[] = [
  () => 'lowest',
  () => 'highest',
  (kind) => (kind.startsWith('cache') ? 'lowest' : 'right'),
  (kind) => (kind.startsWith('cache') ? 'right' : 'lowest'),
  (kind) => (WRITTEN.includes(kind) ? 'lowest' : 'right'),
  (kind) => (WRITTEN.includes(kind) ? 'right' : 'lowest'),
]

/** The whole request in another band, some kinds of it, or only the tokens beyond the band's start. */
export function missesBand(scene: Scene): boolean {
  const call = pricedCall(scene.subject, scene.right)
  return ALL_BANDS.some((bands) => posts(scene, call, bands)) || isSegmented(scene)
}

function isSegmented(scene: Scene): boolean {
  const { right, subject, book, posted } = scene
  const prompt = promptOf(right)
  const starts = new Set(
    book.rows.flatMap(({ when = {} }) => when.prompt_tokens_above ?? when.prompt_tokens_from ?? []),
  )
  return [...starts].some((start) => {
    if (prompt <= start) return false
    const input = right.input ?? 0
    const beyond = Math.min(input, prompt - start)
    const low = priceOf(
      book,
      pricedCall(subject, { ...right, input: input - beyond }),
      () => 'lowest',
    )
    const high = priceOf(book, pricedCall(subject, { input: beyond }, {}), () => 'highest')
    return low !== null && high !== null && low + high === posted
  })
}

/** Another tier, speed or place that the book knows. */
export function missesTier(scene: Scene): boolean {
  const { book, subject, right } = scene
  const words = (name: 'tier' | 'speed' | 'region'): (string | null)[] => {
    const known = [...book.rows, ...(book.weights ?? [])].map(({ when }) => plainly(when?.[name]))
    return [...new Set(['', ...known])].map((word) => (word === '' ? null : word))
  }
  const call = pricedCall(subject, right)
  return (
    words('tier').some((tier) => posts(scene, { ...call, tier })) ||
    words('speed').some((speed) => posts(scene, { ...call, speed })) ||
    words('region').some((region) => posts(scene, { ...call, region }))
  )
}

/** As some other model; or at nothing, where an alias was not followed. */
export function missesModel(scene: Scene): boolean {
  const { book, subject, right, posted, expected } = scene
  if (posted === ZERO && expected > ZERO) return true
  const models = new Set(book.rows.map(({ model }) => model))
  return [...models].some((model) => asUsed({ ...scene, subject: { ...subject, model } }, right))
}

export function missesVersion({ subject, right, posted, books, book }: Scene): boolean {
  const call = pricedCall(subject, right)
  return books.some(
    ({ document }) =>
      document.currency === book.currency &&
      document !== book &&
      priceOf(document, call) === posted,
  )
}

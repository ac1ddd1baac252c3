import { floorDivide, type Nanos } from '../money/index.ts'
import type { PriceBookDocument, PriceRowDocument } from '../pricing/types.ts'
import type { Instant } from '../time/index.ts'
import type { TokenKind } from '../usage/usage.ts'
import { regionWord, type Situation, speedWord, startOf, tierWord } from './conditions.ts'
import { nanosOf, ONE, promotionsOn, timeOf, weightOn } from './factors.ts'
import { type Fees, PROMPT_KINDS, promptTotal, type Tokens } from './reading.ts'

/**
 * Prices once more, from the book's document: every row is asked in turn. It shares no code with
 * `core/pricing`.
 */

/** A price book, and since when it could be read: a book published later priced nothing before. */
export interface DatedBook {
  readonly document: PriceBookDocument
  /** `null`: always. */
  readonly publishedAt: Instant | null
}

export interface Part {
  /** `null`: the model of the call. */
  readonly model: string | null
  readonly tokens: Tokens
  readonly fees: Fees
}

/** Where a wrong bill may have left the rules. */
export interface Deviation {
  /** The band of each kind, by the prompt at which it begins. */
  readonly bands?: (kind: TokenKind) => number
  /** Cut the prompt at the bands, and price each piece at its own. */
  readonly segmented?: true
  readonly withoutWeights?: true
  readonly withoutPromotions?: true
  readonly eachLineFloored?: true
}

const MILLION = 1_000_000n

/** The book in force at an instant, as it was published by `known`. */
export function bookFor(
  books: readonly DatedBook[],
  currency: string,
  { at, known }: { readonly at: Instant; readonly known: Instant },
): PriceBookDocument | null {
  let best: PriceBookDocument | null = null
  for (const { document, publishedAt } of books) {
    if (document.currency !== currency) continue
    if (publishedAt !== null && publishedAt > known) continue
    const from = timeOf(document.effective_from)
    if (from > at) continue
    if (best === null || from >= timeOf(best.effective_from)) best = document
  }
  return best
}

/** A server takes up what another one has published within a second or so; its clock may be a little off. */
const TAKEN_UP_MS = 10_000

/**
 * The book that a charge has to be by: the one in force as it was published, or, around a publication, the
 * one that the charge names if a server may have had it for the latest at that moment.
 */
export function bookDue(
  books: readonly DatedBook[],
  currency: string,
  charge: { readonly at: Instant; readonly known: Instant; readonly named: string | null },
): PriceBookDocument | null {
  const { at, known, named } = charge
  const asOf = (moment: number) => bookFor(books, currency, { at, known: moment as Instant })
  const near = books.flatMap(({ publishedAt }) =>
    publishedAt !== null && magnitude(publishedAt - known) <= TAKEN_UP_MS
      ? [publishedAt - 1, publishedAt]
      : [],
  )
  const possible = [known, ...near].map(asOf)
  return possible.find((book) => book?.id === named) ?? possible[0] ?? null
}

const magnitude = (duration: number): number => (duration < 0 ? -duration : duration)

/** Rows of each book by model: a pure memo of its document, which never changes. */
const memo = new WeakMap<PriceBookDocument, Map<string, PriceRowDocument[]>>()

export function rowsByModel(book: PriceBookDocument): Map<string, PriceRowDocument[]> {
  const known = memo.get(book)
  if (known) return known
  const rows = new Map<string, PriceRowDocument[]>()
  for (const row of book.rows) {
    const own = rows.get(row.model)
    if (own) own.push(row)
    else rows.set(row.model, [row])
  }
  memo.set(book, rows)
  return rows
}

const ID_MAX = 200

/** The priced model that an id means; `null` where it has no price. */
export function pricedModel(book: PriceBookDocument, id: string): string | null {
  const rows = rowsByModel(book)
  if (rows.has(id)) return id
  if (id.length > ID_MAX) return null
  for (const { pattern, replace = '' } of book.aliases ?? []) {
    const name = id.replace(new RegExp(pattern), replace)
    if (rows.has(name)) return name
  }
  return null
}

const INSTEAD: Readonly<Partial<Record<TokenKind, TokenKind>>> = {
  cache_write: 'cache_write_5m',
  reasoning: 'output',
  input_image: 'input',
  output_image: 'output',
}

interface Ask {
  readonly rows: readonly PriceRowDocument[]
  readonly kind: TokenKind
  readonly prompt: number
  readonly where: Pick<Situation, 'tier' | 'speed' | 'region'>
}

/** Nanos per million tokens; `null` where nothing prices the kind there. */
function perMillion(ask: Ask): bigint | null {
  const own = ownPrice(ask)
  const other = INSTEAD[ask.kind]
  return own === null && other ? ownPrice({ ...ask, kind: other }) : own
}

function ownPrice(ask: Ask): bigint | null {
  let best: PriceRowDocument | null = null
  for (const row of ask.rows)
    if (applies(row, ask) && (best === null || isNearer(row, best))) best = row
  // a price below zero is none
  const each = best && nanosOf(best.per_mtok)
  return each === null || each < 0n ? null : each
}

function applies({ kind, when }: PriceRowDocument, ask: Ask): boolean {
  const place = regionWord(when?.region)
  return (
    kind === ask.kind &&
    tierWord(when?.tier) === tierWord(ask.where.tier) &&
    speedWord(when?.speed) === speedWord(ask.where.speed) &&
    (place === '' || place === regionWord(ask.where.region)) &&
    startOf(when) <= ask.prompt
  )
}

/** A row of the region before one of everywhere; then the highest band. */
function isNearer(row: PriceRowDocument, than: PriceRowDocument): boolean {
  const [own, other] = [regionWord(row.when?.region) !== '', regionWord(than.when?.region) !== '']
  return own === other ? startOf(row.when) > startOf(than.when) : own
}

/** What a call costs, in nanos, floored once; `null` where something in it has no price. */
export function price(
  book: PriceBookDocument,
  situation: Situation,
  parts: readonly Part[],
  deviation: Deviation = {},
): Nanos | null {
  let [numerator, denominator] = [0n, 1n]
  for (const part of parts) {
    const model = pricedModel(book, part.model ?? situation.model)
    if (model === null) return null
    const tokens = tokensCost(book, { model, part, situation, deviation })
    const fees = feesCost(book, model, part.fees)
    if (tokens === null || fees === null) return null
    const weight = deviation.withoutWeights
      ? ONE
      : weightOn(book, situation, promptTotal(part.tokens))
    const offer = deviation.withoutPromotions ? ONE : promotionsOn(book, situation, model)
    // tokens are in nanos × 10⁶ until the end, fees are not weighted
    const top = (tokens * weight.top + fees * MILLION * weight.base) * offer.top
    const base = MILLION * weight.base * offer.base
    numerator = numerator * base + top * denominator
    denominator *= base
  }
  return floorDivide(numerator, denominator) as Nanos
}

interface Costed {
  readonly model: string
  readonly part: Part
  readonly situation: Situation
  readonly deviation: Deviation
}

function tokensCost(book: PriceBookDocument, own: Costed): bigint | null {
  const rows = rowsByModel(book).get(own.model) ?? []
  const prompt = promptTotal(own.part.tokens)
  let sum = 0n
  for (const name in own.part.tokens) {
    const kind = name as TokenKind
    const count = own.part.tokens[kind] ?? 0
    if (count === 0) continue
    const ask = { rows, kind, prompt, where: own.situation }
    const cost = own.deviation.segmented
      ? segmentedCost(ask, count)
      : flatCost(ask, count, own.deviation)
    if (cost === null) return null
    sum += cost
  }
  return sum
}

function flatCost(ask: Ask, count: number, deviation: Deviation): bigint | null {
  const prompt = deviation.bands ? deviation.bands(ask.kind) : ask.prompt
  const each = perMillion({ ...ask, prompt })
  if (each === null) return null
  const cost = BigInt(count) * each
  return deviation.eachLineFloored ? floorDivide(cost, MILLION) * MILLION : cost
}

/** As if only the tokens beyond a band's edge were of that band: what providers do not do. */
function segmentedCost(ask: Ask, count: number): bigint | null {
  if (!PROMPT_KINDS.includes(ask.kind)) return flatCost({ ...ask, prompt: 0 }, count, {})
  const edges = [...new Set(ask.rows.map((row) => startOf(row.when)))].sort((a, b) => a - b)
  let sum = 0n
  for (const [index, edge] of edges.entries()) {
    const from = Math.max(0, edge - 1)
    const until = index + 1 < edges.length ? edges[index + 1]! - 1 : count
    const own = Math.min(count, until) - from
    const each = perMillion({ ...ask, prompt: edge })
    if (each === null) return null
    if (own > 0) sum += BigInt(own) * each
  }
  return sum
}

function feesCost(book: PriceBookDocument, model: string, fees: Fees): bigint | null {
  let sum = 0n
  for (const [fee, count] of Object.entries(fees)) {
    if (count === 0) continue
    const rows = (book.fees ?? []).filter((row) => row.fee === fee)
    const row = rows.find((own) => own.model === model) ?? rows.find((own) => own.model === '*')
    if (!row) return null
    sum += BigInt(count) * nanosOf(row.each)
  }
  return sum
}

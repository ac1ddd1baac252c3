import type { Nanos } from '../money/index.ts'
import type { PriceBookDocument } from '../pricing/types.ts'
import type { Dialect, TokenKind } from '../usage/usage.ts'
import { type Situation, startOf } from './conditions.ts'
import { frameReadings } from './frames.ts'
import type { Fees, Reading, Tokens } from './reading.ts'
import { AUDIT_RULES, type AuditRule } from './rules.ts'
import {
  type DatedBook,
  type Deviation,
  type Part,
  price,
  pricedModel,
  rowsByModel,
} from './tariff.ts'

/** A charge whose amount is wrong, and all that is known of its call. */
export interface WrongBill {
  readonly posted: Nanos
  readonly book: PriceBookDocument
  readonly books: readonly DatedBook[]
  readonly situation: Situation
  /** As the call should have been read. */
  readonly tokens: Tokens
  readonly fees: Fees
  /** Of other models: they are priced as they are. */
  readonly others: readonly Part[]
  readonly reading: Reading | null
  readonly dialect: Dialect | null
  readonly frames: readonly unknown[]
  readonly declaredFees: Fees
}

export interface Explanation {
  readonly rule: AuditRule
  /** A code for what was done. */
  readonly how: string
}

interface Misreading extends Partial<Explanation> {
  readonly tokens: Tokens
  readonly fees: Fees
}

interface Mispricing extends Partial<Explanation> {
  readonly book: PriceBookDocument
  readonly situation: Situation
  readonly deviation?: Deviation
}

/**
 * Which known fault gives exactly the posted amount. The fewest faults win, then the order of the
 * rules; what none explains is `rate_mispriced`.
 */
export function explain(bill: WrongBill): Explanation {
  const readings = misreadings(bill)
  const simple = best(bill, readings, [{ book: bill.book, situation: bill.situation }])
  if (simple) return simple
  const prices = mispricings(bill)
  return (
    best(bill, readings.slice(0, 1), prices) ??
    best(bill, readings, prices) ?? { rule: 'rate_mispriced', how: 'unexplained' }
  )
}

function best(
  bill: WrongBill,
  readings: readonly Misreading[],
  prices: readonly Mispricing[],
): Explanation | null {
  let found: Explanation | null = null
  for (const reading of readings)
    for (const own of prices) {
      const parts = [{ model: null, tokens: reading.tokens, fees: reading.fees }, ...bill.others]
      if (price(own.book, own.situation, parts, own.deviation) !== bill.posted) continue
      const candidate = earlier(nameOf(reading), nameOf(own))
      if (candidate) found = earlier(found, candidate)
    }
  return found
}

const nameOf = ({ rule, how }: Partial<Explanation>): Explanation | null =>
  rule === undefined || how === undefined ? null : { rule, how }

const rank = (rule: AuditRule): number => AUDIT_RULES.indexOf(rule)
const earlier = (a: Explanation | null, b: Explanation | null): Explanation | null =>
  a && (!b || rank(a.rule) <= rank(b.rule)) ? a : b

function misreadings(bill: WrongBill): Misreading[] {
  const { tokens, fees } = bill
  const all: Misreading[] = [{ tokens, fees }]
  const add = (rule: AuditRule, how: string, own: Tokens) =>
    all.push({ rule, how, fees, tokens: { ...tokens, ...own } })
  for (const own of frameReadings(bill.dialect, bill.frames))
    all.push({ rule: own.rule, how: own.how, fees, tokens: own.tokens })
  addCache(tokens, add)
  addLifetimes(tokens, add)
  addReasoning(tokens, add)
  if (bill.reading) addMedia(bill.reading, add)
  if (Object.keys(bill.declaredFees).length > 0)
    all.push({ rule: 'fee_without_call', how: 'declared', tokens, fees: bill.declaredFees })
  for (const fee of Object.keys(fees)) {
    const doubled = { ...fees, [fee]: (fees[fee] ?? 0) + 1 }
    all.push({ rule: 'fee_without_call', how: 'one_more', tokens, fees: doubled })
  }
  return all
}

type Add = (rule: AuditRule, how: string, own: Tokens) => void

const of = (tokens: Tokens, kind: TokenKind): number => tokens[kind] ?? 0
const writesOf = (tokens: Tokens): number =>
  of(tokens, 'cache_write') + of(tokens, 'cache_write_5m') + of(tokens, 'cache_write_1h')
const NO_WRITES: Tokens = { cache_write: 0, cache_write_5m: 0, cache_write_1h: 0 }

function addCache(tokens: Tokens, add: Add): void {
  const [input, read, writes] = [of(tokens, 'input'), of(tokens, 'cache_read'), writesOf(tokens)]
  if (read + writes === 0) return
  const rule = 'cache_double_counted'
  add(rule, 'reads_and_writes_in_input', { input: input + read + writes })
  add(rule, 'reads_in_input', { input: input + read })
  add(rule, 'writes_in_input', { input: input + writes })
  add(rule, 'reads_as_input', { input: input + read, cache_read: 0 })
  add(rule, 'writes_as_input', { ...NO_WRITES, input: input + writes })
  add(rule, 'all_as_input', { ...NO_WRITES, input: input + read + writes, cache_read: 0 })
  add(rule, 'taken_off_input', { input: Math.max(0, input - read - writes) })
  add(rule, 'reads_taken_off_input', { input: Math.max(0, input - read) })
}

function addLifetimes(tokens: Tokens, add: Add): void {
  const writes = writesOf(tokens)
  if (writes === 0) return
  const [short, long] = [of(tokens, 'cache_write_5m'), of(tokens, 'cache_write_1h')]
  const rule = 'cache_lifetime_mixed'
  add(rule, 'all_5m', { ...NO_WRITES, cache_write_5m: writes })
  add(rule, 'all_1h', { ...NO_WRITES, cache_write_1h: writes })
  add(rule, 'swapped', { cache_write_5m: long, cache_write_1h: short })
}

function addReasoning(tokens: Tokens, add: Add): void {
  const reasoning = of(tokens, 'reasoning')
  if (reasoning === 0) return
  const output = of(tokens, 'output')
  add('reasoning_miscounted', 'twice', { output: output + reasoning })
  add('reasoning_miscounted', 'left_out', { reasoning: 0 })
}

function addMedia({ stated, prompt }: Reading, add: Add): void {
  const media = stated.audio + stated.image
  if (media === 0 || prompt === null) return
  const rest = Math.max(0, prompt - stated.read - stated.write - media)
  const fresh = Math.max(0, prompt - stated.read - stated.write)
  const rule = 'modality_double_counted'
  for (const own of [
    { input_audio: stated.audio, input_image: stated.image },
    { input_audio: 0, input_image: 0 },
  ]) {
    const text = own.input_audio + own.input_image === 0 ? media : 0
    add(rule, 'overlap_ignored', { ...own, input: rest + text })
    add(rule, 'beside_text', { ...own, input: fresh + text })
    add(rule, 'beside_prompt', { ...own, input: prompt + text })
  }
}

function mispricings(bill: WrongBill): Mispricing[] {
  const { book, situation } = bill
  const own = (rule: AuditRule, how: string, deviation: Deviation): Mispricing => ({
    rule,
    how,
    book,
    situation,
    deviation,
  })
  return [
    { book, situation },
    ...bandDeviations(bill).map((bands) => own('band_mispriced', 'other_band', { bands })),
    own('band_mispriced', 'segmented', { segmented: true }),
    ...otherPlaces(bill),
    ...otherModels(bill),
    ...bill.books
      .filter((other) => other.document !== book && other.document.currency === book.currency)
      .map(({ document }) => ({
        rule: 'price_version_wrong' as const,
        how: document.id,
        book: document,
        situation,
      })),
    own('rate_mispriced', 'weight_left_out', { withoutWeights: true }),
    own('rate_mispriced', 'promotion_left_out', { withoutPromotions: true }),
    own('rate_mispriced', 'rounded_line_by_line', { eachLineFloored: true }),
  ]
}

/** More combinations than these are not tried. */
const BAND_CHOICES_MAX = 1_024

/** Every way of putting the kinds of a call into the bands that its model has. */
function bandDeviations({ book, situation, tokens }: WrongBill): ((kind: TokenKind) => number)[] {
  const model = pricedModel(book, situation.model)
  const rows = model === null ? [] : (rowsByModel(book).get(model) ?? [])
  const starts = [...new Set([0, ...rows.map((row) => startOf(row.when))])]
  const kinds = (Object.keys(tokens) as TokenKind[]).filter((kind) => of(tokens, kind) > 0)
  if (starts.length < 2 || starts.length ** kinds.length > BAND_CHOICES_MAX) return []
  let choices: number[][] = [[]]
  for (const _ of kinds) choices = choices.flatMap((own) => starts.map((start) => [...own, start]))
  return choices.map(
    (choice) =>
      (kind: TokenKind): number =>
        choice[kinds.indexOf(kind)] ?? 0,
  )
}

function otherPlaces({ book, situation }: WrongBill): Mispricing[] {
  const model = pricedModel(book, situation.model)
  const rows = model === null ? [] : (rowsByModel(book).get(model) ?? [])
  const places = new Map<string, Pick<Situation, 'tier' | 'speed' | 'region'>>()
  for (const { when } of rows) {
    const place = {
      tier: when?.tier ?? null,
      speed: when?.speed ?? null,
      region: when?.region ?? null,
    }
    places.set(JSON.stringify(place), place)
  }
  return [...places.values()].map((place) => ({
    rule: 'tier_mispriced',
    how: place.tier ?? place.speed ?? place.region ?? 'ordinary',
    book,
    situation: { ...situation, ...place },
  }))
}

const otherModels = ({ book, situation }: WrongBill): Mispricing[] =>
  [...rowsByModel(book).keys()]
    .filter((model) => model !== pricedModel(book, situation.model))
    .map((model) => ({
      rule: 'model_mispriced',
      how: model,
      book,
      situation: { ...situation, model, tier: null, speed: null },
    }))

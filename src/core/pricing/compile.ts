import { type Nanos, type Ratio, ratio, readNanos } from '../money/index.ts'
import { type Instant, parseInstant } from '../time/index.ts'
import type { TokenKind } from '../usage/usage.ts'
import { type Condition, rowCondition, weightCondition } from './conditions.ts'
import type {
  FeeDocument,
  PriceBook,
  PriceBookDocument,
  PriceRow,
  PromotionDocument,
} from './types.ts'

/** A row with the shortest prompt to which it applies. */
export interface BandedRow {
  readonly from: number
  readonly band: string | null
  readonly row: PriceRow
  readonly hasRegion: boolean
}

/** The bands of one kind, highest first, so that the first that matches is the one. */
type Bands = BandedRow[]

export interface KindPrices {
  readonly anywhere: Bands
  readonly regions: Map<string, Bands>
}

/** The prices of one model at one tier and speed. */
export type Variant = Map<TokenKind, KindPrices>

export interface ModelPrices {
  readonly model: string
  /** By tier, then speed; `''` is the ordinary one of each. */
  readonly variants: Map<string, Map<string, Variant>>
  /** Where bands of rows and weights begin, ascending, without repeats. */
  readonly thresholds: readonly number[]
  /** The regions that rows or weights name. */
  readonly regions: readonly string[]
}

export interface Multiplier {
  readonly id: string
  readonly ratio: Ratio
}

export interface Weight extends Multiplier {
  readonly when: Condition
}

export interface Promotion extends Multiplier {
  readonly from: Instant
  readonly until: Instant
  readonly plans: ReadonlySet<string> | null
  readonly models: ReadonlySet<string> | null
}

/** The model whose rows price an id, and by which rule. */
export interface Resolution {
  readonly model: string
  readonly prices: ModelPrices
  /** `exact`, or the alias rule's words. */
  readonly rule: string
}

/** What rating needs of a book, computed once when it is loaded. */
export interface CompiledBook {
  readonly models: ReadonlyMap<string, ModelPrices>
  /** By fee, then model; `*` is every model. */
  readonly fees: ReadonlyMap<string, ReadonlyMap<string, Nanos>>
  readonly aliases: readonly {
    readonly pattern: RegExp
    readonly replace: string
    readonly rule: string
  }[]
  readonly weights: readonly Weight[]
  readonly weightsMultiply: boolean
  readonly promotions: readonly Promotion[]
  /** A memo of pure lookups, bounded: which priced model an id means. */
  readonly resolved: Map<string, Resolution | null>
}

/** Indexes a document that was checked. */
export function compileBook(document: PriceBookDocument, effectiveFrom: Instant): PriceBook {
  const rows = document.rows.map(
    (row): PriceRow => ({
      model: row.model,
      kind: row.kind,
      perMtok: readNanos(row.per_mtok),
      when: row.when ?? {},
    }),
  )
  const weights = (document.weights ?? []).map(({ id, multiplier, when }) => ({
    id,
    ratio: ratioOf(multiplier),
    when: weightCondition(when),
  }))
  return {
    id: document.id,
    currency: document.currency,
    effectiveFrom,
    rows: rowsByModel(rows),
    models: new Map((document.models ?? []).map((limits) => [limits.model, limits])),
    document,
    compiled: {
      models: compileModels(rows, weights),
      fees: compileFees(document.fees ?? []),
      aliases: (document.aliases ?? []).map(({ pattern, replace, rule }) => ({
        pattern: new RegExp(pattern),
        replace: replace ?? '',
        rule,
      })),
      weights,
      weightsMultiply: document.weights_rule === 'product',
      promotions: (document.promotions ?? []).map(compilePromotion),
      resolved: new Map(),
    },
  }
}

/** The multiplier of a document that was checked. */
function ratioOf(text: string): Ratio {
  const value = ratio.parseRatio(text)
  if (value === undefined) throw new Error(`not a multiplier: ${JSON.stringify(text)}`)
  return value
}

function instantOf(text: string): Instant {
  const value = parseInstant(text)
  if (value === undefined) throw new Error(`not an instant: ${JSON.stringify(text)}`)
  return value
}

function compilePromotion(promotion: PromotionDocument): Promotion {
  const { id, multiplier, from, until, plans, models } = promotion
  return {
    id,
    ratio: ratioOf(multiplier),
    from: instantOf(from),
    until: instantOf(until),
    plans: plans ? new Set(plans) : null,
    models: models ? new Set(models) : null,
  }
}

function compileFees(fees: readonly FeeDocument[]): Map<string, Map<string, Nanos>> {
  const byName = new Map<string, Map<string, Nanos>>()
  for (const { fee, model, each } of fees)
    memberOf(byName, fee, () => new Map<string, Nanos>()).set(model, readNanos(each))
  return byName
}

function rowsByModel(rows: readonly PriceRow[]): PriceBook['rows'] {
  const models = new Map<string, Map<TokenKind, PriceRow[]>>()
  for (const row of rows) {
    const kinds = memberOf(models, row.model, () => new Map<TokenKind, PriceRow[]>())
    memberOf(kinds, row.kind, (): PriceRow[] => []).push(row)
  }
  return models
}

function memberOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

interface ModelDraft {
  readonly variants: ModelPrices['variants']
  readonly thresholds: Set<number>
  readonly regions: Set<string>
}

function compileModels(
  rows: readonly PriceRow[],
  weights: readonly Weight[],
): Map<string, ModelPrices> {
  const drafts = new Map<string, ModelDraft>()
  for (const row of rows) {
    const draft = memberOf(drafts, row.model, () => ({
      variants: new Map(),
      thresholds: new Set(weights.map(({ when }) => when.from)),
      regions: new Set(weights.map(({ when }) => when.region ?? '')),
    }))
    const condition = rowCondition(row.when)
    draft.thresholds.add(condition.from)
    draft.regions.add(condition.region ?? '')
    addRow(draft.variants, row, condition)
  }
  const models = new Map<string, ModelPrices>()
  for (const [model, { variants, thresholds, regions }] of drafts)
    models.set(model, {
      model,
      variants,
      thresholds: [...thresholds].filter((from) => from > 0).sort((a, b) => a - b),
      regions: [...regions].filter((region) => region !== ''),
    })
  return models
}

function addRow(variants: ModelPrices['variants'], row: PriceRow, condition: Condition): void {
  const speeds = memberOf(variants, condition.tier ?? '', () => new Map<string, Variant>())
  const variant = memberOf(speeds, condition.speed ?? '', (): Variant => new Map())
  const prices = memberOf(
    variant,
    row.kind,
    (): KindPrices => ({ anywhere: [], regions: new Map() }),
  )
  const { region, from, band } = condition
  const bands = region ? memberOf(prices.regions, region, (): Bands => []) : prices.anywhere
  bands.push({ from, band, row, hasRegion: region !== '' })
  bands.sort((a, b) => b.from - a.from)
}

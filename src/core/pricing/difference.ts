import { readNanos } from '../money/index.ts'
import { type Condition, rowCondition, weightCondition } from './conditions.ts'
import type {
  AliasDocument,
  FeeDocument,
  ModelDocument,
  PriceBook,
  PriceRowDocument,
  PromotionDocument,
  WeightDocument,
} from './types.ts'

/** One price, fee or rule in both books, not the same. */
export interface Changed<D> {
  readonly from: D
  readonly to: D
  /** By how much, in tenths of a percent, rounded half up; `null`: nothing to compare with, or the same. */
  readonly permille: number | null
}

export interface Changes<D> {
  readonly added: readonly D[]
  readonly removed: readonly D[]
  readonly changed: readonly Changed<D>[]
}

/** What changes for customers from one book to the next; the members of the top are the prices of tokens. */
export interface BookDifference extends Changes<PriceRowDocument> {
  /** That have prices in one of the books only. */
  readonly models: { readonly added: readonly string[]; readonly removed: readonly string[] }
  readonly fees: Changes<FeeDocument>
  readonly weights: Changes<WeightDocument>
  /** What becomes of several weights that apply; `null`: the same. */
  readonly weights_rule: { readonly from: WeightsRule; readonly to: WeightsRule } | null
  readonly promotions: Changes<PromotionDocument>
  readonly aliases: Changes<AliasDocument> & {
    /** The first that matches decides, and those that are in both stand in another order. */
    readonly reordered: boolean
  }
  /** How much a call of a model is expected to write, and the most it can. */
  readonly limits: Changes<ModelDocument>
}

type WeightsRule = 'highest' | 'product'

/** What two books say of the same thing. Where a price is from, and when it was read, is no change. */
export function diffBooks(from: PriceBook, to: PriceBook): BookDifference {
  const of = <D>(read: (book: PriceBook) => readonly D[] | undefined, terms: Terms<D>) =>
    changesOf(read(from) ?? [], read(to) ?? [], terms)
  const rules = [from, to].map(({ document }) => document.weights_rule ?? 'highest')
  const [before, after] = rules as [WeightsRule, WeightsRule]
  return {
    ...of(({ document }) => document.rows, ROW),
    models: {
      added: [...to.rows.keys()].filter((model) => !from.rows.has(model)),
      removed: [...from.rows.keys()].filter((model) => !to.rows.has(model)),
    },
    fees: of(({ document }) => document.fees, FEE),
    weights: of(({ document }) => document.weights, WEIGHT),
    weights_rule: before === after ? null : { from: before, to: after },
    promotions: of(({ document }) => document.promotions, PROMOTION),
    aliases: {
      ...of(({ document }) => document.aliases, ALIAS),
      reordered: isReordered(from, to),
    },
    limits: of(({ document }) => document.models, LIMITS),
  }
}

/** What makes two of a kind the same thing, what it says, and the figure that can rise or fall. */
interface Terms<D> {
  readonly key: (own: D) => unknown
  /** Besides the figure. Another spelling of the same is the same here. */
  readonly says: (own: D) => unknown
  readonly figure: (own: D) => string | null
}

const canonical = ({ band: _, ...own }: Condition) => own

const ROW: Terms<PriceRowDocument> = {
  key: ({ model, kind, when }) => [model, kind, canonical(rowCondition(when ?? {}))],
  says: () => null,
  figure: ({ per_mtok }) => per_mtok,
}
const FEE: Terms<FeeDocument> = {
  key: ({ model, fee }) => [model, fee],
  says: () => null,
  figure: ({ each }) => each,
}
const WEIGHT: Terms<WeightDocument> = {
  key: ({ id }) => id,
  says: ({ when }) => canonical(weightCondition(when)),
  figure: ({ multiplier }) => multiplier,
}
const sorted = (names: readonly string[] | undefined) => (names ? [...new Set(names)].sort() : null)
const PROMOTION: Terms<PromotionDocument> = {
  key: ({ id }) => id,
  says: ({ from, until, plans, models }) => [from, until, sorted(plans), sorted(models)],
  figure: ({ multiplier }) => multiplier,
}
const ALIAS: Terms<AliasDocument> = {
  key: ({ pattern }) => pattern,
  says: ({ replace, rule }) => [replace ?? '', rule],
  figure: () => null,
}
const LIMITS: Terms<ModelDocument> = {
  key: ({ model }) => model,
  says: ({ expected_output_tokens: expected, max_output_tokens: most }) => [expected, most],
  figure: () => null,
}

function changesOf<D>(before: readonly D[], after: readonly D[], terms: Terms<D>): Changes<D> {
  const keyOf = (own: D): string => JSON.stringify(terms.key(own))
  const old = new Map(before.map((own) => [keyOf(own), own]))
  const now = new Set(after.map(keyOf))
  const changed = after.flatMap((to) => {
    const from = old.get(keyOf(to))
    return from === undefined || isSame(from, to, terms)
      ? []
      : [{ from, to, permille: permilleOf(terms.figure(from), terms.figure(to)) }]
  })
  return {
    added: after.filter((own) => !old.has(keyOf(own))),
    removed: before.filter((own) => !now.has(keyOf(own))),
    changed,
  }
}

function isSame<D>(one: D, other: D, { says, figure }: Terms<D>): boolean {
  const [a, b] = [figure(one), figure(other)]
  const sameFigure = a === null || b === null ? a === b : readNanos(a) === readNanos(b)
  return sameFigure && JSON.stringify(says(one)) === JSON.stringify(says(other))
}

const THOUSAND = 1_000n

function permilleOf(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null
  const [old, now]: bigint[] = [readNanos(from), readNanos(to)]
  if (!old || now === undefined || old === now) return null
  const scaled = (now - old) * THOUSAND * 2n + old
  const whole = scaled / (old * 2n)
  // division cuts towards zero, and a fall that is no whole number lies one lower
  const floor = scaled < 0n && scaled % (old * 2n) !== 0n ? whole - 1n : whole
  return parseInt(floor.toString(), 10)
}

function isReordered(from: PriceBook, to: PriceBook): boolean {
  const [old, now] = [from, to].map(({ document }) =>
    (document.aliases ?? []).map(({ pattern }) => pattern),
  ) as [string[], string[]]
  const common = (own: string[], other: string[]) => own.filter((one) => other.includes(one))
  return JSON.stringify(common(old, now)) !== JSON.stringify(common(now, old))
}

import type { BookDifference, Changes, PriceCondition } from '../core/pricing/index.ts'

/** What of a price book a change is about. */
export type BookPart =
  | 'price'
  | 'fee'
  | 'multiplier'
  | 'rule'
  | 'promotion'
  | 'alias'
  | 'order'
  | 'limits'

/** One change from one price book to another, as a line of a table: the same on screens and in the terminal. */
export interface BookChange {
  readonly part: BookPart
  readonly change: 'changed' | 'added' | 'removed'
  /** A model, or the id of a multiplier or promotion; `*` is every model. */
  readonly name: string
  /** A kind of token, or a fee. */
  readonly detail: string | null
  /** `null`: it is about no condition. */
  readonly when: {
    readonly before: PriceCondition | null
    readonly after: PriceCondition | null
  } | null
  /** An exact amount where it is a price or a fee; `null`: there is none. */
  readonly before: string | null
  readonly after: string | null
  readonly permille: number | null
}

/** All of a difference, line by line, in the order of the parts. */
export function bookChanges(own: BookDifference): BookChange[] {
  return [
    ...linesOf('price', own, (row) => ({
      ...{ name: row.model, detail: row.kind, when: row.when ?? {}, says: row.per_mtok },
    })),
    ...linesOf('fee', own.fees, (fee) => ({ name: fee.model, detail: fee.fee, says: fee.each })),
    ...linesOf('multiplier', own.weights, ({ id, when, multiplier }) => ({
      ...{ name: id, when, says: `× ${multiplier}` },
    })),
    ...(own.weights_rule ? [plain('rule', own.weights_rule.from, own.weights_rule.to)] : []),
    ...linesOf('promotion', own.promotions, (promotion) => ({
      name: promotion.id,
      says: promotionText(promotion),
    })),
    ...linesOf('alias', own.aliases, ({ pattern, replace, rule }) => ({
      ...{ name: pattern, says: replace === undefined ? rule : `${rule} (${replace})` },
    })),
    ...(own.aliases.reordered ? [plain('order', null, null)] : []),
    ...linesOf('limits', own.limits, ({ model, ...limits }) => ({
      name: model,
      says: `${limits.expected_output_tokens ?? '–'} / ${limits.max_output_tokens ?? '–'}`,
    })),
  ]
}

interface Said {
  readonly name: string
  readonly detail?: string
  readonly when?: PriceCondition
  readonly says: string
}

const plain = (part: BookPart, before: string | null, after: string | null): BookChange => ({
  ...{ part, change: 'changed', name: '', detail: null, when: null, before, after, permille: null },
})

function linesOf<D>(part: BookPart, own: Changes<D>, say: (one: D) => Said): BookChange[] {
  const line = (
    change: BookChange['change'],
    { from, to }: { readonly from?: D; readonly to?: D },
    permille: number | null = null,
  ): BookChange => {
    const [before, after] = [from, to].map((one) => (one === undefined ? null : say(one)))
    const { name, detail = null } = (after ?? before)!
    const when =
      before?.when || after?.when
        ? { before: before?.when ?? null, after: after?.when ?? null }
        : null
    return {
      ...{ part, change, name, detail, when, permille },
      ...{ before: before?.says ?? null, after: after?.says ?? null },
    }
  }
  return [
    ...own.changed.map(({ from, to, permille }) => line('changed', { from, to }, permille)),
    ...own.added.map((to) => line('added', { to })),
    ...own.removed.map((from) => line('removed', { from })),
  ]
}

function promotionText(own: BookDifference['promotions']['added'][number]): string {
  const only = [...(own.plans ?? []), ...(own.models ?? [])]
  return [`× ${own.multiplier}`, `${own.from} – ${own.until}`, ...only].join(', ')
}

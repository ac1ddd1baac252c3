import { wordsOf } from '../../../contract/explain/index.ts'
import { type Book, compare, type TokenKind } from './data.ts'

type Row = Book['document']['rows'][number]

/** The prices of a model under one condition, by kind of token. */
export interface PriceLine {
  readonly key: string
  readonly model: string
  readonly when: Row['when']
  readonly prices: Readonly<Partial<Record<TokenKind, string>>>
}

export function linesOf(rows: readonly Row[]): readonly PriceLine[] {
  const lines = new Map<string, PriceLine>()
  for (const { model, kind, when, per_mtok: price } of rows) {
    const key = `${model}\n${JSON.stringify(when ?? {})}`
    const prices = { ...lines.get(key)?.prices, [kind]: price }
    lines.set(key, { key, model, when, prices })
  }
  return [...lines.values()]
}

// Words are kept in the order in which receipts list the kinds.
const KINDS = Object.keys(wordsOf('en').tokenKinds) as readonly TokenKind[]

/** The kinds that any line has a price for, in the order of receipts. */
export const kindsOf = (lines: readonly PriceLine[]): readonly TokenKind[] =>
  KINDS.filter((kind) => lines.some(({ prices }) => prices[kind] !== undefined))

/** By the model's name or a kind's price; what has no such price stands last either way. */
export function sorted(
  lines: readonly PriceLine[],
  by: 'model' | TokenKind,
  descending: boolean,
): readonly PriceLine[] {
  const turn = descending ? -1 : 1
  return [...lines].sort((one, other) => {
    if (by === 'model') return turn * one.model.localeCompare(other.model, 'en')
    const [price, than] = [one.prices[by], other.prices[by]]
    if (price === undefined || than === undefined)
      return Number(price === undefined) - Number(than === undefined)
    return turn * compare(price, than)
  })
}

import { readNanos } from '../../../core/money/index.ts'
import type { Book, TokenKind } from './data.ts'

type Row = Book['document']['rows'][number]

export interface PriceChange {
  readonly change: 'changed' | 'added' | 'removed'
  readonly row: Row
  readonly before: string | undefined
  readonly after: string | undefined
  /** In tenths of a percent; absent where there is nothing to compare with. */
  readonly permille: number | undefined
}

const THOUSAND = 1_000n

/** The difference of two books as the API gives it, a row per price. */
export function changesIn(answer: Readonly<Record<string, unknown>>): readonly PriceChange[] {
  const { added, removed, changed } = answer as {
    readonly added: readonly Row[]
    readonly removed: readonly Row[]
    readonly changed: readonly { readonly from: Row; readonly to: Row }[]
  }
  return [
    ...changed.map(({ from, to }) => changeOf('changed', from, to)),
    ...added.map((row) => changeOf('added', undefined, row)),
    ...removed.map((row) => changeOf('removed', row, undefined)),
  ]
}

function changeOf(
  change: PriceChange['change'],
  from: Row | undefined,
  to: Row | undefined,
): PriceChange {
  const [before, after] = [from?.per_mtok, to?.per_mtok]
  const row = (to ?? from) as Row
  return { change, row, before, after, permille: permilleOf(before, after) }
}

function permilleOf(before: string | undefined, after: string | undefined): number | undefined {
  if (before === undefined || after === undefined) return undefined
  const [old, own]: [bigint, bigint] = [readNanos(before), readNanos(after)]
  return old === 0n ? undefined : Number(((own - old) * THOUSAND) / old)
}

interface KindChange {
  readonly kind: TokenKind
  readonly least: number
  readonly most: number
}

/** By how much each kind of token changes, over all models. */
export function byKind(changes: readonly PriceChange[]): readonly KindChange[] {
  const kinds = new Map<TokenKind, number[]>()
  for (const { row, permille } of changes)
    if (permille !== undefined) kinds.set(row.kind, [...(kinds.get(row.kind) ?? []), permille])
  return [...kinds].map(([kind, found]) => ({
    kind,
    least: Math.min(...found),
    most: Math.max(...found),
  }))
}

const EXTRAS = ['fees', 'weights', 'promotions'] as const
export type Extra = (typeof EXTRAS)[number]

/** What else is not the same in both: its table says how. */
export const otherExtras = (one: Book['document'], other: Book['document']): readonly Extra[] =>
  EXTRAS.filter((extra) => JSON.stringify(one[extra]) !== JSON.stringify(other[extra]))

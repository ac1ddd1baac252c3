import type { Answer } from '../../../client/index.ts'
import type { TokenKind } from './data.ts'

interface KindChange {
  readonly kind: TokenKind
  readonly least: number
  readonly most: number
}

/** By how much each kind of token changes, over all models, in tenths of a percent. */
export function byKind({ changed }: Answer<'diffPriceBooks'>): readonly KindChange[] {
  const kinds = new Map<TokenKind, number[]>()
  for (const { to, permille } of changed)
    if (permille !== null) kinds.set(to.kind, [...(kinds.get(to.kind) ?? []), permille])
  return [...kinds].map(([kind, found]) => ({
    kind,
    least: Math.min(...found),
    most: Math.max(...found),
  }))
}

import { expect } from 'vitest'
import type { NormalisedCall, TokenKind, Usage, UsageFlag } from '../../../src/core/usage/index.ts'

/** The usage that was read; fails the test when it is missing. */
export function usageIn(call: NormalisedCall): Usage {
  expect(call.usage).not.toBeNull()
  if (!call.usage) throw new Error('unreachable')
  return call.usage
}

export const sumOf = (tokens: Readonly<Partial<Record<TokenKind, number>>>): number =>
  Object.values(tokens).reduce((sum, count) => sum + count, 0)

/** `[what it shows, raw usage, tokens, flags]` */
export type Row = readonly [
  string,
  Readonly<Record<string, unknown>>,
  Readonly<Partial<Record<TokenKind, number>>>,
  readonly UsageFlag[],
]

import type { Mutant } from './mutants.ts'

/** A change that no test can notice, because what the program does stays the same. */
export interface Equivalent {
  readonly file: string
  /** The line of the file, without what is around it. */
  readonly line: string
  readonly from: string
  readonly replace: string
  readonly why: string
}

/** Each with its reason. A mutant that a test could notice does not belong here. */
export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: 'src/core/money/rounding.ts',
    line: 'return numerator % denominator !== 0n && numerator < 0n ? quotient - 1n : quotient',
    ...{ from: '<', replace: '<=' },
    why: 'A numerator of nothing leaves no remainder, so that the first half of it is false already.',
  },
  {
    file: 'src/core/ledger/facts.ts',
    line: 'if (instants.size >= INSTANTS_MAX) instants.clear()',
    ...{ from: '>=', replace: '>' },
    why: 'How many instants are kept changes no instant.',
  },
  {
    file: 'src/core/ledger/facts.ts',
    line: 'if (instants.size >= INSTANTS_MAX) instants.clear()',
    ...{ from: '>=', replace: '<' },
    why: 'Instants that are forgotten are read again.',
  },
  {
    file: 'src/core/decisions/housekeeping.ts',
    line: 'caps: state.caps.some((own) => own.counters.length > CAP_BUCKETS_KEPT)',
    ...{
      from: 'state.caps.some((own) => own.counters.length > CAP_BUCKETS_KEPT)',
      replace: 'true',
    },
    why: 'Of counters that are no more than are kept, all are kept.',
  },
  {
    file: 'src/core/reconciliation/fold.ts',
    line: '} else if (end > until) until = end',
    ...{ from: '>', replace: '>=' },
    why: 'An end that is the same is put where it is already.',
  },
  {
    file: 'src/core/reconciliation/fold.ts',
    line: 'let [from, until] = [0, 0]',
    ...{ from: '0', replace: '1' },
    why: 'No bucket begins in the first millisecond of 1970.',
  },
  {
    file: 'src/core/reconciliation/compare.ts',
    line: 'return keyOf(one) < keyOf(other) ? -1 : 1',
    ...{ from: '<', replace: '<=' },
    why: 'No two comparisons are of the same position.',
  },
  {
    file: 'src/core/reconciliation/compare.ts',
    line: 'return keyOf(one) < keyOf(other) ? -1 : 1',
    ...{ from: '1', replace: '2' },
    why: 'Of an order only the sign counts.',
  },
  {
    file: 'src/core/reconciliation/compare.ts',
    line: 'export const magnitude = (amount: bigint): bigint => (amount < ZERO ? -amount : amount)',
    ...{ from: '<', replace: '<=' },
    why: 'Nothing is nothing with either sign.',
  },
  {
    file: 'src/core/reconciliation/own-call.ts',
    line: "typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0",
    ...{ from: '>', replace: '>=' },
    why: 'Nought is nought either way.',
  },
  {
    file: 'src/core/reconciliation/own-side.ts',
    line: 'if (count === 0 && most === 0) continue',
    ...{ from: 'count === 0 && most === 0', replace: 'false' },
    why: 'A position of nothing is as one that is not there: this saves making it.',
  },
  {
    file: 'src/core/reconciliation/own-side.ts',
    line: 'if (count === 0 && most === 0) continue',
    ...{ from: 'continue', replace: ';' },
    why: 'A position of nothing is as one that is not there: this saves making it.',
  },
  {
    file: 'src/core/reconciliation/quantity-causes.ts',
    line: 'for (const value of others) if (value < small) small = value',
    ...{ from: '<', replace: '<=' },
    why: 'The same value is put where it is already.',
  },
  {
    file: 'src/core/tax/japan.ts',
    line: 'const { year } = civilFromDays(Math.floor(at / DAY_MS))',
    ...{ from: 'floor', replace: 'ceil' },
    why: 'That differs on the last day of a year only, after which the last base date is the same.',
  },
]

export const isEquivalent = (mutant: Mutant, source: string, one: Equivalent): boolean =>
  mutant.file === one.file &&
  mutant.from === one.from &&
  mutant.replace === one.replace &&
  source.split('\n')[mutant.line - 1]?.trim() === one.line

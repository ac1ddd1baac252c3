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
]

export const isEquivalent = (mutant: Mutant, source: string, one: Equivalent): boolean =>
  mutant.file === one.file &&
  mutant.from === one.from &&
  mutant.replace === one.replace &&
  source.split('\n')[mutant.line - 1]?.trim() === one.line

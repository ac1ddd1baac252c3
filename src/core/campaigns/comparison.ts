/** What both accounts of a pair are followed for, from the claim on. */
export const AFTER_WEEKS = 4
/** With fewer pairs nothing is shown: chance would speak, and single accounts could be made out. */
export const PAIRS_MIN = 20

/** What one account did after the claim of its pair. */
export interface Outcome {
  /** Different features that its charged calls named. */
  readonly features: number
  /** Different models that it called. */
  readonly models: number
  /** Whether it made a call in the first week, the second, and so on: `AFTER_WEEKS` of them. */
  readonly activeWeeks: readonly boolean[]
}

export interface OutcomePair {
  readonly claimer: Outcome
  readonly other: Outcome
}

/** Means of both groups and the mean of the differences, to thousandths; of shares: 1 is all. */
export interface Figure {
  readonly claimers: number
  readonly others: number
  readonly difference: number
  /** Where the difference lies with 95 % confidence, by the normal approximation over pairs. */
  readonly least: number
  readonly most: number
}

export type Comparison =
  | { readonly suppressed: 'too_few_pairs'; readonly figures: null }
  | {
      readonly suppressed: null
      readonly figures: {
        readonly features: Figure
        readonly models: Figure
        /** By week after the claim. */
        readonly retention: readonly Figure[]
      }
    }

/**
 * Compares claimers with their matched accounts. It says that they differ, never why: whoever claims may
 * differ from whoever does not in ways that nobody has matched.
 */
export function compare(pairs: readonly OutcomePair[]): Comparison {
  if (pairs.length < PAIRS_MIN) return { suppressed: 'too_few_pairs', figures: null }
  const weeks = Array.from({ length: AFTER_WEEKS }, (_, week) => week)
  return {
    suppressed: null,
    figures: {
      features: figureOf(pairs, ({ features }) => features),
      models: figureOf(pairs, ({ models }) => models),
      retention: weeks.map((week) =>
        figureOf(pairs, ({ activeWeeks }) => (activeWeeks[week] === true ? 1 : 0)),
      ),
    },
  }
}

/** The 97.5th percentile of the normal distribution. */
const Z = 1.96

function figureOf(pairs: readonly OutcomePair[], value: (outcome: Outcome) => number): Figure {
  const claimers = meanOf(pairs.map(({ claimer }) => value(claimer)))
  const others = meanOf(pairs.map(({ other }) => value(other)))
  const differences = pairs.map(({ claimer, other }) => value(claimer) - value(other))
  const difference = meanOf(differences)
  const squares = differences.map((own) => (own - difference) ** 2)
  const variance = squares.reduce((sum, own) => sum + own, 0) / (pairs.length - 1)
  const margin = Z * Math.sqrt(variance / pairs.length)
  return {
    claimers: rounded(claimers),
    others: rounded(others),
    difference: rounded(difference),
    least: rounded(difference - margin),
    most: rounded(difference + margin),
  }
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, own) => sum + own, 0) / values.length

/** Adding 0 makes of -0 what people write. */
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000 + 0

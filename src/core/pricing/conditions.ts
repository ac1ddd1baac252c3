import type { PriceCondition } from './types.ts'

/** A price condition in canonical form: two conditions that mean the same are equal here. */
export interface Condition {
  /** The shortest prompt to which it applies; 0 for every prompt. */
  readonly from: number
  /** As receipts name the band; `null` without one. */
  readonly band: string | null
  /** `''` is the ordinary tier, `null` any. */
  readonly tier: string | null
  readonly speed: string | null
  /** `''` for none. */
  readonly region: string | null
  readonly feature: string | null
}

/** As served, and as asked for: `auto` and `standard_only` are words of requests. */
const ORDINARY_TIERS = new Set(['', 'standard', 'default', 'auto', 'on_demand', 'standard_only'])
const ORDINARY_SPEEDS = new Set(['', 'standard'])
const ORDINARY_REGIONS = new Set(['', 'global', 'not_available'])

/** The tier as prices know it: every ordinary one is `''`. */
export const tierOf = (word: string | null): string =>
  word === null || ORDINARY_TIERS.has(word) ? '' : word

/** The request leaves the tier to the provider: every tier that has prices can be the one served. */
export const isAnyTier = (word: string | null): boolean => word === 'auto'

export const speedOf = (word: string | null): string =>
  word === null || ORDINARY_SPEEDS.has(word) ? '' : word

/** The region as prices know it: routing that promises no place is `''`. */
export const regionOf = (word: string | null): string =>
  word === null || ORDINARY_REGIONS.has(word) ? '' : word

function bandOf(when: PriceCondition): Pick<Condition, 'from' | 'band'> {
  if (when.prompt_tokens_above !== undefined)
    return {
      from: when.prompt_tokens_above + 1,
      band: `prompt_tokens_above:${when.prompt_tokens_above}`,
    }
  if (when.prompt_tokens_from !== undefined)
    return { from: when.prompt_tokens_from, band: `prompt_tokens_from:${when.prompt_tokens_from}` }
  return { from: 0, band: null }
}

/** A row's condition: an unstated tier or speed means the ordinary one. */
export const rowCondition = (when: PriceCondition): Condition => ({
  ...bandOf(when),
  tier: tierOf(when.tier ?? null),
  speed: speedOf(when.speed ?? null),
  region: regionOf(when.region ?? null),
  feature: null,
})

/** A weight's condition: an unstated tier, speed or region means any. */
export const weightCondition = (when: PriceCondition): Condition => ({
  ...bandOf(when),
  tier: when.tier === undefined ? null : tierOf(when.tier),
  speed: when.speed === undefined ? null : speedOf(when.speed),
  region: when.region === undefined ? null : regionOf(when.region),
  feature: when.feature ?? null,
})

/** A key that is equal for rows that would both apply to the same calls. */
export const conditionKey = ({ from, tier, speed, region }: Condition): string =>
  JSON.stringify([from, tier, speed, region])

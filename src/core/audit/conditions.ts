import type { PriceCondition } from '../pricing/types.ts'
import type { Instant } from '../time/index.ts'

/** What a call was, as conditions of prices ask for it: the served model, tier, speed and region. */
export interface Situation {
  readonly model: string
  readonly tier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly features: readonly string[]
  /** Plan id, for promotions. */
  readonly plan: string | null
  readonly at: Instant
}

const ORDINARY = ['', 'standard', 'default', 'auto', 'on_demand', 'standard_only']
const ANYWHERE = ['', 'global', 'not_available']
export const tierWord = (word: string | null | undefined): string =>
  ORDINARY.includes(word ?? '') ? '' : (word ?? '')
export const speedWord = (word: string | null | undefined): string =>
  word == null || word === 'standard' ? '' : word
export const regionWord = (word: string | null | undefined): string =>
  ANYWHERE.includes(word ?? '') ? '' : (word ?? '')

/** From which prompt on a condition applies. */
export const startOf = (when: PriceCondition | undefined): number =>
  when?.prompt_tokens_above !== undefined
    ? when.prompt_tokens_above + 1
    : (when?.prompt_tokens_from ?? 0)

import type { Answer, Body } from '../../../client/index.ts'
import { isAmount } from '../../parts/amounts.ts'

export type Reload = Answer<'getAutoReload'>
export type Terms = NonNullable<Reload['terms']>

/** The terms as they are typed. */
export interface Draft {
  readonly how: 'amount' | 'target'
  readonly trigger_below: string
  /** What is bought each time, or the balance to fill up to. */
  readonly each: string
  readonly max_per_month: string
  readonly max_per_day: string
  /** Empty: the default card. */
  readonly method_id: string
}

export const AMOUNTS = ['trigger_below', 'each', 'max_per_month', 'max_per_day'] as const

const EMPTY: Draft = {
  how: 'amount',
  trigger_below: '',
  each: '',
  max_per_month: '',
  max_per_day: '',
  method_id: '',
}

/** The present setting, so that one figure can be changed without typing the others again. */
export const draftOf = (terms: Terms | null): Draft =>
  terms === null
    ? EMPTY
    : {
        how: terms.amount === null ? 'target' : 'amount',
        trigger_below: terms.trigger_below,
        each: terms.amount ?? terms.target ?? '',
        max_per_month: terms.max_per_month,
        max_per_day: terms.max_per_day,
        method_id: terms.method_id,
      }

export const isWhole = (draft: Draft): boolean => AMOUNTS.every((field) => isAmount(draft[field]))

export const wishOf = (draft: Draft): Body<'previewAutoReload'> => ({
  trigger_below: draft.trigger_below,
  ...(draft.how === 'amount' ? { amount: draft.each } : { target: draft.each }),
  max_per_month: draft.max_per_month,
  max_per_day: draft.max_per_day,
  ...(draft.method_id !== '' && { method_id: draft.method_id }),
})

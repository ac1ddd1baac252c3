import type { Body } from '../../../client/index.ts'
import { isAmount } from '../../parts/amounts.ts'
import type { Kind, Settings } from './data.ts'
import { KINDS } from './kinds.ts'

/** The settings as they are typed. */
export interface Draft {
  readonly window_levels: string
  readonly cap_levels: string
  readonly window_reset_above: string
  readonly lot_expiry_days: string
  readonly anomaly_factor: string
  readonly anomaly_floor: string
  /** Kinds that are told. */
  readonly told: readonly Kind[]
}

export type Field = Exclude<keyof Draft, 'told'>

export const draftOf = (own: Settings): Draft => ({
  window_levels: own.window_levels.join(', '),
  cap_levels: own.cap_levels.join(', '),
  window_reset_above: String(own.window_reset_above),
  lot_expiry_days: own.lot_expiry_days.join(', '),
  anomaly_factor: own.anomaly_factor,
  anomaly_floor: own.anomaly_floor,
  told: KINDS.filter((kind) => !own.muted.includes(kind)),
})

/** `50, 75`: whole numbers from 1 on; `null`: something else, or too many. */
export function numbersIn(
  text: string,
  { most, largest }: { readonly most: number; readonly largest: number },
): number[] | null {
  const parts = text.split(/[\s,、]+/).filter(Boolean)
  const numbers = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 0))
  const fit = numbers.every((own) => own >= 1 && own <= largest)
  return fit && numbers.length <= most ? numbers : null
}

const LEVELS = { most: 20, largest: 100 } as const
const DAYS = { most: 10, largest: 365 } as const

/** What the settings become; `wrong`: the fields that cannot be. */
export function changeOf(
  draft: Draft,
): { readonly change: Body<'setAlertSettings'> } | { readonly wrong: readonly Field[] } {
  const window_levels = numbersIn(draft.window_levels, LEVELS)
  const cap_levels = numbersIn(draft.cap_levels, LEVELS)
  const lot_expiry_days = numbersIn(draft.lot_expiry_days, DAYS)
  const above = numbersIn(draft.window_reset_above, { most: 1, largest: 100 })?.[0]
  const isFactor = /^[1-9]\d{0,5}(\.\d{1,3})?$/.test(draft.anomaly_factor)
  if (
    window_levels === null ||
    cap_levels === null ||
    lot_expiry_days === null ||
    above === undefined ||
    !isFactor ||
    !isAmount(draft.anomaly_floor)
  ) {
    const checks: readonly (readonly [Field, boolean])[] = [
      ['window_levels', window_levels !== null],
      ['cap_levels', cap_levels !== null],
      ['lot_expiry_days', lot_expiry_days !== null],
      ['window_reset_above', above !== undefined],
      ['anomaly_factor', isFactor],
      ['anomaly_floor', isAmount(draft.anomaly_floor)],
    ]
    return { wrong: checks.flatMap(([field, isRight]) => (isRight ? [] : [field])) }
  }
  return {
    change: {
      window_levels,
      cap_levels,
      lot_expiry_days,
      window_reset_above: above,
      anomaly_factor: draft.anomaly_factor,
      anomaly_floor: draft.anomaly_floor,
      muted: KINDS.filter((kind) => !draft.told.includes(kind)),
    },
  }
}

import type { Body } from '../../../client/index.ts'
import { type Search, textOf } from '../../app/search.ts'

const ACTIONS = ['change', 'seats', 'keep', 'cancel', 'renew'] as const
export const WHENS = ['', 'now', 'period_end'] as const

/** What is wished of the subscription, as the address of the screen says it. */
export interface Wish {
  readonly action: (typeof ACTIONS)[number]
  readonly plan: string | undefined
  readonly seats: number | undefined
  readonly when: (typeof WHENS)[number]
}

/** A number of seats as an address or a field has it. */
export const seatsOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined

export function wishOf(search: Search): Wish | undefined {
  const action = ACTIONS.find((own) => own === textOf(search, 'do'))
  const plan = textOf(search, 'to')
  if (action === undefined || (action === 'change' && plan === undefined)) return undefined
  const seats = seatsOf(textOf(search, 'seats'))
  if (action === 'seats' && seats === undefined) return undefined
  return {
    action,
    plan: action === 'change' ? plan : undefined,
    seats: action === 'change' || action === 'seats' ? seats : undefined,
    when: WHENS.find((own) => own === textOf(search, 'when')) ?? '',
  }
}

/** The members that the preview and the order have in common. */
export const wantedOf = ({ plan, seats, when }: Wish) => ({
  ...(plan !== undefined && { plan }),
  ...(seats !== undefined && { seats }),
  ...(when !== '' && { when }),
})

export const previewOf = (wish: Wish): Body<'previewSubscription'> => ({
  action: wish.action === 'cancel' || wish.action === 'renew' ? wish.action : 'change',
  ...wantedOf(wish),
})

/** The address without a wish. */
export const NO_WISH = { do: undefined, to: undefined, seats: undefined, when: undefined }

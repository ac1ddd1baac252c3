import { listOf, type Search, textOf } from '../../app/search.ts'

/** What a link to this screen asks for: an objection that is filled in, or a person. */
export interface Asked {
  readonly isOpen: boolean
  readonly receipts: readonly string[]
  readonly purchase: string | undefined
  /** What our own check has found: its calls are objected to. */
  readonly finding: string | undefined
  /** A campaign that the reader is not eligible for: a matter for a person. */
  readonly campaign: string | undefined
}

export const NOTHING_ASKED = {
  open: undefined,
  receipt: undefined,
  purchase: undefined,
  charge: undefined,
  finding: undefined,
  campaign: undefined,
} as const

const isPurchase = (id: string): boolean => id.startsWith('pay_')

/** `charge` is the id of whatever was charged: a call, its receipt, or a purchase. */
export function askedIn(search: Search): Asked {
  const charges = listOf(search, 'charge')
  const receipts = [
    ...listOf(search, 'receipt'),
    ...charges.filter((charge) => !isPurchase(charge)),
  ]
  const purchase = textOf(search, 'purchase') ?? charges.find(isPurchase)
  const finding = textOf(search, 'finding')
  const campaign = textOf(search, 'campaign')
  const isNamed = receipts.length > 0 || purchase !== undefined || finding !== undefined
  const isWanted = ['1', 'new'].includes(textOf(search, 'open') ?? '')
  const isOpen = isNamed || (isWanted && campaign === undefined)
  return { isOpen, receipts, purchase, finding, campaign }
}

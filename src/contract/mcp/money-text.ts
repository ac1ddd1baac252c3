import { capName, date, money, placeOf, type Reader, say } from '../explain/place.ts'
import type { AnswerOf, Routes } from '../routes/index.ts'
import { MCP_WORDS } from './words.ts'

type Answer<Id extends keyof Routes> = AnswerOf<Routes[Id]>

interface Raise {
  readonly cap: Answer<'getState'>['caps'][number]
  readonly amount: string
  readonly until: string | null
  readonly reason: string
}

/** What somebody agrees to who asks for a higher cap. */
export function raiseSentence(
  state: Pick<Answer<'getState'>, 'currency' | 'as_of'>,
  { cap, amount, until, reason }: Raise,
  reader: Reader,
): string {
  const place = placeOf(reader, state)
  const words = MCP_WORDS[reader.lang]
  const values = { cap: capName(place, cap), amount: money(place, amount), reason }
  return until === null
    ? say(words.raiseForEver, values)
    : say(words.raise, { ...values, date: date(place, until) })
}

export const raiseAskedText = (made: Answer<'requestRaise'>, reader: Reader): string[] => [
  say(MCP_WORDS[reader.lang].raiseAsked, { request_id: made.request_id }),
]

type Offer = Answer<'listAccountCampaigns'>['items'][number]

/** What somebody agrees to who claims the credit of a campaign. */
export function claimSentence(offer: Offer, asOf: string, reader: Reader): string {
  const place = placeOf(reader, { currency: offer.currency, as_of: asOf })
  return say(MCP_WORDS[reader.lang].claim, {
    amount: money(place, offer.evaluation.amount ?? '0'),
    name: offer.name,
    date: date(place, offer.expires_at),
  })
}

export function claimedText(
  claim: Answer<'claimCampaign'>,
  currency: string,
  reader: Reader,
): string[] {
  const words = MCP_WORDS[reader.lang]
  if (claim.state === 'held') return [words.claimHeld]
  const place = placeOf(reader, { currency, as_of: null })
  return [say(words.claimed, { amount: money(place, claim.amount) })]
}

/** What somebody agrees to who withdraws from a purchase. */
export function withdrawSentence(
  preview: Answer<'previewPurchaseRefund'>,
  currency: string,
  reader: Reader,
): string {
  const place = placeOf(reader, { currency, as_of: preview.as_of })
  return say(MCP_WORDS[reader.lang].withdraw, {
    payment_id: preview.payment_id,
    total: money(place, preview.total),
    price: money(place, preview.price),
    tax: money(place, preview.tax),
    face: money(place, preview.face),
  })
}

export const withdrawnText = (reader: Reader): string[] => [MCP_WORDS[reader.lang].withdrawn]

/** How a purchase stands: credit is there when it is there, never before. */
export function boughtText(purchase: Answer<'confirmPurchase'>, reader: Reader): string[] {
  const words = MCP_WORDS[reader.lang]
  const place = placeOf(reader, { currency: purchase.currency, as_of: null })
  const values = { payment_id: purchase.payment_id, total: money(place, purchase.total) }
  if (purchase.status === 'failed' || purchase.status === 'returned')
    return [say(words.declined, values)]
  if (purchase.status === 'credited') return [say(words.bought, values)]
  const { action_url: url } = purchase
  return [say(words.buying, values), ...(url === null ? [] : [say(words.buyingAction, { url })])]
}

export const confirmText = (sentence: string, reader: Reader): string[] => [
  MCP_WORDS[reader.lang].confirm,
  sentence,
]

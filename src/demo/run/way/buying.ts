import { type Client, take } from '../../../client/index.ts'
import type { CastMember } from '../cast.ts'
import type { WayTerms } from './terms.ts'

/** A card of the simulated processor; its country decides the tax. */
const CARD = 'pm_card_de'

/**
 * Buys credit as a person does: a card, a preview with its tax, and the preview's id to confirm it. Then
 * auto-reload is allowed, by the sentence of its own preview sent back to the letter. After a start that
 * was broken off, what was bought is not bought again; the card is, since the processor has forgotten it.
 */
export async function buyAhead(client: Client, member: CastMember, terms: WayTerms): Promise<void> {
  const { method_id } = await client.paymentMethods.add(member.id, { method_ref: CARD })
  const bought = await take(client.purchases.list(member.id))
  if (bought.length === 0) await buy(client, member, { amount: terms.topUp, method_id })
  await agreeToReload(client, member, { ...terms.reload, method_id })
}

/**
 * Another start, another processor: the card is saved anew, and the same terms are agreed to for it. What
 * was stopped, paused or turned off stays so.
 */
export async function renewCard(client: Client, member: CastMember): Promise<void> {
  const { terms, stopped, paused_at } = await client.autoReload.get(member.id)
  if (terms === null || terms.amount === null || stopped !== null || paused_at !== null) return
  const { method_id } = await client.paymentMethods.add(member.id, { method_ref: CARD })
  if (method_id === terms.method_id) return
  const { trigger_below, amount, max_per_day, max_per_month } = terms
  const wish = { trigger_below, amount, max_per_day, max_per_month, method_id }
  await agreeToReload(client, member, wish)
}

async function buy(
  client: Client,
  member: CastMember,
  wish: { readonly amount: string; readonly method_id: string },
): Promise<void> {
  const { preview_id, total } = await client.purchases.preview(member.id, wish)
  const purchase = await client.purchases.confirm(member.id, { preview_id })
  if (purchase.status !== 'credited' || purchase.total !== total)
    throw new Error(`${member.name} was to buy for ${total}: ${JSON.stringify(purchase)}`)
}

async function agreeToReload(
  client: Client,
  member: CastMember,
  wish: WayTerms['reload'] & { readonly method_id: string },
): Promise<void> {
  const { sentence, sentence_version: version } = await client.autoReload.preview(member.id, wish)
  const consent = { text: sentence.en, locale: 'en', version } as const
  await client.autoReload.set(member.id, { ...wish, consent })
}

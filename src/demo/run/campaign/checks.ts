import { readAmount, sumOf, writeAmount } from '../amounts.ts'
import type { AccountBooks } from '../books.ts'
import type { CampaignBooks, ClaimAttempt } from './claims.ts'

/** The campaign's own sums against the lots that it made, and its ceilings. A sentence for each difference. */
export function campaignDifferences(
  { campaign, funnel, accounts }: CampaignBooks,
  books: readonly AccountBooks[],
): string[] {
  const claims = accounts.flatMap(({ own }) => (own.claim ? [own.claim] : []))
  const ids = new Set(claims.map(({ lot_id }) => lot_id))
  const lots = books.flatMap(({ state }) => state.lots.filter(({ id }) => ids.has(id)))
  const face = sumOf(lots, (lot) => readAmount(lot.face))
  const left = sumOf(lots, (lot) => readAmount(lot.remaining))
  const { amounts } = funnel
  const lost = readAmount(amounts.expired) + readAmount(amounts.voided)
  return [
    ...differ('claims and lots', BigInt(claims.length), BigInt(lots.length)),
    ...differ('granted', face, readAmount(amounts.granted)),
    ...differ(
      'claimed',
      face,
      sumOf(claims, ({ amount }) => readAmount(amount)),
    ),
    ...differ('used', face - left - lost, readAmount(amounts.used)),
    ...campaign.ceilings.flatMap(
      ({ wave, amount, claims: taken, budget_max: budget, claims_max: most }) => [
        ...(budget !== null && readAmount(amount) > readAmount(budget)
          ? [`${wave ?? 'the campaign'} has given more than its budget`]
          : []),
        ...(most !== null && taken > most
          ? [`${wave ?? 'the campaign'} has more claims than places`]
          : []),
      ],
    ),
  ].map((text) => `Campaign: ${text}`)
}

const differ = (what: string, wanted: bigint, found: bigint): string[] =>
  wanted === found
    ? []
    : [`${what}: ${writeAmount(wanted)} by the lots, ${writeAmount(found)} by the campaign`]

/** How a claim is answered, by how the account stands. */
const ANSWERS: Readonly<Record<string, string | null>> = {
  claimed: null,
  not_eligible: 'not_eligible',
  over: 'outside_claim_window',
  exhausted: 'campaign_exhausted',
}

/** Every claim was answered as the account stands, and its repeat alike. */
export function answeredOtherwise(
  { accounts }: CampaignBooks,
  attempts: readonly ClaimAttempt[],
): string[] {
  return attempts.flatMap(({ member, refused, repeatDiffers }) => {
    const standing = accounts.find(({ own: _, member: { id } }) => id === member.id)?.own.standing
    return [
      ...(ANSWERS[standing ?? ''] === refused
        ? []
        : [
            `Campaign: ${member.name} is ${standing}, and was answered ${refused ?? 'with credit'}`,
          ]),
      ...(repeatDiffers ? [`Campaign: ${member.name} asked twice, and was answered twice`] : []),
    ]
  })
}

import Type from 'typebox'
import { ClaimSchema } from '../schemas/campaigns.ts'
import { PurchaseId, PurchaseSchema, PurchaseWishSchema } from '../schemas/payments.ts'
import { Reference, strict } from '../schemas/primitives.ts'
import { CapRequestSchema, RequestRaiseSchema } from '../schemas/team.ts'
import { ABOUT, CONFIRMED } from './answer.ts'
import { tool } from './tool.ts'

const money = { scope: 'everycent:money' } as const
const { cap_id, amount, until, reason, for: forWhom } = RequestRaiseSchema.properties

export const moneyTools = {
  request_cap_raise: tool({
    ...money,
    effect: 'asks',
    title: 'Ask for a higher cap',
    description:
      'Asks those who may raise a cap to raise it until a date. Changes no limit by itself. Asks for a confirmation first.',
    uses: ['getState', 'requestRaise'],
    input: Type.Object(
      { ...ABOUT, cap_id, amount, until, reason, for: forWhom, ...CONFIRMED },
      strict,
    ),
    result: CapRequestSchema,
  }),
  claim_credit: tool({
    ...money,
    effect: 'adds',
    title: 'Claim the credit of a campaign',
    description:
      'Claims promotional credit that is offered to the account, once. Charges nothing and changes no setting. Asks for a confirmation first.',
    uses: ['listAccountCampaigns', 'claimCampaign'],
    input: Type.Object({ ...ABOUT, campaign_id: Reference, ...CONFIRMED }, strict),
    result: ClaimSchema,
  }),
  buy_credit: tool({
    ...money,
    effect: 'pays',
    title: 'Buy credit',
    description:
      'Charges the card of the account for credit. The first answer says the exact sum with tax, the card and the terms, and charges nothing; a person has to agree to that sentence.',
    uses: ['previewPurchase', 'confirmPurchase'],
    input: Type.Object({ ...ABOUT, ...PurchaseWishSchema.properties, ...CONFIRMED }, strict),
    result: PurchaseSchema,
  }),
  withdraw: tool({
    ...money,
    effect: 'takes_back',
    title: 'Withdraw from a purchase',
    description:
      'Pays back what is unused of a purchase, as the law of the purchase allows, at the price paid. Asks for a confirmation first.',
    uses: ['previewPurchaseRefund', 'refundPurchase'],
    input: Type.Object({ ...ABOUT, payment_id: PurchaseId, ...CONFIRMED }, strict),
    result: PurchaseSchema,
  }),
} as const

import Type from 'typebox'
import { PLAN_SEATS_MAX } from '../../core/funding/plan-billing.ts'
import { PRINTABLE } from '../printable.ts'
import { ConsentSchema, Sentences } from './payments.ts'
import {
  AccountId,
  Amount,
  AmountIn,
  AsOf,
  CurrencyCode,
  Name,
  nullable,
  PaymentId,
  PlanChoice,
  PlanId,
  printable,
  Reason,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'
import { CardFactsSchema } from './purchase-facts.ts'
import {
  FeeFactsSchema,
  ResetSchema,
  SubscriptionFactsSchema,
  TransitionSchema,
} from './subscription-facts.ts'

const PREVIEW_ID = '^prev_[0-9a-z]{1,12}_[0-9a-f]{16}$'
const PreviewId = Type.String({
  pattern: PREVIEW_ID,
  description: 'Of a preview: other terms than those are refused. Good for an hour.',
  examples: ['prev_mhz3k1c0_9f2b1c7de0a45b88'],
})
const When = Type.Enum(['now', 'period_end'])
const Seats = Type.Integer({ minimum: 1, maximum: PLAN_SEATS_MAX })
const Says = Type.Array(Type.String(), { description: 'The same in sentences.' })

const Payment = Type.Object(
  {
    payment_id: PaymentId,
    amount: Type.Optional({ ...AmountIn, description: 'Tax excluded; what is due unless told.' }),
    tax: Type.Optional({ ...AmountIn, description: '0 unless told.' }),
  },
  { ...strict, description: 'A payment that was received for the fee.' },
)

const Consent = {
  ...ConsentSchema,
  description: 'To charge a card: the sentence of the preview, as it was shown.',
}

const wanted = {
  plan: Type.Optional(PlanChoice),
  seats: Type.Optional(Seats),
  when: Type.Optional({
    ...When,
    description: 'At once unless it costs less; then when the period ends.',
  }),
  fallback: Type.Optional({
    ...PlanChoice,
    description: 'The free plan that it falls to when it ends; the plan’s own unless told.',
  }),
}

export const PreviewSubscriptionSchema = Type.Object(
  {
    action: Type.Enum(['change', 'cancel', 'renew'], {
      description: '`change` without plan and seats takes back what is scheduled.',
    }),
    ...wanted,
  },
  { ...strict, description: 'Nothing is changed and nothing is charged.' },
)

export const ChangeSubscriptionSchema = Type.Object(
  {
    ...wanted,
    preview_id: Type.Optional(PreviewId),
    consent: Type.Optional(Consent),
    payment: Type.Optional(Payment),
  },
  {
    ...strict,
    description: 'Without plan and seats, what is scheduled is taken back (reactivation).',
  },
)

export const CancelSubscriptionSchema = Type.Object(
  {
    when: Type.Optional({ ...When, description: '`period_end` unless told.' }),
    reason: Type.Optional(Reason),
    preview_id: Type.Optional(PreviewId),
  },
  strict,
)

export const RenewSubscriptionSchema = Type.Object(
  { consent: Type.Optional(Consent), payment: Type.Optional(Payment) },
  strict,
)

export const SubscriptionSchema = Type.Object(
  {
    account_id: AccountId,
    currency: CurrencyCode,
    plan: Type.String(),
    subscription: nullable(SubscriptionFactsSchema),
    period: nullable(Type.Object({ start: Timestamp, end: Timestamp }, strict)),
    fee: { ...Amount, description: 'Of a whole period with these seats, tax excluded.' },
    fee_seq: nullable(
      Type.Integer({
        minimum: 1,
        description: 'The journal entry that charged a fee last; `null` where none is paid for.',
      }),
    ),
    says: Says,
    as_of: AsOf,
    seq: Seq,
  },
  { ...strict, description: 'What the account has agreed to, until when it is paid, what comes.' },
)

export const SubscriptionPreviewSchema = Type.Object(
  {
    preview_id: PreviewId,
    valid_until: Timestamp,
    account_id: AccountId,
    currency: CurrencyCode,
    transition: TransitionSchema,
    fee: FeeFactsSchema,
    tax: nullable({ ...Amount, description: '`null`: no card can be charged for it.' }),
    total: nullable({ ...Amount, description: 'What the card is charged; `null` as `tax`.' }),
    method: nullable(CardFactsSchema),
    sentence: nullable({
      ...Sentences,
      description: 'To show, and to send back as consent. `null`: no card would be charged.',
    }),
    sentence_version: Type.String(),
    subscription: SubscriptionFactsSchema,
    says: Says,
    as_of: AsOf,
    seq: Seq,
  },
  { ...strict, description: 'Exactly what the order would do, and what it would cost.' },
)

export const GrantResetSchema = Type.Object(
  {
    name: Name,
    window_id: Type.Optional({ ...PlanId, description: 'Absent: the holder chooses the window.' }),
    expires_at: Timestamp,
  },
  strict,
)

export const RedeemResetSchema = Type.Object(
  { window_id: { ...PlanId, description: 'The window to begin anew.' } },
  strict,
)

export const ResetListSchema = Type.Object(
  { items: Type.Array(ResetSchema), as_of: AsOf, seq: Seq },
  { ...strict, description: 'The resets that may still be used.' },
)

const ids = (description: string) =>
  Type.Optional(Type.Array({ ...PlanId, description }, { minItems: 1, maxItems: 64 }))

export const WindowPromotionDocumentSchema = Type.Object(
  {
    id: PlanId,
    name: printable(200, 'Shown beside the window.'),
    multiplier: Type.String({
      maxLength: 20,
      pattern: PRINTABLE,
      description: 'Of the capacity: a decimal of at least 1.',
      examples: ['2'],
    }),
    from: Timestamp,
    until: { ...Timestamp, description: 'Not part of it.' },
    plans: ids('Plan id; absent: all plans.'),
    windows: ids('Window id; absent: all windows.'),
  },
  {
    ...strict,
    title: 'WindowPromotionDocument',
    description:
      'A run has the capacity of the moment at which it begins, and keeps it until it ends.',
  },
)

export const WindowPromotionSchema = Type.Object(
  { document: WindowPromotionDocumentSchema, published_at: Timestamp },
  strict,
)

export const WindowPromotionListSchema = Type.Object(
  { items: Type.Array(WindowPromotionSchema), as_of: AsOf },
  strict,
)

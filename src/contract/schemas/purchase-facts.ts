import Type from 'typebox'
import { REFUND_BASES, RELOAD_OUTCOMES } from '../../core/ledger/entry.ts'
import { Amount, nullable, strict, Timestamp } from './primitives.ts'

const Rate = Type.String({ description: 'A decimal: `0.19`.' })

export const CardFactsSchema = Type.Object(
  { brand: Type.String(), last4: Type.String() },
  { ...strict, description: 'What a person recognises the card by.' },
)

const attempt = {
  price: { ...Amount, description: 'Tax excluded.' },
  tax: nullable({ ...Amount, description: '`null`: it was not reckoned.' }),
  method: nullable(CardFactsSchema),
  code: Type.String({ description: 'The processor’s word for why, or ours.' }),
}

export const PaymentFactsSchema = Type.Object(
  {
    payment_id: Type.String(),
    price: Amount,
    tax: Amount,
    tax_rate: Type.Optional(Rate),
    policy: Type.Optional(Type.String()),
    bundle: Type.Optional(Type.Object({ id: Type.String(), list: Type.String() }, strict)),
    reload: Type.Optional(
      Type.Object({ round: Type.Integer(), consent_seq: Type.Integer() }, strict),
    ),
    method: Type.Optional(CardFactsSchema),
  },
  strict,
)

export const AutoReloadFactsSchema = Type.Object(
  {
    trigger_below: Amount,
    amount: nullable({ ...Amount, description: 'Bought each time, tax excluded.' }),
    target: nullable({ ...Amount, description: 'The balance to reload to.' }),
    max_per_day: { ...Amount, description: 'In a UTC day, tax included.' },
    max_per_month: { ...Amount, description: 'In a calendar month (UTC), tax included.' },
    method_id: Type.String(),
    tax: Type.Object({ policy: Type.String(), rate: Rate }, strict),
  },
  { ...strict, description: 'What the account holder allowed.' },
)

export const ConsentFactsSchema = Type.Object(
  { text: Type.String(), locale: Type.String(), version: Type.String() },
  { ...strict, description: 'The exact sentence that was shown.' },
)

export const ReloadEndFactsSchema = Type.Object(
  {
    round: Type.Integer(),
    payment_id: Type.String(),
    outcome: Type.Enum([...RELOAD_OUTCOMES]),
    stops: Type.Boolean(),
    attempt: Type.Optional(
      Type.Object(attempt, { ...strict, description: 'What was to be charged.' }),
    ),
  },
  strict,
)

export const UnpaidFeeSchema = Type.Object(
  { ...attempt, ends_at: { ...Timestamp, description: 'Until then it can be paid.' } },
  { ...strict, description: 'A fee that was not paid.' },
)

export const PurchaseRefundFactsSchema = Type.Object(
  {
    refund_id: Type.String(),
    payment_id: Type.String(),
    face: Amount,
    price: Amount,
    tax: Amount,
    basis: Type.Enum([...REFUND_BASES]),
  },
  strict,
)

export const DisputeFactsSchema = Type.Object(
  {
    dispute_id: Type.String(),
    payment_id: Type.String(),
    price: Type.Optional({
      ...Amount,
      description: 'Of a part: what the bank has taken, tax excluded.',
    }),
    tax: Type.Optional(Amount),
    partial: Type.Optional(
      Type.Literal(true, {
        description: 'Only a part of the payment was disputed: what is left of the lot goes on.',
      }),
    ),
    still_frozen: Type.Optional(
      Type.Literal(true, {
        description: 'Another dispute of the payment is open, so that the lot stays frozen.',
      }),
    ),
  },
  strict,
)

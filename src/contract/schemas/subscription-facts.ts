import Type from 'typebox'
import { PLAN_PERIODS } from '../../core/funding/types.ts'
import { Amount, nullable, strict, Timestamp } from './primitives.ts'

export const RunPromotionSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    multiplier: Type.String(),
    base_capacity: { ...Amount, description: 'What the capacity would be without the promotion.' },
  },
  { ...strict, description: 'The dated promotion that this run of the window began in.' },
)

export const SubscriptionFactsSchema = Type.Object(
  {
    plan: Type.String(),
    status: Type.Enum(['active', 'past_due', 'ended']),
    seats: Type.Integer({ minimum: 1 }),
    anchor: Timestamp,
    period: Type.Enum([...PLAN_PERIODS]),
    index: Type.Integer({ minimum: 0, description: 'Number of the period from the anchor.' }),
    fallback: Type.String({ description: 'The free plan that it falls to.' }),
    next: nullable(
      Type.Object(
        {
          type: Type.Enum(['change', 'cancel']),
          plan: Type.String(),
          seats: Type.Integer({ minimum: 1 }),
        },
        { ...strict, description: 'What happens when the present period ends.' },
      ),
    ),
    unpaid: nullable(
      Type.Object(
        {
          since: Timestamp,
          asked_at: Type.Optional({
            ...Timestamp,
            description:
              'When it was first asked for, where that was later than it was due: the grace begins here.',
          }),
          code: Type.String(),
          declines: Type.Integer({ minimum: 0 }),
          retry_at: Timestamp,
        },
        { ...strict, description: 'A fee that was due and is not paid.' },
      ),
    ),
    credit: { ...Amount, description: 'Credit for fees, from unused time. Never a usage lot.' },
    last_payment_id: nullable(Type.String()),
    agreed_fee: Type.Optional({
      ...Amount,
      description: 'The most that a card may be charged for a period, tax excluded.',
    }),
  },
  strict,
)

export const FeeLineSchema = Type.Object(
  {
    type: Type.Enum(['unused_time', 'plan', 'seats', 'waived']),
    plan: Type.String(),
    seats: Type.Integer({ minimum: 1 }),
    full: { ...Amount, description: 'The fee of the whole period.' },
    period_start: Type.Optional({
      ...Timestamp,
      description: 'When the whole period began; it ends at `to`. Absent on old entries.',
    }),
    from: Timestamp,
    to: Timestamp,
    amount: { ...Amount, description: 'Signed: negative gives back.' },
  },
  strict,
)

export const FeeFactsSchema = Type.Object(
  {
    lines: Type.Array(FeeLineSchema),
    net: { ...Amount, description: 'The sum of the lines.' },
    credit_used: Amount,
    credit_added: Amount,
    due: { ...Amount, description: 'What a payment pays, tax excluded.' },
    tax: Amount,
    billing: Type.Enum(['prepaid', 'invoiced']),
  },
  {
    ...strict,
    description: '`net = credit_used + due - credit_added` where nothing was overpaid.',
  },
)

const WindowChange = Type.Object(
  {
    id: Type.String(),
    change: Type.Enum(['kept', 'resized', 'opens', 'closes']),
    capacity_before: nullable(Amount),
    capacity_after: nullable(Amount),
  },
  strict,
)

export const TransitionSchema = Type.Object(
  {
    type: Type.Enum([
      'start',
      'upgrade',
      'downgrade',
      'change',
      'seats',
      'keep',
      'cancel',
      'renew',
      'lapse',
    ]),
    when: Type.Enum(['now', 'period_end']),
    effective_at: Timestamp,
    priced_at: Timestamp,
    from_plan: Type.String(),
    to_plan: Type.String(),
    from_seats: Type.Integer({ minimum: 1 }),
    to_seats: Type.Integer({ minimum: 1 }),
    windows: Type.Array(WindowChange),
    lots_kept: Type.Array(Type.Object({ id: Type.String(), remaining: Amount }, strict), {
      description: 'Credit that stays as it is.',
    }),
    next_renewal: nullable(Timestamp),
    terms: Type.String({ description: 'Digest of what was agreed.' }),
  },
  strict,
)

export const ResetSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    window_id: nullable(Type.String()),
    granted_at: Timestamp,
    expires_at: Timestamp,
  },
  { ...strict, description: 'A reset of a window, to be used once before it expires.' },
)

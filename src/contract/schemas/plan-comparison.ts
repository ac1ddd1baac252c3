import Type from 'typebox'
import { PLAN_SEATS_MAX } from '../../core/funding/plan-billing.ts'
import { PLAN_PERIODS } from '../../core/funding/types.ts'
import { ScopeSchema } from './plans.ts'
import {
  AccountId,
  Amount,
  AsOf,
  CurrencyCode,
  nullable,
  PlanId,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'

const Seats = Type.Integer({ minimum: 1, maximum: PLAN_SEATS_MAX })

/** What is compared with how many seats; as many as the account has unless told. */
export const SeatsAsked = Type.Optional({
  ...Seats,
  description:
    'Seats to compare with, within what each plan offers; those of the account unless told.',
})

const WindowCompared = Type.Object(
  {
    id: Type.String(),
    shape: Type.Enum(['anchored', 'calendar']),
    length: Type.String({ description: 'ISO 8601 duration.' }),
    capacity: { ...Amount, description: 'With the seats that are compared, at list price.' },
    capacity_per_seat: nullable(Amount),
    scope: ScopeSchema,
  },
  strict,
)

const Switch = Type.Object(
  {
    type: Type.String({ description: 'As of a transition: `upgrade`, `downgrade`, `start`, …' }),
    when: Type.Enum(['now', 'period_end']),
    effective_at: Timestamp,
    net: { ...Amount, description: 'New time less unused time, tax excluded; signed.' },
    credit_used: Amount,
    credit_added: { ...Amount, description: 'Becomes credit for later plan fees.' },
    due: { ...Amount, description: 'To pay at once, tax excluded.' },
    billing: Type.Enum(['prepaid', 'invoiced']),
    by_operator_only: Type.Boolean({
      description: 'What costs nothing and what is invoiced is the operator’s to give.',
    }),
  },
  { ...strict, description: 'What the order would charge now, by the code that executes it.' },
)

const Compared = Type.Object(
  {
    plan: Type.String({ description: 'Plan and version.', examples: ['pro@3'] }),
    plan_id: PlanId,
    name: Type.String(),
    own: Type.Boolean({ description: 'The account has this plan, in this version or another.' }),
    price: { ...Amount, description: 'Of a period, besides seats.' },
    seats: nullable(
      Type.Object(
        { min: Seats, max: Seats, price_each: Amount, compared: Seats },
        { ...strict, description: '`compared`: how many the figures are for.' },
      ),
    ),
    fee: { ...Amount, description: 'Of a whole period with these seats, tax excluded.' },
    period: Type.Enum([...PLAN_PERIODS]),
    billing: Type.Enum(['prepaid', 'invoiced']),
    windows: Type.Array(WindowCompared),
    says: Type.Array(Type.String(), { description: 'What it includes, in sentences.' }),
    switch: nullable(Switch),
    refused: nullable(
      Type.String({ description: 'Why there is no `switch`: the code of the refusal.' }),
    ),
  },
  strict,
)

export const PlanComparisonSchema = Type.Object(
  {
    account_id: AccountId,
    currency: CurrencyCode,
    plan: Type.String({ description: 'What the account has.' }),
    items: Type.Array(Compared),
    as_of: AsOf,
    seq: Seq,
  },
  {
    ...strict,
    title: 'PlanComparison',
    description:
      'Every plan on offer in the currency of the account, what costs least for the same time first. All of it at one journal entry.',
  },
)

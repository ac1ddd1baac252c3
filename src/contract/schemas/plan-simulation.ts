import Type from 'typebox'
import { PlanDocumentSchema } from './plans.ts'
import { AccountId, Amount, AsOf, CurrencyCode, strict, Timestamp } from './primitives.ts'

export const SimulationOrderSchema = Type.Object(
  {
    document: PlanDocumentSchema,
    account_id: AccountId,
    from: {
      ...Timestamp,
      description: 'Not before; the opening of the account where that is later.',
    },
    to: Type.Optional({ ...Timestamp, description: 'Before; now unless told. At most 31 days.' }),
  },
  strict,
)

const Count = Type.Integer({ minimum: 0 })

const Sums = Type.Object(
  {
    calls: Count,
    total: { ...Amount, description: 'At list price.' },
    included: Amount,
    promotional: Amount,
    paid: Amount,
    overage: Amount,
    absorbed: { ...Amount, description: 'What nobody could be charged.' },
    not_admitted: {
      ...Count,
      description: 'Calls that funds, caps or the plan would have refused, or cut short.',
    },
  },
  strict,
)

const beside = { really: Sums, simulated: Sums, refused: Count }

export const PlanSimulationSchema = Type.Object(
  {
    account_id: AccountId,
    plan: Type.String(),
    really_on: Type.String({ description: 'The plan of the account when the interval began.' }),
    currency: CurrencyCode,
    from: Timestamp,
    to: Timestamp,
    own_plan: Type.Boolean({
      description: 'The document is the account’s plan: it went on in the windows that it had.',
    }),
    totals: Type.Object(beside, strict),
    days: Type.Array(Type.Object({ day: Type.String(), ...beside }, strict)),
    windows: Type.Array(
      Type.Object({ id: Type.String(), capacity: Amount, used: Amount, start: Timestamp }, strict),
      { description: 'Of each window the run in which most was used.' },
    ),
    corrections_left_out: {
      ...Count,
      description:
        'Refunds and other corrections of charges: of charges that the plan may not have made.',
    },
    scoped_caps_left_out: Type.Boolean({
      description: 'The account has caps of members, keys or projects: they were not looked at.',
    }),
    partial: Type.Boolean({ description: 'There was more than was looked at; `to` says how far.' }),
    as_of: AsOf,
  },
  { ...strict, title: 'PlanSimulation', description: 'Nothing of it is charged.' },
)

import Type from 'typebox'
import { personal } from './personal.ts'
import {
  AccountId,
  Amount,
  AsOf,
  CurrencyCode,
  nullable,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'
import { cap, LotStateSchema, WindowStateSchema } from './state.ts'
import { ResetSchema } from './subscription-facts.ts'

const { held: _windowHeld, ...window } = WindowStateSchema.properties
const { held: _lotHeld, ...lot } = LotStateSchema.properties
const { held: _capHeld, ...capThen } = cap

/** What a moment that is past does not tell. */
export const NOT_KNOWN = ['held_by_source', 'all_calls_in_flight'] as const

const moment = {
  at: { ...Timestamp, description: 'The moment that is spoken of.' },
  seq: { ...Seq, description: 'The last journal entry recorded by then.' },
  status: Type.Enum(['open', 'parked']),
  plan: Type.String(),
  price_book: nullable(
    Type.String({ description: 'In force then; `null`: none was published for the currency.' }),
  ),
  paid_use: Type.Boolean(),
  windows: Type.Array(
    Type.Object(window, {
      ...strict,
      description: 'Included usage; `left` without what calls in flight held.',
    }),
  ),
  lots: Type.Array(Type.Object(lot, strict), {
    description: 'In the order in which they are drawn, without those that were used up or over.',
  }),
  caps: Type.Array(Type.Object(capThen, strict), {
    description: 'Of the account, then of members, keys and projects.',
  }),
  overage: nullable(Type.Object({ limit: Amount, used: Amount, left: Amount }, strict)),
  resets: Type.Optional(Type.Array(ResetSchema)),
  in_flight: Type.Object(
    {
      calls: Type.Integer({ minimum: 0 }),
      money: Amount,
      included: Amount,
      complete: Type.Boolean({
        description: '`false`: at least these; not every later entry was looked through.',
      }),
    },
    {
      ...strict,
      description:
        'Calls in flight then and what they held, read from how they ended and from holds still open.',
    },
  ),
  not_known: Type.Array(Type.Enum([...NOT_KNOWN]), {
    description:
      '`held_by_source`: how a hold was spread over windows, lots and caps; `all_calls_in_flight`: see `in_flight.complete`.',
  }),
}

const Moment = Type.Object(moment, strict)

const Change = Type.Object(
  {
    source: Type.Enum(['window', 'lot', 'overage', 'cap']),
    id: Type.String(),
    name: nullable(Type.String()),
    figure: Type.Enum(['used', 'remaining', 'spent']),
    before: Amount,
    after: Amount,
    change: { ...Amount, description: '`after` less `before`: signed.' },
    restarted: Type.Boolean({
      description: 'A window or the period of a cap that has begun anew between the two.',
    }),
    sentence: Type.Object({ en: Type.String(), ja: Type.String() }, strict),
  },
  { ...strict, description: 'A source whose figure is another at the second moment.' },
)

export const StateAtSchema = Type.Object(
  {
    account_id: AccountId,
    name: personal(Type.String()),
    currency: CurrencyCode,
    ...moment,
    compare: nullable(
      Type.Object(
        { with: Moment, changes: Type.Array(Change) },
        {
          ...strict,
          description: 'A second moment, and what changed between the earlier and the later.',
        },
      ),
    ),
    sentence: Type.Object({ en: Type.String(), ja: Type.String() }, strict),
    as_of: { ...AsOf, description: 'When this was read.' },
  },
  { ...strict, description: 'The account as it was known at a moment.' },
)

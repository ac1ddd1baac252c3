import Type from 'typebox'
import { CAP_PERIODS, CAP_SCOPES } from '../../core/funding/types.ts'
import { LANGUAGES, LENGTHS } from '../explain/index.ts'
import { TIMELINE_KINDS } from '../timeline/codes.ts'
import { EntrySchema } from './entries.ts'
import { AccountId, Amount, AsOf, nullable, Seq, strict, Timestamp } from './primitives.ts'

const Text = Type.Optional(Type.String())
const Money = Type.Optional(Amount)
const Time = Type.Optional(Timestamp)

export const SaidSchema = Type.Object({ en: Type.String(), ja: Type.String() }, strict)

const BY_SOURCE = Type.Object(
  {
    included: Amount,
    promotional: Amount,
    paid: Amount,
    overage: Amount,
    absorbed: { ...Amount, description: 'Carried by the platform, of calls that were charged.' },
  },
  { ...strict, description: 'By source: drawn above zero, given back below.' },
)

const Run = Type.Object(
  {
    count: Type.Integer({
      minimum: 0,
      description: 'Calls that ended, refusals, or calls of which something was moved.',
    }),
    failed: Type.Integer({ minimum: 0, description: 'Attempts that failed and cost nothing.' }),
    completed: Type.Integer({ minimum: 0, description: 'Calls whose price came later.' }),
    models: Type.Array(
      Type.Object({ model: Type.String(), count: Type.Integer({ minimum: 1 }) }, strict),
    ),
    other_models: Type.Integer({ minimum: 0 }),
    refusal: nullable(Type.String({ description: 'The code of the refusals.' })),
    amounts: BY_SOURCE,
  },
  { ...strict, description: 'Many of a kind, told as one line.' },
)

const Setting = Type.Object(
  {
    code: Type.Enum([
      'paid_use_on',
      'paid_use_off',
      'no_overage',
      'overage_limit',
      'cap',
      'cap_removed',
    ]),
    amount: Money,
    cap_id: Text,
    scope: Type.Optional(Type.Enum([...CAP_SCOPES])),
    scope_id: Type.Optional(nullable(Type.String())),
    period: Type.Optional(Type.Enum([...CAP_PERIODS])),
  },
  strict,
)

const Facts = Type.Object(
  {
    plan: Text,
    lot_id: Text,
    lot_name: Text,
    category: Type.Optional(Type.Enum(['paid', 'promotional'])),
    amount: Money,
    price: Money,
    tax: Money,
    total: Money,
    expires_at: Time,
    due_at: Time,
    receipt_id: Text,
    payment_id: Text,
    invoice_id: Text,
    statement: Type.Optional(Type.Integer({ minimum: 1 })),
    cap_id: Text,
    decision: Text,
    name: Text,
    reason: Text,
    order: Text,
    refusal: Text,
    price_book: Text,
    alert: Text,
    notification_id: Text,
    rule: Text,
    finding_key: Text,
    subject: Text,
    case_id: Text,
    automatic: Type.Optional(Type.Boolean()),
    settings: Type.Optional(Type.Array(Setting)),
  },
  { ...strict, description: 'What it is about; what does not apply is absent.' },
)

export const TimelineItemSchema = Type.Object(
  {
    kind: Type.Enum([...TIMELINE_KINDS]),
    code: Type.String({ description: 'The kind of the journal entry, or what stands beside it.' }),
    from: { ...Timestamp, description: 'Of the first that the line tells.' },
    at: { ...Timestamp, description: 'Of the last.' },
    seq: nullable(
      Type.Object(
        { first: Type.Integer({ minimum: 1 }), last: Type.Integer({ minimum: 1 }) },
        { ...strict, description: 'Its journal entries; `null`: it stands beside the journal.' },
      ),
    ),
    run: nullable(Run),
    facts: nullable(Facts),
    receipt_id: nullable(Type.String({ description: 'Where the line tells a single call.' })),
    sentence: SaidSchema,
  },
  { ...strict, description: 'A line of what happened to an account.' },
)

const PeriodFacts = Type.Object(
  {
    calls: Type.Integer({ minimum: 0 }),
    failed: Type.Integer({ minimum: 0 }),
    refusals: Type.Array(
      Type.Object({ code: Type.String(), count: Type.Integer({ minimum: 1 }) }, strict),
    ),
    amounts: BY_SOURCE,
    given_back: { ...Amount, description: 'By refunds and reversals; not taken off `amounts`.' },
    moved: { ...Amount, description: 'From credit to windows; in `amounts` as included.' },
    bought: Amount,
    granted: Amount,
    ended: { ...Amount, description: 'Credit that ended unused.' },
    causes: Type.Array(
      Type.Object({ reason: Type.String(), count: Type.Integer({ minimum: 1 }) }, strict),
      { description: 'Why calls drew on credit or overage, the most frequent first.' },
    ),
    models: Type.Array(
      Type.Object(
        { model: Type.String(), count: Type.Integer({ minimum: 0 }), total: Amount },
        strict,
      ),
    ),
  },
  strict,
)

export const PeriodExplanationSchema = Type.Object(
  {
    account_id: AccountId,
    from: Timestamp,
    until: Timestamp,
    statement: nullable(Type.Integer({ minimum: 1 })),
    lang: Type.Enum([...LANGUAGES]),
    length: Type.Enum([...LENGTHS]),
    sentences: Type.Array(Type.String()),
    facts: PeriodFacts,
    as_of: AsOf,
    seq: Seq,
  },
  { ...strict, description: 'An interval in words, and the figures that they are of.' },
)

export const EntryExplainedSchema = Type.Object(
  {
    entry: EntrySchema,
    lang: Type.Enum([...LANGUAGES]),
    sentences: Type.Array(Type.String(), {
      description: 'What it did; of a fee also what each of its lines is made of.',
    }),
    as_of: AsOf,
    seq: Seq,
  },
  { ...strict, description: 'One journal entry, and the same in words.' },
)

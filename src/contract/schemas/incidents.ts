import Type from 'typebox'
import { AUDIT_RULES } from '../../core/audit/rules.ts'
import { DAYS_MAX, NAMES_MAX } from '../../core/campaigns/index.ts'
import { OUTCOMES } from '../../core/decisions/index.ts'
import { INCIDENT_STATES } from '../../core/incidents/index.ts'
import { TimeIn } from './campaign-document.ts'
import {
  AccountId,
  Amount,
  AmountIn,
  AsOf,
  BookId,
  CallId,
  CurrencyCode,
  nullable,
  Open,
  PlanChoice,
  printable,
  Reason,
  ReceiptId,
  strict,
  Timestamp,
} from './primitives.ts'

export const IncidentId = Type.String({
  pattern: '^[a-z0-9][a-z0-9_]{0,47}$',
  description: 'Incident id. What is given back for it has the reason `incident_<id>`.',
  examples: ['rate_limit_2026'],
})
export const IncidentStateSchema = Type.Enum([...INCIDENT_STATES], {
  description:
    '`measured`: its calls are found and frozen; `submitted`: waits for a second person; `done`: everything is given.',
})

const BothTexts = Type.Object(
  { en: printable(500, 'English.'), ja: printable(500, 'Japanese.') },
  { ...strict, description: 'Words for people, in both languages.' },
)
const some = <T extends Type.TSchema>(item: T, description: string, max = NAMES_MAX) =>
  Type.Optional(Type.Array(item, { minItems: 1, maxItems: max, description }))

const ScopeIn = Type.Object(
  {
    from: TimeIn,
    until: TimeIn,
    models: some(printable(200, 'Model id.'), 'As requested, served or priced.'),
    outcomes: some(Type.Enum([...OUTCOMES]), 'As the settlement named them.'),
    errors: Type.Optional(
      Type.Object(
        {
          statuses: Type.Optional(
            Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), { maxItems: 100 }),
          ),
          types: some(printable(200, 'Type of error.'), 'Types of errors after the head.', 100),
        },
        { ...strict, description: 'What the evidence says of the provider; either of them.' },
      ),
    ),
    price_books: some(BookId, 'Books that priced it.'),
    rules: some(Type.Enum([...AUDIT_RULES]), 'Rules that a finding on the call has.'),
    plans: some(PlanChoice, '`pro` for every version, or `pro@3`.'),
    accounts: some(AccountId, 'These alone.', 10_000),
  },
  {
    ...strict,
    description:
      'Which charges: every member must match, within a member one hit is enough. The period is that of the calls, `until` the first instant after it.',
  },
)

const GoodwillIn = Type.Object(
  {
    percent: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    max: Type.Optional(AmountIn),
    tiers: Type.Optional(
      Type.Array(Type.Object({ loss_from: AmountIn, credit: AmountIn }, strict), {
        minItems: 1,
        maxItems: 50,
        description: 'By what was lost, ascending.',
      }),
    ),
    claim_until: TimeIn,
    expires_after_days: Type.Integer({ minimum: 1, maximum: DAYS_MAX }),
    position: Type.Optional(Type.Enum(['before_windows', 'after_windows'])),
  },
  {
    ...strict,
    description:
      'Credit to be claimed: `percent` of the loss up to `max`, or `tiers`. Before the windows unless told.',
  },
)

export const IncidentDocumentSchema = Type.Object(
  {
    id: IncidentId,
    name: BothTexts,
    currency: CurrencyCode,
    scope: ScopeIn,
    remedy: Type.Object(
      {
        refund: Type.Optional(
          Type.Object(
            { of: Type.Optional(Type.Enum(['charge', 'finding'])) },
            {
              ...strict,
              description: '`charge`: all of it; `finding`: what a finding says was too much.',
            },
          ),
        ),
        rerate: Type.Optional(
          Type.Object(
            { book: BookId },
            { ...strict, description: 'What it is above the price of this book.' },
          ),
        ),
        goodwill: Type.Optional(GoodwillIn),
      },
      { ...strict, description: 'What is given: a refund or a new rating, goodwill, or both.' },
    ),
    notice: Type.Optional({
      ...BothTexts,
      description: 'What happened, for affected accounts. Absent: they are not told.',
    }),
    double_remedy: Type.Optional(
      Type.Enum(['subtract', 'skip'], {
        description:
          '`subtract`: what was given back before is not given again; `skip`: such a call is left out.',
      }),
    ),
    ceilings: Type.Optional(
      Type.Object(
        {
          total: Type.Optional(AmountIn),
          account: Type.Optional(AmountIn),
          goodwill: Type.Optional(AmountIn),
        },
        { ...strict, description: 'The most that may be given. Absent: no ceiling.' },
      ),
    ),
  },
  {
    ...strict,
    title: 'IncidentDocument',
    description: 'What went wrong, and how it is made good.',
  },
)

const count = (description: string) => Type.Integer({ minimum: 0, description })

const ProgressSchema = Type.Object(
  {
    open: count('Calls to which something is still to be given.'),
    given: count('Calls that got it.'),
    nothing: count('Calls to which nothing is due, or not any more.'),
    failed: count('Calls for which it failed.'),
    amount: { ...Amount, description: 'Given back so far.' },
    money: { ...Amount, description: 'Of it, to credit and overage; the rest went to windows.' },
    accounts_finished: count('Accounts of which every call is done.'),
  },
  strict,
)

export const IncidentSchema = Type.Object(
  {
    incident_id: IncidentId,
    document: IncidentDocumentSchema,
    state: IncidentStateSchema,
    authors: Type.Array(Type.String(), { description: 'They cannot approve it.' }),
    accounts_looked_at: count('While it is measured, and after.'),
    calls: count('Calls that were found.'),
    accounts: count('Accounts that were found.'),
    unknown_calls: count(
      'Charges whose evidence is gone: nobody can say whether they belong to it.',
    ),
    to_give_back: Amount,
    goodwill: { ...Amount, description: 'Credit that can be claimed in all.' },
    ceiling_exceeded: nullable(Type.Enum(['total', 'account', 'goodwill'])),
    campaign_id: nullable(Type.String({ description: 'The campaign of its goodwill.' })),
    progress: ProgressSchema,
    created_at: Timestamp,
    updated_at: Timestamp,
    measured_at: nullable(Timestamp),
    run_at: nullable(Timestamp),
    done_at: nullable(Timestamp),
    published_at: nullable(Timestamp),
    as_of: AsOf,
  },
  { ...strict, description: 'An incident, and how far it has come.' },
)

export const IncidentCallSchema = Type.Object(
  {
    account_id: AccountId,
    call_id: CallId,
    receipt_id: ReceiptId,
    plan: Type.String(),
    model: Type.String(),
    event_at: Timestamp,
    drawn: { ...Amount, description: 'What the call drew, included use too.' },
    given_before: { ...Amount, description: 'Given back by others before it was measured.' },
    wrong: { ...Amount, description: 'What of it was wrong.' },
    short: { ...Amount, description: 'What it is below a corrected price: nobody takes it.' },
    due: { ...Amount, description: 'What goes back.' },
    state: Type.Enum(['open', 'given', 'nothing', 'failed']),
    reason: nullable(Type.String({ description: 'A code: why nothing, or why it failed.' })),
    given: Amount,
    entry: nullable(Type.Integer({ minimum: 1, description: 'The entry that gave it.' })),
  },
  strict,
)

export const ImpactSchema = Type.Object(
  {
    incident_id: IncidentId,
    currency: CurrencyCode,
    calls: count('All that were found.'),
    accounts: count('All that were found.'),
    drawn: Amount,
    wrong: Amount,
    due: { ...Amount, description: 'What a run gives back.' },
    due_calls: count('Calls to which something goes back.'),
    due_accounts: count('Accounts to which something goes back.'),
    charged_too_little: Type.Object(
      { calls: count('Calls that a corrected price is higher for.'), amount: Amount },
      { ...strict, description: 'Nobody takes it.' },
    ),
    goodwill: Amount,
    goodwill_accounts: count('Accounts that can claim credit.'),
    double_remedy: Type.Object(
      {
        calls: count('Calls for which something had been given back.'),
        amount: { ...Amount, description: 'What had been: it is not given again.' },
        incidents: Type.Array(
          Type.Object(
            { incident_id: IncidentId, calls: count('The same calls.'), due: Amount },
            strict,
          ),
          { description: 'Other incidents about some of the same calls.' },
        ),
      },
      strict,
    ),
    by_plan: Type.Array(
      Type.Object(
        {
          plan: Type.String(),
          calls: count('Calls.'),
          accounts: count('Accounts.'),
          wrong: Amount,
          due: Amount,
        },
        strict,
      ),
    ),
    largest_accounts: Type.Array(
      Type.Object(
        {
          account_id: AccountId,
          calls: count('Calls.'),
          wrong: Amount,
          due: Amount,
          credit: Amount,
        },
        strict,
      ),
    ),
    largest_calls: Type.Array(IncidentCallSchema),
    sample: Type.Array(IncidentCallSchema, {
      description: 'Twenty at random, the same whoever looks.',
    }),
    as_of: AsOf,
  },
  { ...strict, description: 'What a run would do, exactly.' },
)

export const STEPS_OF_PEOPLE = [
  'submit',
  'return',
  'approve',
  'run',
  'pause',
  'resume',
  'finish',
  'cancel',
  'publish',
] as const
export const IncidentStepSchema = Type.Object(
  { step: Type.Enum([...STEPS_OF_PEOPLE]), reason: Type.Optional(Reason) },
  strict,
)

export const IncidentEventsSchema = Type.Object(
  {
    incident_id: IncidentId,
    events: Type.Array(
      Type.Object(
        {
          number: Type.Integer({ minimum: 1 }),
          step: Type.String(),
          at: Timestamp,
          actor: Type.Object({ type: Type.String(), id: Type.String() }, strict),
          facts: Open,
        },
        strict,
      ),
    ),
    as_of: AsOf,
  },
  strict,
)

export const IncidentReportSchema = Type.Object(
  {
    incident_id: IncidentId,
    name: BothTexts,
    happened: nullable(BothTexts),
    from: Timestamp,
    until: Timestamp,
    currency: CurrencyCode,
    state: IncidentStateSchema,
    calls: count('Calls that were found.'),
    accounts: count('Accounts that were found.'),
    wrong: { ...Amount, description: 'What was wrong with their charges.' },
    given_before: { ...Amount, description: 'Of it given back before, one by one.' },
    given_back: Type.Object(
      {
        calls: count('Calls.'),
        accounts: count('Accounts.'),
        money: { ...Amount, description: 'To credit and overage.' },
        included: { ...Amount, description: 'To the windows of plans.' },
      },
      strict,
    ),
    failed: count('Calls for which it failed.'),
    goodwill: nullable(
      Type.Object(
        {
          accounts: count('Accounts that could claim it.'),
          offered: Amount,
          claimed_by: count('Accounts that have.'),
          granted: Amount,
          used: Amount,
          expired: Amount,
          outstanding: Amount,
          claim_until: Timestamp,
          expires_after_days: Type.Integer({ minimum: 1 }),
        },
        strict,
      ),
    ),
    published_at: nullable(Timestamp),
    markdown: Type.Object({ en: Type.String(), ja: Type.String() }, strict),
    as_of: AsOf,
  },
  { ...strict, description: 'What happened in numbers: nothing of a single account.' },
)

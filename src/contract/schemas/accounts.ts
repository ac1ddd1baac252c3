import Type from 'typebox'
import { CAP_RAISES_MAX } from '../../core/decisions/cap-definitions.ts'
import { CAP_COUNTS, CAP_PERIODS, CAP_SCOPES } from '../../core/funding/types.ts'
import { PRINCIPALS } from '../permissions.ts'
import { personal } from './personal.ts'
import { ScopeSchema } from './plans.ts'
import {
  AccountId,
  Amount,
  AmountIn,
  AsOf,
  CallId,
  CurrencyCode,
  KeyId,
  Name,
  nullable,
  PaymentId,
  PlanChoice,
  printable,
  Reason,
  ReasonCode,
  Reference,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'

export const OpenAccountSchema = Type.Object(
  {
    account_id: Type.Optional(AccountId),
    name: Name,
    currency: CurrencyCode,
    plan: PlanChoice,
    anchor: Type.Optional(Timestamp),
  },
  {
    ...strict,
    description:
      'Without `account_id` one is made, and the Idempotency-Key header is needed. `anchor` is where cycles and calendar windows are counted from; absent: now.',
  },
)

export const AccountListedSchema = Type.Object(
  { account_id: AccountId, name: personal(Type.String()), created_at: Timestamp },
  strict,
)

export const AccountSchema = Type.Object(
  {
    account_id: AccountId,
    name: personal(Type.String()),
    currency: CurrencyCode,
    plan: Type.String(),
    anchor: Timestamp,
    opened_at: Timestamp,
    paid_use: Type.Boolean(),
    parked: nullable(
      Type.String({ description: 'Why nothing is charged to the account at the moment.' }),
    ),
    as_of: AsOf,
    seq: Seq,
  },
  strict,
)

export const ChangePlanSchema = Type.Object({ plan: PlanChoice }, strict)

const CapRaiseIn = Type.Object(
  {
    for: Type.Optional(
      nullable({ ...Reference, description: 'Whose limit, of a cap on each; absent otherwise.' }),
    ),
    to: AmountIn,
    until: nullable({ ...Timestamp, description: 'Not part of the raise; `null`: without end.' }),
  },
  { ...strict, description: 'A higher amount that ends by itself.' },
)

const CapIn = Type.Object(
  {
    id: Type.Optional(Reference),
    scope: Type.Enum([...CAP_SCOPES]),
    scope_id: Type.Optional(
      nullable(
        printable(
          200,
          'Member, key, project or model id; absent for the account. `*`: each member, key or project for itself. A model id may end in `*`.',
        ),
      ),
    ),
    period: Type.Enum([...CAP_PERIODS]),
    amount: AmountIn,
    counts: Type.Optional(
      Type.Enum([...CAP_COUNTS], {
        description:
          '`money` (default): every lot and overage; `paid`: paid lots and overage only; `all`: included value at list price too.',
      }),
    ),
    raises: Type.Optional(
      Type.Array(CapRaiseIn, {
        maxItems: CAP_RAISES_MAX,
        description: 'Absent: raises in force stay. Empty: they end.',
      }),
    ),
  },
  {
    ...strict,
    description:
      'A hard limit: posted + held never exceeds it. `0` refuses all. Without an id, the cap with the same scope and period is replaced.',
  },
)

const ExpectedControls = Type.Object(
  {
    paid_use: Type.Optional(Type.Boolean()),
    caps: Type.Optional(
      Type.Array(
        Type.Object(
          {
            id: Reference,
            amount: nullable({
              ...AmountIn,
              description:
                'Without raises (`base_amount`, where there is one); `null`: no such cap.',
            }),
          },
          strict,
        ),
        { minItems: 1, maxItems: 100 },
      ),
    ),
  },
  {
    ...strict,
    description:
      'What was seen before. Where it is otherwise by now, nothing is changed: `controls_changed`.',
  },
)

export const SetControlsSchema = Type.Object(
  {
    paid_use: Type.Optional(
      Type.Boolean({ description: 'Whether paid lots and overage may be drawn.' }),
    ),
    overage_limit: Type.Optional(
      nullable({ ...AmountIn, description: 'The most that may be owed; `null`: no overage.' }),
    ),
    caps: Type.Optional(Type.Array(CapIn, { minItems: 1, maxItems: 100 })),
    remove_caps: Type.Optional(Type.Array(Reference, { minItems: 1, maxItems: 100 })),
    expected: Type.Optional(ExpectedControls),
    reason: Type.Optional({
      ...Reason,
      description:
        'Why. Needed where the operator turns paid use on or off for an account that has an owner.',
    }),
  },
  {
    ...strict,
    minProperties: 1,
    description:
      'What is not named stays as it is. Paid use is the owner’s to change, the overage limit the operator’s, caps also a billing member’s or an admin’s.',
  },
)

const Priority = Type.Integer({
  minimum: -1_000,
  maximum: 1_000,
  description: 'Smaller is drawn first; 0 unless told.',
})
const ExpiresAt = nullable({ ...Timestamp, description: 'Not part of its life; `null`: never.' })

export const GrantSchema = Type.Object(
  {
    name: Name,
    amount: AmountIn,
    origin: Type.Optional(Type.Enum(['promotion', 'compensation', 'plan', 'gift'])),
    effective_at: Type.Optional(Timestamp),
    expires_at: ExpiresAt,
    scope: Type.Optional(ScopeSchema),
    position: Type.Optional(
      Type.Enum(['before_windows', 'after_windows'], {
        description:
          'Whether it is drawn before the included windows; `after_windows` unless told.',
      }),
    ),
    priority: Type.Optional(Priority),
    reason: Type.Optional(Reason),
  },
  { ...strict, description: 'Promotional credit: a lot of its own, whatever the plan does later.' },
)

export const TopUpSchema = Type.Object(
  {
    payment_id: PaymentId,
    name: Type.Optional(Name),
    price: { ...AmountIn, description: 'What was paid, tax excluded.' },
    face: Type.Optional({
      ...AmountIn,
      description: 'What it is worth; the price unless told. More than the price for a bundle.',
    }),
    tax: Type.Optional({ ...AmountIn, description: '0 unless told.' }),
    origin: Type.Optional(Type.Enum(['purchase', 'bundle'])),
    expires_at: ExpiresAt,
    scope: Type.Optional(ScopeSchema),
    priority: Type.Optional(Priority),
  },
  { ...strict, description: 'Money in. A payment is credited once, whatever is sent twice.' },
)

export const VoidLotSchema = Type.Object({ reason: Reason }, strict)

export const RefundSchema = Type.Object(
  {
    call_id: CallId,
    reason: ReasonCode,
    amount: Type.Optional({ ...AmountIn, description: 'Absent: all that is left of the charge.' }),
    extension_days: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3_650,
        description: 'How long a lot that has expired since lives on; 30 unless told.',
      }),
    ),
  },
  { ...strict, description: 'Gives back to the sources that the charge came from.' },
)

export const ReverseSchema = Type.Object(
  {
    seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    reason: Reason,
  },
  { ...strict, description: 'Mirrors the postings of an entry that should not have been.' },
)

export const CreateKeySchema = Type.Object(
  {
    name: Name,
    member_id: Type.Optional(Reference),
    project_id: Type.Optional(Reference),
    client: Type.Optional(Reference),
  },
  {
    ...strict,
    description:
      'Calls with this key are of this member, project and client, whatever they say. What the key may do follows from the member’s role; a key of no member speaks for the account, and changes nothing but calls. A member makes keys for itself.',
  },
)

const key = {
  key_id: KeyId,
  account_id: AccountId,
  name: Type.String(),
  prefix: Type.String({ description: 'The first characters of the key.' }),
  member_id: nullable(Type.String()),
  project_id: nullable(Type.String()),
  client: nullable(Type.String()),
  created_at: Timestamp,
  revoked_at: nullable(Timestamp),
}

export const KeySchema = Type.Object(key, strict)

export const NewKeySchema = Type.Object(
  {
    ...key,
    key: Type.String({
      description: 'The key itself: shown in this answer only.',
      examples: ['ec_live_…'],
    }),
  },
  strict,
)

export const WhoamiSchema = Type.Object(
  {
    principal: Type.Enum([...PRINCIPALS], {
      description:
        'As what the token is judged: `operator`, `account_key`, a support role, or the member’s role.',
    }),
    account: nullable(AccountSchema),
    staff_id: nullable(
      Type.String({ description: 'Of a person of the operator, or of an operator token.' }),
    ),
    key: nullable(
      Type.Object(
        {
          key_id: KeyId,
          member_id: nullable(Reference),
          project_id: nullable(Reference),
          client: nullable(Reference),
        },
        strict,
      ),
    ),
    as_of: AsOf,
  },
  {
    ...strict,
    description: 'Whom a token speaks for. People of the operator speak for no account: `null`.',
  },
)

export const KeyListSchema = Type.Object({ items: Type.Array(KeySchema), as_of: AsOf }, strict)

const measures = {
  calls: Type.Integer({
    description:
      'Calls that came to their end: a call counts once, however often it was tried. One that never got an answer counts among the attempts only.',
  }),
  attempts: Type.Integer({
    description:
      'Attempts that ended, also those that failed: a call that was tried again counts each of them.',
  }),
  not_billed_attempts: Type.Integer({ description: 'Those of them that cost nothing.' }),
  input_tokens: Type.Integer(),
  cache_read_tokens: Type.Integer(),
  cache_write_tokens: Type.Integer(),
  output_tokens: Type.Integer(),
  included: { ...Amount, description: 'Covered by plan, at list price.' },
  promotional: Amount,
  paid: Amount,
  overage: Amount,
  absorbed: { ...Amount, description: 'Carried by the platform.' },
}

const UsageRowSchema = Type.Object(
  {
    start: nullable({ ...Timestamp, description: 'Begin of the hour or day; UTC.' }),
    model: nullable(Type.String()),
    ...measures,
  },
  strict,
)

export const UsageSchema = Type.Object(
  {
    account_id: AccountId,
    member_id: nullable(
      Type.String({ description: 'Whose use alone is summed; `null`: that of the account.' }),
    ),
    currency: CurrencyCode,
    from: Timestamp,
    to: Timestamp,
    items: Type.Array(UsageRowSchema),
    totals: Type.Object(measures, {
      ...strict,
      description: 'The sum of the items, to the last nano.',
    }),
    as_of: AsOf,
    seq: Seq,
  },
  strict,
)

import Type from 'typebox'
import { RELOAD_WAITS } from '../../core/decisions/reload-due.ts'
import { CAP_COUNTS, CAP_PERIODS, CAP_SCOPES, LOT_ORIGINS } from '../../core/funding/types.ts'
import { personal } from './personal.ts'
import { ScopeSchema } from './plans.ts'
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
import { ResetSchema, RunPromotionSchema } from './subscription-facts.ts'

export const WindowStateSchema = Type.Object(
  {
    id: Type.String(),
    shape: Type.Enum(['anchored', 'calendar']),
    length: Type.String(),
    scope: ScopeSchema,
    state: Type.Enum(['open', 'not_started'], {
      description: '`not_started`: begins with the next call and lasts its length.',
    }),
    start: nullable(Timestamp),
    end: nullable(Timestamp),
    resets_at: nullable(Timestamp),
    capacity: Amount,
    used: Amount,
    held: Amount,
    left: Amount,
    overshoot: Amount,
    promotion: Type.Optional(RunPromotionSchema),
  },
  { ...strict, description: 'Included usage, at list price: used, held and left together.' },
)

export const LotStateSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    category: Type.Enum(['paid', 'promotional']),
    origin: Type.Enum([...LOT_ORIGINS]),
    state: Type.Enum(['active', 'not_yet_effective', 'expired', 'exhausted', 'voided', 'frozen'], {
      description: '`frozen`: its payment is disputed at the bank.',
    }),
    face: Amount,
    price_paid: Amount,
    remaining: Amount,
    held: Amount,
    effective_at: Timestamp,
    expires_at: nullable(Timestamp),
    position: Type.Enum(['before_windows', 'after_windows']),
    priority: Type.Integer(),
    scope: ScopeSchema,
  },
  strict,
)

export const cap = {
  id: Type.String(),
  scope: Type.Enum([...CAP_SCOPES]),
  scope_id: nullable(Type.String()),
  period: Type.Enum([...CAP_PERIODS]),
  counts: Type.Enum([...CAP_COUNTS]),
  amount: { ...Amount, description: 'The limit now, a raise in force included.' },
  base_amount: Type.Optional({ ...Amount, description: 'Without the raise that is in force.' }),
  raised_until: Type.Optional(
    nullable({ ...Timestamp, description: 'When the raise ends; `null`: it does not.' }),
  ),
  spent: Amount,
  held: Amount,
  left: Amount,
  resets_at: nullable(Timestamp),
}

const Cap = Type.Object(cap, {
  ...strict,
  description:
    'A cap with the counter of its period now; for sessions, calls and a cap on each (`*`): 0.',
})

const Hold = Type.Object(
  {
    call_id: Type.String(),
    model: Type.String(),
    at: Timestamp,
    expires_at: Timestamp,
    money: Amount,
    included: Amount,
  },
  strict,
)

const AutoReload = Type.Object(
  {
    state: Type.Enum(['off', 'on', 'paused', 'stopped']),
    balance: Amount,
    waits_for: nullable(
      Type.Enum([...RELOAD_WAITS], {
        description: 'Why nothing is bought now; `null`: it is due.',
      }),
    ),
  },
  {
    ...strict,
    description:
      '`paused`: its owner lets it rest; `stopped`: after a decline, until its owner sets it anew.',
  },
)

export const STATE_HOLDS_MAX = 50
export const STATE_CAPS_MAX = 500

export const StateSchema = Type.Object(
  {
    account_id: AccountId,
    name: personal(Type.String()),
    as_of: AsOf,
    seq: Seq,
    status: Type.Enum(['open', 'parked']),
    currency: CurrencyCode,
    plan: Type.String(),
    paid_use: Type.Boolean(),
    windows: Type.Array(WindowStateSchema),
    lots: Type.Array(LotStateSchema, { description: 'In the order in which they are drawn.' }),
    caps: Type.Array(Cap, {
      description: `The account’s caps, then those of members, keys and projects (${STATE_CAPS_MAX} at most).`,
    }),
    overage: nullable(
      Type.Object({ limit: Amount, used: Amount, held: Amount, left: Amount }, strict),
    ),
    open_holds: Type.Integer({ minimum: 0 }),
    resets: Type.Optional(
      Type.Array(ResetSchema, { description: 'Banked resets that may still be used.' }),
    ),
    auto_reload: nullable(AutoReload),
    holds: Type.Array(Hold, {
      description: `Calls in flight, the first to expire first (${STATE_HOLDS_MAX} at most).`,
    }),
  },
  { ...strict, description: 'The account as the gate sees it at this moment.' },
)

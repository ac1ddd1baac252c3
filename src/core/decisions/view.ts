import {
  instanceAt,
  type Lot,
  type Plan,
  roomOf,
  type Scope,
  type WindowInstance,
} from '../funding/index.ts'
import type { AccountState, Amount, ResetFacts, Timestamp, WindowFacts } from '../ledger/index.ts'
import { resetFacts } from '../ledger/index.ts'
import { formatNanos, type Nanos, subtractToZero, ZERO } from '../money/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'
import { promotionFacts } from './body.ts'
import { type CapView, capView } from './cap-view.ts'
import { planAs } from './decision.ts'
import { type ReloadWait, reloadCheck } from './reload-due.ts'

export interface WindowView {
  readonly id: string
  readonly shape: 'anchored' | 'calendar'
  readonly length: string
  readonly scope: Scope
  readonly state: 'open' | 'not_started'
  readonly start: Timestamp | null
  readonly end: Timestamp | null
  /** When it begins anew; `null` before the first call of an anchored window. */
  readonly resets_at: Timestamp | null
  readonly capacity: Amount
  readonly used: Amount
  readonly held: Amount
  readonly left: Amount
  readonly overshoot: Amount
  /** The dated promotion that the run began in, and its capacity without it. */
  readonly promotion?: NonNullable<WindowFacts['promotion']>
}

export interface LotView {
  readonly id: string
  readonly name: string
  readonly category: Lot['category']
  readonly origin: Lot['origin']
  readonly state: 'active' | 'not_yet_effective' | 'expired' | 'exhausted' | 'voided' | 'frozen'
  readonly face: Amount
  readonly price_paid: Amount
  readonly remaining: Amount
  readonly held: Amount
  readonly effective_at: Timestamp
  readonly expires_at: Timestamp | null
  readonly position: Lot['position']
  readonly priority: number
  readonly scope: Scope
}

/** An account as every screen, answer and bot sees it. */
export interface AccountView {
  readonly account_id: string
  readonly name: string
  readonly as_of: Timestamp
  readonly seq: number
  readonly status: 'open' | 'parked'
  readonly currency: string
  readonly plan: string
  readonly paid_use: boolean
  readonly windows: readonly WindowView[]
  readonly lots: readonly LotView[]
  readonly caps: readonly CapView[]
  readonly overage: {
    readonly limit: Amount
    readonly used: Amount
    readonly held: Amount
    readonly left: Amount
  } | null
  readonly open_holds: number
  /** Resets that the holder may still use; absent where there are none. */
  readonly resets?: readonly ResetFacts[]
  /** `null`: never set up. */
  readonly auto_reload: AutoReloadView | null
}

export interface AutoReloadView {
  readonly state: 'off' | 'on' | 'paused' | 'stopped'
  /** What auto-reload measures. */
  readonly balance: Amount
  /** Why nothing is bought now; `null`: it is due. */
  readonly waits_for: ReloadWait | null
}

/** Renders the state at an instant, with the very functions that enforce it. */
export function accountView(state: AccountState, plan: Plan, at: Instant): AccountView {
  const { limit, used, held } = state.overage
  const { windows } = planAs(state, plan)
  const resets = state.resets.filter((own) => own.expiresAt > at).map(resetFacts)
  return {
    account_id: state.accountId,
    name: state.name,
    as_of: formatInstant(at),
    seq: state.seq,
    status: state.parked === null ? 'open' : 'parked',
    currency: state.currency,
    plan: state.plan,
    paid_use: state.paidUse,
    windows: windows.map((spec) => windowView(spec, state, at)),
    lots: state.lots.map((lot) => lotView(lot, at)),
    caps: state.caps.filter((own) => !own.removed).map((own) => capView(own, state, at)),
    overage:
      limit === null
        ? null
        : {
            limit: formatNanos(limit),
            used: formatNanos(used),
            held: formatNanos(held),
            left: formatNanos(subtractToZero(limit, (used + held) as Nanos)),
          },
    open_holds: state.openHolds,
    ...(resets.length > 0 && { resets }),
    auto_reload: state.autoReload && reloadView(state, at),
  }
}

function reloadView(state: AccountState, at: Instant): AutoReloadView {
  const check = reloadCheck(state, at)
  const { terms, stopped, pausedAt } = state.autoReload!
  const running = pausedAt === null ? 'on' : 'paused'
  return {
    state: terms === null ? 'off' : stopped ? 'stopped' : running,
    balance: formatNanos(check.balance),
    waits_for: check.due ? null : check.reason,
  }
}

function windowView(spec: Plan['windows'][number], state: AccountState, at: Instant): WindowView {
  const instance: WindowInstance = instanceAt(spec, state.windows, state.anchor, at)
  const begun = spec.shape === 'calendar' || state.windows.includes(instance)
  return {
    id: spec.id,
    shape: spec.shape,
    length: spec.length,
    scope: spec.scope,
    state: begun ? 'open' : 'not_started',
    start: begun ? formatInstant(instance.start) : null,
    end: begun ? formatInstant(instance.end) : null,
    resets_at: begun ? formatInstant(instance.end) : null,
    capacity: formatNanos(instance.capacity),
    used: formatNanos(instance.used),
    held: formatNanos(instance.held),
    left: formatNanos(roomOf(instance)),
    overshoot: formatNanos(instance.overshoot),
    ...promotionFacts(instance),
  }
}

export function lotView(lot: Lot, at: Instant): LotView {
  return {
    id: lot.id,
    name: lot.name,
    category: lot.category,
    origin: lot.origin,
    state: lotState(lot, at),
    face: formatNanos(lot.face),
    price_paid: formatNanos(lot.pricePaid),
    remaining: formatNanos(lot.remaining),
    held: formatNanos(lot.held),
    effective_at: formatInstant(lot.effectiveAt),
    expires_at: lot.expiresAt === null ? null : formatInstant(lot.expiresAt),
    position: lot.position,
    priority: lot.priority,
    scope: lot.scope,
  }
}

function lotState(lot: Lot, at: Instant): LotView['state'] {
  if (lot.voidedAt !== null) return 'voided'
  if (lot.frozenAt !== undefined) return 'frozen'
  if (at < lot.effectiveAt) return 'not_yet_effective'
  if (lot.expiresAt !== null && lot.expiresAt <= at) return 'expired'
  return lot.remaining === ZERO ? 'exhausted' : 'active'
}

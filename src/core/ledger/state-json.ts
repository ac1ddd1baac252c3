import type { Lot, Scope } from '../funding/types.ts'
import { formatNanos, readNanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { type AutoReloadJson, decodeAutoReload, encodeAutoReload } from './auto-reload.ts'
import { type CapJson, decodeCap, encodeCap } from './cap-json.ts'
import type { Cycle } from './cycle.ts'
import { decodeFormerPlan, encodeFormerPlan, type FormerPlanJson } from './former-plans.ts'
import { decodeInvoices, encodeInvoices, type InvoicesJson } from './owed.ts'
import type { AccountState } from './state.ts'
import {
  type ResetFacts,
  resetFacts,
  resetOf,
  type SubscriptionFacts,
  subscriptionFacts,
  subscriptionOf,
} from './subscription-facts.ts'
import { decodeWindow, encodeWindow, type WindowJson } from './window-json.ts'

/* The stored form of an account's state. Short arrays, since it is written with every commit. */

interface LotJson {
  id: string
  name: string
  origin: Lot['origin']
  category: Lot['category']
  face: string
  price_paid: string
  effective_at: number
  expires_at: number | null
  scope: Scope
  position: Lot['position']
  priority: number
  created_at: number
  voided_at: number | null
  frozen_at?: number
  also_disputed?: readonly string[]
  lost?: [price: string, tax: string]
  remaining: string
  held: string
}

export interface StateJson {
  account_id: string
  name: string
  currency: string
  anchor: number
  opened_at: number
  parked: string | null
  plan: string
  /** Absent: none, and in rows of before. */
  former_plans?: FormerPlanJson[]
  paid_use: boolean
  overage: [limit: string | null, used: string, held: string]
  windows: WindowJson[]
  lots: LotJson[]
  caps: CapJson[]
  scoped_caps: number
  paid_draws: [key: string, afterSeq: number, count: number][]
  open_holds: number
  /** Absent in rows of before, and where there is none. */
  subscription?: SubscriptionFacts
  resets?: ResetFacts[]
  /** Absent: never set up. */
  auto_reload?: AutoReloadJson
  /** Absent: none. */
  charged_back?: [lotId: string, at: number][]
  /** Absent: the first one, with its end where the account's anchor puts it. */
  cycle?: [number: number, start: number, end: number]
  invoices?: InvoicesJson
  seq: number
  hash: string
  last_at: number
}

/** The state as JSON for the database. */
export function encodeState(state: AccountState): StateJson {
  return {
    account_id: state.accountId,
    name: state.name,
    currency: state.currency,
    anchor: state.anchor,
    opened_at: state.openedAt,
    parked: state.parked,
    plan: state.plan,
    ...(state.formerPlans.length > 0 && {
      former_plans: state.formerPlans.map(encodeFormerPlan),
    }),
    paid_use: state.paidUse,
    overage: [
      state.overage.limit === null ? null : formatNanos(state.overage.limit),
      formatNanos(state.overage.used),
      formatNanos(state.overage.held),
    ],
    windows: state.windows.map(encodeWindow),
    lots: state.lots.map(encodeLot),
    caps: state.caps.map(encodeCap),
    scoped_caps: state.scopedCaps,
    paid_draws: state.paidDraws.map((draws) => [draws.key, draws.afterSeq, draws.count]),
    open_holds: state.openHolds,
    ...(state.subscription && {
      subscription: subscriptionFacts(state.subscription, state.plan),
    }),
    ...(state.resets.length > 0 && { resets: state.resets.map(resetFacts) }),
    ...(state.autoReload && { auto_reload: encodeAutoReload(state.autoReload) }),
    ...(state.chargedBack.length > 0 && {
      charged_back: state.chargedBack.map((own) => [own.lotId, own.at]),
    }),
    ...(state.cycle && { cycle: [state.cycle.number, state.cycle.start, state.cycle.end] }),
    ...(state.invoices && { invoices: encodeInvoices(state.invoices) }),
    seq: state.seq,
    hash: state.hash,
    last_at: state.lastAt,
  }
}

const encodeLot = (lot: Lot): LotJson => ({
  id: lot.id,
  name: lot.name,
  origin: lot.origin,
  category: lot.category,
  face: formatNanos(lot.face),
  price_paid: formatNanos(lot.pricePaid),
  effective_at: lot.effectiveAt,
  expires_at: lot.expiresAt,
  scope: lot.scope,
  position: lot.position,
  priority: lot.priority,
  created_at: lot.createdAt,
  voided_at: lot.voidedAt,
  ...(lot.frozenAt !== undefined && { frozen_at: lot.frozenAt }),
  ...(lot.alsoDisputed && { also_disputed: lot.alsoDisputed }),
  ...(lot.lost && { lost: [formatNanos(lot.lost.price), formatNanos(lot.lost.tax)] }),
  remaining: formatNanos(lot.remaining),
  held: formatNanos(lot.held),
})

/** Reads what `encodeState` wrote. Throws when it is something else: that is corruption. */
export function decodeState(json: unknown): AccountState {
  const own = json as StateJson
  return {
    accountId: own.account_id,
    name: own.name,
    currency: own.currency,
    anchor: own.anchor as Instant,
    openedAt: own.opened_at as Instant,
    parked: own.parked,
    plan: own.plan,
    formerPlans: (own.former_plans ?? []).map(decodeFormerPlan),
    paidUse: own.paid_use,
    overage: {
      limit: own.overage[0] === null ? null : readNanos(own.overage[0]),
      used: readNanos(own.overage[1]),
      held: readNanos(own.overage[2]),
    },
    windows: own.windows.map(decodeWindow),
    lots: own.lots.map(decodeLot),
    caps: own.caps.map(decodeCap),
    scopedCaps: own.scoped_caps,
    paidDraws: own.paid_draws.map(([key, afterSeq, count]) => ({ key, afterSeq, count })),
    openHolds: own.open_holds,
    subscription: own.subscription ? subscriptionOf(own.subscription) : null,
    resets: (own.resets ?? []).map(resetOf),
    autoReload: own.auto_reload ? decodeAutoReload(own.auto_reload) : null,
    chargedBack: (own.charged_back ?? []).map(([lotId, at]) => ({ lotId, at: at as Instant })),
    cycle: own.cycle ? decodeCycle(own.cycle) : null,
    invoices: own.invoices ? decodeInvoices(own.invoices) : null,
    seq: own.seq,
    hash: own.hash,
    lastAt: own.last_at as Instant,
  }
}

const decodeCycle = ([number, start, end]: NonNullable<StateJson['cycle']>): Cycle => ({
  number,
  start: start as Instant,
  end: end as Instant,
})

const decodeLot = (lot: LotJson): Lot => ({
  id: lot.id,
  name: lot.name,
  origin: lot.origin,
  category: lot.category,
  face: readNanos(lot.face),
  pricePaid: readNanos(lot.price_paid),
  effectiveAt: lot.effective_at as Instant,
  expiresAt: lot.expires_at as Instant | null,
  scope: lot.scope,
  position: lot.position,
  priority: lot.priority,
  createdAt: lot.created_at as Instant,
  voidedAt: lot.voided_at as Instant | null,
  ...(lot.frozen_at !== undefined && { frozenAt: lot.frozen_at as Instant }),
  ...(lot.also_disputed && { alsoDisputed: lot.also_disputed }),
  ...(lot.lost && { lost: { price: readNanos(lot.lost[0]), tax: readNanos(lot.lost[1]) } }),
  remaining: readNanos(lot.remaining),
  held: readNanos(lot.held),
})

import type { BankedReset, Subscription } from '../funding/subscription.ts'
import type { Cap, Lot, WindowInstance } from '../funding/types.ts'
import type { Currency, Nanos } from '../money/index.ts'
import { ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { AutoReload } from './auto-reload.ts'
import type { Cycle } from './cycle.ts'
import type { CapUseFacts } from './entry.ts'
import type { FormerPlan } from './former-plans.ts'
import type { Invoices } from './owed.ts'

/** A counter of a cap in one bucket (period instance). */
export interface CapCounter {
  readonly bucket: string
  readonly spent: Nanos
  readonly held: Nanos
}

/** A cap of the whole account, with its counters. */
export interface AccountCap {
  readonly cap: Cap
  readonly counters: readonly CapCounter[]
  /** It limits nothing any more, but its counters go on: what was spent stays spent. */
  readonly removed: boolean
}

/** Covered calls that drew money, by the window instances they would have drawn from. */
export interface PaidDraws {
  readonly key: string
  /** Calls up to this `seq` are done. */
  readonly afterSeq: number
  readonly count: number
}

/**
 * The folded state of an account: what a decision needs, and no more. It equals the fold of the
 * journal plus the open holds, and can be rebuilt from them.
 */
export interface AccountState {
  readonly accountId: string
  readonly name: string
  readonly currency: Currency
  /** Cycles and calendar windows are counted from here. */
  readonly anchor: Instant
  readonly openedAt: Instant
  /** A parked account is not billed: a self-check failed, and a person has to look. */
  readonly parked: string | null
  /** `pro@3` */
  readonly plan: string
  /** Those of the last hour, in the order in which they ended. */
  readonly formerPlans: readonly FormerPlan[]
  readonly paidUse: boolean
  /** The most that may be owed; `null`: no overage. */
  readonly overage: { readonly limit: Nanos | null; readonly used: Nanos; readonly held: Nanos }
  readonly windows: readonly WindowInstance[]
  readonly lots: readonly Lot[]
  readonly caps: readonly AccountCap[]
  /** How many caps stand beside the state, so that accounts without any skip the look-up. */
  readonly scopedCaps: number
  readonly paidDraws: readonly PaidDraws[]
  readonly openHolds: number
  /** `null`: the account has never had a plan with a fee. */
  readonly subscription: Subscription | null
  /** Resets that the account holder may still use. */
  readonly resets: readonly BankedReset[]
  /** `null`: never set up. */
  readonly autoReload: AutoReload | null
  /** Lots whose payment the bank has taken back: what still comes back to one is never spent again. */
  readonly chargedBack: readonly { readonly lotId: string; readonly at: Instant }[]
  /** `null`: the first one, and nothing has moved its end (see `cycleOf`). */
  readonly cycle: Cycle | null
  /** `null`: there has never been one. */
  readonly invoices: Invoices | null
  readonly seq: number
  /** Hex sha256 of the last entry; 64 zeros before the first. */
  readonly hash: string
  /** The time of the last decision: time never runs backwards in an account. */
  readonly lastAt: Instant
}

export const GENESIS_HASH = '0'.repeat(64)

export interface Opening {
  readonly accountId: string
  readonly name: string
  readonly currency: Currency
  readonly anchor: Instant
  readonly plan: string
  readonly at: Instant
}

/** An account before its first entry is applied. */
export const newState = (opening: Opening): AccountState => ({
  accountId: opening.accountId,
  name: opening.name,
  currency: opening.currency,
  anchor: opening.anchor,
  openedAt: opening.at,
  parked: null,
  plan: opening.plan,
  formerPlans: [],
  paidUse: false,
  overage: { limit: null, used: ZERO, held: ZERO },
  windows: [],
  lots: [],
  caps: [],
  scopedCaps: 0,
  paidDraws: [],
  openHolds: 0,
  subscription: null,
  resets: [],
  autoReload: null,
  chargedBack: [],
  cycle: null,
  invoices: null,
  seq: 0,
  hash: GENESIS_HASH,
  lastAt: opening.at,
})

/** Replaces the items that `matches`, or appends when there is none. */
export function upsert<T>(
  items: readonly T[],
  matches: (item: T) => boolean,
  make: (old: T | undefined) => T,
): T[] {
  let found = false
  const next = items.map((item) => {
    if (found || !matches(item)) return item
    found = true
    return make(item)
  })
  if (!found) next.push(make(undefined))
  return next
}

/** Adds to the counter of a cap that is kept in the state; caps that are rows beside it are left alone. */
export function addToCap(
  state: AccountState,
  use: Pick<CapUseFacts, 'id' | 'bucket' | 'beside'>,
  change: { readonly spent?: Nanos; readonly held?: Nanos },
): AccountState {
  if (use.beside) return state
  const index = state.caps.findIndex((own) => own.cap.id === use.id)
  if (index < 0) return state
  const caps = [...state.caps]
  const own = caps[index]!
  // a cap on a single call has nothing to count
  if (own.cap.period === 'call') return state
  caps[index] = {
    ...own,
    counters: upsert(
      own.counters,
      (counter) => counter.bucket === use.bucket,
      (old) => ({
        bucket: use.bucket,
        spent: ((old?.spent ?? 0n) + (change.spent ?? 0n)) as Nanos,
        held: ((old?.held ?? 0n) + (change.held ?? 0n)) as Nanos,
      }),
    ),
  }
  return { ...state, caps }
}

/** Whether the bank has taken back the payment of a lot. */
export const isChargedBack = (state: Pick<AccountState, 'chargedBack'>, lotId: string): boolean =>
  state.chargedBack.some((own) => own.lotId === lotId)

import { type Cap, leastSeats, type Plan, seated } from '../funding/index.ts'
import {
  type AccountState,
  type CapCounter,
  type EntryBody,
  type LotFacts,
  paidSeats,
} from '../ledger/index.ts'
import type { Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { Catalogue } from './commands.ts'
import type { HoldBody, Result } from './results.ts'

/** An entry as stored, with its place in the chain. */
export interface StoredEntry {
  readonly body: EntryBody
  /** Hex sha256. */
  readonly hash: string
}

/** A cap that is kept beside the state, with the counters of its buckets. */
export interface ScopedCap {
  readonly cap: Cap
  readonly counters: readonly CapCounter[]
}

/** What a decision may look at besides the command and the account's state. */
export interface Context {
  /** The database's time. */
  readonly at: Instant
  readonly catalogue: Catalogue
  /**
   * Entries of the same request, and for commands about a call all entries of the call, in `seq`
   * order. For `reattribute`: the entries of the oldest call that is due.
   */
  readonly prior: readonly StoredEntry[]
  /** The open hold of the call that the command is about. */
  readonly hold: HoldBody | null
  /** Caps beside the state that could apply. */
  readonly scopedCaps: readonly ScopedCap[]
  /** Facts of lots that the command is about and that the state no longer keeps. */
  readonly lots: readonly LotFacts[]
  /** For `reverse`: the entry to be mirrored. */
  readonly target: StoredEntry | null
}

export interface CapChange {
  readonly capId: string
  readonly bucket: string
  readonly spent: Nanos
  readonly held: Nanos
}

export type HoldChange =
  | { readonly type: 'put'; readonly hold: HoldBody }
  | { readonly type: 'remove'; readonly callId: string }

/** Nothing changes: a repeat, or a refusal that leaves no trace. */
export interface Answer {
  readonly type: 'answer'
  readonly result: Result
  readonly replayed: boolean
}

/** Something changes. The entry's hash, and with it the answer, follow when it is sealed. */
export interface Change {
  readonly type: 'change'
  readonly state: AccountState
  readonly entry: EntryBody | null
  readonly hold: HoldChange | null
  /** Counters of caps beside the state. */
  readonly caps: readonly CapChange[]
  readonly capDefinitions: {
    readonly put: readonly Cap[]
    readonly remove: readonly string[]
  } | null
  /** The answer where it is not simply the entry. */
  readonly result: Result | null
}

export type Decision = Answer | Change

export const answer = (result: Result, replayed = false): Answer => ({
  type: 'answer',
  result,
  replayed,
})

/** Plans are never deleted: the catalogue at hand is older than the account's plan, and has to be read anew. */
export class PlanMissing extends Error {
  constructor(ref: string) {
    super(`plan ${ref} is not in the catalogue`)
    this.name = 'PlanMissing'
  }
}

/**
 * The plan that an account is on.
 * @throws PlanMissing
 */
export function planOf(catalogue: Catalogue, ref: string): Plan {
  const plan = catalogue.plan(ref)
  if (!plan) throw new PlanMissing(ref)
  return plan
}

/** The account's seats; one that pays for none has as few as the plan allows. */
export const seatsOf = (state: Pick<AccountState, 'subscription'>, plan: Plan): number =>
  paidSeats(state) ?? leastSeats(plan)

/** A plan with its windows as large as this account has them. */
export const planAs = (state: Pick<AccountState, 'subscription'>, plan: Plan): Plan =>
  seated(plan, seatsOf(state, plan))

/**
 * The plan that the account has now.
 * @throws PlanMissing
 */
export const planNow = (
  catalogue: Catalogue,
  state: Pick<AccountState, 'plan' | 'subscription'>,
): Plan => planAs(state, planOf(catalogue, state.plan))

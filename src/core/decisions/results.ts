import type {
  Amount,
  CapUseFacts,
  EntryBody,
  FundingFacts,
  HoldFacts,
  RefusalFacts,
  Timestamp,
  WindowFacts,
} from '../ledger/entry.ts'
import type { Instant } from '../time/index.ts'

/**
 * The answer of a command. A replay gives the first answer again, since an answer is a pure function
 * of what was stored: the journal entry or the hold.
 */
export type Result = Admitted | Extended | Posted | Refused

/** `authorize`: the call may go on. */
export interface Admitted {
  readonly status: 'admitted'
  readonly hold: HoldBody
}

export interface Extended {
  readonly status: 'extended'
  readonly callId: string
  readonly expiresAt: Instant
}

/** A journal entry was written. */
export interface Posted {
  readonly status: 'posted'
  readonly entry: EntryBody
  /** Hex sha256 of the previous hash and the body. */
  readonly hash: string
}

/** Nothing was charged and no balance moved. An entry was written unless the account is unknown. */
export interface Refused {
  readonly status: 'refused'
  readonly refused: RefusalFacts
  readonly entry: EntryBody | null
}

/** What a hold stores: enough to answer `authorize` again and to settle without looking back. */
export interface HoldBody {
  readonly account_id: string
  readonly call: import('../ledger/entry.ts').CallFactsBody
  readonly request_id: string
  readonly actor: import('../ledger/entry.ts').ActorFacts
  readonly command: Readonly<Record<string, unknown>>
  readonly at: Timestamp
  readonly expires_at: Timestamp
  /** The account's `seq` when the hold was placed. */
  readonly seq: number
  readonly plan: string
  readonly coverage: { readonly effect: string; readonly reason: string | null }
  /** `null`: no price was known; nothing is held and the call is priced later. */
  readonly book: string | null
  readonly worst: Amount
  readonly expected: Amount
  readonly max_output_tokens: number
  readonly clamped: boolean
  readonly funding: readonly FundingFacts[]
  /** Windows held: `drawn` is the held amount. */
  readonly windows: readonly WindowFacts[]
  readonly caps: readonly CapUseFacts[]
  readonly money: Amount
  readonly included: Amount
}

export type { HoldFacts }

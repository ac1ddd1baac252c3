import type { CoverageFacts } from '../funding/index.ts'
import type {
  ActorFacts,
  Admission,
  CallFactsBody,
  CapUseFacts,
  EntryBody,
  FundingFacts,
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
  /** The answer: the same for every repeat of the request. */
  readonly admission: Admission
  /** The open hold with its funding trace; `null` when the call has ended since. */
  readonly hold: HoldBody | null
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
  /** Of the amounts in `refused`, where no entry says it; whoever knows the account adds it. */
  readonly currency?: string
  readonly entry: EntryBody | null
}

/** What a hold stores: enough to answer `authorize` again and to settle without looking back. */
export interface HoldBody extends Admission {
  readonly account_id: string
  /** Set by `extend`: the hold lives until then, later than `expires_at`. */
  readonly lives_until?: Timestamp
  /** Who makes the call; absent: nobody said, and whoever asks the same again may. */
  readonly asked_by?: string | undefined
  readonly call: CallFactsBody
  readonly actor: ActorFacts
  readonly command: Readonly<Record<string, unknown>>
  readonly coverage: CoverageFacts
  readonly funding: readonly FundingFacts[]
  /** Windows held: `drawn` is the held amount. */
  readonly windows: readonly WindowFacts[]
  readonly caps: readonly CapUseFacts[]
}

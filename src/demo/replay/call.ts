import type { TraceCall } from '../traces.ts'

export type Surface = 'messages' | 'chat' | 'responses'

/** How the client behaves besides waiting for its answer. */
type Manner =
  | { readonly type: 'patient' }
  /** Hangs up once so much of the stream has come. */
  | { readonly type: 'hangs_up'; readonly afterBytes: number }
  /** Hangs up before anything has come. */
  | { readonly type: 'gives_up'; readonly afterMs: number }
  /** The answer of the first attempt is lost on the way; the SDK tries again. */
  | { readonly type: 'loses_answer'; readonly afterMs: number }

/** One call as a client will make it. */
export interface PlannedCall {
  /** Names the call at the provider, so that its book can be compared with ours. */
  readonly id: string
  readonly traceCall: TraceCall
  readonly surface: Surface
  readonly model: string
  readonly stream: boolean
  readonly outputTokensMax: number
  /** Key and account that make the call. */
  readonly key: string
  readonly account: string
  readonly sessionId: string
  readonly manner: Manner
  /** What the simulated provider is asked to do: `x-sim-*`. */
  readonly wishes: Readonly<Record<string, string>>
}

/** How the call ended, seen from its client. */
export type Ending =
  | 'answered'
  /** Refused by a limit: `code` names it. */
  | 'refused'
  /** An error status, after all retries. */
  | 'failed'
  /** The stream broke. */
  | 'broken'
  | 'hung_up'

export interface CallResult {
  readonly call: PlannedCall
  readonly ending: Ending
  /** Of the last attempt; 0 when there was no answer. */
  readonly status: number
  readonly attempts: number
  /** The refusal's code, or the error's type. */
  readonly code: string | null
  /** The sentences of a refusal; `null` where nothing was refused. */
  readonly message: string | null
  readonly receiptId: string | null
}

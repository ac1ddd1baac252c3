import type { KeyHolder } from '../store/control/keys.ts'
import type { Exchange } from './exchange.ts'
import type { RememberedCall } from './recent-calls.ts'
import type { MeteredRequest } from './request.ts'

/** An attempt that was admitted: a hold is open for it, and has to be ended. */
export interface AuthorizedCall {
  readonly exchange: Exchange
  readonly holder: KeyHolder
  readonly request: MeteredRequest
  /** As it goes upstream. */
  readonly body: Buffer
  readonly call: RememberedCall
  /** Of this attempt's commands. */
  readonly requestId: string
  readonly authorizedMs: number
  /**
   * The output limit that was set here: what the funds allow, where it is lower than what was asked for, or
   * what is held for, where nothing else bounds the output.
   */
  readonly clampedTo: number | null
  /** The output limit that the provider is given; `null` when it is given none. */
  readonly sentMaxOutputTokens: number | null
  /** What all choices may have together by that limit; without one, what the model can write. */
  readonly outputTokensMax: number
  readonly retryCount: number
}

/** Who orders the commands of a call. */
export const actorOf = ({ holder, exchange }: Pick<AuthorizedCall, 'holder' | 'exchange'>) =>
  ({ type: 'key', id: holder.keyId, from: exchange.route.name }) as const

import type { Permission, Principal, Reach } from './permissions.ts'
import type { BodyOf, OperationId, ParamsOf, QueryOf, Routes } from './routes/index.ts'

/** Whom a token stands for: all that a room besides the HTTP API may know of a caller. */
export interface Identity {
  readonly principal: Principal
  /** Of the key, the token or the person. */
  readonly id: string
  /** The account of an account key; `null`: a person of the operator, who names one in each request. */
  readonly accountId: string | null
  reach(permission: Permission): Reach
}

export interface Asked<Id extends OperationId> {
  readonly by: Identity
  readonly params?: ParamsOf<Routes[Id]>
  readonly query?: QueryOf<Routes[Id]>
  readonly body?: BodyOf<Routes[Id]>
  readonly idempotencyKey?: string
  /** Where the order came in, for the journal: `mcp buy_credit`. */
  readonly from: string
  /** The language of a problem's words; English if it is not given. */
  readonly lang?: 'en' | 'ja'
}

/** The answer of an operation, or its problem (RFC 9457) where `status` is 400 or above. */
export interface Answered {
  readonly status: number
  readonly body: unknown
}

/**
 * The operations of the HTTP API without HTTP: the same permissions, validation, decisions, answers and
 * problems. A room that serves them in another form takes this, so that nothing is said twice.
 */
export interface Operations {
  /** `null`: no credentials, or none in force. Rejects when the database does not answer. */
  identify(authorization: string | undefined): Promise<Identity | null>
  /** Never rejects: whatever goes wrong is a problem, as it is over HTTP. */
  run<Id extends OperationId>(id: Id, asked: Asked<Id>): Promise<Answered>
}

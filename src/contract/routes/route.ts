import type Type from 'typebox'
import type { Static } from 'typebox'
import type { Permission } from '../permissions.ts'
import type { ProblemCode } from '../problems.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/**
 * Where the request id comes from, so that a repeat changes nothing twice: `header` must be sent;
 * `body` means that a natural id in the body serves; `none`: nothing is changed, or a repeat is harmless.
 */
type Idempotency = 'none' | 'header' | 'body'

export interface Route {
  readonly method: Method
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: string
  /** Its row in the table of permissions; `public`: whoever asks. */
  readonly permission: Permission | 'public'
  readonly idempotency: Idempotency
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: Type.TObject
  readonly query?: Type.TObject
  readonly body?: Type.TSchema
  readonly success: {
    readonly status: 200 | 201
    readonly description: string
    /** Absent: the answer is not JSON. */
    readonly schema?: Type.TSchema
    /** `application/json` unless told. */
    readonly contentType?: string
    /** What else the answer can be, as text or as bytes, when it is asked for. */
    readonly otherTypes?: readonly string[]
  }
  /** What can go wrong besides what can on every route of its kind. */
  readonly problems: readonly ProblemCode[]
}

export const route = <const R extends Route>(spec: R): R => spec

type StaticOf<R extends Route, P extends 'params' | 'query' | 'body'> = R extends {
  readonly [K in P]: infer S extends Type.TSchema
}
  ? Static<S>
  : undefined

export type ParamsOf<R extends Route> = StaticOf<R, 'params'>
export type QueryOf<R extends Route> = StaticOf<R, 'query'>
export type BodyOf<R extends Route> = StaticOf<R, 'body'>

/** What a route answers with when it succeeds. */
export type AnswerOf<R extends Route> = R extends {
  readonly success: { readonly schema: infer S extends Type.TSchema }
}
  ? Static<S>
  : undefined

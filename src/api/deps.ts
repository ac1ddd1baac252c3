import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'
import type { Engine } from '../engine/types.ts'
import type { PaymentsDeps } from '../payments/deps.ts'
import type { CatalogueCache, KeyRing, MakeId } from '../store/control/index.ts'
import type { OperatorTokens } from './caller.ts'
import type { FeedHub } from './events/hub.ts'

export interface ApiDeps {
  readonly engine: Engine
  readonly pool: pg.Pool
  readonly keys: KeyRing
  readonly operatorTokens: OperatorTokens
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  readonly ids: MakeId
  /** Of the program, for the OpenAPI document. */
  readonly version: string
  readonly log?: FastifyBaseLogger
  /** Absent: no payment processor is configured. */
  readonly payments?: PaymentsDeps
  /** Told after a price book was published: calls that waited for a price can be completed. */
  readonly onPricesPublished?: () => Promise<unknown>
  /** Event feeds open at once, in all and of one account. */
  readonly feedsMax?: { readonly total: number; readonly perAccount: number }
}

/** What the handlers work with. */
export interface Services extends ApiDeps {
  readonly catalogue: CatalogueCache
  readonly feeds: FeedHub
}

import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'
import type { Operations } from '../contract/operations.ts'
import type { PriceBook } from '../core/pricing/index.ts'

export interface McpDeps {
  readonly log: FastifyBaseLogger
  readonly operations: Operations
  readonly pool: pg.Pool
  /** The price books as the gateway has them. */
  readonly books: () => readonly PriceBook[]
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  /** Of the program. */
  readonly version: string
  /** The address that clients know this server by; absent: the one they have used, on this machine. */
  readonly publicUrl?: string
  /** Where it listens: a name that requests may use too. */
  readonly host?: string
}

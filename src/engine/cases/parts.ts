import type pg from 'pg'
import type { ActorFacts } from '../../core/ledger/index.ts'
import type { Nanos } from '../../core/money/index.ts'
import type { Engine } from '../types.ts'

/** A refund of a purchase to its card, as far as it has come. */
export interface PurchaseRefund {
  readonly phase: 'started' | 'taken' | 'paid' | 'failed'
  /** The processor's id of it. */
  readonly reference: string | null
  readonly failure: string | null
  /** What goes back, tax included. */
  readonly total: Nanos
}

export interface PurchaseWish {
  readonly accountId: string
  readonly paymentId: string
  readonly refundId: string
  readonly reason: string
  readonly actor: ActorFacts
}

/** What cases ask of the payments of this server. */
export interface PurchaseRefunds {
  /** What would go back now; a code: why nothing can. */
  preview(wish: PurchaseWish): Promise<{ readonly total: Nanos } | { readonly code: string }>
  /** Goes as far as it can; the same refund again goes on with it. */
  refund(wish: PurchaseWish): Promise<PurchaseRefund | { readonly code: string }>
}

export interface CaseParts {
  readonly pool: pg.Pool
  readonly engine: Engine
  readonly nowMs: () => number
  /** Absent: no payment processor is configured. */
  readonly purchases?: PurchaseRefunds
}

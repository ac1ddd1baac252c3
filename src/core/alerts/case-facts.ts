import type { Amount, Timestamp } from '../ledger/index.ts'

/** How a dispute goes on. */
export type CaseAlertFacts =
  | {
      readonly kind: 'case_received'
      readonly case_id: string
      /** What is at stake; `null`: not a matter of an amount of calls. */
      readonly amount: Amount | null
      /** When it is decided at the latest; `null`: no time is promised. */
      readonly decided_by: Timestamp | null
    }
  | {
      readonly kind: 'case_decided'
      readonly case_id: string
      readonly verdict: 'refund' | 'rejected'
      readonly amount: Amount
      /** Until when it can be appealed against. */
      readonly appeal_until: Timestamp | null
    }
  | {
      readonly kind: 'case_refunded'
      readonly case_id: string
      readonly amount: Amount
      readonly to: 'sources' | 'card'
      /** So much less than was decided, since provisional credit was used. */
      readonly provisional_used: Amount
    }
  | {
      readonly kind: 'case_overdue'
      readonly case_id: string
      readonly stage: string
      readonly due_at: Timestamp
    }

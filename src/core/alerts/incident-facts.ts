import type { Amount, Timestamp } from '../ledger/index.ts'

/** What an account is told when an incident that it was harmed by is made good. */
export interface IncidentRemedied {
  readonly kind: 'incident_remedied'
  readonly incident_id: string
  /** In the operator's words. */
  readonly name: { readonly en: string; readonly ja: string }
  readonly happened: { readonly en: string; readonly ja: string }
  /** Calls that something went back for. */
  readonly calls: number
  /** Back to credit or overage, and back to the windows. */
  readonly money: Amount
  readonly included: Amount
  /** `null`: none can be claimed. */
  readonly credit: {
    readonly campaign_id: string
    readonly amount: Amount
    readonly claim_until: Timestamp
    readonly expires_after_days: number
  } | null
}

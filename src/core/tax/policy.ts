import { ratio } from '../money/index.ts'
import { addDuration, DAY_MS, type Instant, latestInForce, parseDuration } from '../time/index.ts'

/** When the tax on paid credit falls due. */
export const TAX_POINTS = ['top_up', 'use'] as const
export type TaxPoint = (typeof TAX_POINTS)[number]

/** Where no other row fits. */
const ALL_OTHERS = '*'

/**
 * What a jurisdiction's law means for credit, as data: a version is immutable and holds from its time
 * on. Not legal advice; the rows that come with the program are examples to be replaced.
 */
export interface JurisdictionPolicy {
  /** ISO 3166-1 alpha-2 code of a country; `*`: where no other row fits. */
  readonly jurisdiction: string
  readonly version: number
  readonly effective_from: string
  readonly tax: {
    /** What it is called on a receipt: `VAT`. */
    readonly name: string
    /** A decimal: `0.19`. */
    readonly rate: string
    readonly point: TaxPoint
  }
  /** Which price is shown first: with tax or without. */
  readonly price_display: 'gross' | 'net'
  /** How long bought credit lives, ISO 8601; `null`: for ever. Never extended by use. */
  readonly paid_credit_validity: string | null
  /** Days to withdraw from a purchase; 0: none by law. */
  readonly withdrawal_days: number
  /** The only formula there is: the unused part, at the price paid. */
  readonly withdrawal_formula: 'unused_at_price_paid'
  /** How long before its end expiry is announced. */
  readonly expiry_notice_days: readonly number[]
  /** Days from an invoice to its due date; absent: 30. */
  readonly invoice_net_days?: number
  /** A report of unused paid credit that the law wants. */
  readonly prepaid_report: 'jp_base_dates' | null
  /** Where the row comes from, and of which day it is. */
  readonly source: string
  readonly as_of: string
}

/** `DE@1` */
export const policyRef = (policy: Pick<JurisdictionPolicy, 'jurisdiction' | 'version'>): string =>
  `${policy.jurisdiction}@${policy.version}`

/** The row in force for a jurisdiction at an instant: its own, else the one for all others. */
export function policyFor(
  rows: readonly JurisdictionPolicy[],
  jurisdiction: string,
  at: Instant,
): JurisdictionPolicy | null {
  const of = (name: string) =>
    latestInForce(
      rows.filter((row) => row.jurisdiction === name),
      at,
    )
  return of(jurisdiction) ?? of(ALL_OTHERS)
}

export interface PolicyFault {
  readonly field: string
  readonly code: 'policy_rate' | 'policy_tax_point' | 'policy_validity'
}

/** What is wrong with a row that follows the schema; `null` when nothing is. */
export function policyFault(row: JurisdictionPolicy): PolicyFault | null {
  if (!ratio.parseRatio(row.tax.rate)) return { field: 'tax/rate', code: 'policy_rate' }
  // Tax that falls due when credit is used is not computed: credit would be sold without any.
  if (row.tax.point === 'use') return { field: 'tax/point', code: 'policy_tax_point' }
  const validity = row.paid_credit_validity
  if (validity !== null && !parseDuration(validity))
    return { field: 'paid_credit_validity', code: 'policy_validity' }
  return null
}

/** When credit bought now ends; `null`: never. */
export function creditEnds(policy: JurisdictionPolicy, boughtAt: Instant): Instant | null {
  if (policy.paid_credit_validity === null) return null
  const length = parseDuration(policy.paid_credit_validity)
  if (!length) throw new Error(`policy ${policyRef(policy)}: validity cannot be read`)
  return addDuration(boughtAt, length)
}

/** Until when a purchase made now can be withdrawn from (not part of it); `null`: it cannot. */
export const withdrawalEnds = (policy: JurisdictionPolicy, boughtAt: Instant): Instant | null =>
  policy.withdrawal_days === 0 ? null : ((boughtAt + policy.withdrawal_days * DAY_MS) as Instant)

const INVOICE_NET_DAYS = 30

/** When an invoice that is issued now is due. */
export const invoiceDue = (policy: JurisdictionPolicy, issuedAt: Instant): Instant =>
  (issuedAt + (policy.invoice_net_days ?? INVOICE_NET_DAYS) * DAY_MS) as Instant

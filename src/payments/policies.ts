import type { JurisdictionPolicy } from '../core/tax/index.ts'

const SINCE = '2026-01-01T00:00:00Z'

const row = (
  jurisdiction: string,
  tax: JurisdictionPolicy['tax'],
  rest: Partial<JurisdictionPolicy> = {},
): JurisdictionPolicy => ({
  jurisdiction,
  version: 1,
  effective_from: SINCE,
  tax,
  price_display: 'net',
  paid_credit_validity: 'P1Y',
  withdrawal_days: 0,
  withdrawal_formula: 'unused_at_price_paid',
  expiry_notice_days: [30, 7],
  prepaid_report: null,
  source: 'example row; not legal advice',
  ...rest,
})

const consumer = { price_display: 'gross', withdrawal_days: 14 } as const
const vat = (rate: string) => ({ name: 'VAT', rate, point: 'top_up' }) as const

/** The rows that come with the program. Rates are examples of a simulated table: replace them. */
export const EXAMPLE_POLICIES: readonly JurisdictionPolicy[] = [
  row('*', { name: 'tax', rate: '0', point: 'top_up' }),
  row('US', { name: 'sales tax', rate: '0', point: 'top_up' }),
  row('DE', vat('0.19'), consumer),
  row('FR', vat('0.20'), consumer),
  row('IE', vat('0.23'), consumer),
  row('GB', vat('0.20'), consumer),
  // a voucher whose place and rate of supply are not known when it is sold: taxed when it is used
  row('NL', { name: 'VAT', rate: '0.21', point: 'use' }, consumer),
  // valid for less than six months, a prepaid instrument is outside the Act's prepaid chapter
  row(
    'JP',
    { name: '消費税', rate: '0.10', point: 'top_up' },
    { price_display: 'gross', paid_credit_validity: 'P5M', prepaid_report: 'jp_base_dates' },
  ),
  row('KW', { name: 'tax', rate: '0', point: 'top_up' }),
]

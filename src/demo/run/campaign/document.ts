import type { Body } from '../../../client/index.ts'
import { readAmount, writeAmount } from '../amounts.ts'
import { CURRENCY } from '../seed.ts'

export const CAMPAIGN = 'autumn_credit'
const PLANS = ['pro', 'max_5x', 'max_20x'] as const
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Budget, in claims of the usual amount. */
const BUDGET_CLAIMS = 4n

/**
 * A campaign in waves, one for each plan: Pro and Max 5x may claim now, Max 5x has one place only, and the
 * wave of Max 20x ended yesterday. Paid use has to be on.
 */
export function campaignDocument(amount: string, nowMs: number): Body<'createCampaign'> {
  const usual = readAmount(amount)
  const instant = (fromNowMs: number): string => new Date(nowMs + fromNowMs).toISOString()
  const open = { from: instant(-HOUR_MS), until: instant(14 * DAY_MS) }
  const over = { from: instant(-8 * DAY_MS), until: instant(-DAY_MS) }
  const wave = (plan: (typeof PLANS)[number], claim: typeof open) => ({
    id: plan,
    claim,
    eligible: [{ rule: 'plan_in' as const, id: `wave_${plan}`, plans: [plan] }],
  })
  return {
    id: CAMPAIGN,
    name: 'Autumn credit',
    currency: CURRENCY,
    purpose: {
      en: 'A thank-you to those who use paid credit.',
      ja: '有償クレジットをご利用の方への感謝のクレジットです。',
    },
    eligible: [{ rule: 'plan_in', plans: [...PLANS] }, { rule: 'paid_use_on' }],
    waves: [
      wave('pro', open),
      { ...wave('max_5x', open), limits: { claims: 1 } },
      wave('max_20x', over),
    ],
    amounts: {
      by: 'plan',
      table: { pro: amount, max_5x: amount, max_20x: writeAmount(usual * 2n) },
    },
    expires: { days_after_claim: 90 },
    scope: {},
    position: 'after_windows',
    limits: { budget: writeAmount(usual * BUDGET_CLAIMS) },
  }
}

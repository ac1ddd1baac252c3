import { readFileSync } from 'node:fs'
import {
  type AccountFacts,
  type Campaign,
  type CampaignDocument,
  parseCampaign,
} from '../../../src/core/campaigns/index.ts'
import { type Instant, parseInstant } from '../../../src/core/time/index.ts'

export const at = (text: string): Instant => {
  const found = parseInstant(text)
  if (found === undefined) throw new Error(`not a time: ${text}`)
  return found
}

export const facts = (more: Partial<AccountFacts> = {}): AccountFacts => ({
  accountId: 'acct',
  currency: 'USD',
  anchor: at('2026-01-15T00:00:00Z'),
  plans: [{ from: at('2026-01-15T00:00:00Z'), plan: 'pro@1' }],
  paidUse: [{ from: at('2026-01-15T00:00:00Z'), on: true }],
  memberSince: at('2026-01-15T00:00:00Z'),
  region: null,
  organisation: null,
  pastDue: null,
  seats: null,
  incidents: [],
  custom: {},
  grantedBy: [],
  ...more,
})

/** Plans in order: `['2026-01-15', 'pro@1']` or with a full time. */
export const plans = (...steps: readonly [string, string][]): AccountFacts['plans'] =>
  steps.map(([from, plan]) => ({
    from: at(from.includes('T') ? from : `${from}T00:00:00Z`),
    plan,
  }))

export function parsed(document: CampaignDocument): Campaign {
  const read = parseCampaign(document)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.campaign
}

export const example = (id: string): Campaign =>
  parsed(
    JSON.parse(
      readFileSync(new URL(`../../../data/campaigns/${id}.json`, import.meta.url), 'utf8'),
    ),
  )

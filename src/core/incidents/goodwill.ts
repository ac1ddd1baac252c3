import { type Campaign, parseCampaign } from '../campaigns/index.ts'
import { timeDocument } from '../campaigns/reader.ts'
import { formatNanos, type Nanos } from '../money/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'
import { type Incident, incidentReason } from './types.ts'

/** The campaign that gives an incident's goodwill: it is called as its refunds are. */
export const goodwillCampaignId = (incidentId: string): string => incidentReason(incidentId)

/**
 * The campaign of an incident's goodwill credit: an amount for each affected account, claimed in its time,
 * spendable where the loss was. The same incident gives the same campaign.
 * @throws where the incident is not a valid campaign: it was checked when it was written
 */
export function goodwillCampaign(
  incident: Incident,
  credits: ReadonlyMap<string, Nanos>,
  from: Instant,
): Campaign {
  const { goodwill, ceilings } = incident
  if (!goodwill) throw new Error(`the incident ${incident.id} gives no goodwill`)
  const parsed = parseCampaign({
    id: goodwillCampaignId(incident.id),
    name: incident.name.en,
    currency: incident.currency,
    origin: 'compensation',
    purpose: incident.name,
    eligible: [{ rule: 'exposed_to_incident', incident: incident.id }],
    claim: { from: formatInstant(from), until: timeDocument(goodwill.claimUntil) },
    amounts: {
      by: 'account',
      table: Object.fromEntries([...credits].map(([id, amount]) => [id, formatNanos(amount)])),
    },
    expires: { days_after_claim: goodwill.expiresAfterDays },
    position: goodwill.position,
    ...(ceilings.goodwill !== null && { limits: { budget: formatNanos(ceilings.goodwill) } }),
  })
  if (!parsed.ok) {
    const [first] = parsed.problems
    throw new Error(`the goodwill of ${incident.id}: ${first?.location} ${first?.message}`)
  }
  return parsed.campaign
}

import { type ReportFacts, reportMarkdown } from '../contract/incidents/index.ts'
import { receiptId } from '../contract/receipt/index.ts'
import { inEach } from '../contract/timeline/index.ts'
import { ceilingExceeded, goodwillCampaignId, incidentDocument } from '../core/incidents/index.ts'
import { formatNanos, subtract } from '../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../core/time/index.ts'
import { readCampaign } from '../store/campaigns/campaigns.ts'
import { readFunnel } from '../store/campaigns/funnel.ts'
import { type IncidentCall, largestCalls, sampleCalls } from '../store/incidents/calls.ts'
import {
  type IncidentSums,
  impactByPlan,
  incidentSums,
  largestAccounts,
  overlapsOf,
} from '../store/incidents/impact.ts'
import type { IncidentRecord } from '../store/incidents/incidents.ts'
import type { Services } from './deps.ts'

const time = (at: Instant | null): string | null => (at === null ? null : formatInstant(at))
const now = ({ nowMs }: Pick<Services, 'nowMs'>): string => formatInstant(instant(nowMs()))

const BEFORE_A_RUN: readonly IncidentRecord['state'][] = [
  'draft',
  'measuring',
  'measured',
  'submitted',
  'approved',
  'cancelled',
]

export async function incidentJson(services: Services, record: IncidentRecord) {
  const { incident } = record
  const sums = await incidentSums(services.pool, incident.id)
  return {
    incident_id: incident.id,
    document: incidentDocument(incident),
    state: record.state,
    authors: record.authors,
    accounts_looked_at: record.lookedAt,
    calls: sums.calls,
    accounts: sums.accounts,
    unknown_calls: record.unknownCalls,
    to_give_back: formatNanos(sums.total),
    goodwill: formatNanos(sums.goodwill),
    ceiling_exceeded: ceilingExceeded(incident.ceilings, sums),
    campaign_id:
      incident.goodwill && sums.credited > 0 && !BEFORE_A_RUN.includes(record.state)
        ? goodwillCampaignId(incident.id)
        : null,
    progress: progressJson(sums),
    created_at: formatInstant(record.createdAt),
    updated_at: formatInstant(record.updatedAt),
    measured_at: time(record.measuredAt),
    run_at: time(record.runAt),
    done_at: time(record.doneAt),
    published_at: time(record.publishedAt),
    as_of: now(services),
  }
}

const progressJson = (sums: IncidentSums) => ({
  open: sums.open,
  given: sums.done,
  nothing: sums.nothing,
  failed: sums.failed,
  amount: formatNanos(sums.given),
  money: formatNanos(sums.givenMoney),
  accounts_finished: sums.finishedAccounts,
})

export const incidentCallJson = (call: IncidentCall) => ({
  account_id: call.accountId,
  call_id: call.callId,
  receipt_id: receiptId(call.callId),
  plan: call.plan,
  model: call.model,
  event_at: formatInstant(call.eventAt),
  drawn: formatNanos(call.drawn),
  given_before: formatNanos(subtract(call.drawn, call.carried)),
  wrong: formatNanos(call.wrong),
  short: formatNanos(call.short),
  due: formatNanos(call.due),
  state: call.state,
  reason: call.reason,
  given: formatNanos(call.given),
  entry: call.seq,
})

export async function impactJson(services: Services, { incident, seed }: IncidentRecord) {
  const { pool } = services
  const incidentId = incident.id
  const [sums, plans, accounts, calls, sample, overlaps] = await Promise.all([
    incidentSums(pool, incidentId),
    impactByPlan(pool, incidentId),
    largestAccounts(pool, incidentId),
    largestCalls(pool, incidentId),
    sampleCalls(pool, { incidentId, seed }),
    overlapsOf(pool, incidentId),
  ])
  return {
    incident_id: incidentId,
    currency: incident.currency,
    calls: sums.calls,
    accounts: sums.accounts,
    drawn: formatNanos(sums.drawn),
    wrong: formatNanos(sums.wrong),
    due: formatNanos(sums.total),
    due_calls: sums.dueCalls,
    due_accounts: sums.dueAccounts,
    charged_too_little: { calls: sums.shortCalls, amount: formatNanos(sums.short) },
    goodwill: formatNanos(sums.goodwill),
    goodwill_accounts: sums.credited,
    double_remedy: {
      calls: sums.givenBeforeCalls,
      amount: formatNanos(sums.givenBefore),
      incidents: overlaps.map((own) => ({
        incident_id: own.incidentId,
        calls: own.calls,
        due: formatNanos(own.due),
      })),
    },
    by_plan: plans.map(({ wrong, due, ...own }) => ({
      ...own,
      wrong: formatNanos(wrong),
      due: formatNanos(due),
    })),
    largest_accounts: accounts.map((own) => ({
      account_id: own.accountId,
      calls: own.calls,
      wrong: formatNanos(own.wrong),
      due: formatNanos(own.due),
      credit: formatNanos(own.credit),
    })),
    largest_calls: calls.map(incidentCallJson),
    sample: sample.map(incidentCallJson),
    as_of: now(services),
  }
}

/** What happened, in numbers: nothing of a single account. */
export async function reportJson(services: Services, record: IncidentRecord, timeZone: string) {
  const { incident } = record
  const sums = await incidentSums(services.pool, incident.id)
  const facts: ReportFacts = {
    incident_id: incident.id,
    name: incident.name,
    happened: incident.notice,
    from: formatInstant(incident.scope.from),
    until: formatInstant(incident.scope.until),
    currency: incident.currency,
    state: record.state,
    calls: sums.calls,
    accounts: sums.accounts,
    wrong: formatNanos(sums.wrong),
    given_before: formatNanos(sums.givenBefore),
    given_back: {
      calls: sums.done,
      accounts: sums.givenAccounts,
      money: formatNanos(sums.givenMoney),
      included: formatNanos(subtract(sums.given, sums.givenMoney)),
    },
    failed: sums.failed,
    goodwill: await goodwillJson(services, record, sums),
    published_at: time(record.publishedAt),
    as_of: now(services),
  }
  return {
    ...facts,
    markdown: inEach(timeZone, (reader) => reportMarkdown(facts, reader)),
  }
}

async function goodwillJson(
  { pool, nowMs }: Services,
  { incident }: IncidentRecord,
  sums: IncidentSums,
): Promise<ReportFacts['goodwill']> {
  const { goodwill } = incident
  if (!goodwill) return null
  const campaignId = goodwillCampaignId(incident.id)
  const campaign = await readCampaign(pool, campaignId)
  const funnel = campaign && (await readFunnel(pool, campaignId, instant(nowMs())))
  const amount = (name: 'granted' | 'used' | 'expired' | 'outstanding'): string =>
    funnel ? formatNanos(funnel.amounts[name]) : '0'
  return {
    accounts: sums.credited,
    offered: formatNanos(sums.goodwill),
    claimed_by: funnel?.granted ?? 0,
    granted: amount('granted'),
    used: amount('used'),
    expired: amount('expired'),
    outstanding: amount('outstanding'),
    claim_until: formatInstant(goodwill.claimUntil.at),
    expires_after_days: goodwill.expiresAfterDays,
  }
}

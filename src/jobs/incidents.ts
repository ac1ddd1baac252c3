import type pg from 'pg'
import type { Alert } from '../core/alerts/index.ts'
import type { Incident } from '../core/incidents/index.ts'
import { goodwillCampaignId } from '../core/incidents/index.ts'
import { formatNanos, ZERO } from '../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../core/time/index.ts'
import { measure } from '../engine/incidents/measure.ts'
import { runIncident } from '../engine/incidents/run.ts'
import type { FinishedAccount } from '../store/incidents/accounts.ts'
import { type IncidentRecord, workingIncidents } from '../store/incidents/incidents.ts'
import { enterNotifications } from '../store/notifications/alerts.ts'
import { newNotification } from '../store/notifications/new-notification.ts'
import type { JobDeps } from './definition.ts'
import { Tries } from './sweep-all.ts'

const PAGES_A_ROUND = 100

/**
 * Goes on with incidents that are measured or run. Everything is found again in the database, so that a pause,
 * a crash or another node in between loses nothing and gives nothing twice. Returns how many calls were done.
 */
export async function workOnIncidents({ pool, engine }: JobDeps, nowMs: number): Promise<number> {
  const at = instant(nowMs)
  const tries = new Tries()
  let done = 0
  for (const record of await workingIncidents(pool))
    await tries.all(
      [record],
      ({ incident }) => incident.id,
      async ({ incident, state }) => {
        if (state === 'measuring') await measure({ pool, at }, incident.id, PAGES_A_ROUND)
        else {
          const tell = tellOf(pool, at)
          done += await runIncident({ pool, engine, at, tell }, incident.id)
        }
      },
    )
  tries.count()
  return done
}

/** What affected accounts are told: once for an incident, for ever. */
const tellOf =
  (pool: pg.Pool, at: Instant) =>
  async ({ incident }: IncidentRecord, accounts: readonly FinishedAccount[]): Promise<void> => {
    await enterNotifications(
      pool,
      accounts.map((own) =>
        newNotification(
          {
            account_id: own.accountId,
            account_name: own.name,
            currency: own.currency,
            as_of: formatInstant(at),
            seq: own.seq,
          },
          noticeOf(incident, own),
          at,
        ),
      ),
    )
  }

const noticeOf = (incident: Incident, own: FinishedAccount): Alert => ({
  key: `incident_remedied:${incident.id}`,
  facts: {
    kind: 'incident_remedied',
    incident_id: incident.id,
    name: incident.name,
    happened: incident.notice ?? incident.name,
    calls: own.calls,
    money: formatNanos(own.money),
    included: formatNanos(own.included),
    credit:
      incident.goodwill && own.credit > ZERO
        ? {
            campaign_id: goodwillCampaignId(incident.id),
            amount: formatNanos(own.credit),
            claim_until: formatInstant(incident.goodwill.claimUntil.at),
            expires_after_days: incident.goodwill.expiresAfterDays,
          }
        : null,
  },
})

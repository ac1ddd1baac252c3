import type pg from 'pg'
import { goodwillCampaign, goodwillCampaignId, takeStep } from '../../core/incidents/index.ts'
import type { ActorFacts } from '../../core/ledger/index.ts'
import type { Instant } from '../../core/time/index.ts'
import { createCampaign, moveCampaign, readCampaign } from '../../store/campaigns/campaigns.ts'
import { noteAccounts } from '../../store/campaigns/funnel.ts'
import { openCase } from '../../store/cases/open.ts'
import { derivedId } from '../../store/control/index.ts'
import {
  accountsToFinish,
  creditsOf,
  type FinishedAccount,
  markFinished,
  stateExposure,
} from '../../store/incidents/accounts.ts'
import { openCalls } from '../../store/incidents/calls.ts'
import { incidentSums } from '../../store/incidents/impact.ts'
import { type IncidentRecord, moveIncident, readIncident } from '../../store/incidents/incidents.ts'
import type { Engine } from '../types.ts'
import { giveForCall } from './give.ts'

export interface RunParts {
  readonly pool: pg.Pool
  readonly engine: Engine
  readonly at: Instant
  /** Tells accounts what was given, once each. */
  readonly tell: (record: IncidentRecord, accounts: readonly FinishedAccount[]) => Promise<void>
}

const SYSTEM: ActorFacts = { type: 'system', id: 'incidents' }
const PAGE_CALLS = 100
const AT_ONCE = 10
/** In one round: the others get their turn. */
const PAGES_MAX = 50

/**
 * Goes on with an incident that runs: its goodwill is offered, every call gets what is due, every account is
 * told. It looks at the incident's state before each page, so that a pause is heeded within a hundred calls;
 * any number of nodes may do it at once, and each may be killed anywhere. Returns how many calls were done.
 */
export async function runIncident(parts: RunParts, incidentId: string): Promise<number> {
  const { pool } = parts
  let done = 0
  let isPrepared = false
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const record = await readIncident(pool, incidentId)
    if (record?.state !== 'running') return done
    if (!isPrepared) await offerGoodwill(parts, record)
    isPrepared = true
    const calls = await openCalls(pool, incidentId, PAGE_CALLS)
    for (let from = 0; from < calls.length; from += AT_ONCE) {
      const some = calls.slice(from, from + AT_ONCE)
      const marked = await Promise.all(
        some.map((call) => giveForCall(parts, record.incident, call)),
      )
      done += marked.filter(Boolean).length
    }
    await finishAccounts(parts, record)
    if (calls.length < PAGE_CALLS) {
      await conclude(parts, incidentId)
      return done
    }
  }
  return done
}

/** The campaign of the incident, made and published once; and what makes its accounts eligible. */
async function offerGoodwill({ pool, at }: RunParts, record: IncidentRecord): Promise<void> {
  const { incident, runAt } = record
  if (!incident.goodwill) return
  const campaignId = goodwillCampaignId(incident.id)
  const known = await readCampaign(pool, campaignId)
  if (known && known.status !== 'draft') return
  const credits = await creditsOf(pool, incident.id)
  if (credits.size === 0) return
  const change = (what: string) => ({
    at,
    actor: SYSTEM,
    changeId: derivedId('change', 'incident', incident.id, what),
  })
  await stateExposure(pool, incident.id, { at, by: SYSTEM.id })
  const campaign = goodwillCampaign(incident, credits, runAt ?? at)
  const made = await createCampaign(pool, campaign, change('created'))
  if (made.status === 'id_taken')
    throw new Error(`the campaign ${campaignId} exists and is not the one of the incident`)
  await moveCampaign(pool, { campaignId, to: 'published' }, change('published'))
}

const ACCOUNTS_AT_ONCE = 500

async function finishAccounts(parts: RunParts, record: IncidentRecord): Promise<void> {
  const { pool, at, tell } = parts
  const { id, notice, goodwill } = record.incident
  for (;;) {
    const accounts = await accountsToFinish(pool, id, ACCOUNTS_AT_ONCE)
    if (accounts.length === 0) return
    if (notice) await tell(record, accounts)
    const credited = accounts.filter(({ credit }) => credit > 0n)
    if (notice && goodwill && credited.length > 0)
      await noteAccounts(pool, {
        what: 'told',
        campaignId: goodwillCampaignId(id),
        accountIds: credited.map(({ accountId }) => accountId),
        at,
      })
    await markFinished(pool, id, { accountIds: accounts.map(({ accountId }) => accountId), at })
  }
}

/** Nothing is open: it is done, or it waits for a person to look at what failed. */
async function conclude({ pool, at }: RunParts, incidentId: string): Promise<void> {
  const record = await readIncident(pool, incidentId)
  if (record?.state !== 'running') return
  const sums = await incidentSums(pool, incidentId)
  if (sums.open > 0) return
  const step = sums.failed > 0 ? 'pause' : 'finish'
  const taken = takeStep({ ...record, measured: null }, step, SYSTEM.id)
  if (!taken.ok) return
  const facts = { failed: sums.failed }
  const move = { step, to: taken.state, authors: taken.authors, actor: SYSTEM, at, facts } as const
  const moved = await moveIncident(pool, record, move)
  if (moved && sums.failed > 0)
    await openCase(pool, {
      accountId: null,
      origin: 'incident',
      originKey: incidentId,
      subject: 'incident_calls_failed',
      facts: { incident_id: incidentId, ...facts },
      amount: null,
      openedBy: SYSTEM,
      at,
    })
}

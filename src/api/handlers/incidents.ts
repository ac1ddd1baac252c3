import type { STEPS_OF_PEOPLE } from '../../contract/schemas/incidents.ts'
import { ACCOUNT_AMOUNTS_MAX } from '../../core/campaigns/index.ts'
import {
  ceilingExceeded,
  type Incident,
  type IncidentStep,
  parseIncident,
  type Standing,
  takeStep,
} from '../../core/incidents/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { measure } from '../../engine/incidents/measure.ts'
import { readPriceBook } from '../../store/control/index.ts'
import { listIncidentCalls } from '../../store/incidents/calls.ts'
import { incidentSums } from '../../store/incidents/impact.ts'
import {
  createIncident,
  type IncidentRecord,
  incidentEvents,
  listIncidents,
  type MoveIncident,
  moveIncident,
  publishIncident,
  readIncident,
} from '../../store/incidents/incidents.ts'
import { actorOf, type Caller } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { impactJson, incidentCallJson, incidentJson, reportJson } from '../incident-answers.ts'
import { ProblemError } from '../problem-answer.ts'
import { documentFaults } from '../read-in.ts'
import { timeZoneIn } from '../reader-in.ts'

type Incidents =
  | 'createIncident'
  | 'listIncidents'
  | 'getIncident'
  | 'reviseIncident'
  | 'measureIncident'
  | 'getIncidentImpact'
  | 'listIncidentCalls'
  | 'stepIncident'
  | 'getIncidentEvents'
  | 'getIncidentReport'
  | 'getPublicIncidentReport'

/** Pages of accounts that a request waits for; the job goes on with the rest. */
const PAGES_AT_ONCE = 5

export const incidentHandlers: Handlers<Incidents> = {
  createIncident: async ({ body, caller, from }, services) => {
    const incident = await read(services, body)
    const { pool, ids } = services
    const made = await createIncident(
      pool,
      { incident, seed: ids('change') },
      by(caller, from, services),
    )
    if (!made) throw new ProblemError('incident_exists')
    return created(await incidentJson(services, await needed(services, incident.id)))
  },

  listIncidents: async ({ query }, services) => {
    const limit = query.limit ?? PAGE_DEFAULT
    const found = await listIncidents(services.pool, {
      state: query.state ?? null,
      before: decodeCursor('incidents', ['number', 'string'], query.cursor),
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(found, limit, (last) =>
      encodeCursor('incidents', [last.createdAt, last.incident.id]),
    )
    const answers = []
    for (const record of items) answers.push(await incidentJson(services, record))
    const as_of = formatInstant(instant(services.nowMs()))
    return ok({ items: answers, next_cursor, as_of })
  },

  getIncident: async ({ params }, services) =>
    ok(await incidentJson(services, await needed(services, params.incident_id))),

  reviseIncident: async ({ params, body, caller, from }, services) => {
    const record = await needed(services, params.incident_id)
    const incident = await read(services, { ...body, id: params.incident_id })
    await move(services, record, { step: 'revise', incident, ...by(caller, from, services) })
    return ok(await incidentJson(services, await needed(services, params.incident_id)))
  },

  measureIncident: async ({ params, caller, from }, services) => {
    const { incident_id: id } = params
    const record = await needed(services, id)
    const { pool } = services
    const change = by(caller, from, services)
    if (record.incident.scope.until > change.at) throw new ProblemError('incident_not_over')
    if (record.state !== 'measuring') await move(services, record, { step: 'measure', ...change })
    await measure({ pool, at: change.at }, id, PAGES_AT_ONCE)
    return ok(await incidentJson(services, await needed(services, id)))
  },

  getIncidentImpact: async ({ params }, services) =>
    ok(await impactJson(services, await needed(services, params.incident_id))),

  listIncidentCalls: async ({ params, query }, services) => {
    const { incident } = await needed(services, params.incident_id)
    const limit = query.limit ?? PAGE_DEFAULT
    const list = `incident_calls ${incident.id}`
    const found = await listIncidentCalls(services.pool, incident.id, {
      state: query.state ?? null,
      accountId: query.account_id ?? null,
      after: decodeCursor(list, ['string', 'string'], query.cursor),
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(found, limit, (last) =>
      encodeCursor(list, [last.accountId, last.callId]),
    )
    const as_of = formatInstant(instant(services.nowMs()))
    return ok({ items: items.map(incidentCallJson), next_cursor, as_of })
  },

  stepIncident: async ({ params, body, caller, from }, services) => {
    const record = await needed(services, params.incident_id)
    const change = by(caller, from, services)
    if (body.step === 'publish') {
      const { id } = record.incident
      if (!(await publishIncident(services.pool, id, change)))
        throw new ProblemError('incident_state')
    } else {
      const facts = body.reason === undefined ? {} : { reason: body.reason }
      await move(services, record, { step: body.step, facts, ...change })
    }
    return ok(await incidentJson(services, await needed(services, params.incident_id)))
  },

  getIncidentEvents: async ({ params }, services) => {
    await needed(services, params.incident_id)
    const events = await incidentEvents(services.pool, params.incident_id)
    return ok({
      incident_id: params.incident_id,
      events: events.map(({ at, actor, ...own }) => ({
        ...own,
        at: formatInstant(at),
        actor: { type: actor.type, id: actor.id },
      })),
      as_of: formatInstant(instant(services.nowMs())),
    })
  },

  getIncidentReport: async ({ params, query }, services) => {
    const timeZone = timeZoneIn(query.time_zone)
    return ok(await reportJson(services, await needed(services, params.incident_id), timeZone))
  },

  getPublicIncidentReport: async ({ params, query }, services) => {
    const record = await needed(services, params.incident_id)
    if (record.publishedAt === null) throw new ProblemError('incident_unknown')
    return ok(await reportJson(services, record, timeZoneIn(query.time_zone)))
  },
}

const by = (caller: Caller, from: string, { nowMs }: Services) => ({
  actor: actorOf(caller, from),
  at: instant(nowMs()),
})

async function needed({ pool }: Services, incidentId: string): Promise<IncidentRecord> {
  const record = await readIncident(pool, incidentId)
  if (!record) throw new ProblemError('incident_unknown')
  return record
}

async function read({ pool }: Services, document: unknown): Promise<Incident> {
  const parsed = parseIncident(document)
  if (!parsed.ok)
    throw new ProblemError('incident_invalid', {
      errors: documentFaults(parsed.problems),
    })
  const { correction } = parsed.incident
  if (correction?.type === 'rerate' && !(await readPriceBook(pool, correction.book)))
    throw new ProblemError('price_book_unknown')
  return parsed.incident
}

type Move = Omit<MoveIncident, 'to' | 'authors' | 'step'> & {
  readonly step: Exclude<(typeof STEPS_OF_PEOPLE)[number], 'publish'> | 'revise' | 'measure'
}

async function move(services: Services, record: IncidentRecord, order: Move): Promise<void> {
  const taken = takeStep(await standingOf(services, record), order.step, order.actor.id)
  if (!taken.ok) throw new ProblemError(taken.refusal)
  if (OFFERING.includes(order.step)) {
    const { goodwill } = record.incident
    if (goodwill && goodwill.claimUntil.at <= order.at)
      throw new ProblemError('incident_claim_over')
  }
  const moved = await moveIncident(services.pool, record, {
    ...order,
    to: taken.state,
    authors: taken.authors,
  })
  if (!moved) throw new ProblemError('incident_state')
}

/** Steps towards a campaign that people must still be able to claim. */
const OFFERING: readonly IncidentStep[] = ['submit', 'approve', 'run']

async function standingOf({ pool }: Services, record: IncidentRecord): Promise<Standing> {
  if (record.measuredAt === null) return { ...record, measured: null }
  const sums = await incidentSums(pool, record.incident.id)
  if (sums.credited > ACCOUNT_AMOUNTS_MAX) throw new ProblemError('incident_too_large')
  const withinCeilings = ceilingExceeded(record.incident.ceilings, sums) === null
  return { ...record, measured: { calls: sums.dueCalls, credited: sums.credited, withinCeilings } }
}

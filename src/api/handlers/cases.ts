import { dueRow, dueTimes, type NewEvent, tracker } from '../../core/cases/index.ts'
import { formatNanos } from '../../core/money/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { loadCase, type OwnCase } from '../../engine/cases/take-steps.ts'
import { listCases, placeOf, relatedCases, sampleCounts } from '../../store/cases/read.ts'
import { supportPolicyInForce } from '../../store/cases/terms.ts'
import { listStaff } from '../../store/control/index.ts'
import { type Caller, callerId } from '../caller.ts'
import { aboutOf, caseListed, decisionJson, provisionalJson } from '../case-answers.ts'
import { macroFor } from '../case-macros.ts'
import { stepCase } from '../case-parts.ts'
import { aloneIn } from '../case-refunds.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { type Handlers, type Inbound, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'
import { now } from './payments.ts'

type Cases =
  | 'listCases'
  | 'getCase'
  | 'addToCase'
  | 'takeCase'
  | 'assignCase'
  | 'replyInCase'
  | 'escalateCase'
  | 'mergeCase'
  | 'reopenCase'
  | 'sampleCase'
  | 'getSampling'

type Work = Exclude<Cases, 'listCases' | 'getCase' | 'getSampling'>

export const caseHandlers: Handlers<Cases> = {
  listCases: async ({ query, caller }, services) => {
    const limit = query.limit ?? PAGE_DEFAULT
    const at = instant(services.nowMs())
    const found = await listCases(services.pool, {
      view: query.view ?? null,
      staffId: callerId(caller),
      state: query.state ?? null,
      accountId: query.account_id ?? null,
      origin: query.origin ?? null,
      now: at,
      after: decodeCursor('cases', ['number', 'number', 'string'], query.cursor),
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(found, limit, (last) =>
      encodeCursor('cases', placeOf(last)),
    )
    return ok({
      items: items.map((own) => caseListed(own, at)),
      next_cursor,
      as_of: formatInstant(at),
    })
  },

  getCase: async ({ params, caller }, services) => {
    const own = await loadCase(services.pool, params.case_id)
    if (!own) throw new ProblemError('case_unknown')
    return ok(await caseJson(services, own, caller))
  },

  addToCase: (inbound, services) => work(inbound, services, () => [noteOf(inbound.body)]),

  takeCase: (inbound, services) =>
    work(inbound, services, () => [{ kind: 'assigned', facts: { to: callerId(inbound.caller) } }]),

  assignCase: async (inbound, services) => {
    const to = inbound.body.staff_id
    const staff = to === null ? [] : await listStaff(services.pool)
    const isThere = staff.some(({ staffId, status }) => staffId === to && status === 'active')
    if (to !== null && !isThere) throw new ProblemError('staff_unknown')
    return work(inbound, services, () => [{ kind: 'assigned', facts: { to } }])
  },

  replyInCase: async (inbound, services) => {
    const own = await loadCase(services.pool, inbound.params.case_id)
    if (!own) throw new ProblemError('case_unknown')
    const { body } = inbound
    const reply =
      'macro' in body
        ? { words: await macroFor(services, own, body.macro), macro: body.macro }
        : { words: body.words, macro: null }
    return work(inbound, services, () => [{ kind: 'replied', facts: reply }])
  },

  escalateCase: (inbound, services) =>
    work(inbound, services, () => [{ kind: 'escalated', facts: inbound.body }]),

  mergeCase: async (inbound, services) => {
    const { into } = inbound.body
    const { case_id: caseId } = inbound.params
    const target = await loadCase(services.pool, into)
    const source = await loadCase(services.pool, caseId)
    const isOfTheSame =
      source !== null &&
      target !== null &&
      target.record.accountId === source.record.accountId &&
      into !== caseId
    if (!isOfTheSame) throw new ProblemError('case_unknown')
    const answer = await work(inbound, services, () => [{ kind: 'merged', facts: { into } }])
    await stepCase(services, inbound, {
      caseId: into,
      steps: () => [{ kind: 'noted', facts: { words: `merged with ${caseId}` } }],
    })
    return answer
  },

  reopenCase: (inbound, services) => work(inbound, services, again(inbound.body.words, services)),

  sampleCase: (inbound, services) => {
    const { agree, words } = inbound.body
    const sampled: NewEvent = { kind: 'sampled', facts: { agree, words } }
    if (agree) return work(inbound, services, () => [sampled])
    const reopen = again(words, services)
    return work(inbound, services, (own, policy) => [sampled, ...reopen(own, policy)])
  },

  getSampling: async (_inbound, services) => {
    const counts = await sampleCounts(services.pool)
    const looked = counts.agreed + counts.disagreed
    return ok({
      ...counts,
      agreement_percent: looked === 0 ? null : Math.floor((counts.agreed * 100) / looked),
      as_of: now(services),
    })
  },
}

const noteOf = ({ kind, words }: Inbound<'addToCase'>['body']): NewEvent =>
  kind === 'closed' ? { kind, facts: { words } } : { kind, facts: { words } }

type Steps = Parameters<typeof stepCase>[2]['steps']

/** Takes steps and answers with the case as it stands then. */
export async function work(
  inbound: Pick<Inbound<Work>, 'caller' | 'from'> & {
    readonly params: { readonly case_id: string }
  },
  services: Services,
  steps: Steps,
) {
  const own = await stepCase(services, inbound, { caseId: inbound.params.case_id, steps })
  return ok(await caseJson(services, own, inbound.caller))
}

/** A new round, with times of its own. */
const again =
  (words: string, { nowMs }: Services) =>
  ({ record }: OwnCase, policy: Parameters<Steps>[1]): NewEvent[] => {
    const due = dueTimes(dueRow(policy, record.origin, record.amount), 'checked', instant(nowMs()))
    return [{ kind: 'reopened', facts: { words, due } }]
  }

/** A case with all that whoever works on it needs. */
export async function caseJson(services: Services, own: OwnCase, caller: Caller) {
  const { pool, nowMs } = services
  const { record, view } = own
  const at = instant(nowMs())
  const policy = await supportPolicyInForce(pool)
  const alone = aloneIn(own, caller, policy)
  const calls = aboutOf(record)?.calls ?? []
  const { accountId, caseId } = record
  return {
    ...caseListed(record, at),
    tracker: tracker(view, at),
    offer: view.offer,
    waiting: view.pending && {
      plan: view.pending.plan,
      reason: view.pending.reason,
      by: view.pending.by,
      at: formatInstant(view.pending.at),
    },
    decision: decisionJson(view),
    provisional: provisionalJson(view),
    refunded: formatNanos(view.refunded),
    alone: alone === null ? null : formatNanos(alone),
    related: accountId === null ? [] : await relatedCases(pool, { accountId, caseId, calls }),
    events: own.events.map(({ number, kind, at: when, actor, facts }) => ({
      number,
      kind,
      at: formatInstant(when),
      actor: { type: actor.type, id: actor.id },
      words: 'words' in facts && typeof facts.words === 'string' ? facts.words : null,
      facts: facts as unknown as Record<string, unknown>,
    })),
    as_of: formatInstant(at),
  }
}

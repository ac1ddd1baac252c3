import { CAP_RAISERS } from '../../contract/permissions.ts'
import { type CapSubject, capChain } from '../../core/decisions/cap-view.ts'
import type { DecideRaise } from '../../core/decisions/raise-commands.ts'
import { DAY_MS, formatInstant, type Instant, parseInstant } from '../../core/time/index.ts'
import { derivedId, readKey } from '../../store/control/index.ts'
import { readState } from '../../store/reads/account-state.ts'
import { readCapChain } from '../../store/reads/cap-chain.ts'
import { listCapRequests, type StoredCapRequest } from '../../store/reads/cap-requests.ts'
import { signerOf } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import { decidePosting } from '../decide.ts'
import type { Services } from '../deps.ts'
import { type Handlers, type Inbound, keyOf, memberAsked, memberInSight, ok } from '../handler.ts'
import { needAccount, needState } from '../need-account.ts'
import { type Answer, ProblemError } from '../problem-answer.ts'
import { amountIn, instantOrNull } from '../read-in.ts'

type Caps =
  | 'getEffectiveCaps'
  | 'requestRaise'
  | 'listCapRequests'
  | 'getCapRequest'
  | 'approveCapRequest'
  | 'denyCapRequest'
  | 'withdrawCapRequest'

const EXPIRES_IN_DAYS = 14

export const capHandlers: Handlers<Caps> = {
  getEffectiveCaps: async (inbound, { pool, engine }) => {
    const accountId = inbound.params.account_id
    const subject = await subjectOf(inbound, pool)
    const found = await readCapChain(pool, accountId, subject, { at: engine.now() })
    if (!found) throw new ProblemError('account_unknown')
    const { state, at } = found.stored
    return ok({
      account_id: accountId,
      currency: state.currency,
      of: {
        member_id: subject.memberId,
        key_id: subject.keyId,
        project_id: subject.projectId,
        session_id: subject.sessionId,
        model: subject.model,
      },
      items: capChain(found.caps, subject, state, at).map((own) => ({
        ...own,
        changeable_by: CAP_RAISERS,
      })),
      as_of: formatInstant(at),
      seq: state.seq,
    })
  },

  requestRaise: async (inbound, services) => {
    const { body, caller } = inbound
    const accountId = inbound.params.account_id
    await needOwnCap(inbound, services)
    const own = caller.type === 'key' ? caller.holder.memberId : null
    const memberId = memberInSight(inbound) ?? body.member_id ?? own
    const requestId = derivedId('capreq', accountId, keyOf(inbound))
    const command = {
      kind: 'request_raise',
      accountId,
      requestId,
      actor: signerOf(caller, inbound.from),
      capId: body.cap_id,
      for: await whomOf(inbound, services, memberId),
      amount: amountIn(body.amount),
      until: instantOrNull(body.until),
      reason: body.reason,
      memberId,
      ttlMs: (body.expires_in_days ?? EXPIRES_IN_DAYS) * DAY_MS,
    } as const
    const { answer } = await decidePosting(services.engine, command, 201)
    return requestAnswer(inbound, services, requestId, answer)
  },

  listCapRequests: async (inbound, services) => {
    const { query } = inbound
    const accountId = inbound.params.account_id
    const limit = query.limit ?? PAGE_DEFAULT
    const [beforeSeq] = decodeCursor('cap_requests', ['number'], query.cursor) ?? [null]
    const stored = await needState(services, accountId)
    const rows = await listCapRequests(services.pool, accountId, {
      memberId: memberAsked(inbound, query.member_id),
      requestId: null,
      state: query.state ?? null,
      at: stored.at,
      beforeSeq,
      limit: limit + 1,
    })
    const page = pageOf(rows, limit, (last) => encodeCursor('cap_requests', [last.request.seq]))
    return ok({
      items: page.items.map((own) => requestJson(own, stored.at)),
      next_cursor: page.next_cursor,
      as_of: formatInstant(stored.at),
      seq: stored.state.seq,
    })
  },

  getCapRequest: async (inbound, services) => {
    await needAccount(services.pool, inbound.params.account_id)
    return ok(await requestOf(inbound, services, inbound.params.request_id))
  },

  approveCapRequest: (inbound, services) => {
    const { body } = inbound
    return decideRequest(inbound, services, {
      decision: 'approved',
      ...(body.amount !== undefined && { amount: amountIn(body.amount) }),
      ...(body.until !== undefined && { until: instantOrNull(body.until) }),
      ...(body.reason !== undefined && { reason: body.reason }),
    })
  },

  denyCapRequest: (inbound, services) =>
    decideRequest(inbound, services, { decision: 'denied', reason: inbound.body.reason }),

  withdrawCapRequest: (inbound, services) =>
    decideRequest(inbound, services, { decision: 'withdrawn' }),
}

/** Whose caps are asked about: a key brings its member and project. */
async function subjectOf(
  inbound: Inbound<'getEffectiveCaps'>,
  pool: Services['pool'],
): Promise<CapSubject> {
  const { query, caller } = inbound
  const own = memberInSight(inbound)
  const memberId = memberAsked(inbound, query.member_id)
  const keyId = query.key_id ?? (own !== null && caller.type === 'key' ? caller.holder.keyId : null)
  const key =
    keyId === null ? null : await readKey(pool, { accountId: inbound.params.account_id, keyId })
  if (keyId !== null && (!key || (own !== null && key.memberId !== own)))
    throw new ProblemError('key_unknown')
  return {
    memberId: memberId ?? key?.memberId ?? null,
    keyId,
    projectId: query.project_id ?? key?.projectId ?? null,
    sessionId: query.session_id ?? null,
    model: query.model ?? null,
  }
}

/** Who sees its own use only asks about the caps that limit it; any other does not exist. */
async function needOwnCap(
  inbound: Inbound<'requestRaise'>,
  { pool, engine }: Services,
): Promise<void> {
  const own = memberInSight(inbound)
  if (own === null || inbound.caller.type !== 'key') return
  const { holder } = inbound.caller
  const subject: CapSubject = {
    memberId: own,
    keyId: holder.keyId,
    projectId: holder.projectId,
    sessionId: null,
    model: null,
  }
  const found = await readCapChain(pool, inbound.params.account_id, subject, {
    at: engine.now(),
  })
  const chain = found ? capChain(found.caps, subject, found.stored.state, found.stored.at) : []
  const isOwn = inbound.body.for === undefined || inbound.body.for === own
  if (!isOwn || !chain.some(({ id }) => id === inbound.body.cap_id))
    throw new ProblemError('cap_unknown')
}

/** Of a cap on each, whose limit is meant; `null` for a cap on one scope. */
async function whomOf(
  inbound: Inbound<'requestRaise'>,
  { pool, engine }: Services,
  memberId: string | null,
): Promise<string | null> {
  if (inbound.body.for !== undefined) return inbound.body.for
  const { holder } = inbound.caller.type === 'key' ? inbound.caller : { holder: null }
  const subject: CapSubject = {
    memberId,
    keyId: holder?.keyId ?? null,
    projectId: holder?.projectId ?? null,
    sessionId: null,
    model: null,
  }
  const found = await readCapChain(pool, inbound.params.account_id, subject, {
    at: engine.now(),
  })
  const cap = found?.caps.find((own) => own.cap.id === inbound.body.cap_id)?.cap
  if (cap?.scopeId !== '*' || cap.scope === 'model') return null
  const whom = { member: memberId, key: subject.keyId, project: subject.projectId, account: null }
  return whom[cap.scope]
}

type Decision = Pick<DecideRaise, 'decision' | 'amount' | 'until' | 'reason'>
type OfRequest = Inbound<'approveCapRequest' | 'denyCapRequest' | 'withdrawCapRequest'>

async function decideRequest(
  inbound: OfRequest,
  services: Services,
  decision: Decision,
): Promise<Answer> {
  const { account_id: accountId, request_id: raiseId } = inbound.params
  const memberId = memberInSight(inbound)
  const { answer } = await decidePosting(services.engine, {
    kind: 'decide_raise',
    accountId,
    requestId: `${raiseId}#decision`,
    actor: signerOf(inbound.caller, inbound.from),
    raiseId,
    ...decision,
    ...(memberId !== null && { memberId }),
  })
  return requestAnswer(inbound, services, raiseId, answer)
}

/** The request as it stands after a decision; a refusal as it is. */
async function requestAnswer(
  inbound: Parameters<typeof requestOf>[0],
  services: Services,
  requestId: string,
  answer: Answer,
): Promise<Answer> {
  if (answer.status >= 400) return answer
  return { ...answer, body: await requestOf(inbound, services, requestId) }
}

async function requestOf(
  inbound: Pick<Inbound<'getCapRequest'>, 'caller' | 'reach'> & {
    readonly params: { readonly account_id: string }
  },
  { pool, engine }: Services,
  requestId: string,
) {
  const accountId = inbound.params.account_id
  const stored = await readState(pool, accountId, { at: engine.now() })
  if (!stored) throw new ProblemError('cap_request_unknown')
  const [found] = await listCapRequests(pool, accountId, {
    memberId: memberInSight(inbound),
    requestId,
    state: null,
    at: stored.at,
    beforeSeq: null,
    limit: 1,
  })
  if (!found) throw new ProblemError('cap_request_unknown')
  const as_of = formatInstant(stored.at)
  return { ...requestJson(found, stored.at), as_of, seq: stored.state.seq }
}

function requestJson({ request, decision }: StoredCapRequest, at: Instant) {
  const raise = request.raise!
  const decided = decision?.raise
  const isOver = parseInstant(raise.expires_at)! <= at
  return {
    request_id: raise.id,
    account_id: request.account_id,
    state: decided?.decision ?? (isOver ? 'expired' : 'requested'),
    cap_id: raise.cap_id,
    for: raise.for,
    member_id: raise.member_id,
    amount: raise.amount,
    until: raise.until,
    reason: request.reason ?? '',
    requested_by: request.actor,
    requested_at: request.at,
    expires_at: raise.expires_at,
    decision: decision && {
      decided_by: decision.actor,
      at: decision.at,
      amount: decided?.decision === 'approved' ? decided.amount : null,
      until: decided?.decision === 'approved' ? decided.until : null,
      reason: decision.reason ?? null,
    },
  }
}

import { capAmountAt, isOfEach, isStateCap } from '../funding/index.ts'
import { type AccountState, capFacts, type RaiseFacts, readInstant } from '../ledger/index.ts'
import { formatNanos, readNanos, ZERO } from '../money/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'
import { head, posted, timeOf } from './body.ts'
import { capById, isValidCap, raised } from './cap-definitions.ts'
import type { Context, Decision } from './decision.ts'
import type { DecideRaise, RequestRaise } from './raise-commands.ts'
import { refuse, replay } from './replay.ts'

const untilText = (until: Instant | null): string | null =>
  until === null ? null : formatInstant(until)

/** Asks for a higher cap: an entry of the journal, and nothing else. */
export function requestRaise(
  state: AccountState,
  command: RequestRaise,
  context: Context,
): Decision {
  const wanted = {
    cap_id: command.capId,
    for: command.for,
    amount: formatNanos(command.amount),
    until: untilText(command.until),
    member_id: command.memberId,
  }
  const content = { ...wanted, reason: command.reason, ttl_ms: command.ttlMs }
  const repeated = replay(context, 'request_raise', command.requestId, content)
  if (repeated) return repeated
  const cap = capById(state, context, command.capId)
  if (!cap || isOfEach(cap) !== (command.for !== null)) return refuse({ code: 'cap_unknown' })
  const at = timeOf(state, context)
  if (command.amount <= capAmountAt(cap, command.for, at))
    return refuse({ code: 'amount_invalid', field: 'amount' })
  if (command.until !== null && command.until <= at)
    return refuse({ code: 'amount_invalid', field: 'until' })
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    raise: {
      id: command.requestId,
      ...wanted,
      expires_at: formatInstant((at + command.ttlMs) as Instant),
    },
    reason: command.reason,
  })
}

/**
 * Decides a request, once: the second who decides gets the first decision if it is the same, and is told
 * that it is decided otherwise. An approval changes the cap's own definition in the same commit; its end
 * is part of that definition.
 */
export function decideRaise(state: AccountState, command: DecideRaise, context: Context): Decision {
  const request = context.prior.find(({ body }) => body.kind === 'request_raise')?.body.raise
  if (!request || (command.memberId !== undefined && command.memberId !== request.member_id))
    return refuse({ code: 'cap_request_unknown' })
  const content = {
    decision: command.decision,
    ...(command.amount !== undefined && { amount: formatNanos(command.amount) }),
    ...(command.until !== undefined && { until: untilText(command.until) }),
    ...(command.reason !== undefined && { reason: command.reason }),
  }
  const repeated = replay(context, 'decide_raise', command.requestId, content)
  if (repeated) return isConflict(repeated) ? refuse({ code: 'cap_request_decided' }) : repeated
  const at = timeOf(state, context)
  if (readInstant(request.expires_at) <= at) return refuse({ code: 'cap_request_expired' })
  const entry = {
    ...head(state, command, context, content),
    postings: [],
    raise: { ...request, decision: command.decision },
    ...(command.reason !== undefined && { reason: command.reason }),
  }
  return command.decision === 'approved'
    ? approve(state, command, context, { request, entry, at })
    : posted(state, entry)
}

const isConflict = (answer: Decision): boolean =>
  answer.type === 'answer' &&
  answer.result.status === 'refused' &&
  answer.result.refused.code === 'request_conflict'

interface Approval {
  readonly request: RaiseFacts
  readonly entry: Parameters<typeof posted>[1]
  readonly at: Instant
}

function approve(
  state: AccountState,
  command: DecideRaise,
  context: Context,
  { request, entry, at }: Approval,
): Decision {
  const amount = command.amount ?? readNanos(request.amount)
  const asked = request.until === null ? null : readInstant(request.until)
  const until = command.until === undefined ? asked : command.until
  if (until !== null && until <= at) return refuse({ code: 'amount_invalid', field: 'until' })
  const before = capById(state, context, request.cap_id)
  if (!before || isOfEach(before) !== (request.for !== null)) return refuse({ code: 'cap_unknown' })
  if (amount <= before.amount || amount < ZERO)
    return refuse({ code: 'amount_invalid', field: 'amount' })
  const cap = raised(before, { for: request.for, to: amount, until }, at)
  if (!isValidCap(cap)) return refuse({ code: 'amount_invalid', field: 'raises' })
  return posted(
    state,
    {
      ...entry,
      raise: {
        ...request,
        amount: formatNanos(amount),
        until: untilText(until),
        decision: 'approved',
      },
      controls: { caps: [capFacts(cap)], scoped_caps: state.scopedCaps },
    },
    { capDefinitions: { put: isStateCap(cap) ? [] : [cap], remove: [] } },
  )
}

import { type Cap, isStateCap } from '../funding/index.ts'
import { type AccountState, capFacts } from '../ledger/index.ts'
import { formatNanos, isCurrency, ZERO } from '../money/index.ts'
import { formatInstant } from '../time/index.ts'
import { head, posted, timeOf, windowFacts } from './body.ts'
import { capById, isValidCap, keepingRaises } from './cap-definitions.ts'
import type { ChangePlan, OpenAccount, Park, SetControls, Unpark } from './commands.ts'
import { type Context, type Decision, planAs } from './decision.ts'
import { refuse, replay } from './replay.ts'
import { resizedRuns } from './window-changes.ts'

/** Opens an account: the first entry of its journal. Paid use is off until somebody turns it on. */
export function openAccount(
  state: AccountState | null,
  command: OpenAccount,
  context: Context,
): Decision {
  const content = {
    name: command.name,
    currency: command.currency,
    plan: command.plan,
    anchor: command.anchor === undefined ? null : formatInstant(command.anchor),
  }
  const repeated = replay(context, 'open_account', command.requestId, content)
  if (repeated) return repeated
  if (state) return refuse({ code: 'account_exists' })
  const plan = context.catalogue.plan(command.plan)
  if (!plan) return refuse({ code: 'plan_unknown' })
  if (!isCurrency(command.currency) || plan.currency !== command.currency)
    return refuse({ code: 'currency_mismatch' })
  return posted(null, {
    ...head(null, command, context, content),
    postings: [],
    plan: command.plan,
    account: {
      name: command.name,
      currency: command.currency,
      anchor: formatInstant(command.anchor ?? context.at),
      plan: command.plan,
    },
  })
}

/**
 * Moves an account without a subscription to another plan, without a fee. Lots never change; windows by
 * the one formula (`resizedRuns`). An account that pays for its plan changes its subscription instead.
 */
export function changePlan(state: AccountState, command: ChangePlan, context: Context): Decision {
  const content = { plan: command.plan }
  const repeated = replay(context, 'change_plan', command.requestId, content)
  if (repeated) return repeated
  const plan = context.catalogue.plan(command.plan)
  if (!plan) return refuse({ code: 'plan_unknown' })
  if (plan.currency !== state.currency) return refuse({ code: 'currency_mismatch' })
  if (state.subscription && state.subscription.status !== 'ended')
    return refuse({ code: 'subscription_active' })
  const resized = resizedRuns(state, planAs(state, plan), timeOf(state, context))
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    plan: command.plan,
    windows: resized.map((own) => windowFacts(own, { drawn: ZERO, overshoot: ZERO })),
  })
}

/** Changes the switch for paid use, the overage line and caps. Charges nothing and claims nothing. */
export function setControls(state: AccountState, command: SetControls, context: Context): Decision {
  const content = contentOf(command)
  const repeated = replay(context, 'set_controls', command.requestId, content)
  if (repeated) return repeated
  const other = unexpected(state, command, context)
  if (other !== null) return refuse({ code: 'controls_changed', field: other })
  const at = timeOf(state, context)
  const caps = (command.caps ?? []).map((cap) =>
    keepingRaises(cap, capById(state, context, cap.id), at),
  )
  const removed = command.removeCaps ?? []
  const invalid = caps.find((cap) => !isValidCap(cap))
  if (invalid) return refuse({ code: 'amount_invalid', field: `caps.${invalid.id}` })
  if (command.overageLimit != null && command.overageLimit < ZERO)
    return refuse({ code: 'amount_invalid', field: 'overage_limit' })
  const scoped = new Set(context.scopedCaps.map(({ cap }) => cap.id))
  const known = new Set([...scoped, ...state.caps.map(({ cap }) => cap.id)])
  const unknown = removed.find((id) => !known.has(id))
  if (unknown !== undefined) return refuse({ code: 'cap_unknown', field: unknown })
  const beside = caps.filter((cap) => !isStateCap(cap))
  const added = beside.filter((cap) => !scoped.has(cap.id)).length
  // a cap whose new form is kept in the state leaves the rows beside it
  const moved = caps.filter((cap) => isStateCap(cap) && scoped.has(cap.id)).map((cap) => cap.id)
  const gone = [...removed.filter((id) => scoped.has(id)), ...moved]
  const movedOut = beside
    .filter((cap) => state.caps.some((own) => own.cap.id === cap.id))
    .map((cap) => cap.id)
  return posted(
    state,
    {
      ...head(state, command, context, content),
      postings: [],
      controls: {
        ...(command.paidUse !== undefined && { paid_use: command.paidUse }),
        ...(command.overageLimit !== undefined && {
          overage_limit: command.overageLimit === null ? null : formatNanos(command.overageLimit),
        }),
        ...(caps.length > 0 && { caps: caps.map(capFacts) }),
        ...(removed.length + movedOut.length > 0 && { removed_caps: [...removed, ...movedOut] }),
        scoped_caps: state.scopedCaps + added - gone.length,
      },
      ...(command.reason !== undefined && { reason: command.reason }),
    },
    { capDefinitions: { put: beside, remove: gone } },
  )
}

/** What is not as whoever orders has seen it; `null`: all of it is. */
function unexpected(
  state: AccountState,
  { expected }: SetControls,
  context: Context,
): string | null {
  if (expected?.paidUse !== undefined && expected.paidUse !== state.paidUse) return 'paid_use'
  const other = expected?.caps?.find(
    ({ id, amount }) => (capById(state, context, id)?.amount ?? null) !== amount,
  )
  return other ? `caps.${other.id}` : null
}

const contentOf = (command: SetControls) => ({
  ...(command.paidUse !== undefined && { paid_use: command.paidUse }),
  ...(command.overageLimit !== undefined && {
    overage_limit: command.overageLimit === null ? null : formatNanos(command.overageLimit),
  }),
  ...(command.caps && { caps: command.caps.map((cap: Cap) => capFacts(cap)) }),
  ...(command.removeCaps && { remove_caps: command.removeCaps }),
  ...(command.reason !== undefined && { reason: command.reason }),
})

/** Stops or resumes billing of an account whose self-check failed. */
export function park(state: AccountState, command: Park | Unpark, context: Context): Decision {
  const content = { reason: command.reason }
  const repeated = replay(context, command.kind, command.requestId, content)
  if (repeated) return repeated
  if (command.kind === 'park' && state.parked !== null) return refuse({ code: 'account_parked' })
  if (command.kind === 'unpark' && state.parked === null)
    return refuse({ code: 'account_not_parked' })
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    reason: command.reason,
  })
}

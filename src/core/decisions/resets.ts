import { capacityFrom, instanceAt } from '../funding/index.ts'
import { type AccountState, resetFacts } from '../ledger/index.ts'
import { ZERO } from '../money/index.ts'
import { formatInstant } from '../time/index.ts'
import { head, posted, timeOf, windowFacts } from './body.ts'
import type { GrantReset, RedeemReset } from './commands.ts'
import { type Context, type Decision, planNow } from './decision.ts'
import { refuse, replay } from './replay.ts'

/** Gives a reset of a window, to be used once before it expires. It is no credit and costs nothing. */
export function grantReset(state: AccountState, command: GrantReset, context: Context): Decision {
  const content = {
    name: command.name,
    window_id: command.windowId,
    expires_at: formatInstant(command.expiresAt),
  }
  const repeated = replay(context, 'grant_reset', command.requestId, content)
  if (repeated) return repeated
  const at = timeOf(state, context)
  if (command.expiresAt <= at) return refuse({ code: 'amount_invalid', field: 'expires_at' })
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    reset: resetFacts({
      id: command.resetId,
      name: command.name,
      windowId: command.windowId,
      grantedAt: at,
      expiresAt: command.expiresAt,
    }),
  })
}

/**
 * Uses a reset up: the run of the window that is open ends now, and the window begins anew: with the
 * next call, or, where its periods are fixed, at once and until the period ends. What calls in flight
 * hold stays theirs and counts in the run that ended. A window of which nothing is used is left alone,
 * so that no reset is wasted.
 */
export function redeemReset(state: AccountState, command: RedeemReset, context: Context): Decision {
  const content = { reset_id: command.resetId, window_id: command.windowId }
  const repeated = replay(context, 'redeem_reset', command.requestId, content)
  if (repeated) return repeated
  const reset = state.resets.find((own) => own.id === command.resetId)
  const at = timeOf(state, context)
  if (!reset) return refuse({ code: 'reset_unknown' })
  if (reset.expiresAt <= at) return refuse({ code: 'reset_expired' })
  const fits = reset.windowId === null || reset.windowId === command.windowId
  const spec = planNow(context.catalogue, state).windows.find(({ id }) => id === command.windowId)
  if (!fits || !spec) return refuse({ code: 'window_unknown', field: 'window_id' })
  const run = instanceAt(spec, state.windows, state.anchor, at)
  const used = run.used + run.overshoot
  if (!state.windows.includes(run) || used === 0n || run.start >= at)
    return refuse({
      code: 'window_unused',
      limit: { type: 'window', id: spec.id, used: '0', resets_at: null },
    })
  const ended = windowFacts({ ...run, end: at }, { drawn: ZERO, overshoot: ZERO })
  const opened = windowFacts(
    {
      windowId: spec.id,
      start: at,
      end: run.end,
      ...capacityFrom(spec, at),
      used: ZERO,
      held: ZERO,
      overshoot: ZERO,
    },
    { drawn: ZERO, overshoot: ZERO },
  )
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    windows: spec.shape === 'calendar' ? [ended, opened] : [ended],
    reset_id: reset.id,
  })
}

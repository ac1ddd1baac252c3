import type { AccountState, AutoReloadFacts, ReloadOutcome } from '../ledger/index.ts'
import { isPayable, parseNanos, ratio, ZERO } from '../money/index.ts'
import { head, posted } from './body.ts'
import type { EndReload, PauseAutoReload, SetAutoReload } from './commands.ts'
import type { Context, Decision } from './decision.ts'
import { refuse, replay } from './replay.ts'

/**
 * Sets the terms of auto-reload, with the sentence that was agreed to, or turns it off. Charges nothing:
 * the next charge needs a call that draws, or one that is refused for want of funds.
 */
export function setAutoReload(
  state: AccountState,
  command: SetAutoReload,
  context: Context,
): Decision {
  const content = { terms: command.terms, consent: command.consent }
  const repeated = replay(context, 'set_auto_reload', command.requestId, content)
  if (repeated) return repeated
  const inForce = state.autoReload?.terms ? state.autoReload.consentSeq : 0
  if (command.ifConsentSeq !== undefined && command.ifConsentSeq !== inForce)
    return refuse({ code: 'controls_changed', field: 'auto_reload' })
  if (command.terms) {
    const field = command.consent ? termsFault(command.terms, state.currency) : 'consent'
    if (field !== null) return refuse({ code: 'amount_invalid', field })
  }
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    auto_reload: command.terms,
    ...(command.consent && command.terms && { consent: command.consent }),
  })
}

/**
 * Lets it rest, or go on. The consent stays, so that going on needs no new one; neither charges anything.
 * Setting the terms anew ends a pause.
 */
export function pauseAutoReload(
  state: AccountState,
  command: PauseAutoReload,
  context: Context,
): Decision {
  const content = { paused: command.paused }
  const repeated = replay(context, 'set_auto_reload', command.requestId, content)
  if (repeated) return repeated
  if (!state.autoReload?.terms) return refuse({ code: 'auto_reload_off' })
  return posted(state, {
    ...head(
      state,
      { ...command, kind: 'set_auto_reload', terms: null, consent: null },
      context,
      content,
    ),
    postings: [],
    reload_paused: command.paused,
  })
}

/** The field of the terms that cannot be; `null` when all can. */
function termsFault(terms: AutoReloadFacts, currency: string): string | null {
  const positive = (text: string): boolean => {
    const value = parseNanos(text)
    return value !== undefined && value > ZERO && isPayable(value, currency)
  }
  if (!positive(terms.trigger_below)) return 'trigger_below'
  if ((terms.amount === null) === (terms.target === null)) return 'amount'
  if (terms.amount !== null && !positive(terms.amount)) return 'amount'
  if (terms.target !== null) {
    if (!positive(terms.target)) return 'target'
    if (parseNanos(terms.target)! <= parseNanos(terms.trigger_below)!) return 'target'
  }
  if (!positive(terms.max_per_day)) return 'max_per_day'
  if (!positive(terms.max_per_month)) return 'max_per_month'
  return ratio.parseRatio(terms.tax.rate) ? null : 'tax'
}

/** What a person has to look at before anything is charged again. */
const STOPPING: readonly ReloadOutcome[] = [
  'declined',
  'authentication_required',
  'method_removed',
  'terms_changed',
  'not_charged',
]

/** Ends a reload that was not credited. After a decline auto-reload is stopped: no second attempt. */
export function endReload(state: AccountState, command: EndReload, context: Context): Decision {
  const content = { round: command.round, outcome: command.outcome }
  const repeated = replay(context, 'end_reload', command.requestId, content)
  if (repeated) return repeated
  if (!state.autoReload) return refuse({ code: 'auto_reload_off' })
  if (state.autoReload.round !== command.round) return refuse({ code: 'reload_ended' })
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    reload_end: {
      round: command.round,
      payment_id: command.requestId,
      outcome: command.outcome,
      stops: STOPPING.includes(command.outcome),
      ...(command.attempt && { attempt: command.attempt }),
    },
  })
}

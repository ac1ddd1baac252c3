import type { Instant } from '../time/index.ts'
import { isEnded, isOpen } from './fold.ts'
import { after, type SupportPolicy } from './policy.ts'
import type { CaseEventKind, CaseView, NewEvent } from './types.ts'

/** Why a step cannot be taken now. */
export type StepRefusal =
  /** Nothing more is done in a case that has ended. */
  | 'case_closed'
  /** The case is at a step at which this has no meaning. */
  | 'case_step'
  /** It takes somebody else than whoever asked or decided before. */
  | 'approval_by_another'
  /** The time to appeal is over, or the case was appealed before. */
  | 'appeal_over'

export interface StepContext {
  /** Who takes the step. */
  readonly by: string
  readonly at: Instant
  readonly policy: SupportPolicy | null
}

type Check<K extends CaseEventKind> = (
  view: CaseView,
  event: NewEvent<K>,
  context: StepContext,
) => StepRefusal | null

const going: Check<CaseEventKind> = (view) => (isEnded(view.state) ? 'case_closed' : null)

const undecided = (view: CaseView): StepRefusal | null => {
  if (isEnded(view.state)) return 'case_closed'
  return isOpen(view.state) ? null : 'case_step'
}

const when = (holds: boolean): StepRefusal | null => (holds ? null : 'case_step')

/** In a new round nobody decides who has decided before. */
const another = (view: CaseView, by: string): StepRefusal | null =>
  view.deciders.includes(by) ? 'approval_by_another' : null

const APPEAL_UNTOLD = 'P30D'

const CHECKS: { readonly [K in CaseEventKind]: Check<K> } = {
  received: () => 'case_step',
  checked: (view) => when(view.state === 'received'),
  person_asked: going,
  customer_wrote: going,
  assigned: going,
  noted: going,
  replied: going,
  escalated: going,
  refund_requested: (view, _event, { by }) =>
    undecided(view) ?? when(view.pending === null) ?? another(view, by),
  refund_denied: (view, _event, { by }) => {
    if (!view.pending) return 'case_step'
    return view.pending.by === by ? 'approval_by_another' : null
  },
  decided: (view, { facts }, { by }) => {
    const early = undecided(view) ?? another(view, by)
    if (early) return early
    if (facts.requested_by === null) return when(view.pending === null || facts.automatic)
    if (view.pending?.by !== facts.requested_by) return 'case_step'
    return view.pending.by === by ? 'approval_by_another' : null
  },
  // also when it was decided meanwhile: what was given is ended next
  provisional_given: (view) => when(view.provisional === null),
  provisional_ended: (view) => when(view.provisional !== null && view.provisional.used === null),
  posted: (view) => when(view.state === 'decided' && view.decision?.verdict === 'refund'),
  sent: (view) => when(view.state === 'posted'),
  settled: (view) => when(view.state === 'sent'),
  closed: (view) => {
    if (isEnded(view.state)) return 'case_closed'
    if (view.state === 'decided') return when(view.decision?.verdict === 'rejected')
    // what somebody objects to is decided: never simply closed
    return when(isOpen(view.state) && view.origin !== 'dispute' && view.pending === null)
  },
  appealed: (view, _event, { at, policy }) => {
    const { state, decision } = view
    if (!decision || (state !== 'settled' && state !== 'closed')) return 'case_step'
    const until = after(decision.at, policy?.appeal_within ?? APPEAL_UNTOLD)
    return view.appealed || at >= until ? 'appeal_over' : null
  },
  reopened: (view) => when(!isOpen(view.state) && view.state !== 'merged'),
  withdrawn: undecided,
  merged: (view) => undecided(view) ?? when(view.pending === null && view.provisional === null),
  sampled: (view) => when(view.decision?.automatic === true && view.sample === 'none'),
}

/** Whether a step may be taken: one flat check for each kind, and `null` if nothing is against it. */
export function stepRefusal(
  view: CaseView,
  event: NewEvent,
  context: StepContext,
): StepRefusal | null {
  const check = CHECKS[event.kind] as Check<CaseEventKind>
  return check(view, event, context)
}

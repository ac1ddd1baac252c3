import { add, readNanos, ZERO } from '../money/index.ts'
import type { CaseEvent, CaseEventKind, CaseOrigin, CaseState, CaseView, Stage } from './types.ts'

/** Work goes on: nothing of this round is decided. */
export const OPEN_STATES: readonly CaseState[] = ['received', 'checked', 'appealed', 'reopened']
/** Nothing more happens by itself. */
export const ENDED_STATES: readonly CaseState[] = ['settled', 'closed', 'withdrawn', 'merged']

export const isOpen = (state: CaseState): boolean => OPEN_STATES.includes(state)
export const isEnded = (state: CaseState): boolean => ENDED_STATES.includes(state)

const begun = (origin: CaseOrigin): CaseView => ({
  state: 'received',
  origin,
  round: 1,
  assignee: null,
  tier: null,
  needsPerson: true,
  pending: null,
  offer: null,
  decision: null,
  deciders: [],
  provisional: null,
  refunded: ZERO,
  sample: 'none',
  times: {},
  due: {},
  appealed: false,
})

/** A case is the fold of its events: nothing else is asked where it stands. */
export const foldCase = (origin: CaseOrigin, events: readonly CaseEvent[]): CaseView =>
  events.reduce(applyEvent, begun(origin))

/** Kinds that only move the state, to one of the same name. */
const MOVES: Readonly<Partial<Record<CaseEventKind, CaseState>>> = {
  sent: 'sent',
  settled: 'settled',
  closed: 'closed',
  withdrawn: 'withdrawn',
  merged: 'merged',
}

/** The case after one more event. */
export function applyEvent(view: CaseView, event: CaseEvent): CaseView {
  switch (event.kind) {
    case 'received':
      return { ...timed(view, 'received', event), due: event.facts.due ?? {} }
    case 'checked': {
      const { offer } = event.facts
      return { ...timed(view, 'checked', event), state: 'checked', offer, needsPerson: !offer }
    }
    case 'person_asked':
      return { ...view, needsPerson: true }
    case 'assigned':
      return { ...view, assignee: event.facts.to }
    case 'escalated':
      return { ...view, tier: event.facts.tier, needsPerson: true, assignee: null }
    case 'refund_requested':
      return { ...view, pending: { ...event.facts, by: event.actor.id, at: event.at } }
    case 'refund_denied':
      return { ...view, pending: null }
    case 'decided':
      return decided(view, event)
    case 'provisional_given':
      return { ...view, provisional: { ...event.facts, used: null } }
    case 'provisional_ended':
      return ended(view, event)
    case 'posted': {
      const refunded = add(view.refunded, readNanos(event.facts.total))
      return { ...timed(view, 'posted', event), state: 'posted', refunded }
    }
    case 'appealed':
      return { ...again(view, event), state: 'appealed', appealed: true }
    case 'reopened':
      return { ...again(view, event), state: 'reopened' }
    case 'sampled':
      return { ...view, sample: event.facts.agree ? 'agreed' : 'disagreed' }
    default:
      return moved(view, event)
  }
}

function moved(view: CaseView, event: CaseEvent): CaseView {
  const state = MOVES[event.kind]
  if (state === undefined) return view
  const stage = state === 'sent' || state === 'settled' ? timed(view, state, event) : view
  return { ...stage, state, needsPerson: false, pending: null }
}

const timed = (view: CaseView, stage: Stage, { at }: CaseEvent): CaseView => ({
  ...view,
  times: { ...view.times, [stage]: at },
})

function decided(view: CaseView, event: CaseEvent<'decided'>): CaseView {
  const { facts, actor, at } = event
  return {
    ...timed(view, 'decided', event),
    state: 'decided',
    decision: { ...facts, by: actor.id, at },
    pending: null,
    needsPerson: false,
    due: { ...view.due, ...facts.due },
  }
}

const ended = (view: CaseView, { facts }: CaseEvent<'provisional_ended'>): CaseView =>
  view.provisional
    ? { ...view, provisional: { ...view.provisional, used: readNanos(facts.used) } }
    : view

/** A new round: what was posted stays, what was decided is decided anew. */
function again(view: CaseView, { facts }: CaseEvent<'appealed' | 'reopened'>): CaseView {
  const { received, checked } = view.times
  return {
    ...view,
    round: view.round + 1,
    offer: null,
    decision: null,
    deciders: view.decision ? [...view.deciders, ...whoDecided(view.decision)] : view.deciders,
    needsPerson: true,
    assignee: null,
    times: {
      ...(received !== undefined && { received }),
      ...(checked !== undefined && { checked }),
    },
    due: { ...view.due, ...facts.due },
  }
}

const whoDecided = (decision: NonNullable<CaseView['decision']>): string[] =>
  decision.requested_by === null ? [decision.by] : [decision.by, decision.requested_by]

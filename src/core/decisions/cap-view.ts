import {
  type CallFacts,
  type CapCounts,
  capAmountAt,
  capApplies,
  capBucket,
  capInterval,
  eachOf,
  isOfEach,
  raisesInForce,
} from '../funding/index.ts'
import type { AccountCap, AccountState, Amount, Timestamp } from '../ledger/index.ts'
import { formatNanos, type Nanos, readNanos, subtractToZero, ZERO } from '../money/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'

export interface CapView {
  readonly id: string
  readonly scope: string
  readonly scope_id: string | null
  readonly period: string
  readonly counts: CapCounts
  /** The limit now, a raise in force included. */
  readonly amount: Amount
  /** While a raise is in force: the limit without it, and when the raise ends. */
  readonly base_amount?: Amount
  readonly raised_until?: Timestamp | null
  readonly spent: Amount
  readonly held: Amount
  readonly left: Amount
  readonly resets_at: Timestamp | null
}

type Counted = Pick<AccountCap, 'cap' | 'counters'>
type Anchored = Pick<AccountState, 'anchor'>

/** A call of nobody in particular: it counts in no session and in nobody's counter of a cap on each. */
const ANYBODY: CallFacts = {
  model: '',
  features: [],
  client: null,
  keyId: null,
  memberId: null,
  projectId: null,
  sessionId: null,
}

/** A cap with the counter of the period that `at` falls in; for a cap on each, with nobody's. */
export const capView = (own: Counted, state: Anchored, at: Instant): CapView =>
  capViewFor(own, ANYBODY, state, at)

function capViewFor(own: Counted, call: CallFacts, state: Anchored, at: Instant): CapView {
  const { cap } = own
  const interval = capInterval(cap, state.anchor, at)
  const bucket = capBucket(cap, call, state.anchor, at)
  const counter = own.counters.find((candidate) => candidate.bucket === bucket)
  const spent = counter?.spent ?? ZERO
  const held = counter?.held ?? ZERO
  const each = eachOf(cap, call)
  const amount = capAmountAt(cap, each, at)
  return {
    id: cap.id,
    scope: cap.scope,
    scope_id: cap.scopeId,
    period: cap.period,
    counts: cap.counts,
    amount: formatNanos(amount),
    ...(amount > cap.amount && {
      base_amount: formatNanos(cap.amount),
      raised_until: endOfRaise(own, { each, amount }, at),
    }),
    spent: formatNanos(spent),
    held: formatNanos(held),
    left: formatNanos(subtractToZero(amount, (spent + held) as Nanos)),
    resets_at: interval ? formatInstant(interval.end) : null,
  }
}

/** Until when the limit is this high: the latest end of the raises that make it so. */
function endOfRaise(
  { cap }: Counted,
  now: { readonly each: string | null; readonly amount: Nanos },
  at: Instant,
): Timestamp | null {
  const ends = raisesInForce(cap, at)
    .filter((raise) => raise.for === now.each && raise.to === now.amount)
    .map((raise) => raise.until)
  let last = ends[0] ?? null
  for (const end of ends) if (last !== null && (end === null || end > last)) last = end
  return last === null ? null : formatInstant(last)
}

/** Whose calls are asked about; a model of `null` stands for any. */
export interface CapSubject {
  readonly memberId: string | null
  readonly keyId: string | null
  readonly projectId: string | null
  readonly sessionId: string | null
  readonly model: string | null
}

/** One cap that could stop a call, and where it comes from. */
export interface CapLink extends CapView {
  readonly source:
    | 'account'
    | 'member'
    | 'each_member'
    | 'key'
    | 'each_key'
    | 'project'
    | 'each_project'
    | 'model'
}

/** Every cap that could bind for these calls, the one with least left first. */
export function capChain(
  caps: readonly Counted[],
  subject: CapSubject,
  state: Anchored,
  at: Instant,
): CapLink[] {
  const call: CallFacts = { ...ANYBODY, ...subject, model: subject.model ?? '' }
  return caps
    .filter((own) => couldBind(own, subject, call))
    .map((own): CapLink => ({ ...capViewFor(own, call, state, at), source: sourceOf(own) }))
    .sort(byRoom)
}

/** A cap on sessions could bind in a session that is not named, too. */
function couldBind({ cap }: Counted, subject: CapSubject, call: CallFacts): boolean {
  if (cap.scope === 'model' && subject.model === null) return true
  return capApplies(cap, { ...call, sessionId: call.sessionId ?? '' })
}

const sourceOf = ({ cap }: Counted): CapLink['source'] =>
  (isOfEach(cap) ? `each_${cap.scope}` : cap.scope) as CapLink['source']

function byRoom(a: CapLink, b: CapLink): number {
  const [one, other] = [readNanos(a.left), readNanos(b.left)]
  if (one !== other) return one < other ? -1 : 1
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

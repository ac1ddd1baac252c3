import { add, max, min, type Nanos, subtract, subtractToZero, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { capRoom, countsAgainst } from './caps.ts'
import { inScope } from './scope.ts'
import type {
  CallFacts,
  CapCounts,
  CapUse,
  Coverage,
  FundingPlan,
  Lot,
  LotCategory,
  PassedOver,
  SourceClass,
  SourceTrace,
  WindowInstance,
} from './types.ts'
import { leastRoom } from './windows.ts'

export interface FundingInput {
  /** What is to be funded. */
  readonly amount: Nanos
  readonly call: CallFacts
  readonly coverage: Coverage
  /** The windows of the call; `null` when the plan has none at all. */
  readonly windows: readonly WindowInstance[] | null
  readonly lots: readonly Lot[]
  readonly paidUse: boolean
  readonly overage: { readonly limit: Nanos | null; readonly used: Nanos; readonly held: Nanos }
  readonly caps: readonly CapUse[]
  /** What the call's own hold had reserved: a switch or cap changed since does not take it back. */
  readonly promised?: Promised
  /** The event's time: eligibility of lots is judged then. */
  readonly at: Instant
}

export interface Promised {
  /** By source: a lot's id, `included` or `overage`. */
  readonly sources: ReadonlyMap<string, Nanos>
  /** By cap id. */
  readonly caps: ReadonlyMap<string, Nanos>
}

/** One source with what it could give, before caps. */
interface Candidate {
  readonly class: SourceClass
  readonly source: string
  /** Which caps count; `null` for included capacity. */
  readonly category: LotCategory | null
  readonly free: Nanos
  /** Why it cannot be used at all. */
  readonly barred: PassedOver | null
  /** Why it gives no more once `free` is drawn. */
  readonly spent: PassedOver
  readonly windowId?: string
}

/**
 * The funding order: lots before the windows, included windows, promotional lots, paid lots,
 * overage. Total and deterministic; each source says why it was passed over or gave only a part.
 */
export function fund(input: FundingInput): FundingPlan {
  const trace: SourceTrace[] = []
  let needed = input.amount
  let included = ZERO
  let money = ZERO
  let paid = ZERO
  for (const candidate of candidates(input)) {
    const cap = tightestCap(input, candidate.category, { all: add(included, money), money, paid })
    const step = draw(candidate, needed, cap)
    trace.push(step)
    needed = (needed - step.drawn) as Nanos
    if (candidate.category === null) included = step.drawn
    else money = (money + step.drawn) as Nanos
    if (candidate.category === 'paid') paid = (paid + step.drawn) as Nanos
  }
  return { trace, included, money, short: needed }
}

function draw(candidate: Candidate, needed: Nanos, cap: CapLimit | null): SourceTrace {
  const base = {
    class: candidate.class,
    category: candidate.category,
    source: candidate.source,
    ...(candidate.windowId !== undefined && { windowId: candidate.windowId }),
  }
  if (needed === ZERO) return { ...base, free: candidate.free, drawn: ZERO, reason: 'not_needed' }
  if (candidate.barred)
    return { ...base, free: candidate.free, drawn: ZERO, reason: candidate.barred }
  const free = cap ? min(candidate.free, cap.room) : candidate.free
  const drawn = min(free, needed)
  if (drawn === needed) return { ...base, free, drawn, reason: null }
  if (cap && cap.room < candidate.free)
    return { ...base, free, drawn, reason: 'cap_reached', capId: cap.id }
  return { ...base, free, drawn, reason: candidate.spent }
}

export interface CapLimit {
  readonly id: string
  readonly room: Nanos
}

/** The cap that leaves least of what included value may still be drawn: `null` where none counts it. */
export const includedCap = (input: Pick<FundingInput, 'caps' | 'promised'>): CapLimit | null =>
  tightestCap(input, null, { all: ZERO, money: ZERO, paid: ZERO })

/** @param category of the source; `null`: included value. */
function tightestCap(
  input: Pick<FundingInput, 'caps' | 'promised'>,
  category: LotCategory | null,
  drawn: Readonly<Record<CapCounts, Nanos>>,
): CapLimit | null {
  let tightest: CapLimit | null = null
  for (const use of input.caps) {
    if (!countsAgainst(use.cap, category)) continue
    const promised = input.promised?.caps.get(use.cap.id) ?? ZERO
    const room = subtractToZero(max(capRoom(use), promised), drawn[use.cap.counts])
    if (tightest === null || room < tightest.room) tightest = { id: use.cap.id, room }
  }
  return tightest
}

function candidates(input: FundingInput): Candidate[] {
  const lots = [...input.lots].sort(compareLots)
  const before = lots.filter((lot) => lot.position === 'before_windows')
  const after = lots.filter((lot) => lot.position === 'after_windows')
  const list = before.map((lot) => lotCandidate('before_windows', lot, input))
  if (input.windows !== null) list.push(includedCandidate(input.windows, input.coverage))
  for (const category of ['promotional', 'paid'] as const)
    for (const lot of after)
      if (lot.category === category) list.push(lotCandidate(category, lot, input))
  if (input.overage.limit !== null) list.push(overageCandidate(input, input.overage.limit))
  return list
}

/** Later than any expiry. */
const NEVER = Number.MAX_SAFE_INTEGER

/** Inside a class: priority, soonest expiry (none last), lower cost basis, oldest, id. */
export function compareLots(a: Lot, b: Lot): number {
  if (a.priority !== b.priority) return a.priority - b.priority
  const expiry = (a.expiresAt ?? NEVER) - (b.expiresAt ?? NEVER)
  if (expiry !== 0) return expiry
  // price paid per unit of face, compared without dividing
  const basis = a.pricePaid * b.face - b.pricePaid * a.face
  if (basis !== 0n) return basis < 0n ? -1 : 1
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

function lotCandidate(sourceClass: SourceClass, lot: Lot, input: FundingInput): Candidate {
  const barred = lotBarred(lot, input)
  if (barred === 'switched_off' || barred === 'frozen') {
    const free = min(promisedOf(input, lot.id), subtract(lot.remaining, lot.held))
    return onlyPromised(
      { class: sourceClass, source: lot.id, category: lot.category, barred },
      free,
      subtract(lot.remaining, lot.held),
    )
  }
  return {
    class: sourceClass,
    source: lot.id,
    category: lot.category,
    free: (lot.remaining - lot.held) as Nanos,
    barred,
    spent: lot.held > ZERO ? 'held' : 'exhausted',
  }
}

function lotBarred(lot: Lot, input: FundingInput): PassedOver | null {
  // A voided or expired lot may still be drawn for what a call in flight holds on it: nothing else
  // of it is left in `remaining` once the void or the expiry has been posted.
  if (lot.voidedAt !== null && lot.voidedAt <= input.at) return 'voided'
  if (lot.frozenAt !== undefined) return 'frozen'
  if (input.at < lot.effectiveAt) return 'not_yet_effective'
  if (lot.expiresAt !== null && lot.expiresAt <= input.at) return 'expired'
  if (!inScope(lot.scope, input.call)) return 'out_of_scope'
  if (lot.category === 'paid' && !input.paidUse) return 'switched_off'
  return null
}

function includedCandidate(windows: readonly WindowInstance[], coverage: Coverage): Candidate {
  const { room, binding } = leastRoom(windows)
  const heldElsewhere = binding !== null && binding.held > ZERO
  return {
    class: 'included',
    source: 'included',
    category: null,
    free: room,
    barred: coverage !== 'covered' ? coverage : windows.length === 0 ? 'out_of_scope' : null,
    spent: heldElsewhere ? 'held' : 'exhausted',
    ...(binding !== null && { windowId: binding.windowId }),
  }
}

function overageCandidate(input: FundingInput, limit: Nanos): Candidate {
  const { used, held } = input.overage
  const promised = promisedOf(input, 'overage')
  const room = subtractToZero(limit, add(used, held))
  const base = { class: 'overage', source: 'overage', category: 'paid' } as const
  if (!input.paidUse) return onlyPromised({ ...base, barred: 'switched_off' }, promised, room)
  return {
    ...base,
    free: max(room, promised),
    barred: null,
    spent: held > ZERO ? 'held' : 'exhausted',
  }
}

const promisedOf = (input: FundingInput, source: string): Nanos =>
  input.promised?.sources.get(source) ?? ZERO

/** Switched off or frozen since: only what the call's own hold had reserved before may be drawn. */
function onlyPromised(
  own: Pick<Candidate, 'class' | 'source' | 'category'> & { readonly barred: PassedOver },
  promised: Nanos,
  free: Nanos,
): Candidate {
  const { barred, ...base } = own
  return promised > ZERO
    ? { ...base, free: promised, barred: null, spent: barred }
    : { ...base, free, barred, spent: barred }
}

import { isOfEach, isStateCap, sameInstance } from '../funding/index.ts'
import { add, type Nanos, readNanos, ZERO } from '../money/index.ts'
import { HOUR_MS, type Instant } from '../time/index.ts'
import type { CapUseFacts, EntryBody, WindowFacts } from './entry.ts'
import { capOf, openRun, readInstant } from './facts.ts'
import { apply } from './fold.ts'
import { type AccountCap, type AccountState, type CapCounter, upsert } from './state.ts'

/** What a journal tells of its account up to an entry: the folded state, and the caps beside it. */
export interface Known {
  readonly state: AccountState
  /** Caps of members, keys and projects by id, with the counters of their last periods. */
  readonly beside: ReadonlyMap<string, AccountCap>
}

/** Counters of a cap that are kept: the period now, and one or two for what comes late. */
const COUNTERS_KEPT = 4
/** Runs that ended longer ago stand in no later state. */
const WINDOW_KEPT_MS = 48 * HOUR_MS

/** Takes the next entry in. */
export function learn(known: Known | null, body: EntryBody): Known {
  const state = apply(known?.state ?? null, body)
  const before = known?.beside ?? new Map()
  return { state, beside: body.refused ? before : besideAfter(before, body) }
}

/** Adds the runs that only calls in flight had begun by then: nothing was drawn from them yet. */
export function withBegun(known: Known, runs: readonly WindowFacts[], at: Instant): Known {
  const { state } = known
  let windows = state.windows
  for (const facts of runs) {
    if (facts.start === null || facts.end === null) continue
    const run = { start: readInstant(facts.start), end: readInstant(facts.end) }
    const isKnown = windows.some((own) => sameInstance(own, facts.id, run.start))
    if (run.start <= at && at < run.end && !isKnown) windows = [...windows, openRun(facts, run)]
  }
  return { ...known, state: { ...state, windows } }
}

/** Lets go of runs that are over: a long journal folds in bounded memory. */
export function letGo({ state, beside }: Known): Known {
  const windows = state.windows.filter((own) => own.end + WINDOW_KEPT_MS > state.lastAt)
  return { state: { ...state, windows }, beside }
}

function besideAfter(before: Known['beside'], body: EntryBody): Known['beside'] {
  const { controls, caps: uses = [] } = body
  const removed = controls?.removed_caps ?? []
  const defined = (controls?.caps ?? []).map(capOf)
  if (removed.length + defined.length === 0 && !uses.some(({ beside }) => beside)) return before
  const after = new Map(before)
  for (const id of removed) end(after, id)
  for (const cap of defined)
    if (isStateCap(cap)) end(after, cap.id)
    else after.set(cap.id, { cap, counters: after.get(cap.id)?.counters ?? [], removed: false })
  for (const use of uses) countUse(after, use)
  return after
}

/** Its counters go on: calls in flight still draw on it, and it may come back. */
function end(caps: Map<string, AccountCap>, id: string): void {
  const own = caps.get(id)
  if (own) caps.set(id, { ...own, removed: true })
}

const NOT_SHOWN: readonly string[] = ['call', 'session']

/** Caps on each and those of sessions have counters that no look at the account shows. */
function countUse(caps: Map<string, AccountCap>, use: CapUseFacts): void {
  const own = caps.get(use.id)
  if (!own || !use.beside || use.drawn === '0') return
  if (isOfEach(own.cap) || NOT_SHOWN.includes(use.period)) return
  caps.set(use.id, { ...own, counters: countersAfter(own.counters, use) })
}

function countersAfter(counters: readonly CapCounter[], use: CapUseFacts): CapCounter[] {
  const counted = upsert(
    counters,
    ({ bucket }) => bucket === use.bucket,
    (old): CapCounter => ({
      bucket: use.bucket,
      spent: add(old?.spent ?? ZERO, readNanos(use.drawn)) as Nanos,
      held: ZERO,
    }),
  )
  return counted.sort((a, b) => (a.bucket < b.bucket ? 1 : -1)).slice(0, COUNTERS_KEPT)
}

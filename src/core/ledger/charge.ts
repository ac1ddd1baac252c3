import type { LotCategory } from '../funding/types.ts'
import { add, type Nanos, readNanos, ZERO } from '../money/index.ts'
import type { CapUseFacts, EntryBody, FundingFacts, WindowFacts } from './entry.ts'

/** What one source still carries of a call, after all corrections. */
export interface NetDraw {
  readonly class: FundingFacts['class']
  readonly source: string
  /** `null` for included capacity. */
  readonly category: LotCategory | null
  readonly amount: Nanos
}

export interface NetWindow {
  readonly id: string
  readonly start: string
  readonly drawn: Nanos
  readonly overshoot: Nanos
}

/** A call's charge as it stands: its settlement, completions, refunds, moves and reversals folded. */
export interface Charge {
  readonly callId: string
  /** The entry that settled it. */
  readonly settled: EntryBody
  /** In funding order. */
  readonly draws: readonly NetDraw[]
  readonly windows: readonly NetWindow[]
  readonly caps: readonly CapUseFacts[]
  readonly refunded: Nanos
  readonly reversed: boolean
  /** The entry whose money waits for room in its windows, and which windows they are. */
  readonly draw: { readonly key: string; readonly seq: number } | null
  /** Set when the call still waits for a price or for its usage. */
  readonly pending: 'unpriced' | 'usage_missing' | null
}

const SETTLING: readonly string[] = ['settle', 'record']
const CORRECTING: readonly string[] = ['complete', 'refund', 'rerate', 'reverse', 'reattribute']

/** Folds the entries of one call, in `seq` order. `null` when none of them settled it. */
export function chargeOf(entries: readonly EntryBody[]): Charge | null {
  const settled = entries.find((body) => SETTLING.includes(body.kind) && !body.refused)
  if (!settled?.call) return null
  const changes = entries.filter(
    (body) => CORRECTING.includes(body.kind) && !body.refused && body.ref_seq === settled.seq,
  )
  const all = [settled, ...changes]
  const drew = all.find((body) => body.draw_key !== undefined)
  return {
    callId: settled.call.call_id,
    settled,
    draws: netDraws(all),
    windows: netWindows(all),
    caps: netCaps(all),
    refunded: changes
      .filter((body) => body.kind === 'refund' || body.kind === 'rerate')
      .reduce((total, body) => add(total, givenBack(body)), ZERO),
    reversed: changes.some((body) => body.kind === 'reverse'),
    draw: drew?.draw_key === undefined ? null : { key: drew.draw_key, seq: drew.seq },
    pending: changes.some((body) => body.kind === 'complete') ? null : (settled.pending ?? null),
  }
}

/** What an entry gave back to the customer, as a positive amount. */
export const givenBack = (body: EntryBody): Nanos =>
  (body.funding ?? []).reduce((total, source) => (total - readNanos(source.drawn)) as Nanos, ZERO)

function netDraws(entries: readonly EntryBody[]): NetDraw[] {
  const draws = new Map<string, NetDraw>()
  for (const body of entries)
    for (const source of body.funding ?? []) {
      const amount = readNanos(source.drawn)
      const old = draws.get(source.source)
      if (old) draws.set(source.source, { ...old, amount: add(old.amount, amount) })
      else if (amount !== ZERO)
        draws.set(source.source, {
          class: source.class,
          source: source.source,
          category: categoryOf(source),
          amount,
        })
    }
  return [...draws.values()].filter((draw) => draw.amount !== ZERO).sort(byClass)
}

const CLASS_RANK = { before_windows: 0, included: 1, promotional: 2, paid: 3, overage: 4 } as const
const byClass = (a: NetDraw, b: NetDraw): number => CLASS_RANK[a.class] - CLASS_RANK[b.class]

function netWindows(entries: readonly EntryBody[]): NetWindow[] {
  const windows = new Map<string, NetWindow>()
  for (const body of entries) for (const facts of body.windows ?? []) addWindow(windows, facts)
  return [...windows.values()]
}

function addWindow(windows: Map<string, NetWindow>, facts: WindowFacts): void {
  if (facts.start === null) return
  const key = `${facts.id}@${facts.start}`
  const old = windows.get(key)
  windows.set(key, {
    id: facts.id,
    start: facts.start,
    drawn: add(old?.drawn ?? ZERO, readNanos(facts.drawn)),
    overshoot: add(old?.overshoot ?? ZERO, readNanos(facts.overshoot)),
  })
}

function netCaps(entries: readonly EntryBody[]): CapUseFacts[] {
  const caps = new Map<string, CapUseFacts>()
  for (const body of entries)
    for (const use of body.caps ?? []) if (!caps.has(use.id)) caps.set(use.id, use)
  return [...caps.values()]
}

/** Whether a draw was of paid or promotional money; `null` for included capacity. */
export function categoryOf(source: Pick<FundingFacts, 'class' | 'category'>): LotCategory | null {
  switch (source.class) {
    case 'included':
      return null
    case 'promotional':
      return 'promotional'
    case 'paid':
    case 'overage':
      return 'paid'
    case 'before_windows':
      return source.category ?? 'promotional'
  }
}

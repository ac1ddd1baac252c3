import { formatNanos, nanos, readNanos } from '../../core/money/index.ts'
import { MINUTE_MS, parseInstant } from '../../core/time/index.ts'
import { COLLAPSED } from './codes.ts'
import { type AmountsBySource, type Happening, NO_AMOUNTS, type RunPart } from './happening.ts'

/** Calls further apart than this are two lines. */
const RUN_GAP_MS = 30 * MINUTE_MS
/**
 * A run ends where the journal's count passes a multiple of this: a bound that does not depend on where
 * a page begins, so that the same lines come again however the list is read and however it has grown.
 */
export const RUN_ENTRIES = 500

const MODELS_NAMED = 10

/** Happenings that are told as one line, the oldest first. */
export type Group = readonly [Happening, ...Happening[]]

/** Cuts a list that is in order of time, whichever way, into lines. */
export function groups(list: readonly Happening[]): Group[] {
  const cut: [Happening, ...Happening[]][] = []
  for (const own of list) {
    const open = cut.at(-1)
    if (open && belongs(open.at(-1)!, own)) open.push(own)
    else cut.push([own])
  }
  return cut.map(oldestFirst)
}

const oldestFirst = (group: [Happening, ...Happening[]]): Group =>
  (group[0].seq ?? 0) > (group.at(-1)!.seq ?? 0)
    ? (group.reverse() as [Happening, ...Happening[]])
    : group

const collapses = ({ kind, run }: Happening): boolean =>
  run !== null && COLLAPSED.some((own) => own === kind)
const partOfJournal = (seq: number): number => Math.floor((seq - 1) / RUN_ENTRIES)

function belongs(a: Happening, b: Happening): boolean {
  if (!collapses(a) || a.code !== b.code || a.seq === null || b.seq === null) return false
  const gap = Math.abs(parseInstant(a.at)! - parseInstant(b.at)!)
  return gap <= RUN_GAP_MS && partOfJournal(a.seq) === partOfJournal(b.seq)
}

/** A run in figures; amounts are exact decimals, and of a move what went from money to the windows. */
export interface RunFacts {
  /** Calls that ended, refusals, or calls that something of was moved. */
  readonly count: number
  /** Attempts that cost nothing because they failed. */
  readonly failed: number
  /** Calls whose price or usage came later. */
  readonly completed: number
  readonly models: readonly { readonly model: string; readonly count: number }[]
  /** Models beyond those that are named. */
  readonly other_models: number
  readonly refusal: string | null
  readonly amounts: Readonly<Record<keyof AmountsBySource, string>>
}

export function runFacts(group: Group): RunFacts {
  const parts = group.map(({ run }) => run!)
  const ending = (ends: RunPart['ends']) => parts.filter((own) => own.ends === ends)
  const told = [...ending('charged'), ...ending('blocked'), ...ending('moved')]
  const models = modelsOf(told.length > 0 ? told : parts)
  return {
    count: new Set(told.map((own, index) => own.callId ?? index)).size,
    failed: ending('failed').length,
    completed: ending('completed').length,
    models: models.slice(0, MODELS_NAMED),
    other_models: Math.max(0, models.length - MODELS_NAMED),
    refusal: parts[0]?.refusal ?? null,
    amounts: amountsOf(parts),
  }
}

function modelsOf(parts: readonly RunPart[]): { model: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { model } of parts) if (model !== null) counts.set(model, (counts.get(model) ?? 0) + 1)
  return [...counts]
    .map(([model, count]) => ({ model, count }))
    .sort((a, b) => b.count - a.count || (a.model < b.model ? -1 : 1))
}

function amountsOf(parts: readonly RunPart[]): RunFacts['amounts'] {
  const names = Object.keys(NO_AMOUNTS) as (keyof AmountsBySource)[]
  const sum = (name: keyof AmountsBySource) =>
    formatNanos(nanos(parts.reduce((so, { amounts }) => so + amounts[name], 0n)))
  return Object.fromEntries(names.map((name) => [name, sum(name)])) as RunFacts['amounts']
}

/** What the sources gave together. */
export const totalOf = (amounts: RunFacts['amounts']): string =>
  formatNanos(nanos(Object.values(amounts).reduce((so, own) => so + readNanos(own), 0n)))

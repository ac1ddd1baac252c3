import { Latencies, type LatencyCounts, median } from './latencies.ts'
import type { Measured } from './load.ts'
import type { Verdict } from './postgres.ts'

/** One way of doing the work, measured in every round. */
export interface Mode {
  readonly name: string
  /** Measures once, on a database of its own; the check of that database comes with it. */
  readonly measure: () => Promise<Outcome>
}

export interface Outcome {
  readonly measured: Measured & { readonly conflicts?: number; readonly perCommit?: number }
  /** Of PostgreSQL, for all that was done; `null` where it cannot be read. */
  readonly serverCpuMs: number | null
  readonly verdict: Verdict | null
}

export interface Result {
  readonly name: string
  /** Per second, in each round. */
  readonly rates: readonly number[]
  readonly rate: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly firstByteP50Ms?: number | null
  readonly firstByteP99Ms?: number | null
  /** Processor time for each: it says more than the rate where others use the machine too. */
  readonly nodeCpuUs: number
  readonly serverCpuUs: number | null
  readonly conflicts?: number
  readonly perCommit?: number
  readonly verdict: Verdict | null
}

/** Measures every mode in every round, one after another, so that a busy minute hits all of them. */
export async function runRounds(
  modes: readonly Mode[],
  rounds: number,
  progress: (text: string) => void,
): Promise<Map<string, Result>> {
  const outcomes = new Map<string, Outcome[]>(modes.map((mode) => [mode.name, []]))
  for (let round = 1; round <= rounds; round += 1)
    for (const mode of modes) {
      progress(`round ${round} of ${rounds}: ${mode.name}`)
      outcomes.get(mode.name)!.push(await mode.measure())
    }
  progress('')
  return new Map([...outcomes].map(([name, own]) => [name, resultOf(name, own)]))
}

function resultOf(name: string, outcomes: readonly Outcome[]): Result {
  const each = outcomes.map(({ measured }) => measured)
  const rates = each.map((own) => own.done / own.seconds)
  const total = sumOf(each.map((own) => own.latencies))
  const firstBytes = each.map((own) => own.firstBytes).filter((own) => own !== undefined)
  const first = sumOf(firstBytes)
  const inAll = each.reduce((sum, own) => sum + own.doneInAll, 0)
  const perDone = (cpuMs: readonly (number | null)[]): number | null =>
    cpuMs.includes(null) ? null : (cpuMs.reduce<number>((a, b) => a + (b ?? 0), 0) / inAll) * 1_000
  const conflicts = each.map((own) => own.conflicts).filter((own) => own !== undefined)
  const perCommit = each.map((own) => own.perCommit).filter((own) => own !== undefined)
  return {
    name,
    rates,
    rate: median(rates),
    p50Ms: total.percentile(50),
    p99Ms: total.percentile(99),
    ...(firstBytes.length > 0 && {
      firstByteP50Ms: first.percentile(50),
      firstByteP99Ms: first.percentile(99),
    }),
    nodeCpuUs: perDone(each.map((own) => own.cpuMs)) ?? 0,
    serverCpuUs: perDone(outcomes.map((own) => own.serverCpuMs)),
    ...(conflicts.length > 0 && { conflicts: median(conflicts) }),
    ...(perCommit.length > 0 && { perCommit: median(perCommit) }),
    verdict: together(outcomes),
  }
}

const sumOf = (counts: readonly LatencyCounts[]): Latencies =>
  counts.reduce((sum, own) => sum.add(own), new Latencies())

/** The first one that failed, or the last. */
function together(outcomes: readonly Outcome[]): Verdict | null {
  const verdicts = outcomes.map((own) => own.verdict).filter((own) => own !== null)
  return verdicts.find((own) => !own.ok) ?? verdicts.at(-1) ?? null
}

/** What several processes measured at the same time. */
export function merged(parts: readonly Outcome['measured'][]): Outcome['measured'] {
  const sum = (pick: (own: Outcome['measured']) => number): number =>
    parts.reduce((total, own) => total + pick(own), 0)
  return {
    done: sum((own) => own.done),
    seconds: Math.max(...parts.map((own) => own.seconds)),
    latencies: sumOf(parts.map((own) => own.latencies)).counts(),
    doneInAll: sum((own) => own.doneInAll),
    cpuMs: sum((own) => own.cpuMs),
    ...(parts.some((own) => own.conflicts !== undefined) && {
      conflicts: sum((own) => own.conflicts ?? 0),
      perCommit: sum((own) => own.perCommit ?? 0) / parts.length,
    }),
  }
}

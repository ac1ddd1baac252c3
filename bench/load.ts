import { performance } from 'node:perf_hooks'
import { Latencies, type LatencyCounts } from './latencies.ts'

/** What one load generator measured. */
export interface Measured {
  /** Decisions, or requests. */
  readonly done: number
  readonly seconds: number
  readonly latencies: LatencyCounts
  /** To the first byte of an answer, where there is one. */
  readonly firstBytes?: LatencyCounts
  /** With those before and after the measured time. */
  readonly doneInAll: number
  /** Processor time of the measured process for all of them. */
  readonly cpuMs: number
}

export interface LoadPlan {
  readonly inFlight: number
  readonly seconds: number
  readonly warmSeconds: number
}

/** Counts one decision that began then. */
export type Tick = (sinceMs: number) => void

/**
 * A closed loop: `inFlight` callers, each asking again once it is answered. `step` does one round of
 * a caller and ticks once per decision. What ends outside the measured time is not counted.
 */
export async function runLoad(
  plan: LoadPlan,
  step: (caller: number, tick: Tick) => Promise<void>,
): Promise<Measured> {
  const latencies = new Latencies()
  const start = performance.now() + plan.warmSeconds * 1_000
  const end = start + plan.seconds * 1_000
  let done = 0
  let doneInAll = 0
  const tick: Tick = (sinceMs) => {
    doneInAll += 1
    const now = performance.now()
    if (now < start || now > end) return
    done += 1
    latencies.record(now - sinceMs)
  }
  const cpu = cpuMs()
  const caller = async (index: number): Promise<void> => {
    while (performance.now() < end) await step(index, tick)
  }
  await Promise.all(Array.from({ length: plan.inFlight }, (_, index) => caller(index)))
  const counted = { done, doneInAll, seconds: plan.seconds, latencies: latencies.counts() }
  return { ...counted, cpuMs: cpuMs() - cpu }
}

/** Processor time that this process has taken so far. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

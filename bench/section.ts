import type { Options } from './options.ts'
import type { BenchServer } from './postgres.ts'
import type { Mode, Result } from './rounds.ts'

export interface Bench {
  readonly options: Options
  readonly server: BenchServer
  readonly progress: (text: string) => void
  /** Measures all modes that `--mode` lets through. */
  readonly measure: (modes: readonly Mode[]) => Promise<Map<string, Result>>
}

/** A number that the design asks for, and what was measured. */
export interface Target {
  readonly what: string
  readonly asked: string
  readonly measured: number | null
  readonly unit: string
  readonly reached: boolean | null
}

export interface Section {
  readonly title: string
  readonly notes: readonly string[]
  readonly results: readonly Result[]
  readonly targets: readonly Target[]
  /** How what was measured goes with a size: the head, then a line each. */
  readonly curve?: readonly (readonly string[])[]
}

/** At least so many times another mode; `null` where one of them was not measured. */
export function ratioTarget(
  what: string,
  own: Result | undefined,
  others: readonly (Result | undefined)[],
  least: number,
): Target {
  const known = others.filter((other) => other !== undefined)
  const best = Math.max(...known.map((other) => other.rate))
  const measured = own && known.length > 0 ? own.rate / best : null
  return {
    what,
    asked: `≥ ${least}`,
    measured,
    unit: 'times',
    reached: measured === null ? null : measured >= least,
  }
}

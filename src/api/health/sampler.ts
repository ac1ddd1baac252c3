import { judgeTile, TILE_IDS, type TileId, type TileState } from '../../contract/health/index.ts'
import type { Services } from '../deps.ts'
import { type Readings, readTiles, type Totals } from './readings.ts'

const MINUTE_MS = 60_000
/** Samples that are kept: one a minute of an hour. */
const KEPT = 60
/** Rates and times are of the last five minutes. */
const WINDOW_MS = 5 * MINUTE_MS

interface Sample {
  readonly atMs: number
  readonly totals: Totals
  readonly values: Readonly<Record<TileId, number | null>>
}

interface Standing {
  readonly state: TileState
  readonly sinceMs: number
}

export interface Seen {
  readonly atMs: number
  readonly readings: Readings
  readonly standing: (id: TileId) => Standing
  readonly history: (
    id: TileId,
  ) => readonly { readonly atMs: number; readonly value: number | null }[]
}

/** What one server has seen of the platform's health in the last hour. */
export class HealthSampler {
  readonly #services: Services
  readonly startedMs: number
  #samples: Sample[] = []
  readonly #standing = new Map<TileId, Standing>()

  constructor(services: Services) {
    this.#services = services
    this.startedMs = services.nowMs()
  }

  /** Takes a sample each minute until it is stopped; one that fails leaves a gap. */
  start(): () => void {
    const take = () =>
      void this.look().catch((error: unknown) =>
        this.#services.log?.warn({ err: error }, 'health could not be sampled'),
      )
    const timer = setInterval(take, MINUTE_MS).unref()
    return () => clearInterval(timer)
  }

  /** Reads every tile now. Keeps it as a sample when the last one is a minute old. */
  async look(): Promise<Seen> {
    const atMs = this.#services.nowMs()
    const before = this.#samples.findLast((sample) => atMs - sample.atMs >= WINDOW_MS)
    const { readings, totals } = await readTiles(this.#services, before?.totals ?? null)
    for (const id of TILE_IDS) this.#note(id, judgeTile(id, readings[id].value), atMs)
    if (atMs - (this.#samples.at(-1)?.atMs ?? 0) >= MINUTE_MS)
      this.#samples = [...this.#samples, { atMs, totals, values: valuesOf(readings) }].slice(-KEPT)
    const samples = this.#samples
    return {
      atMs,
      readings,
      standing: (id) => this.#standing.get(id)!,
      history: (id) => samples.map((sample) => ({ atMs: sample.atMs, value: sample.values[id] })),
    }
  }

  #note(id: TileId, state: TileState, atMs: number): void {
    if (this.#standing.get(id)?.state !== state) this.#standing.set(id, { state, sinceMs: atMs })
  }
}

const valuesOf = (readings: Readings): Record<TileId, number | null> =>
  Object.fromEntries(TILE_IDS.map((id) => [id, readings[id].value])) as Record<
    TileId,
    number | null
  >

const samplers = new WeakMap<Services, HealthSampler>()

/** One a server. */
export function healthSampler(services: Services): HealthSampler {
  const known = samplers.get(services) ?? new HealthSampler(services)
  samplers.set(services, known)
  return known
}

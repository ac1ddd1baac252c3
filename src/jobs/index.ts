import type pg from 'pg'
import type { Engine } from '../engine/types.ts'
import type { Notifier } from '../notify/index.ts'
import type { AlertWatch } from './alerts/watch.ts'
import { completeUnpriced } from './complete-unpriced.ts'
import { sweepDue, sweepHolds } from './sweep.ts'

export interface JobsOptions {
  readonly pool: pg.Pool
  readonly engine: Engine
  /** How often expired holds and due accounts are looked for. */
  readonly sweepEveryMs?: number
  readonly nowMs?: () => number
  /** Looks for alerts and sends them; absent: accounts are told nothing. */
  readonly alerts?: { readonly watch: AlertWatch; readonly notifier: Notifier }
  /** Told about a round that failed; the next one tries again. */
  readonly onError?: (job: string, error: unknown) => void
}

export interface Jobs {
  /** One round of everything, now. */
  runOnce(): Promise<void>
  /** Charges calls that waited for a price, after a price book was published. */
  pricesPublished(): Promise<number>
  stop(): Promise<void>
}

const SWEEP_EVERY_MS = 1_000

type Lane = readonly (readonly [name: string, run: () => Promise<number>])[]

/** Jobs of one lane run one after another; what waits for other people's servers has a lane of its own. */
function lanesOf({ pool, engine, alerts }: JobsOptions, nowMs: () => number): readonly Lane[] {
  const housekeeping: Lane = [
    ['holds', () => sweepHolds(pool, engine, nowMs())],
    ['due', () => sweepDue(pool, engine, nowMs())],
  ]
  if (!alerts) return [housekeeping]
  return [
    housekeeping,
    [['alerts', () => alerts.watch.round(nowMs())]],
    [['deliveries', () => alerts.notifier.deliverDue(nowMs())]],
  ]
}

/**
 * Housekeeping. Every job only finds work and gives it to the engine as commands, so that any number
 * of nodes may run them at once and a crash at any point loses nothing.
 */
export function startJobs(options: JobsOptions): Jobs {
  const { pool, engine, alerts } = options
  const nowMs = options.nowMs ?? Date.now
  const onError = options.onError ?? (() => {})
  let stopped = false

  const lanes = lanesOf(options, nowMs)
  const stopListening = alerts && engine.onCommit((accountIds) => alerts.watch.moved(accountIds))

  const runLane = async (lane: Lane): Promise<void> => {
    for (const [name, job] of lane) {
      try {
        await job()
      } catch (error) {
        onError(name, error)
      }
    }
  }
  const running = new Map<Lane, Promise<void>>()
  const timer = setInterval(() => {
    if (stopped) return
    for (const lane of lanes) {
      if (running.has(lane)) continue
      const round = runLane(lane).finally(() => running.delete(lane))
      running.set(lane, round)
    }
  }, options.sweepEveryMs ?? SWEEP_EVERY_MS)
  timer.unref()

  return {
    runOnce: async () => {
      for (const lane of lanes) await runLane(lane)
    },
    pricesPublished: () => completeUnpriced(pool, engine),
    stop: async () => {
      stopped = true
      clearInterval(timer)
      stopListening?.()
      await Promise.all(running.values())
    },
  }
}

export { AlertWatch } from './alerts/watch.ts'

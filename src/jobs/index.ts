import type pg from 'pg'
import type { Engine } from '../engine/types.ts'
import type { PaymentsDeps } from '../payments/deps.ts'
import { completeUnpriced } from './complete-unpriced.ts'
import { recoverPayments, sweepReloads } from './payments.ts'
import { sweepDue, sweepHolds } from './sweep.ts'

export interface JobsOptions {
  readonly pool: pg.Pool
  readonly engine: Engine
  /** Absent: no payment processor is configured. */
  readonly payments?: PaymentsDeps
  /** How often expired holds and due accounts are looked for. */
  readonly sweepEveryMs?: number
  readonly nowMs?: () => number
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

/**
 * Housekeeping. Every job only finds work and gives it to the engine as commands, so that any number
 * of nodes may run them at once and a crash at any point loses nothing.
 */
export function startJobs(options: JobsOptions): Jobs {
  const { pool, engine, payments } = options
  const nowMs = options.nowMs ?? Date.now
  const onError = options.onError ?? (() => {})
  let running: Promise<void> | null = null
  let stopped = false

  const runOnce = async (): Promise<void> => {
    for (const [name, job] of [
      ['holds', () => sweepHolds(pool, engine, nowMs())],
      ['due', () => sweepDue(pool, engine, nowMs())],
      ['payments', async () => payments && recoverPayments(payments, nowMs())],
      ['reloads', async () => payments && sweepReloads(payments, nowMs())],
    ] as const) {
      try {
        await job()
      } catch (error) {
        onError(name, error)
      }
    }
  }
  const timer = setInterval(() => {
    if (running || stopped) return
    running = runOnce().finally(() => {
      running = null
    })
  }, options.sweepEveryMs ?? SWEEP_EVERY_MS)
  timer.unref()

  return {
    runOnce,
    pricesPublished: () => completeUnpriced(pool, engine),
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}

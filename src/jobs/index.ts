import type pg from 'pg'
import type { Engine } from '../engine/types.ts'
import type { Notifier } from '../notify/index.ts'
import type { PaymentsDeps } from '../payments/deps.ts'
import type { FeeCollector } from '../payments/fee-port.ts'
import type { AlertWatch } from './alerts/watch.ts'
import {
  alertJobs,
  archiveJob,
  caseJob,
  checkpointJob,
  detectionJob,
  evidenceJob,
  exportJob,
  HOUSEKEEPING,
  paymentJobs,
  publicationJob,
  renewalJob,
  type Sealing,
  secretsJob,
  usageJobs,
} from './definitions.ts'
import { Detection, type OnAudited } from './detection.ts'
import { MovedAccounts } from './moved-accounts.ts'
import { watchReloads } from './payments.ts'
import { JobRunner } from './runner.ts'
import { JournalFollower } from './usage.ts'

export { AlertWatch } from './alerts/watch.ts'
export { completeUnpriced } from './complete-unpriced.ts'
export { detectionMetrics } from './metrics.ts'
export { Publication } from './publication.ts'

export interface JobsOptions {
  readonly pool: pg.Pool
  readonly engine: Engine
  /** Connections of the queue's own, ended when the jobs stop: at least three. */
  readonly queuePool: pg.Pool
  /** Charges the fees of renewals; absent: they wait for a payment to be named. */
  readonly collector?: FeeCollector
  /** Absent: no payment processor is configured. */
  readonly payments?: PaymentsDeps
  /** How often expired holds and due accounts are looked for. */
  readonly sweepEveryMs?: number
  readonly nowMs?: () => number
  /** Told about a round that failed; the next one tries again. */
  readonly onError?: (job: string, error: unknown) => void
  /** Looks for alerts and sends them; absent: accounts are told nothing. */
  readonly alerts?: {
    readonly watch: AlertWatch
    readonly notifier: Notifier
    /** For how many days what was told is kept. */
    readonly keepDays: number
    readonly keepSignInsDays: number
  }
  /** For how many days the evidence of calls is kept; absent or 0: for ever. */
  readonly keepEvidenceDays?: number
  /** The pool has an archive, to which old bodies go after so many days; absent or 0: none go. */
  readonly archiveAfterDays?: number
  /** Absent: nothing is sealed. */
  readonly sealing?: Sealing
  /** Told how long entries wait for their audit. */
  readonly onAudited?: OnAudited
  /** How late a job may be before it is taken up without its runner. */
  readonly lateAfterMs?: number
}

export interface Jobs {
  /** One round of everything, now and here. */
  runOnce(): Promise<void>
  /** Asks for a round now, of whichever node comes first. `false`: there is no such job. */
  request(name: string): Promise<boolean>
  /** Lets rounds that are under way end. */
  stop(): Promise<void>
}

const SWEEP_EVERY_MS = 1_000
const LATE_AFTER_MS = 30_000

const sealingJobs = (sealing: Sealing, moved: MovedAccounts) => [
  checkpointJob(sealing, moved),
  ...(sealing.publication ? [publicationJob(sealing.publication, sealing.everyMs)] : []),
]

/**
 * Housekeeping. Every job only finds work and gives it to the engine as commands, so that any number
 * of nodes may run them at once and a crash at any point loses nothing.
 */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { pool, engine, queuePool, alerts, payments, sealing, nowMs = Date.now } = options
  const onError = options.onError ?? (() => {})
  const moved = new MovedAccounts()
  const follower = new JournalFollower()
  const detection = new Detection(options.onAudited)
  const jobs = [
    ...HOUSEKEEPING,
    exportJob(nowMs, alerts?.notifier),
    ...usageJobs(follower),
    detectionJob(detection),
    renewalJob(options.collector),
    evidenceJob(options.keepEvidenceDays ?? 0),
    ...(options.archiveAfterDays ? [archiveJob(options.archiveAfterDays)] : []),
    caseJob(payments),
    ...(payments ? paymentJobs(payments) : []),
    ...(alerts ? alertJobs(alerts) : []),
    ...(alerts?.notifier.box?.hasFormerKeys ? [secretsJob(alerts.notifier.box)] : []),
    ...(sealing ? sealingJobs(sealing, moved) : []),
  ]
  const runner = await JobRunner.start({
    pool,
    engine,
    queuePool,
    jobs,
    sweepEveryMs: options.sweepEveryMs ?? SWEEP_EVERY_MS,
    nowMs,
    onError,
    lateAfterMs: options.lateAfterMs ?? LATE_AFTER_MS,
  })
  const stopListening = engine.onCommit((accountIds) => {
    alerts?.watch.moved(accountIds)
    follower.moved(accountIds)
    detection.moved(accountIds)
    if (sealing) moved.add(accountIds)
  })
  const reloads = payments && watchReloads(payments, engine, onError)
  return {
    runOnce: async () => {
      for (const job of jobs) await runner.round(job)
    },
    request: (name) => runner.request(name),
    stop: async () => {
      stopListening()
      await reloads?.stop()
      await runner.stop()
      await sealing?.publication?.close()
    },
  }
}

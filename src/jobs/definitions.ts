import type { LogSigner } from '../checkpoints/index.ts'
import type { Notifier } from '../notify/index.ts'
import { caseRefunds } from '../payments/case-refunds.ts'
import type { PaymentsDeps } from '../payments/deps.ts'
import type { FeeCollector } from '../payments/fee-port.ts'
import type { SecretBox } from '../store/secret-box.ts'
import { removeOldProgress } from '../store/usage/progress.ts'
import type { AlertWatch } from './alerts/watch.ts'
import { archiveOld } from './archive.ts'
import { tellOfCampaigns } from './campaign-notices.ts'
import { advanceCases } from './cases.ts'
import { sealHeads } from './checkpoints.ts'
import { findDrains, finishClaims } from './claims.ts'
import { completeUnpriced } from './complete-unpriced.ts'
import type { JobDefinition } from './definition.ts'
import type { Detection } from './detection.ts'
import { removeOldEvidence } from './evidence.ts'
import type { Mail } from './export-letters.ts'
import { fillDirectory } from './fill-directory.ts'
import { workOnIncidents } from './incidents.ts'
import type { MovedAccounts } from './moved-accounts.ts'
import { openCasesOfParked } from './parked.ts'
import { reconcilePayments, recoverPayments, sweepReloads } from './payments.ts'
import type { Publication } from './publication.ts'
import { renewDue } from './renewals.ts'
import { removeOldConfirmations, removeOldNotifications, removeOldSignIns } from './retention.ts'
import { resealSecrets } from './secrets.ts'
import { closeStatements } from './statements.ts'
import { sweepDue, sweepHolds } from './sweep.ts'
import { type JournalFollower, workOnExports } from './usage.ts'
import { HourRebuilder } from './usage-hours.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Cycles end all the time: a round a few seconds after the last one. */
const statementJob: JobDefinition = {
  name: 'statements',
  summary: 'Closes the statements of cycles that have ended, and makes their invoices.',
  everyMs: 10_000,
  run: (deps, nowMs) => closeStatements(deps, nowMs),
}

/** What every server does, in the order in which a round by hand does it. */
export const HOUSEKEEPING: readonly JobDefinition[] = [
  statementJob,
  {
    name: 'holds',
    summary: 'Releases holds whose time is over; nothing is charged for them.',
    run: ({ pool, engine }, nowMs) => sweepHolds(pool, engine, nowMs),
  },
  {
    name: 'call_progress',
    summary: 'Removes what was written of calls in flight that have ended.',
    everyMs: MINUTE_MS,
    run: ({ pool }, nowMs) => removeOldProgress(pool, nowMs - MINUTE_MS),
  },
  {
    name: 'due',
    summary: 'Posts ended lots as breakage, and moves draws back to windows that have room.',
    run: ({ pool, engine }, nowMs) => sweepDue(pool, engine, nowMs),
  },
  {
    name: 'unpriced',
    summary: 'Charges calls that waited for a price once a price book has one.',
    everyMs: MINUTE_MS,
    run: ({ pool, engine }) => completeUnpriced(pool, engine),
  },
  {
    name: 'claims',
    summary: 'Finishes claims of credit that a crash left between their place and their grant.',
    run: ({ pool, engine }, nowMs) => finishClaims(pool, engine, nowMs),
  },
  {
    name: 'directory',
    summary: 'Lists accounts whose opening was cut short before they were listed.',
    everyMs: 5 * MINUTE_MS,
    run: ({ pool }) => fillDirectory(pool),
  },
  {
    name: 'incidents',
    summary:
      'Finds the calls of incidents that are measured, and gives back what approved ones owe.',
    everyMs: 2_000,
    run: (deps, nowMs) => workOnIncidents(deps, nowMs),
  },
  {
    name: 'parked',
    summary: 'Opens a case for each account that a failed self-check has parked.',
    everyMs: MINUTE_MS,
    run: ({ pool }, nowMs) => openCasesOfParked(pool, nowMs),
  },
  {
    name: 'drains',
    summary:
      'Looks for claimed credit that was used up at once in one way, for a person to look at.',
    everyMs: MINUTE_MS,
    run: ({ pool }, nowMs) => findDrains(pool, nowMs),
  },
]

/**
 * A file may take longer to write than its round is old: it asks for the time as it goes on. Without mail, how an
 * export has ended is an alert and no letter.
 */
export const exportJob = (nowMs: () => number, mail: Mail | undefined): JobDefinition => ({
  name: 'exports',
  summary:
    'Writes the files of exports that wait, tells who asked, and removes those whose time is over.',
  everyMs: 5_000,
  run: ({ pool }) => workOnExports(pool, nowMs, mail),
})

export function usageJobs(follower: JournalFollower): readonly JobDefinition[] {
  const rebuilder = new HourRebuilder()
  return [
    {
      name: 'call_facts',
      summary: 'Follows the journals of accounts that moved, for the sums of the explorer.',
      everyMs: 5_000,
      run: ({ pool }) => follower.round(pool),
    },
    {
      name: 'usage_hours',
      summary:
        'Makes sums of usage by hour anew from the journal, once for what earlier versions wrote.',
      everyMs: 5_000,
      run: ({ pool }) => rebuilder.round(pool),
    },
  ]
}

export const detectionJob = (detection: Detection): JobDefinition => ({
  name: 'detection',
  summary: 'Audits new entries, and gives wrong charges back as the remedy policy says.',
  everyMs: 5_000,
  run: (deps, nowMs) => detection.round(deps, nowMs),
})

/** Telling people: what is to be told is found apart from the sending, which waits for other servers. */
export const alertJobs = (alerts: {
  readonly watch: AlertWatch
  readonly notifier: Notifier
  readonly keepDays: number
  readonly keepSignInsDays: number
}): readonly JobDefinition[] => [
  {
    name: 'alerts',
    summary: 'Looks for levels that were crossed, forecasts, and what is about to end.',
    run: (_deps, nowMs) => alerts.watch.round(nowMs),
  },
  {
    name: 'campaign_notices',
    summary: 'Tells accounts of announced campaigns that they can claim, once each.',
    everyMs: MINUTE_MS,
    run: ({ pool }, nowMs) => tellOfCampaigns(pool, nowMs),
  },
  {
    name: 'deliveries',
    summary: 'Sends notifications, and tries again those that could not be delivered.',
    run: (_deps, nowMs) => alerts.notifier.deliverDue(nowMs),
  },
  {
    name: 'retention',
    summary:
      'Removes notifications that were kept long enough, with their deliveries, old confirmations, sign-in links, sessions and sign-in events.',
    everyMs: HOUR_MS,
    run: async ({ pool }, nowMs) =>
      (await removeOldNotifications(pool, alerts.keepDays, nowMs)) +
      (await removeOldConfirmations(pool, nowMs)) +
      (await removeOldSignIns(pool, alerts.keepSignInsDays, nowMs)),
  },
]

/** Zero days: evidence is kept for ever. */
export const evidenceJob = (keepDays: number): JobDefinition => ({
  name: 'evidence',
  summary:
    'Removes the evidence of calls that was kept long enough; its hash stays in the journal.',
  everyMs: HOUR_MS,
  run: ({ pool }, nowMs) => removeOldEvidence({ pool, keepDays, nowMs }),
})

export const archiveJob = (afterDays: number): JobDefinition => ({
  name: 'archive',
  summary: 'Moves the bodies of old calls, whose statements are closed, to files of the archive.',
  everyMs: HOUR_MS,
  run: async ({ pool }, nowMs) => (await archiveOld(pool, { afterDays, nowMs })).entries,
})

/** Where secrets may be there that a former key has sealed. */
export const secretsJob = (box: SecretBox): JobDefinition => ({
  name: 'secrets',
  summary: 'Seals anew with the first key of secrets what a former one has sealed.',
  everyMs: HOUR_MS,
  run: ({ pool }) => resealSecrets(pool, box),
})

/** Without payments, refunds to cards wait. */
export const caseJob = (payments: PaymentsDeps | undefined): JobDefinition => ({
  name: 'cases',
  summary:
    'Goes on with disputes: posts what is decided, gives credit in between, tells the account.',
  everyMs: MINUTE_MS,
  run: ({ pool, engine }, nowMs) =>
    advanceCases({
      pool,
      engine,
      nowMs: () => nowMs,
      ...(payments && { purchases: caseRefunds(payments) }),
    }),
})

export interface Sealing {
  readonly signer: LogSigner
  readonly everyMs: number
  /** Absent: checkpoints are published by the API alone. */
  readonly publication?: Publication
}

export const checkpointJob = (sealing: Sealing, moved: MovedAccounts): JobDefinition => ({
  name: 'checkpoints',
  summary: 'Seals the heads of accounts that moved in the log, and signs a checkpoint.',
  everyMs: sealing.everyMs,
  run: ({ pool }, nowMs) => sealHeads({ pool, signer: sealing.signer, nowMs, moved }),
})

export const publicationJob = (publication: Publication, everyMs: number): JobDefinition => ({
  name: 'checkpoint_publication',
  summary: 'Brings new checkpoints to the folder and the webhook of the settings.',
  everyMs,
  run: ({ pool }, nowMs) => publication.round(pool, nowMs),
})

/** Without a collector, a fee waits until a payment is named. */
export const renewalJob = (collector: FeeCollector | undefined): JobDefinition => ({
  name: 'renewals',
  summary: 'Renews subscriptions whose period has ended, or lets them lapse.',
  run: (deps, nowMs) => renewDue({ ...deps, ...(collector && { collector }) }, nowMs),
})

export const paymentJobs = (payments: PaymentsDeps): readonly JobDefinition[] => [
  {
    name: 'payments',
    summary: 'Finishes payments and refunds that a crash left between two of their steps.',
    run: (_deps, nowMs) => recoverPayments(payments, nowMs),
  },
  {
    name: 'reconciliation',
    summary: 'Holds each day of the payment processor’s balance against the journal, once.',
    everyMs: HOUR_MS,
    run: (_deps, nowMs) => reconcilePayments(payments, nowMs),
  },
  {
    name: 'reloads',
    summary: 'Buys credit for accounts whose auto-reload is due, under the consent they gave.',
    run: (_deps, nowMs) => sweepReloads(payments, nowMs),
  },
]

import type { HealthWords } from './words.ts'

export const EN: HealthWords = {
  states: { ok: 'fine', warn: 'look at it', alarm: 'alarm', unknown: 'not known' },
  tiles: {
    added_latency: {
      name: 'Added latency (p99)',
      means: 'What the gateway adds to a call, apart from the provider; 99 of 100 calls have less.',
      first: 'See whether commits are slow or the machine is busy.',
    },
    stream_aborts: {
      name: 'Streams that broke',
      means: 'Calls whose provider failed in the middle of the answer. They are not charged.',
      first: 'See which provider it is, and whether an incident should be opened.',
    },
    settle_lag: {
      name: 'Settling (p99)',
      means: 'How long a commit takes until it is durable; each decision waits for one.',
      first: 'Look at the disk of the database and at its replicas.',
    },
    stale_holds: {
      name: 'Holds left over',
      means: 'Holds that ended over five minutes ago and still lock funds of their accounts.',
      first: 'See whether the job `holds` runs.',
    },
    outbox_lag: {
      name: 'Notifications waiting',
      means: 'How long the oldest notification is overdue.',
      first: 'See whether the job `notifications` runs and which endpoint does not answer.',
    },
    queue_depth: {
      name: 'Decisions waiting',
      means: 'Commands on this server that wait for a commit.',
      first: 'Add a server, or look at why commits are slow.',
    },
    sealing_lag: {
      name: 'Since the last sealing',
      means: 'How long ago the heads of accounts were last sealed in the log.',
      first: 'See whether the job `checkpoints` runs and whether the log has a key.',
    },
    detection_lag: {
      name: 'Since the last audit',
      means: 'How long ago the audit last looked at what was charged.',
      first: 'See whether the job `detection` runs.',
    },
    unpriced_calls: {
      name: 'Calls without a price',
      means: 'Calls that were delivered and wait for a price; nothing is charged for them.',
      first: 'Publish a price book with their models.',
    },
    webhook_failures: {
      name: 'Notifications failing',
      means: 'Deliveries that failed and are being tried again.',
      first: 'See which endpoints they go to; one that never answers is taken out of use.',
    },
    cap_races: {
      name: 'Caps that did not hold',
      means: 'Findings of the last 24 hours that a cap was exceeded. There is never a right one.',
      first: 'Open the finding, give back what was too much, and tell the maintainers.',
    },
    parked_accounts: {
      name: 'Parked accounts',
      means: 'Accounts that failed a self-check: their calls are delivered and not charged.',
      first: 'Open the case of the account and verify it.',
    },
    detector_precision: {
      name: 'Automatic decisions confirmed',
      means: 'Of the decisions of the audit that people looked at, those that they agreed with.',
      first: 'Read those they disagreed with, and lower the ceilings of the remedy policy.',
    },
    failing_jobs: {
      name: 'Jobs failing or late',
      means: 'Jobs whose last round failed, or which have not run when they should.',
      first: 'Read the error of the job; ask for a round.',
    },
    database: {
      name: 'Database settings',
      means: 'Settings of PostgreSQL with which an acknowledged charge could be lost.',
      first: 'Set fsync, synchronous_commit and full_page_writes to on.',
    },
    archive: {
      name: 'Archive out of reach',
      means:
        'Files of the archive that cannot be had: old receipts cannot be read, new calls go on.',
      first: 'Mount the archive; run "everycent doctor".',
    },
    nodes: {
      name: 'Servers',
      means: 'Servers that are connected to this database and run its jobs.',
      first: 'Start one.',
    },
  },
}

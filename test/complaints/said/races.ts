import type { Complaint } from '../complaint.ts'

const GATEWAY = 'complaints/gateway.test.ts'
const FUNDING = 'complaints/funding.test.ts'
const HOLDS = 'spec/holds.spec.test.ts'
const PROCESSES = 'engine/two-processes.test.ts'

export const RACES: readonly Complaint[] = [
  {
    id: 'read-then-spend',
    refs: ['elizaOS/eliza#10857', 'LanternOps/breeze#6460', 'stickerdaniel/saas-starter#509'],
    wrong: 'The balance was read first and written later, so calls side by side overspent it.',
    rule: 'Authorize checks and holds in one decision, which is committed before the call is sent.',
    tests: [
      [
        GATEWAY,
        'twelve calls at once on credit for three: three reach the provider, the others are told why',
      ],
      [
        PROCESSES,
        'charge every call at most once, within funds and caps, and all they say is in the journal',
      ],
    ],
  },
  {
    id: 'one-credit-two-answers',
    refs: ['wasp-lang/open-saas#727', 'litellm#34732'],
    wrong: 'One credit paid for two calls at once, and the balance ended at minus one.',
    rule: 'Each call sees what the others hold; nothing is drawn below zero.',
    tests: [
      [HOLDS, 'of calls side by side, each sees what the others hold: one credit pays one call'],
      ['vectors/misbilling.json', 'V39'],
    ],
  },
  {
    id: 'hold-of-the-longest-answer',
    refs: ['Bike4Mind/bike4mind#1392', 'Bike4Mind/bike4mind#1929'],
    wrong: 'A hold on the longest possible answer told people that they were out of credit.',
    rule: 'Windows are held at the expected cost; money that does not reach clamps the answer.',
    tests: [
      [
        FUNDING,
        'of the longest answer a model can give does not shut out who can pay for a shorter one',
      ],
      [
        'spec/windows.spec.test.ts',
        'windows are held at the expected cost, so that calls in flight do not starve one another',
      ],
    ],
  },
  {
    id: 'more-than-was-held',
    refs: ['Bike4Mind/bike4mind#1929'],
    wrong: 'Once holds were realistic, settlement had to cope with calls that cost more than held.',
    rule: 'Settle charges the true amount within funds and caps; the rest is the loss of the house.',
    tests: [
      [FUNDING, 'that was too small is settled with the true amount from the plan'],
      [HOLDS, 'settle never draws beyond the funds: the rest is the loss of the platform'],
    ],
  },
  {
    id: 'admitted-with-nothing',
    refs: ['useautumn/autumn#2174'],
    wrong: 'A locked check let a customer through who was entitled to nothing.',
    rule: 'No source, no admission.',
    tests: [[FUNDING, 'is given to nobody who has neither a plan with windows nor credit']],
  },
  {
    id: 'anything-above-zero',
    refs: ['vm0-ai/vm0#10386'],
    wrong: 'The gate asked only whether the balance was above zero, and had no floor.',
    rule: 'A call is admitted for what it may cost, and the answer is no longer than can be paid.',
    tests: [
      [FUNDING, 'needs what the call may cost, not merely something above zero'],
      ['core/ledger/ledger.test.ts', 'a lot below zero, or held beyond what is left'],
    ],
  },
  {
    id: 'checked-beside-the-database',
    refs: ['useautumn/autumn#249', 'useautumn/autumn#2526'],
    wrong: 'Counters in a cache drifted from the database, or were checked without a lock.',
    rule: 'The state is written with the entry in one statement, on any number of servers.',
    tests: [
      [
        'engine/exactly-once.test.ts',
        'gives right answers all the same: admissions, refusals, settlements and repeats',
      ],
      ['core/ledger/ledger.test.ts', 'is the fold of the journal and the open holds'],
    ],
  },
  {
    id: 'terms-changed-in-flight',
    refs: ['useautumn/autumn#3359'],
    wrong: 'A new default would have left holds that were open at the time without an end.',
    rule: 'A hold carries the plan it was made under, and is settled by it.',
    tests: [
      [FUNDING, 'is settled by the terms that it was made under, whatever is published meanwhile'],
      ['engine/funding.test.ts', 'touches no lot, and a call in flight settles where it began'],
    ],
  },
  {
    id: 'lost-at-the-end',
    refs: ['useautumn/autumn#2464', 'QuantumNous/new-api#4429'],
    wrong: 'Holds stayed for ever when the store or the process failed before the end was posted.',
    rule: 'The end is posted later with the same id; a hold that nobody ends expires, for nothing.',
    tests: [
      [
        'gateway/engine-down.test.ts',
        'an end that cannot be posted is posted later, with the same id, once',
      ],
      [
        'jobs/jobs.test.ts',
        'is released with an entry that charges nothing, once, however many sweep',
      ],
    ],
  },
]

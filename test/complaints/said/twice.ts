import type { Complaint } from '../complaint.ts'

const ONCE = 'engine/exactly-once.test.ts'
const EVENTS = 'spec/events.spec.test.ts'
const VECTORS = 'vectors/misbilling.json'

export const TWICE: readonly Complaint[] = [
  {
    id: 'top-up-sent-twice',
    refs: ['getlago/lago-api#5870'],
    wrong: 'The same top-up, sent twice, was credited twice.',
    rule: 'A payment id is credited once; a repeat gets the first answer.',
    tests: [
      ['api/credit.test.ts', 'credits a payment once, whatever is sent twice'],
      [VECTORS, 'V51'],
    ],
  },
  {
    id: 'one-duplicate-fails-the-batch',
    refs: ['getlago/lago-api#3049'],
    wrong: 'One event that was stored already made the whole batch fail.',
    rule: 'A repeat is answered as before; what is wrong with one command is wrong with that one.',
    tests: [
      [ONCE, 'twice in one batch is decided once and answered twice'],
      ['engine/engine.test.ts', 'fails alone: the others of its batch are decided'],
    ],
  },
  {
    id: 'removed-afterwards',
    refs: [
      'getlago/lago-api#4725',
      'getlago/lago-api#4744',
      'getlago/lago-api#5416',
      'flexprice/flexprice#602',
      'flexprice/flexprice#2763',
    ],
    wrong: 'Duplicates were stored and had to be found when reading, or inflated what was used.',
    rule: 'The id is checked in the commit that moves the money; there is nothing to remove later.',
    tests: [
      [ONCE, 'sent to two nodes at once has one effect and one answer'],
      [ONCE, 'gets the first answer byte for byte: later, and from a node that has never seen it'],
    ],
  },
  {
    id: 'log-once-counter-twice',
    refs: ['aws-samples#79'],
    wrong: 'The log row was written once and the counter of the budget twice.',
    rule: 'Entry, postings and counters are written by one statement.',
    tests: [
      [
        'engine/lost-connections.test.ts',
        'again and again under load loses no answer and doubles no charge',
      ],
    ],
  },
  {
    id: 'new-id-for-a-retry',
    refs: ['getlago/lago-agent-toolkit#65'],
    wrong: 'The words of a tool led a model to make a new id for a retry, which was billed again.',
    rule: 'No tool takes an id: the server makes it from the confirmation, so that a repeat is the same command.',
    tests: [
      [
        'mcp/confirmation.test.ts',
        'does it once, however often and at once it is sent the same confirmation',
      ],
    ],
  },
  {
    id: 'retry-with-a-new-key',
    refs: ['macprovider#762'],
    wrong: 'A client that retried by itself sent no key, and paid twice.',
    rule: 'The client keeps its key over its retries; retries without one are known by what they ask.',
    tests: [
      ['client/transport.test.ts', 'keeps its idempotency key over its own retries'],
      [
        'gateway/retries.test.ts',
        'a retry whose answer was lost gets the same bytes, and costs nothing',
      ],
      [VECTORS, 'V36'],
    ],
  },
  {
    id: 'stored-or-not',
    refs: ['getlago/lago#48'],
    wrong: 'Nobody could tell whether an event that was accepted had been stored.',
    rule: 'The answer leaves after the commit is durable.',
    tests: [
      [
        'engine/two-processes.test.ts',
        'lose nothing they have acknowledged when one of them is killed in the middle',
      ],
    ],
  },
  {
    id: 'events-that-come-late',
    refs: ['flexprice/flexprice#605', 'langfuse/langfuse#16292', 'tuist/tuist#11903'],
    wrong: 'Events that were missed had to be added later without a trail.',
    rule: 'A late event is an entry with both times, and counts in the period in which it happened.',
    tests: [
      [
        EVENTS,
        'an event counts in the period in which it happened, as long as it is not an hour late',
      ],
      [EVENTS, 'the skew of an early event is on its entry'],
      [VECTORS, 'V60'],
    ],
  },
  {
    id: 'never-counted',
    refs: ['polarsource/polar#8515'],
    wrong: 'Events with an id of the customer’s own were accepted and never counted.',
    rule: 'Usage of an unknown account is refused aloud; a call is found under its own id.',
    tests: [
      ['complaints/api.test.ts', 'is refused aloud, never taken and forgotten'],
      ['api/receipts.test.ts', 'is found under the call’s own id where that has no prefix'],
    ],
  },
  {
    id: 'granted-again-in-the-period',
    refs: ['openmeterio/openmeter#4252'],
    wrong: 'A recurring grant was given again when something happened inside its period.',
    rule: 'A claim of a cycle exists once for its account and cycle.',
    tests: [
      ['spec/campaigns.spec.test.ts', 'of cycles are claimed once in each'],
      [
        'api/campaigns.test.ts',
        'made many times at once on two servers is one claim with one answer',
      ],
    ],
  },
  {
    id: 'alert-and-reload-twice',
    refs: ['flexprice/flexprice#2155', 'rajish/cc-hdrm#62'],
    wrong: 'One crossing made several alerts, and several invoices for automatic top-ups.',
    rule: 'A crossing has a key and a reload has a round; each exists once.',
    tests: [
      [
        'notify/delivery.test.ts',
        'of any history is told at most once, and none is missed, with two detectors and restarts',
      ],
      [
        'payments/reload.test.ts',
        'charges a trigger once: two nodes, the job and ten looks at the same time',
      ],
    ],
  },
  {
    id: 'succeeded-then-failed',
    refs: ['getlago/lago-api#3703'],
    wrong: 'A payment that was reported as succeeded, failed and void left twice its amount.',
    rule: 'A webhook only says where to look; what happened is read, and credited once.',
    tests: [
      [
        'complaints/api.test.ts',
        'is credited once where a failure is reported after the success, and the success again',
      ],
      [VECTORS, 'V53'],
    ],
  },
]

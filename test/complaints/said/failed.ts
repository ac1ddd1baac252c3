import type { Complaint } from '../complaint.ts'

const ABORT = 'gateway/abort.test.ts'
const VECTORS = 'vectors/misbilling.json'
const API = 'complaints/api.test.ts'

export const FAILED: readonly Complaint[] = [
  {
    id: 'billed-for-a-broken-stream',
    refs: [
      'elizaOS/eliza#9904',
      'anthropics/claude-code#51409',
      'anthropics/claude-code#41648',
      'llmgateway#3505',
      'llmgateway#3443',
    ],
    wrong:
      'Streams that timed out or broke at the provider were billed, some for no output at all.',
    rule: 'What fails at the provider or here costs the customer nothing.',
    tests: [
      [
        'spec/outcomes.spec.test.ts',
        'a stream that the provider cut costs the platform, although text was sent',
      ],
      ['gateway/outcomes.test.ts', '$name → $outcome, pays $pays'],
      [VECTORS, 'V32'],
    ],
  },
  {
    id: 'aborted-for-free',
    refs: ['elizaOS/eliza#11561', 'BerriAI/litellm#33736', 'BerriAI/litellm#37558'],
    wrong: 'Who hung up in the middle got everything back that had been delivered.',
    rule: 'Cut off by the client is billed as delivered: the input once, the output until then.',
    tests: [[ABORT, '%s: a client that hangs up pays for what it got']],
  },
  {
    id: 'left-before-the-first-word',
    refs: ['QuantumNous/new-api#4168'],
    wrong: 'Callers who left before the first word paid an estimate of their prompt.',
    rule: 'Nothing delivered, nothing charged.',
    tests: [
      [ABORT, 'nothing delivered, nothing charged (stream %s)'],
      [VECTORS, 'V33'],
    ],
  },
  {
    id: 'errors-and-empty-answers',
    refs: [
      'nexu-io/open-design#6044',
      'nexu-io/open-design#4798',
      'stackblitz/bolt.new#1417',
      'github/app#1886',
      'QuantumNous/new-api#2469',
      'Routstr/routstr-core#274',
      'anomalyco/opencode#35645',
    ],
    wrong: 'Errors, time-outs and filtered or empty answers used up credit.',
    rule: 'An error or a refusal before any output is not billed, whatever the usage says.',
    tests: [
      ['spec/outcomes.spec.test.ts', 'every outcome has a row here'],
      ['gateway/outcomes.test.ts', '$name → $outcome, pays $pays'],
    ],
  },
  {
    id: 'deduct-then-refund',
    refs: ['gianpaj/sexyvoice#503'],
    wrong: 'Deducting first and refunding later made a failure look like a charge.',
    rule: 'A hold is shown as held; the balance moves when the call is settled, or not at all.',
    tests: [[API, 'leaves nothing behind that looks like a charge']],
  },
  {
    id: 'said-charged-was-refunded',
    refs: ['civitai/cli#278'],
    wrong: 'The words said “charged and not refunded” while the money had come back.',
    rule: 'Words are made from the journal, by one renderer.',
    tests: [
      [API, 'that was charged and paid back is told as paid back, from the journal'],
      ['contract/explain/golden.test.ts', 'say that a failed call costs nothing'],
    ],
  },
  {
    id: 'unmeasured-is-the-full-hold',
    refs: ['Panafor-Ai-Team/Aico#389'],
    wrong: 'Usage that could not be measured was to be charged at the whole hold.',
    rule: 'Missing usage waits, and is charged nothing until it is known.',
    tests: [
      [
        'spec/late-prices.spec.test.ts',
        'is charged nothing until it is reconciled, then the figure that was given',
      ],
    ],
  },
  {
    id: 'zero-replaced-by-a-guess',
    refs: ['BerriAI/litellm#37992', 'sglang#3743'],
    wrong: 'A count of zero was taken for a missing one and billed by an estimate, or the reverse.',
    rule: 'Zero is not absent, and absent is not zero; text with zero reported is free, and flagged.',
    tests: [
      ['core/usage/delivered.test.ts', 'nothing sent and nothing reported is unknown, not zero'],
      ['core/usage/anthropic.test.ts', 'notes zero output where text was delivered'],
    ],
  },
  {
    id: 'retries-that-cost',
    refs: ['ComfyUI#16204'],
    wrong: 'A client library retried work that had been done, and each try was billed.',
    rule: 'One call is charged once, however often it is tried.',
    tests: [
      ['gateway/retries.test.ts', 'a retry while the attempt before is under way waits for it'],
      [
        'spec/holds.spec.test.ts',
        'a failed attempt is released for nothing, the next one is charged',
      ],
    ],
  },
  {
    id: 'refund-by-itself',
    refs: ['anthropics/claude-code#75429'],
    wrong: 'Credit that failures had used did not come back by itself.',
    rule: 'Failures are not charged; a wrong charge is looked for and paid back without a request.',
    tests: [
      [
        'api/findings.test.ts',
        'is given back at once by the policy, to where it came from, and the receipt says why',
      ],
      [
        'api/findings.test.ts',
        'is given back once, whatever rounds, nodes and people do at the same moment',
      ],
    ],
  },
  {
    id: 'no-way-to-object',
    refs: [
      'anthropics/claude-code#68773',
      'anthropics/claude-code#93874',
      'anthropics/claude-code#59858',
    ],
    wrong: 'There was no way to object to a charge, no case number and no person.',
    rule: 'A dispute is about calls, a period or a purchase, and a person can be asked for at any time.',
    tests: [
      ['api/disputes.test.ts', 'waits for a person, and says by when'],
      ['api/disputes.test.ts', 'can be asked for at any time, in a case or without one'],
      [
        'api/case-work.test.ts',
        'says why in a letter, and can be appealed against, to somebody else',
      ],
    ],
  },
]

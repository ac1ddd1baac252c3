import type { Complaint } from '../complaint.ts'

const API = 'complaints/api.test.ts'
const FUNDING = 'complaints/funding.test.ts'
const LOTS = 'spec/lots.spec.test.ts'
const SUBSCRIPTIONS = 'spec/subscriptions.spec.test.ts'

export const BALANCES: readonly Complaint[] = [
  {
    id: 'edited-plan-wiped-credit',
    refs: ['polarsource/polar#11427'],
    wrong: 'Editing what a product includes wiped the balances that customers had paid for.',
    rule: 'Versions of a plan never change, and lots do not depend on the plan.',
    tests: [
      [
        API,
        'takes no credit away: another version of a plan, a move to it, the end of the old one',
      ],
      [LOTS, 'lots live independently of the plan: a change leaves them as they are, to the byte'],
    ],
  },
  {
    id: 'subscription-reset-the-pack',
    refs: ['polarsource/polar#8451'],
    wrong: 'Buying a subscription after a pack set the rest of the pack to nothing.',
    rule: 'A subscription brings windows; it touches no lot.',
    tests: [[API, 'leaves what is left of the pack']],
  },
  {
    id: 'order-of-events',
    refs: ['polarsource/polar#9410', 'polarsource/polar#5648'],
    wrong: 'Events that came out of order around an upgrade left a balance below zero.',
    rule: 'Balances are the fold of a journal; an upgrade keeps what the windows have used.',
    tests: [[FUNDING, 'of events and an upgrade is the same in the end: %s']],
  },
  {
    id: 'daily-reset-overwrote-the-pack',
    refs: ['pollinations/pollinations#4937'],
    wrong: 'The daily allowance overwrote credit that had been bought.',
    rule: 'Windows and lots are two kinds of sources: the window first, both shown.',
    tests: [
      [
        FUNDING,
        'a daily allowance and a bought pack are two sources: the day first, and each new day leaves the pack',
      ],
    ],
  },
  {
    id: 'credit-gone-with-the-plan',
    refs: [
      'anthropics/claude-code#46174',
      'anthropics/claude-code#76087',
      'anthropics/claude-code#47210',
      'anthropics/claude-code#50231',
      'anthropics/claude-code#27089',
      'anthropics/claude-code#30175',
    ],
    wrong: 'Credit vanished when a plan was renewed or upgraded, or had lapsed.',
    rule: 'No transition of a plan touches a lot.',
    tests: [
      [
        SUBSCRIPTIONS,
        'credit does not vanish on renewal, upgrade, downgrade, cancellation or lapse',
      ],
    ],
  },
  {
    id: 'second-claim-replaced-the-first',
    refs: ['anthropics/claude-code#52287'],
    wrong: 'A second claim replaced what was left of the first.',
    rule: 'Each claim is a lot of its own.',
    tests: [
      [
        'api/campaigns.test.ts',
        'gives one lot that names the campaign, repeats its answer, and changes nothing else',
      ],
    ],
  },
  {
    id: 'fell-with-nothing-spent',
    refs: ['anthropics/claude-code#44198'],
    wrong: 'A promotional balance fell although nothing was spent.',
    rule: 'Every change is an entry, expiry too; verify adds all of them up again.',
    tests: [
      ['store/verify.test.ts', 'finds nothing, and says how much it has looked at'],
      ['jobs/jobs.test.ts', 'becomes breakage once, with two sweeps at once on two nodes'],
    ],
  },
  {
    id: 'refund-voided-a-grant',
    refs: ['anthropics/claude-code#45662'],
    wrong: 'A refund took away a grant that had been claimed before, without a word.',
    rule: 'A refund goes back to the sources of its charge and touches no other lot.',
    tests: [
      [FUNDING, 'a refund of a call takes no grant away that was claimed before'],
      [FUNDING, 'gives back what that call drew, and touches no draw of another'],
    ],
  },
  {
    id: 'correction-hit-another',
    refs: ['openmeterio/openmeter#5083'],
    wrong: 'Correcting one use could reverse the entries of another.',
    rule: 'A reversal names its entry and gives back what refunds have left, once.',
    tests: [
      [FUNDING, 'gives back what that call drew, and touches no draw of another'],
      ['spec/refunds.spec.test.ts', 'gives back only what refunds have left, and nothing after it'],
    ],
  },
  {
    id: 'bought-for-nothing',
    refs: ['openmeterio/openmeter#5083', 'ChronoAIProject/NyxID#1050'],
    wrong: 'A purchase that was rounded to zero gave credit; another was credited twice over.',
    rule: 'A lot has a face and a price. It is worth its face, and never costs more.',
    tests: [
      ['api/credit.test.ts', 'never costs more than it is worth'],
      ['api/credit.test.ts', 'of a bundle is worth more than its price, and stays paid credit'],
    ],
  },
  {
    id: 'stale-after-a-reset',
    refs: [
      'openmeterio/openmeter#4845',
      'openmeterio/openmeter#4846',
      'BerriAI/litellm#29576',
      'BerriAI/litellm#39726',
    ],
    wrong: 'A snapshot or a counter survived a reset, and went on with the old figures.',
    rule: 'Counters are named by their window’s start: a reset is another counter.',
    tests: [
      ['spec/windows.spec.test.ts', 'what is shown is what is enforced'],
      ['core/ledger/ledger.test.ts', 'is the fold of the journal and the open holds'],
    ],
  },
  {
    id: 'paid-by-later-credit',
    refs: ['openmeterio/openmeter#4649'],
    wrong: 'Use of a closed period was paid from credit that came after it.',
    rule: 'A lot pays for nothing that was before it.',
    tests: [
      [FUNDING, 'pays for no use that was before it'],
      [
        'spec/holds.spec.test.ts',
        'credit that was bought after the call began does not pay for it',
      ],
    ],
  },
  {
    id: 'expired-at-the-wrong-time',
    refs: ['useautumn/autumn#1822', 'flexprice/flexprice#881', 'flexprice/flexprice#1153'],
    wrong: 'Credit ended too early, or at a date that was counted from the wrong day.',
    rule: 'A lot lives from its first instant until just before its last; months are not drifted.',
    tests: [
      [LOTS, 'a lot lives from effective_at until just before expires_at'],
      [
        'core/time/time.test.ts',
        'for every anchor: the day is the anchor’s, or the last of a shorter month',
      ],
    ],
  },
  {
    id: 'spent-after-its-end',
    refs: ['vm0-ai/vm0#10299'],
    wrong: 'Credit was spent a day after it had expired, since only a sweep ended it.',
    rule: 'Expiry is checked when spending.',
    tests: [
      ['vectors/misbilling.json', 'V48'],
      [LOTS, 'expiry is checked when spending, whether or not the sweep has run'],
    ],
  },
  {
    id: 'below-zero',
    refs: ['getlago/lago-api#4985', 'getlago/lago-api#2542', 'getlago/lago-api#3338'],
    wrong: 'Nothing kept a balance from going below zero; fees were taken from it twice.',
    rule: 'A commit that would leave a lot below zero is not made, and the account is parked.',
    tests: [
      ['core/ledger/ledger.test.ts', 'a lot below zero, or held beyond what is left'],
      [
        'engine/parking.test.ts',
        'is parked: the change is not made, later calls are not billed, and verify says what is wrong',
      ],
      ['spec/holds.spec.test.ts', 'settle releases what was not used: settled + released = held'],
    ],
  },
  {
    id: 'seen-a-month-later',
    refs: ['getlago/lago-front#1390', 'Kilo-Org/cloud#3652'],
    wrong: 'The balance moved only when the invoice was made.',
    rule: 'The answer of the call carries its cost and the balance after it.',
    tests: [
      ['gateway/money.test.ts', 'is on the headers of an answer in one piece, and in the journal'],
    ],
  },
  {
    id: 'year-and-month',
    refs: ['killbill/killbill#1931'],
    wrong: 'Free units of a year could not be had with a monthly bill.',
    rule: 'Each window has a length of its own, beside the cycle of the bill.',
    tests: [[FUNDING, 'units of a year are of the year, though caps and cycles are of the month']],
  },
  {
    id: 'there-and-back-in-a-day',
    refs: ['killbill/killbill#877'],
    wrong: 'A change of plan on the day on which it began was taken for a double bill.',
    rule: 'A change that is taken back posts nothing.',
    tests: [
      [SUBSCRIPTIONS, 'a downgrade taken back within the period charges nothing'],
      ['spec/plans.spec.test.ts', 'there and back within the window does not refill it'],
    ],
  },
  {
    id: 'months-that-drift',
    refs: ['useautumn/autumn#2115', 'textbee#283'],
    wrong: 'A reset on the 31st moved to the 30th and stayed there.',
    rule: 'Ends of months are counted from the anchor.',
    tests: [['vectors/misbilling.json', 'V42']],
  },
]

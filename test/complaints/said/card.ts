import type { Complaint } from '../complaint.ts'

const RELOAD = 'payments/reload.test.ts'

export const CARD: readonly Complaint[] = [
  {
    id: 'on-by-default',
    refs: ['recoupable/app#1960'],
    wrong: 'Automatic charges were on until somebody found the switch.',
    rule: 'Auto-reload is off until its owner agrees to a sentence with its amounts.',
    tests: [
      [RELOAD, 'is off by default, and no card is charged however low the balance'],
      [
        RELOAD,
        'keeps the exact sentence with who, from where and when; another sentence is no consent',
      ],
    ],
  },
  {
    id: 'on-again-by-itself',
    refs: ['openai/codex#31987', 'anthropics/claude-code#14857', 'anthropics/claude-code#25647'],
    wrong: 'A switch was found on that nobody had turned on, or that had been turned off.',
    rule: 'Off stays off; a setting changes by an entry that says who.',
    tests: [
      [RELOAD, 'off stays off'],
      ['api/team.test.ts', 'is turned by an owner alone, and changes that and nothing else'],
      [
        'api/campaigns.test.ts',
        'gives one lot that names the campaign, repeats its answer, and changes nothing else',
      ],
    ],
  },
  {
    id: 'reload-loop',
    refs: ['anthropics/claude-code#68773', 'getlago/lago-api#1962'],
    wrong: 'One top-up followed the other every few minutes.',
    rule: 'Ten minutes between two, and limits of a day and a month that are part of the consent.',
    tests: [[RELOAD, 'keeps ten minutes between two charges, and the limits of day and month']],
  },
  {
    id: 'more-than-was-set',
    refs: ['hackerai-tech/hackerai#798'],
    wrong: 'A large request charged more than the amount that had been set.',
    rule: 'A reload buys what was agreed to, to the last cent.',
    tests: [
      [
        'spec/purchases.spec.test.ts',
        '17: no charge that the consent does not cover, to the last cent',
      ],
      [RELOAD, 'buys the amount once when the balance has fallen below the trigger'],
    ],
  },
  {
    id: 'declined-again-and-again',
    refs: ['akash-network/console#3769'],
    wrong: 'A declined card was tried again and again, and nobody was told.',
    rule: 'The first decline stops it, and the state says so at once.',
    tests: [
      ['spec/purchases.spec.test.ts', 'a round ends once, and its number is never used again'],
      ['payments/reload.test.ts', '%s: stops after the first, tells, and does not loop'],
    ],
  },
  {
    id: 'card-that-stays',
    refs: ['anthropics/claude-code#92883'],
    wrong: 'A stored card could not be removed.',
    rule: 'A card is removed by its owner, and not charged after.',
    tests: [
      ['payments/purchase.test.ts', 'does not charge a card that was removed since the preview'],
      [
        RELOAD,
        'a removed card is not charged; a refused call for want of funds is a reason to reload',
      ],
    ],
  },
  {
    id: 'promised-and-not-paid',
    refs: ['anthropics/claude-code#71514'],
    wrong: 'A refund was confirmed and did not arrive.',
    rule: 'After a crash at any step there is one charge and one credit, or one refund.',
    tests: [
      ['payments/purchase.test.ts', 'killed after any step ends in one charge and one credit'],
      ['payments/refund.test.ts', 'killed after any step pays back once'],
    ],
  },
  {
    id: 'paid-use-unnoticed',
    refs: ['rajish/cc-hdrm#62'],
    wrong: 'Nobody noticed the moment at which use began to cost money.',
    rule: 'The first paid call of each cycle is told.',
    tests: [['spec/alerts.spec.test.ts', 'is told at the first paid call of each cycle']],
  },
]

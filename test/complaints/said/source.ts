import type { Complaint } from '../complaint.ts'

const FUNDING = 'complaints/funding.test.ts'
const ORDER = 'spec/funding-order.spec.test.ts'
const VECTORS = 'vectors/misbilling.json'

export const SOURCE: readonly Complaint[] = [
  {
    id: 'credit-while-the-plan-had-room',
    refs: [
      'anthropics/claude-code#52278',
      'anthropics/claude-code#45249',
      'anthropics/claude-code#24727',
      'anthropics/claude-code#83062',
      'anomalyco/opencode#42938',
    ],
    wrong: 'Credit was drawn while most of the session window was left.',
    rule: 'Included windows come first; what was drawn only because of holds goes back by itself.',
    tests: [
      [ORDER, '55 % of the session window is left and credits are present: drawn from the window'],
      [
        'spec/reattribution.spec.test.ts',
        'goes back to its lot when the hold releases, and the draw moves to the window',
      ],
      [VECTORS, 'V45'],
    ],
  },
  {
    id: 'beyond-the-cap-while-windows-were-open',
    refs: ['anthropics/claude-code#32544'],
    wrong: 'Paid use went to 118 % of its cap while the session stood at 5 % and the week at 50 %.',
    rule: 'A covered call draws the plan, and a cap is never passed.',
    tests: [
      [
        FUNDING,
        'the session at 5 %, the week at 50 %: a call draws the plan, and the cap on money does not move',
      ],
      ['spec/caps.spec.test.ts', 'what calls in flight hold counts'],
    ],
  },
  {
    id: 'which-window-was-full',
    refs: ['anthropics/claude-code#84393'],
    wrong:
      'Credit was drawn while both weekly bars were near 60 %; the cause was the session window.',
    rule: 'The receipt names the window that bound, and shows all of them as they stood.',
    tests: [
      [FUNDING, 'the weekly bars near 60 %: the draw names the session window that was full'],
      ['spec/windows.spec.test.ts', 'the trace names the window that bound'],
    ],
  },
  {
    id: 'outside-the-plan-unsaid',
    refs: [
      'anthropics/claude-code#43678',
      'anthropics/claude-code#57616',
      'anthropics/claude-code#56782',
    ],
    wrong:
      'Features that the plan does not cover drew credit at 55 to 78 % of the window, unexplained.',
    rule: 'The receipt says which rule it was, and shows the windows beside it.',
    tests: [
      [ORDER, 'fast mode is credits only: the windows are passed over and say so'],
      [
        'spec/coverage.spec.test.ts',
        'a credits-only call shows the windows as they stand, and leaves them alone',
      ],
    ],
  },
  {
    id: 'card-before-promotion',
    refs: ['anthropics/claude-code#26089'],
    wrong: 'A card was charged while promotional credit was left.',
    rule: 'Promotional credit comes before paid, and counts as balance for auto-reload.',
    tests: [
      [VECTORS, 'V46'],
      ['complaints/api.test.ts', 'is not charged to a card while promotional credit is there'],
    ],
  },
  {
    id: 'later-expiry-first',
    refs: ['useautumn/autumn#2508', 'Bytez-com/docs#46', 'vm0-ai/vm0#7047'],
    wrong: 'The balance that lasts longer was spent while the other one ran out of time.',
    rule: 'Inside a class what expires sooner goes first.',
    tests: [[ORDER, 'of equal priority, what expires sooner goes first, what never expires last']],
  },
  {
    id: 'top-up-on-a-plan',
    refs: ['openmeterio/openmeter#3293'],
    wrong: 'Credit could not be added to what a subscription manages.',
    rule: 'The plan gives what it has, then the lots.',
    tests: [[ORDER, 'the session window gives all that it has, then the credits']],
  },
  {
    id: 'compensation-nobody-can-spend',
    refs: ['anthropics/claude-code#81869'],
    wrong: 'Compensation came as credit that could not be used where the loss had been.',
    rule: 'A grant can stand before the windows, and needs no paid use.',
    tests: [
      [
        FUNDING,
        'can be spent where the loss was: before the windows, by an account that uses the plan only',
      ],
    ],
  },
  {
    id: 'gift-that-needs-money',
    refs: ['anthropics/claude-code#25827'],
    wrong: 'Promotional credit could only be used by who also paid.',
    rule: 'Paid use is asked for paid sources only.',
    tests: [[FUNDING, 'pays for calls while paid use is off']],
  },
  {
    id: 'given-or-bought',
    refs: ['getlago/lago-api#4787', 'getlago/lago-api#4838'],
    wrong: 'Nobody could see whether credit that was given or that was bought had been used.',
    rule: 'Each draw names its class and its lot; promotional credit never becomes paid.',
    tests: [
      [
        'spec/refunds.spec.test.ts',
        'the house pays from its refund expense, and promotional credit stays promotional',
      ],
      [ORDER, 'promotional credit is drawn before paid credit, whatever the priorities say'],
    ],
  },
]

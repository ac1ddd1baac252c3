import type { Complaint } from '../complaint.ts'

const WAITING = 'complaints/waiting.test.ts'
const CAPS = 'spec/caps.spec.test.ts'
const VECTORS = 'vectors/misbilling.json'

export const LIMITS: readonly Complaint[] = [
  {
    id: 'cap-that-is-passed',
    refs: [
      'anthropics/claude-code#25647',
      'anthropics/claude-code#59858',
      'anthropics/claude-code#93255',
      'anthropics/claude-code#67031',
      'cursor/cursor#3080',
      'gitpod-io/gitpod#12881',
    ],
    wrong:
      'A spend limit was passed, because it was looked at before or after the spending, not with it.',
    rule: 'Posted and held together never exceed a cap, at any instant.',
    tests: [
      [VECTORS, 'V50'],
      [CAPS, 'what calls in flight hold counts'],
      [
        'engine/caps.test.ts',
        'lets usage that is reported afterwards through only as far as it reaches',
      ],
    ],
  },
  {
    id: 'zero-is-not-unlimited',
    refs: ['sseshachala/conductai#2102'],
    wrong: 'A cap of $0 meant no cap.',
    rule: 'Zero refuses all that costs money.',
    tests: [[CAPS, 'zero refuses all that costs money']],
  },
  {
    id: 'cap-set-in-the-middle',
    refs: ['anthropics/claude-code#67926'],
    wrong: 'A cap that was set late in a period showed 2,856 % at once.',
    rule: 'A cap counts from when it is set; one that is lowered blocks new holds only.',
    tests: [
      [
        'complaints/funding.test.ts',
        'counts from when it was set, and is never far beyond 100 % at once',
      ],
      [CAPS, 'a cap lowered below what is spent blocks new holds only'],
    ],
  },
  {
    id: 'reset-told-is-not-the-reset',
    refs: [
      'anthropics/claude-code#42562',
      'anthropics/claude-code#33557',
      'anthropics/claude-code#30933',
      'anthropics/claude-code#16618',
    ],
    wrong: 'The time that was told came, and calls were still refused.',
    rule: 'A refusal tells the first instant at which this very call goes through, with all limits.',
    tests: [
      [WAITING, 'of two windows that are used up, the one that begins anew last is named'],
      [
        WAITING,
        'a monthly cap that is reached does not hide that the session window is open again today',
      ],
      [WAITING, 'tells the first instant at which the call goes through, or that none comes'],
    ],
  },
  {
    id: 'told-to-wait-in-vain',
    refs: ['anthropics/claude-code#92834', 'anthropics/claude-code#45326'],
    wrong: 'The bar said 0 %, and calls were refused.',
    rule: 'Where waiting does not help, no wait is told.',
    tests: [
      [WAITING, 'a call that is larger than the whole window is not told to wait for it'],
      ['gateway/limits.test.ts', 'a call that no window is large enough for is not told to wait'],
    ],
  },
  {
    id: 'refused-with-money-there',
    refs: [
      'anthropics/claude-code#45252',
      'anthropics/claude-code#45315',
      'anthropics/claude-code#29741',
    ],
    wrong: 'Calls were refused as out of credit while balance and windows were open.',
    rule: 'A refusal is decided from the same numbers that are shown.',
    tests: [[WAITING, 'is never one of a call that windows or credit could have paid']],
  },
  {
    id: 'refused-because-paid-use-is-off',
    refs: ['anthropics/claude-code#28450'],
    wrong: 'With paid use off every call was refused, though 38 % of the week was used.',
    rule: 'Paid use is about money only.',
    tests: [[WAITING, 'while 38 % of the week is used and paid use is off is not made']],
  },
  {
    id: 'which-limit',
    refs: [
      'BerriAI/litellm#22726',
      'BerriAI/litellm#4208',
      'BerriAI/litellm#14144',
      'librefang/librefang#7907',
      'microsoft/vscode#318360',
    ],
    wrong: 'A block did not say whose limit it was, or where it stood.',
    rule: 'A block names its limit, its numbers, its reset and who can change it.',
    tests: [
      [
        'api/metering.test.ts',
        'name the limit, where it stands, who can change it, and that nothing was charged',
      ],
      [CAPS, 'the tightest of several caps binds and is named'],
    ],
  },
  {
    id: 'limits-above-a-key',
    refs: ['BerriAI/litellm#30550'],
    wrong: 'A key was shown as unlimited while its parent had a cap.',
    rule: 'The whole chain of caps is shown, with what is left of each.',
    tests: [
      ['api/team.test.ts', 'show the chain of caps with source, numbers and who can raise them'],
    ],
  },
  {
    id: 'nobody-could-raise-it',
    refs: ['blisspixel/deepr#176'],
    wrong: 'Work stood still until somebody found out how to raise the cap.',
    rule: 'A member asks, an owner decides, once; a raise can end by itself.',
    tests: [
      [
        'api/team.test.ts',
        'raise the limit of the one who asked, and nobody else’s; a repeat is the same answer',
      ],
      ['spec/raises.spec.test.ts', 'a raise ends by itself, exactly at its instant'],
    ],
  },
  {
    id: 'clock-on-the-wall',
    refs: ['BerriAI/litellm#37454'],
    wrong: 'A reset came eight hours late, because times of two zones were compared as text.',
    rule: 'Instants are compared, never clocks on a wall.',
    tests: [[VECTORS, 'V41']],
  },
  {
    id: 'window-that-moves',
    refs: ['ryoppippi/ccusage#133', 'anthropics/claude-code#56801'],
    wrong: 'The end of a session window moved with each message.',
    rule: 'A window’s end never moves once it is open.',
    tests: [
      [VECTORS, 'V43'],
      [
        'spec/windows.spec.test.ts',
        'an anchored window opens with the first admitted call and its end never moves',
      ],
    ],
  },
  {
    id: 'reset-not-seen-before-the-first-call',
    refs: ['Blimp-Labs/claude-usage-bar#34', 'kunchenguid/quota-axi#257', 'uwuclxdy/clauth#74'],
    wrong:
      'A window that was over still showed its old value; one that had not begun showed nothing.',
    rule: 'A window that has not begun says so, with its length; one that is over is gone.',
    tests: [
      [
        'api/accounts.test.ts',
        'of a window that has not begun says so, and shows used and left together',
      ],
    ],
  },
  {
    id: 'percent-only',
    refs: ['openai/codex#21490', 'vscode-copilot-release#9158'],
    wrong: 'Only a percentage was shown, of an unknown whole.',
    rule: 'The state has capacity, used, held, left and reset of every window.',
    tests: [['api/metering.test.ts', 'shows in the state while it is in flight']],
  },
  {
    id: 'no-warning',
    refs: [
      'anthropics/claude-code#58032',
      'anthropics/claude-code#17431',
      'umbraco/Umbraco.Cloud.Issues#758',
    ],
    wrong: 'Nobody was warned before the limit, or only at one fixed level.',
    rule: 'Levels are settings, and the pace is looked at too.',
    tests: [
      ['notify/delivery.test.ts', 'have defaults, change by member, and go back with null'],
      ['spec/alerts.spec.test.ts', 'a forecast takes the pace so far, once there is one'],
    ],
  },
  {
    id: 'reset-not-told',
    refs: ['opgginc/opencode-bar#142'],
    wrong: 'Nobody was told that the limit had begun anew.',
    rule: 'The reset of a window that somebody may wait for is an alert.',
    tests: [
      [
        'notify/delivery.test.ts',
        'by time alone is told when it is due: a window that is open again',
      ],
    ],
  },
  {
    id: 'expiry-not-told',
    refs: ['anthropics/claude-code#95082'],
    wrong: 'Credit expired without a word.',
    rule: 'A lot that expires with something in it is told of before.',
    tests: [['spec/alerts.spec.test.ts', 'a lot that expires with something in it']],
  },
  {
    id: 'claim-gone-before-its-time',
    refs: ['anthropics/claude-code#46244'],
    wrong: 'The offer of a claim was gone before its deadline.',
    rule: 'A claim is open until the last millisecond of its window, in the zone that is named.',
    tests: [
      ['spec/campaigns.spec.test.ts', 'last millisecond'],
      ['spec/campaigns.spec.test.ts', 'a millisecond late'],
    ],
  },
]

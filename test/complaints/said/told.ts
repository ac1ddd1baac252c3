import type { Complaint } from '../complaint.ts'

const RECEIPTS = 'api/receipts.test.ts'

export const TOLD: readonly Complaint[] = [
  {
    id: 'credits-gone-without-a-record',
    refs: ['openai/codex#39701', 'openai/codex#41617'],
    wrong: 'Credit was gone, with no history of transactions.',
    rule: 'Every draw is an entry of a journal without gaps, and hashed.',
    tests: [
      [RECEIPTS, 'is gap-free, hashed, and read page by page'],
      [RECEIPTS, 'adds up to what the receipts say, whatever the grouping'],
    ],
  },
  {
    id: 'cost-of-each-call',
    refs: [
      'fal-ai/fal#425',
      'kirodotdev/Kiro#8131',
      'github/copilot-cli#4207',
      'coze-dev/coze-studio#2687',
      'Kilo-Org/kilocode#1368',
    ],
    wrong: 'What one call had cost, and why, could not be seen.',
    rule: 'Each call has a receipt: lines, multipliers, sources used and passed over.',
    tests: [
      [RECEIPTS, 'says what the call cost, line by line, and why from there'],
      ['gateway/money.test.ts', 'is on the headers of an answer in one piece, and in the journal'],
    ],
  },
  {
    id: 'whose-key',
    refs: ['anthropics/claude-quickstarts#431', 'BerriAI/litellm#1906', 'reapit/foundations#5432'],
    wrong: 'Nobody could tell which key or project had spent it.',
    rule: 'Calls carry key, member, project and session, and are filtered by them.',
    tests: [[RECEIPTS, 'is filtered by model, outcome, key, member and time']],
  },
  {
    id: 'multiplier-unseen',
    refs: ['anomalyco/opencode#768'],
    wrong: 'Some models counted several times, and it was not said where they are chosen.',
    rule: 'A multiplier is a line of its own on the receipt, and in the book.',
    tests: [['spec/weights.spec.test.ts', 'a weight is its own line and leaves fees alone']],
  },
  {
    id: 'numbers-that-disagree',
    refs: [
      'anthropics/claude-code#77108',
      'anthropics/claude-code#24372',
      'Adolanium/hermes-resetwatch#19',
    ],
    wrong: 'One place said 100 %, another 27 %.',
    rule: 'One read of the state, with its time and sequence number, for all.',
    tests: [
      [
        'complaints/waiting.test.ts',
        'is never one of a call that windows or credit could have paid',
      ],
      ['spec/windows.spec.test.ts', 'what is shown is what is enforced'],
    ],
  },
  {
    id: 'state-nobody-can-read',
    refs: ['killbill/killbill#2109', 'killbill/killbill#1505'],
    wrong: 'A state that should not be was printed in a form that operators cannot read.',
    rule: 'A check that fails parks the account, and names the account, the entry and what is wrong.',
    tests: [
      [
        'engine/parking.test.ts',
        'is parked: the change is not made, later calls are not billed, and verify says what is wrong',
      ],
    ],
  },
  {
    id: 'seen-by-others',
    refs: ['PostHog/posthog.com#19530', 'copilot-metrics-viewer#460'],
    wrong: 'Members could see nothing of their own use, or had to be made admins for it.',
    rule: 'A member sees its own use, and no other; viewing is a role.',
    tests: [
      ['api/team.test.ts', 'calls, entries, sums, state and keys hold nothing of another member'],
    ],
  },
  {
    id: 'refund-on-its-way',
    refs: ['anthropics/claude-code#71514'],
    wrong: 'A refund that had been confirmed did not come, and nobody could see where it was.',
    rule: 'A refund of a purchase has phases that are shown; one that the bank returns is put back.',
    tests: [['payments/refund.test.ts', 'puts the credit back where the processor does not pay']],
  },
  {
    id: 'cost-of-a-session',
    refs: [
      'NousResearch/hermes-agent#92004',
      'claude-agent-sdk-typescript#293',
      'microsoft/vscode#322467',
      'kirodotdev/KiroCrew#2245',
    ],
    wrong: 'The cost of a task with its subagents could not be seen, or was counted too low.',
    rule: 'Calls will be summed by session and by the call that began them.',
    tests: [],
    waits: 'There is no sum by session or by parent call yet.',
  },
  {
    id: 'bill-of-a-cycle',
    refs: ['microsoft/vscode#266586', 'epam/cloud-pipeline#1716'],
    wrong: 'Use was shown by calendar month, and could not be exported whole.',
    rule: 'A statement is of the billing cycle, with opening and closing balance, whole, also as CSV.',
    tests: [
      [
        'api/statements.test.ts',
        'shows what moved, as of now, and what everybody else says of the account',
      ],
      ['api/statements.test.ts', 'is CSV that no spreadsheet takes for a program'],
    ],
  },
  {
    id: 'meters-on-a-screen',
    refs: ['anthropics/claude-code#28798', 'jarrodwatts/claude-hud#240', 'element-hq/compound#344'],
    wrong: 'A reset was shown without its day, or a level by its colour only.',
    rule: 'Screens will show used and left, the wait and the instant, in words too.',
    tests: [],
    waits: 'There are no screens yet; the command line has the same rules.',
  },
]

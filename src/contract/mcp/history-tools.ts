import Type from 'typebox'
import { findingRoutes } from '../routes/findings.ts'
import { historyRoutes } from '../routes/history.ts'
import { journalRoutes } from '../routes/journal.ts'
import { EntrySchema } from '../schemas/entries.ts'
import { FindingSchema, FindingStatusSchema, RuleSchema } from '../schemas/findings.ts'
import { Cursor, Limit, nullable, strict } from '../schemas/primitives.ts'
import { StateAtSchema } from '../schemas/state-at.ts'
import { ABOUT } from './answer.ts'
import { tool } from './tool.ts'

const reads = { scope: 'everycent:read', effect: 'reads' } as const
const { from, until, kinds } = historyRoutes.getTimeline.query.properties
const { items } = historyRoutes.getTimeline.success.schema.properties

/** What happened to an account, and whether it was right. */
export const historyTools = {
  get_timeline: tool({
    ...reads,
    title: 'What happened',
    description:
      'What happened to the account as one list, the latest first: calls, refusals, refunds, changes of plan and settings, credit, purchases, alerts, findings, prices. Ask this when somebody asks what changed, or why it is different from before.',
    uses: ['getTimeline'],
    input: Type.Object(
      { ...ABOUT, from, until, kinds, cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) },
      strict,
    ),
    result: Type.Object(
      { items, next_cursor: nullable(Type.String()) },
      { ...strict, description: 'A page; the list ends where `next_cursor` is null.' },
    ),
  }),
  get_state_at: tool({
    ...reads,
    title: 'How the account stood at a moment',
    description:
      'The account as it was known at a moment, to the nano, and with `compare` what changed until another, source by source. Says what is not known of that moment.',
    uses: ['getStateAt'],
    input: Type.Object({ ...ABOUT, ...historyRoutes.getStateAt.query.properties }, strict),
    result: StateAtSchema,
  }),
  get_entry: tool({
    ...reads,
    title: 'What a journal entry is',
    description:
      'One entry of the journal by its number, with its postings; of a plan fee also the formula, the time and the plan version of each line. Ask this when somebody asks what a fee, a purchase or a line of a statement is made of; calls have receipts.',
    uses: ['getEntry'],
    input: Type.Object({ ...ABOUT, seq: journalRoutes.getEntry.params.properties.seq }, strict),
    result: EntrySchema,
  }),
  list_findings: tool({
    ...reads,
    title: 'Wrong charges that were found',
    description:
      'What the audit has found in the charges and books of the account, and what was given back for it.',
    uses: ['getAccount', 'listAccountFindings'],
    input: Type.Object(
      {
        ...ABOUT,
        rule: Type.Optional(RuleSchema),
        status: Type.Optional(FindingStatusSchema),
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    result: findingRoutes.listAccountFindings.success.schema,
  }),
  check_my_charges: tool({
    ...reads,
    title: 'Audit the charges now',
    description:
      'Checks every charge of the account that was not checked yet, by rules that are independent of those that charged, and lists what was found. Moves no money by itself. Ask this before somebody disputes a charge.',
    uses: ['getAccount', 'checkAccount'],
    input: Type.Object(ABOUT, strict),
    result: Type.Object(
      { items: Type.Array(FindingSchema), next_cursor: nullable(Type.String()) },
      { ...strict, description: 'What was found so far, the latest first.' },
    ),
  }),
} as const

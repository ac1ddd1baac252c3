import Type from 'typebox'
import { LENGTHS } from '../explain/index.ts'
import { campaignRoutes } from '../routes/campaigns.ts'
import { historyRoutes } from '../routes/history.ts'
import { usageRoutes } from '../routes/usage.ts'
import { InvoiceListSchema } from '../schemas/invoices.ts'
import { ReloadSchema } from '../schemas/payments.ts'
import { PlanComparisonSchema, SeatsAsked } from '../schemas/plan-comparison.ts'
import { Cursor, Limit, nullable, Reference, strict } from '../schemas/primitives.ts'
import { StatementSchema } from '../schemas/statements.ts'
import { CapChainSchema } from '../schemas/team.ts'
import { PeriodExplanationSchema } from '../schemas/timeline.ts'
import { ABOUT } from './answer.ts'
import { tool } from './tool.ts'

const reads = { scope: 'everycent:read', effect: 'reads' } as const
const { items: RunningItems } = usageRoutes.listRunningCalls.success.schema.properties
const { from, until, statement } = historyRoutes.explainPeriod.query.properties

/** The figures of an account that its screens show beside its state: use, money owed, credit on offer. */
export const figureTools = {
  list_running_calls: tool({
    ...reads,
    title: 'Calls in flight',
    description:
      'Calls that have not ended: what each holds, what it can cost at most, and what it has come to so far where that is known.',
    uses: ['listRunningCalls'],
    input: Type.Object(
      { ...ABOUT, cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) },
      strict,
    ),
    result: Type.Object(
      { items: RunningItems, next_cursor: nullable(Type.String()) },
      { ...strict, description: 'A page; the list ends where `next_cursor` is null.' },
    ),
  }),
  explore_usage: tool({
    ...reads,
    title: 'What used it',
    description:
      'Sums of calls of a period, split by model, key, member, project, session, tag, source and more, and by time. The rows and the rest add up to the totals exactly. Ask this when somebody asks what their money or their plan went on.',
    uses: ['exploreUsage'],
    input: Type.Object({ ...ABOUT, ...usageRoutes.exploreUsage.query.properties }, strict),
    result: usageRoutes.exploreUsage.success.schema,
  }),
  effective_caps: tool({
    ...reads,
    title: 'Caps that could stop a key, member or project',
    description:
      'Every cap that could stop calls of a key, a member or a project, the one with least left first, with who may raise it.',
    uses: ['getEffectiveCaps'],
    input: Type.Object(
      {
        ...ABOUT,
        key_id: Type.Optional(Reference),
        member_id: Type.Optional(Reference),
        project_id: Type.Optional(Reference),
      },
      strict,
    ),
    result: CapChainSchema,
  }),
  list_campaigns: tool({
    ...reads,
    title: 'Credit that is offered',
    description:
      'Campaigns of the account: what each gives, until when it can be claimed, whether the account may claim it, and which rule says no where it may not.',
    uses: ['listAccountCampaigns'],
    input: Type.Object(ABOUT, strict),
    result: campaignRoutes.listAccountCampaigns.success.schema,
  }),
  read_statement: tool({
    ...reads,
    title: 'Statement of a cycle',
    description:
      'A statement: every balance with its opening, what moved it and its closing, use by model and source, purchases, refunds and invoices. The cycle that runs unless another is named.',
    uses: ['getStatement'],
    input: Type.Object(
      {
        ...ABOUT,
        statement: Type.Optional({
          ...statement,
          description: 'Its number; the cycle that runs unless told.',
        }),
      },
      strict,
    ),
    result: StatementSchema,
  }),
  list_invoices: tool({
    ...reads,
    title: 'Invoices and what is owed',
    description: 'Every invoice with what is left to pay and until when, and what is owed in all.',
    uses: ['listInvoices'],
    input: Type.Object(ABOUT, strict),
    result: InvoiceListSchema,
  }),
  read_auto_reload: tool({
    ...reads,
    title: 'Auto-reload',
    description:
      'Whether credit is bought automatically, at which balance, how much, within which limits, and what it waits for. Ask this when somebody asks whether a card will be charged. Changes nothing.',
    uses: ['getAutoReload'],
    input: Type.Object(ABOUT, strict),
    result: ReloadSchema,
  }),
  compare_plans: tool({
    ...reads,
    title: 'Plans on offer',
    description:
      'Every plan on offer beside the own one: what it costs, what it includes, and what a switch to it would charge now, tax excluded. Ask this before advising anybody to change the plan. Changes nothing.',
    uses: ['comparePlans'],
    input: Type.Object({ ...ABOUT, seats: SeatsAsked }, strict),
    result: PlanComparisonSchema,
  }),
  explain_period: tool({
    ...reads,
    title: 'Explain an interval or a statement',
    description:
      'What the calls of an interval, or of a closed statement, came to and from which sources, in sentences. Repeat them as they are instead of explaining it yourself.',
    uses: ['explainPeriod'],
    input: Type.Object(
      {
        ...ABOUT,
        from,
        until,
        statement,
        length: Type.Optional(Type.Enum([...LENGTHS], { description: '`medium` unless told.' })),
      },
      strict,
    ),
    result: PeriodExplanationSchema,
  }),
} as const

import Type from 'typebox'
import { LENGTHS } from '../explain/index.ts'
import { AccountId, accountPage, Cursor, Limit, strict, Timestamp } from '../schemas/primitives.ts'
import { readerQuery, TimeZoneAsked } from '../schemas/reader.ts'
import { StateAtSchema } from '../schemas/state-at.ts'
import { PeriodExplanationSchema, TimelineItemSchema } from '../schemas/timeline.ts'
import { TIMELINE_KINDS } from '../timeline/codes.ts'
import { route } from './route.ts'

const OfAccount = Type.Object({ account_id: AccountId }, strict)
const KINDS_PATTERN = `^(${TIMELINE_KINDS.join('|')})(,(${TIMELINE_KINDS.join('|')}))*$`

const reads = {
  method: 'GET',
  permission: 'history_read',
  idempotency: 'none',
  tag: 'History',
  params: OfAccount,
} as const

export const historyRoutes = {
  getTimeline: route({
    ...reads,
    path: '/v1/accounts/{account_id}/timeline',
    summary: 'Read what happened to an account, as one list',
    description:
      'The latest first. Calls, refusals and moves that follow one another are one line each, until something else happens, half an hour passes, or 500 journal entries are full. A page may hold fewer than `limit`; the list ends where `next_cursor` is null.',
    query: Type.Object(
      {
        from: Type.Optional({ ...Timestamp, description: 'Not before.' }),
        until: Type.Optional({ ...Timestamp, description: 'Before; not part of it.' }),
        kinds: Type.Optional(
          Type.String({
            pattern: KINDS_PATTERN,
            description: `Only these, with commas between: ${TIMELINE_KINDS.join(', ')}.`,
            examples: ['plan,settings,refunds'],
          }),
        ),
        time_zone: TimeZoneAsked,
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'What happened.',
      schema: accountPage(TimelineItemSchema, 'A page of the timeline.'),
    },
    problems: ['account_unknown', 'cursor_invalid'],
  }),
  explainPeriod: route({
    ...reads,
    path: '/v1/accounts/{account_id}/explanation',
    summary: 'Explain an interval or a closed statement in words',
    description:
      'What calls came to, from which sources, and why not from the windows; by when it was recorded. Name `from` and `until` (the last seven days unless told), or a `statement`.',
    query: Type.Object(
      {
        from: Type.Optional({ ...Timestamp, description: 'Not before.' }),
        until: Type.Optional({ ...Timestamp, description: 'Before; now unless told.' }),
        statement: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Number of the statement.' }),
        ),
        ...readerQuery,
        length: Type.Optional(Type.Enum([...LENGTHS], { description: '`medium` unless told.' })),
      },
      strict,
    ),
    success: { status: 200, description: 'The explanation.', schema: PeriodExplanationSchema },
    problems: ['account_unknown', 'statement_unknown'],
  }),
  getStateAt: route({
    ...reads,
    path: '/v1/accounts/{account_id}/state_at',
    summary: 'Read the account as it was known at a moment',
    description:
      'Folded from every journal entry recorded by then, with what later entries and open holds tell of calls in flight. With `compare`, a second moment and what changed between the two, source by source.',
    query: Type.Object(
      {
        at: Type.Optional({ ...Timestamp, description: 'The moment; now unless told.' }),
        time_zone: TimeZoneAsked,
        compare: Type.Optional({ ...Timestamp, description: 'A second moment.' }),
      },
      strict,
    ),
    success: { status: 200, description: 'The account then.', schema: StateAtSchema },
    problems: ['account_unknown'],
  }),
} as const

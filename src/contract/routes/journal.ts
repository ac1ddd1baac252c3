import Type from 'typebox'
import { ENTRY_KINDS } from '../../core/ledger/entry.ts'
import { LENGTHS } from '../explain/index.ts'
import { ReceiptSchema } from '../receipt/schema.ts'
import { UsageSchema } from '../schemas/accounts.ts'
import { CallListedSchema, ExplanationSchema } from '../schemas/calls.ts'
import { EntrySchema } from '../schemas/entries.ts'
import {
  AccountId,
  accountPage,
  Cursor,
  Limit,
  ModelId,
  ReceiptId,
  Reference,
  strict,
  Timestamp,
} from '../schemas/primitives.ts'
import { readerQuery } from '../schemas/reader.ts'
import { EntryExplainedSchema } from '../schemas/timeline.ts'
import { usageFilters } from '../schemas/usage.ts'
import { route } from './route.ts'

const OfAccount = Type.Object({ account_id: AccountId }, strict)
const paging = { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }
const interval = {
  from: Type.Optional({ ...Timestamp, description: 'Not before.' }),
  to: Type.Optional({ ...Timestamp, description: 'Before; not part of the interval.' }),
}
const ReceiptParams = Type.Object({ receipt_id: ReceiptId }, strict)
const ofOperator = {
  account_id: Type.Optional({
    ...AccountId,
    description: 'Needed with operator tokens; an account key reads its own.',
  }),
}

export const journalRoutes = {
  listCalls: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/calls',
    permission: 'use_read',
    idempotency: 'none',
    tag: 'Receipts',
    summary: 'List calls',
    description:
      'One row a call, by the same filters as the explorer. `from` and `to` are when calls were made. A page may hold fewer than `limit`; the list ends where `next_cursor` is null.',
    params: OfAccount,
    query: Type.Object(
      {
        ...usageFilters,
        ...interval,
        sort: Type.Optional(
          Type.Enum(['ended', 'amount'], {
            description: 'The latest end first (unless told), or the highest list price.',
          }),
        ),
        ...paging,
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'Calls as their receipts stand now.',
      schema: accountPage(CallListedSchema, 'A page of calls.'),
    },
    problems: ['account_unknown', 'member_unknown', 'cursor_invalid', 'usage_catching_up'],
  }),
  listEntries: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/entries',
    permission: 'use_read',
    idempotency: 'none',
    tag: 'Receipts',
    summary: 'List journal entries',
    description: 'The latest first.',
    params: OfAccount,
    query: Type.Object(
      { kind: Type.Optional(Type.Enum([...ENTRY_KINDS])), ...interval, ...paging },
      strict,
    ),
    success: {
      status: 200,
      description: 'The journal.',
      schema: accountPage(EntrySchema, 'A page of journal entries.'),
    },
    problems: ['account_unknown', 'cursor_invalid'],
  }),
  getEntry: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/entries/{seq}',
    permission: 'use_read',
    idempotency: 'none',
    tag: 'Receipts',
    summary: 'Read a journal entry, and what it did in words',
    description: 'What a figure leads to that is no call: a fee, a purchase, a change of plan.',
    params: Type.Object(
      {
        account_id: AccountId,
        seq: Type.Integer({
          minimum: 1,
          maximum: Number.MAX_SAFE_INTEGER,
          description: 'The number of the entry.',
        }),
      },
      strict,
    ),
    query: Type.Object(readerQuery, strict),
    success: { status: 200, description: 'The entry.', schema: EntryExplainedSchema },
    problems: ['account_unknown', 'entry_unknown'],
  }),
  getUsage: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/usage',
    permission: 'use_read',
    idempotency: 'none',
    tag: 'Receipts',
    summary: 'Sum usage by hour, day or model',
    description:
      'Hours are UTC. `from` and `to` are cut to whole hours; the last 7 days unless told.',
    params: OfAccount,
    query: Type.Object(
      {
        ...interval,
        group_by: Type.Optional(Type.Enum(['hour', 'day', 'model', 'day_and_model', 'total'])),
        model: Type.Optional(ModelId),
        member_id: Type.Optional({ ...Reference, description: 'The use of this member alone.' }),
      },
      strict,
    ),
    success: { status: 200, description: 'The sums.', schema: UsageSchema },
    problems: ['account_unknown', 'member_unknown'],
  }),
  followEvents: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/events',
    permission: 'use_read',
    idempotency: 'none',
    tag: 'Receipts',
    summary: 'Follow the journal as server-sent events',
    description:
      'Each event is a journal entry: `id` is its seq, `event` its kind. Resumes after `Last-Event-ID` or `after_seq`; begins with what is new otherwise.',
    params: OfAccount,
    query: Type.Object(
      {
        after_seq: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
      },
      strict,
    ),
    success: { status: 200, description: 'The feed.', contentType: 'text/event-stream' },
    problems: ['account_unknown', 'too_many_listeners'],
  }),
  getReceipt: route({
    method: 'GET',
    path: '/v1/receipts/{receipt_id}',
    permission: 'use_read',
    idempotency: 'none',
    tag: 'Receipts',
    summary: 'Read a receipt',
    params: ReceiptParams,
    query: Type.Object(ofOperator, strict),
    success: {
      status: 200,
      description: 'Why the call cost that, and why from there.',
      schema: ReceiptSchema,
    },
    problems: ['receipt_unknown', 'receipt_pending'],
  }),
  explainReceipt: route({
    method: 'GET',
    path: '/v1/receipts/{receipt_id}/explanation',
    permission: 'use_read',
    idempotency: 'none',
    tag: 'Receipts',
    summary: 'Explain a receipt in words',
    params: ReceiptParams,
    query: Type.Object(
      {
        ...ofOperator,
        ...readerQuery,
        length: Type.Optional(Type.Enum([...LENGTHS], { description: '`medium` unless told.' })),
      },
      strict,
    ),
    success: { status: 200, description: 'Sentences.', schema: ExplanationSchema },
    problems: ['receipt_unknown', 'receipt_pending'],
  }),
} as const

import Type from 'typebox'
import {
  AccountId,
  accountPage,
  CallId,
  Cursor,
  Limit,
  Reference,
  strict,
} from '../schemas/primitives.ts'
import {
  RunningCallSchema,
  UsageExploredSchema,
  UsageTreeSchema,
  UsageViewChangeSchema,
  UsageViewIn,
  UsageViewSchema,
  UsageViewsSchema,
  usageFilters,
  usagePeriod,
  usageShape,
} from '../schemas/usage.ts'
import { USAGE_MEASURES } from '../usage/index.ts'
import { route } from './route.ts'

const tag = 'Usage'
const OfAccount = Type.Object({ account_id: AccountId }, strict)
const OfView = Type.Object({ account_id: AccountId, view_id: Reference }, strict)
const paging = { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }
const measure = Type.Optional(
  Type.Enum([...USAGE_MEASURES], { description: '`charged` unless told.' }),
)

export const usageRoutes = {
  exploreUsage: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/usage/explore',
    permission: 'use_read',
    idempotency: 'none',
    tag,
    summary: 'Sum calls by what used it',
    description:
      'Calls that are chosen, split by a group and by time. The rows and the rest add up to the totals exactly. A call counts in the moment that it was made.',
    params: OfAccount,
    query: Type.Object(
      {
        ...usageFilters,
        ...usagePeriod,
        ...usageShape,
        measure,
        top: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 200, description: 'Rows; 10 unless told.' }),
        ),
        compare: Type.Optional(
          Type.Enum(['previous'], {
            description: 'Beside it the period before, as long as this one.',
          }),
        ),
      },
      strict,
    ),
    success: { status: 200, description: 'The sums.', schema: UsageExploredSchema },
    problems: ['account_unknown', 'member_unknown', 'usage_catching_up'],
  }),
  getUsageTree: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/usage/tree',
    permission: 'use_read',
    idempotency: 'none',
    tag,
    summary: 'Sum calls by session and parent',
    description:
      'Sessions; with `in_session`, the calls of one that no other call was made for; with `under`, calls that were made for a call. A call whose parent is in another session, or not among the chosen calls, stands at the top of its own.',
    params: OfAccount,
    query: Type.Object(
      {
        ...usageFilters,
        ...usagePeriod,
        measure,
        in_session: Type.Optional(
          Type.String({
            pattern: '^([A-Za-z0-9._:-]{1,128}|~)$',
            description: 'The calls of this session; `~`: of none.',
          }),
        ),
        under: Type.Optional({ ...CallId, description: 'The calls that were made for this one.' }),
        ...paging,
      },
      strict,
    ),
    success: { status: 200, description: 'One level of the tree.', schema: UsageTreeSchema },
    problems: ['account_unknown', 'member_unknown', 'cursor_invalid', 'usage_catching_up'],
  }),
  listRunningCalls: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/calls/running',
    permission: 'use_read',
    idempotency: 'none',
    tag: 'Receipts',
    summary: 'List calls in flight',
    description: 'The latest first, each with what it holds.',
    params: OfAccount,
    query: Type.Object(paging, strict),
    success: {
      status: 200,
      description: 'Calls that have not ended.',
      schema: accountPage(RunningCallSchema, 'A page of calls in flight.'),
    },
    problems: ['account_unknown', 'cursor_invalid'],
  }),
  listUsageViews: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/usage/views',
    permission: 'use_read',
    idempotency: 'none',
    tag,
    summary: 'List saved views',
    description: 'One’s own, and those that are shared with the account.',
    params: OfAccount,
    success: { status: 200, description: 'Saved views.', schema: UsageViewsSchema },
    problems: ['account_unknown'],
  }),
  createUsageView: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/usage/views',
    permission: 'views_write',
    idempotency: 'header',
    tag,
    summary: 'Save a view',
    params: OfAccount,
    body: UsageViewIn,
    success: { status: 201, description: 'The view.', schema: UsageViewSchema },
    problems: ['account_unknown', 'request_conflict', 'view_limit_reached'],
  }),
  changeUsageView: route({
    method: 'PATCH',
    path: '/v1/accounts/{account_id}/usage/views/{view_id}',
    permission: 'views_write',
    idempotency: 'none',
    tag,
    summary: 'Change a saved view',
    description: 'One’s own; who sees the whole account, also those that are shared.',
    params: OfView,
    body: UsageViewChangeSchema,
    success: { status: 200, description: 'The view.', schema: UsageViewSchema },
    problems: ['account_unknown', 'view_unknown'],
  }),
  deleteUsageView: route({
    method: 'DELETE',
    path: '/v1/accounts/{account_id}/usage/views/{view_id}',
    permission: 'views_write',
    idempotency: 'none',
    tag,
    summary: 'Delete a saved view',
    params: OfView,
    success: { status: 200, description: 'As it was.', schema: UsageViewSchema },
    problems: ['account_unknown', 'view_unknown'],
  }),
} as const

import { PERMISSIONS, PRINCIPALS, reachOf } from './permissions.ts'
import type { ProblemCode } from './problems.ts'
import { problemOf } from './problems.ts'
import { BlockCardSchema } from './receipt/block-schema.ts'
import {
  AmountSchema,
  AmountsSchema,
  LineSchema,
  ReceiptSchema,
  TimestampSchema,
} from './receipt/schema.ts'
import { ROUTES } from './routes/index.ts'
import type { Route } from './routes/route.ts'
import { CampaignDocumentSchema } from './schemas/campaign-document.ts'
import { ClaimSchema, EvaluationSchema } from './schemas/campaigns.ts'
import { EntrySchema } from './schemas/entries.ts'
import { PlanDocumentSchema, PlanSchema, ScopeSchema } from './schemas/plans.ts'
import { PriceBookDocumentSchema } from './schemas/price-books.ts'
import { Hash } from './schemas/primitives.ts'
import { ProblemSchema } from './schemas/problem.ts'
import { StateSchema } from './schemas/state.ts'
import { StatementSchema } from './schemas/statements.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
type JsonObject = { readonly [name: string]: Json }

/** Schemas that are named, so that what uses them refers to them instead of repeating them. */
const COMPONENTS: ReadonlyMap<object, string> = new Map<object, string>([
  [ProblemSchema, 'Problem'],
  [BlockCardSchema, 'Block'],
  [EntrySchema, 'Entry'],
  [ReceiptSchema, 'Receipt'],
  [StateSchema, 'State'],
  [StatementSchema, 'Statement'],
  [PlanSchema, 'Plan'],
  [PlanDocumentSchema, 'PlanDocument'],
  [PriceBookDocumentSchema, 'PriceBookDocument'],
  [CampaignDocumentSchema, 'CampaignDocument'],
  [EvaluationSchema, 'Evaluation'],
  [ClaimSchema, 'Claim'],
  [ScopeSchema, 'Scope'],
  [LineSchema, 'Line'],
  [AmountsSchema, 'Amounts'],
  [AmountSchema, 'Amount'],
  [TimestampSchema, 'Timestamp'],
  [Hash, 'Hash'],
])

/** Making a member optional copies its schema, and the title stays. */
const TITLES: ReadonlySet<unknown> = new Set(COMPONENTS.values())

function componentOf(schema: object): string | undefined {
  const title = 'title' in schema && TITLES.has(schema.title) ? String(schema.title) : undefined
  return COMPONENTS.get(schema) ?? title
}

/** A schema as plain JSON; named schemas become references, except at `top` where they are written out. */
function schemaJson(schema: unknown, top = false): Json {
  if (Array.isArray(schema)) return schema.map((item) => schemaJson(item))
  if (typeof schema !== 'object' || schema === null) return schema as Json
  const name = top ? undefined : componentOf(schema)
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, schemaJson(value)]))
}

const isDeniedToSome = ({ permission }: Route): boolean =>
  permission !== 'public' && PRINCIPALS.some((own) => reachOf(permission, own) === 'none')

/** What any request can run into; it can succeed later. */
const BUSY = ['overloaded', 'unavailable', 'archive_unavailable', 'server_closing'] as const

/** What can go wrong on every route of a kind. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  const codes: ProblemCode[] = []
  if (route.params || route.query || route.body) codes.push('invalid_request')
  if (route.body) codes.push('malformed_json', 'body_too_large', 'unsupported_media_type')
  if (route.idempotency === 'header') codes.push('idempotency_key_missing')
  if (route.permission !== 'public') codes.push('unauthenticated')
  if (isDeniedToSome(route)) codes.push('permission_denied')
  codes.push(...route.problems, ...BUSY, 'internal_error')
  return [...new Set(codes)]
}

function problemResponses(route: Route): JsonObject {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of problemsOf(route)) {
    const { status } = problemOf(code)
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const responses = [...byStatus].sort(([a], [b]) => a - b)
  return Object.fromEntries(
    responses.map(([status, codes]) => {
      const shared = SHARED.find((own) => own.join() === codes.join())
      const named = { $ref: `#/components/responses/${shared?.[0]}` }
      return [`${status}`, shared ? named : problemResponse(codes)]
    }),
  )
}

const problemResponse = (codes: readonly ProblemCode[]): JsonObject => ({
  description: codes.map((code) => `\`${code}\`: ${problemOf(code).title}.`).join(' '),
  content: { 'application/problem+json': { schema: schemaJson(ProblemSchema) } },
})

/** Responses that many routes have, named after their first code. */
const SHARED: readonly (readonly [ProblemCode, ...ProblemCode[]])[] = [
  ['invalid_request', 'malformed_json'],
  ['unauthenticated'],
  ['permission_denied'],
  ['account_unknown'],
  ['body_too_large'],
  ['unsupported_media_type'],
  ['internal_error'],
  BUSY,
]

function successResponse({ success }: Route): JsonObject {
  const type = success.contentType ?? 'application/json'
  const schema = success.schema ? schemaJson(success.schema) : { type: 'string' }
  const others = (success.otherTypes ?? []).map((other) => [other, { schema: { type: 'string' } }])
  return {
    description: success.description,
    content: { [type]: { schema }, ...Object.fromEntries(others) },
  }
}

function parametersOf(route: Route): Json[] {
  const list: Json[] = []
  for (const [where, object] of [
    ['path', route.params],
    ['query', route.query],
  ] as const)
    for (const [name, schema] of Object.entries(object?.properties ?? {}))
      list.push({
        name,
        in: where,
        required:
          where === 'path' || (object?.required as string[] | undefined)?.includes(name) === true,
        schema: schemaJson(schema),
      })
  if (route.idempotency !== 'none') list.push(idempotencyHeader(route))
  if (route.success.contentType === 'text/event-stream') list.push(LAST_EVENT_ID)
  return list
}

const idempotencyHeader = (route: Route): Json => ({
  name: 'Idempotency-Key',
  in: 'header',
  required: route.idempotency === 'header',
  description:
    route.idempotency === 'header'
      ? 'A repeat with the same key changes nothing and gets the first answer.'
      : 'Where the body carries no id of its own.',
  schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN },
})

/** What the key of a request may be. */
export const IDEMPOTENCY_KEY_PATTERN = '^[A-Za-z0-9._:@+/=-]{1,128}$'

const LAST_EVENT_ID: Json = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'The `seq` after which to go on.',
  schema: { type: 'string', pattern: '^[0-9]{1,16}$' },
}

function securityOf({ permission }: Route): Json[] {
  if (permission === 'public') return []
  const keys = PRINCIPALS.some((own) => own !== 'operator' && reachOf(permission, own) !== 'none')
  return keys ? [{ operatorToken: [] }, { accountKey: [] }] : [{ operatorToken: [] }]
}

function operationOf(id: string, route: Route): JsonObject {
  const parameters = parametersOf(route)
  return {
    operationId: id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    security: securityOf(route),
    ...(route.permission !== 'public' && {
      'x-everycent-reach': PERMISSIONS[route.permission],
    }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaJson(route.body) } },
      },
    }),
    responses: { [`${route.success.status}`]: successResponse(route), ...problemResponses(route) },
  }
}

const TAGS: readonly JsonObject[] = [
  { name: 'Metering', description: 'Authorize, settle, record; estimates and prices.' },
  { name: 'Accounts', description: 'Accounts, their plan, their state, their spend controls.' },
  { name: 'Credit', description: 'Lots in, lots out, refunds and reversals.' },
  { name: 'Payments', description: 'Cards, purchases, auto-reload, refunds of purchases.' },
  { name: 'Keys', description: 'Account keys.' },
  {
    name: 'Team',
    description: 'Members and their roles, projects, caps and requests to raise them.',
  },
  { name: 'Receipts', description: 'The journal, calls and their receipts, usage, the feed.' },
  { name: 'Usage', description: 'What used it: the explorer, saved views, exports.' },
  { name: 'History', description: 'What happened to an account, and how it stood at a moment.' },
  {
    name: 'Alerts',
    description: 'What an account is told, through which endpoints, and how that went.',
  },
  { name: 'Plans', description: 'Plan versions.' },
  { name: 'Subscriptions', description: 'What accounts pay for their plans; banked resets.' },
  { name: 'Terms', description: 'Rows of law and lists of bundles, in versions.' },
  { name: 'Statements', description: 'Statements of cycles, invoices and their payments.' },
  {
    name: 'Incidents',
    description: 'What went wrong for many accounts, and how it is made good.',
  },
  { name: 'Findings', description: 'What the audit has found, and what is done about it.' },
  { name: 'Disputes', description: 'Objecting to charges, and what becomes of it.' },
  { name: 'Cases', description: 'What a person has to look at.' },
  {
    name: 'Support',
    description: 'What support may do, what it writes, and whose accounts it has seen.',
  },
  {
    name: 'Log',
    description: 'The log of sealed heads: what was said cannot be said otherwise later.',
  },
  {
    name: 'Reconciliation',
    description: 'Providers’ bills and the payment processor, held against the journal.',
  },
  { name: 'Staff', description: 'The people who work for the operator.' },
  {
    name: 'Sign-in',
    description:
      'People in browsers: links, passwords and the sessions that follow. Changes need the header `everycent-csrf: 1`.',
  },
  {
    name: 'Portal',
    description: 'One account, shown by your own product: links into it, and how it looks.',
  },
  { name: 'Reports', description: 'What the operator owes and has kept, as of any moment.' },
  { name: 'Price books', description: 'Price book versions.' },
  { name: 'Campaigns', description: 'Credit campaigns, claims, and what they look at.' },
  { name: 'Audit log', description: 'Who of the operator’s people did what; runs of verify.' },
  { name: 'Server', description: 'Health, metrics, this description.' },
]

/** The OpenAPI 3.1 document of the whole API. */
export function openApiDocument(version: string): JsonObject {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [id, route] of Object.entries(ROUTES)) {
    const path = paths[route.path] ?? {}
    path[route.method.toLowerCase()] = operationOf(id, route)
    paths[route.path] = path
  }
  const schemas = Object.fromEntries(
    [...COMPONENTS].map(([schema, name]) => [name, schemaJson(schema, true)]),
  )
  return {
    openapi: '3.1.0',
    info: {
      title: 'Everycent',
      version,
      summary: 'Metering, credit and billing trust for LLM platforms.',
      description:
        'Amounts are exact decimal strings, never floats; times are RFC 3339; refusals are problems (RFC 9457) with a code that is never renamed. A repeat with the same id changes nothing and gets the first answer byte for byte.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: TAGS,
    paths,
    components: {
      schemas,
      responses: Object.fromEntries(SHARED.map((codes) => [codes[0], problemResponse(codes)])),
      securitySchemes: {
        operatorToken: { type: 'http', scheme: 'bearer', description: 'A token of the operator.' },
        accountKey: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A key of an account (`ec_live_…`): sees and moves its own account only. A key of a member may do what the role of the member may; `x-everycent-reach` says how far: all, the member’s own, or none.',
        },
      },
    },
  }
}

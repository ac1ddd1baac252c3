import Type from 'typebox'
import { PRINTABLE } from '../printable.ts'
import {
  USAGE_BUCKETS,
  USAGE_FILTERS,
  USAGE_GROUPS,
  USAGE_MEASURES,
  type UsageFilterName,
} from '../usage/index.ts'
import { personal } from './personal.ts'
import {
  AccountId,
  Amount,
  AsOf,
  CallId,
  CurrencyCode,
  Name,
  nullable,
  printable,
  ReceiptId,
  Reference,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'
import { TimeZoneSchema } from './reader.ts'

const FILTER_LENGTH_MAX = 2_000
const MEANING: Readonly<Record<UsageFilterName, string>> = {
  model: 'Model as served; as requested where nothing was served.',
  key_id: 'Key.',
  member_id: 'Member.',
  project_id: 'Project.',
  session_id: 'Session.',
  parent_call_id: 'The call that a call was made for.',
  tag: 'Tag, as `key:value`.',
  client: 'Client.',
  source: 'Where some of its list price went.',
  status: 'How the call stands now.',
  verdict: 'Who carried the call.',
  outcome: 'What happened to the call.',
}
const filter = (name: UsageFilterName) =>
  Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: FILTER_LENGTH_MAX,
      pattern: PRINTABLE,
      description: `${MEANING[name]} Values between commas; \`!value\`: not that one; \`~\`: calls that have none.`,
    }),
  )

/** Which calls: all filters have to fit. */
export const usageFilters = Object.fromEntries(
  USAGE_FILTERS.map((name) => [name, filter(name)]),
) as Record<UsageFilterName, Type.TOptional<Type.TString>>

export const usagePeriod = {
  from: Type.Optional({
    ...Timestamp,
    description: 'Calls made then or later; 7 days unless told.',
  }),
  to: Type.Optional({ ...Timestamp, description: 'Calls made before; now unless told.' }),
  cycle: Type.Optional(
    Type.Enum(['current', 'previous'], {
      description:
        'The billing cycle that is open, or the one before, in the place of `from` and `to`.',
    }),
  ),
}

const TagKey = Type.String({
  pattern: '^[A-Za-z0-9._-]{1,32}$',
  description: 'What is before the colon of a tag.',
  examples: ['team'],
})

/** How sums are split. */
export const usageShape = {
  group_by: Type.Optional(
    Type.Enum([...USAGE_GROUPS], { description: 'A row each; `none` unless told.' }),
  ),
  tag_key: Type.Optional({
    ...TagKey,
    description: 'Needed with `group_by=tag`: a row for each value of this tag.',
  }),
  bucket: Type.Optional(
    Type.Enum([...USAGE_BUCKETS], { description: 'Pieces of time; `none` unless told.' }),
  ),
  time_zone: Type.Optional({
    ...TimeZoneSchema,
    description: 'IANA time zone in which days begin; UTC unless told.',
  }),
}

const Count = Type.Integer({ minimum: 0 })
const sumMembers = {
  calls: nullable({ ...Count, description: 'Each call once, whatever it took to make it.' }),
  unpriced_calls: nullable({
    ...Count,
    description: 'Of them, calls whose price is not known yet: they are in no amount.',
  }),
  tokens: nullable({ ...Count, description: 'Of all kinds.' }),
  list_price: nullable({ ...Amount, description: 'What the calls cost, whoever paid.' }),
  charged: nullable({ ...Amount, description: 'Money drawn: promotional + paid + overage.' }),
  promotional: nullable(Amount),
  paid: nullable(Amount),
  overage: nullable(Amount),
  covered_by_plan: nullable({
    ...Amount,
    description: 'List price that the plan’s windows carried.',
  }),
  absorbed: nullable({ ...Amount, description: 'What the platform carried.' }),
  refunded: nullable(Amount),
  returned_to_plan: nullable(Amount),
  reversed: nullable(Amount),
}
export const UsageSumsSchema = Type.Object(sumMembers, {
  ...strict,
  description:
    'list_price = charged + covered_by_plan + absorbed + refunded + returned_to_plan + reversed. `null`: the group cannot split it.',
})

const Value = Type.String({
  pattern: '^-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,9})?$',
  description: 'Of the measure: an exact amount in the account’s currency, or a count.',
  examples: ['0.054399'],
})

const GroupSchema = Type.Object(
  {
    key: nullable(
      Type.String({ description: 'Id or code of the group; `null`: calls that have none.' }),
    ),
    name: personal(
      nullable(Type.String({ description: 'What people call it, where it has a name.' })),
      { group_by: 'member' },
    ),
    sums: UsageSumsSchema,
    previous: nullable(UsageSumsSchema),
  },
  strict,
)

export const UsageExploredSchema = Type.Object(
  {
    account_id: AccountId,
    member_id: nullable(
      Type.String({ description: 'Whose use alone is summed; `null`: that of the account.' }),
    ),
    currency: CurrencyCode,
    from: Timestamp,
    to: Timestamp,
    group_by: Type.Enum([...USAGE_GROUPS]),
    measure: Type.Enum([...USAGE_MEASURES]),
    bucket: Type.Enum([...USAGE_BUCKETS]),
    time_zone: Type.String(),
    rows: Type.Array(GroupSchema, { description: 'The largest of the measure first.' }),
    rest: nullable(
      Type.Object(
        {
          groups: Type.Integer({
            minimum: 1,
            description: 'How many groups are not among the rows.',
          }),
          sums: UsageSumsSchema,
          previous: nullable(UsageSumsSchema),
        },
        { ...strict, description: 'Everything that is not among the rows.' },
      ),
    ),
    totals: { ...UsageSumsSchema, description: 'Rows + rest, to the last nano.' },
    previous: nullable(
      Type.Object(
        { from: Timestamp, to: Timestamp, totals: UsageSumsSchema },
        { ...strict, description: 'The period before, as long as this one.' },
      ),
    ),
    buckets: Type.Array(
      Type.Object(
        {
          start: Timestamp,
          end: Timestamp,
          total: Value,
          values: Type.Array(Value, { description: 'In the order of the rows.' }),
          rest: nullable(Value),
        },
        { ...strict, description: 'total = values + rest.' },
      ),
      { description: 'Every piece of the period, also those without calls.' },
    ),
    as_of: AsOf,
    seq: Seq,
  },
  {
    ...strict,
    description: 'What used it: sums of the receipts as they stood at `seq`.',
  },
)

const TreeNodeSchema = Type.Object(
  {
    kind: Type.Enum(['session', 'call']),
    id: nullable(Type.String({ description: '`null`: calls without a session.' })),
    receipt_id: nullable(ReceiptId),
    model: nullable(Type.String()),
    client: nullable(Type.String()),
    status: nullable(Type.String()),
    from: { ...Timestamp, description: 'When the first of its calls was made.' },
    to: { ...Timestamp, description: 'When the last of its calls was made.' },
    children: { ...Count, description: 'Nodes directly below.' },
    own: {
      ...UsageSumsSchema,
      description: 'The call alone; of a session, the calls that no other call was made for.',
    },
    total: { ...UsageSumsSchema, description: 'With everything below.' },
  },
  strict,
)

export const UsageTreeSchema = Type.Object(
  {
    account_id: AccountId,
    member_id: nullable(Type.String()),
    currency: CurrencyCode,
    from: Timestamp,
    to: Timestamp,
    items: Type.Array(TreeNodeSchema, { description: 'The dearest first.' }),
    totals: { ...UsageSumsSchema, description: 'Of all nodes of this level, on every page.' },
    next_cursor: nullable(Type.String()),
    as_of: AsOf,
    seq: Seq,
  },
  {
    ...strict,
    description: 'One level: sessions, the first calls of a session, or calls below a call.',
  },
)

/** A short label of a call. */
export const Tag = Type.String({
  pattern: '^[A-Za-z0-9._-]{1,32}:[A-Za-z0-9._:/@-]{1,64}$',
  description: 'A short label, `key:value`.',
  examples: ['team:search'],
})
const TAGS_MAX = 8
export const Tags = Type.Array(Tag, {
  maxItems: TAGS_MAX,
  uniqueItems: true,
  description: `At most ${TAGS_MAX} labels, one of a key.`,
})

const Text = nullable(Type.String())

const SoFarSchema = Type.Object(
  {
    at: { ...Timestamp, description: 'When the gateway looked.' },
    tokens: Type.Record(Type.String(), Type.Number(), {
      description: 'As reported until now; output that is not reported yet is counted low.',
    }),
    amount: nullable({ ...Amount, description: 'At list price; `null`: no price is known.' }),
  },
  {
    ...strict,
    description:
      'An estimate: what the call would come to if it ended now. Nothing delivered is nothing due. `null`: the gateway has not seen the call, or only just.',
  },
)

export const RunningCallSchema = Type.Object(
  {
    call_id: CallId,
    receipt_id: { ...ReceiptId, description: 'Where its receipt will be.' },
    attempt: Type.Integer({ minimum: 1 }),
    at: { ...Timestamp, description: 'When it was admitted.' },
    expires_at: Timestamp,
    model: Type.String(),
    key_id: Text,
    member_id: Text,
    project_id: Text,
    session_id: Text,
    parent_call_id: Text,
    tags: Type.Array(Type.String()),
    client: Text,
    held: Type.Object({ money: Amount, included: Amount }, strict),
    worst: { ...Amount, description: 'It cannot cost more.' },
    expected: Amount,
    so_far: nullable(SoFarSchema),
  },
  { ...strict, description: 'A call in flight: what it costs is known when it ends.' },
)

const ViewQuery = Type.String({
  maxLength: 4_000,
  pattern: '^[^\\s?#\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$',
  description: 'What follows `?` in the address of the explorer.',
  examples: ['group_by=model&measure=charged'],
})
export const UsageViewSchema = Type.Object(
  {
    view_id: Reference,
    name: Name,
    query: ViewQuery,
    shared: Type.Boolean({ description: 'Whether everybody in the account sees it.' }),
    own: Type.Boolean({ description: 'Whether the asker has made it.' }),
    member_id: nullable(
      Type.String({ description: 'Who has made it; `null`: nobody of the team.' }),
    ),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  strict,
)
export const UsageViewsSchema = Type.Object(
  { items: Type.Array(UsageViewSchema), as_of: AsOf },
  { ...strict, description: 'By name.' },
)
export const UsageViewIn = Type.Object(
  { name: Name, query: ViewQuery, shared: Type.Optional(Type.Boolean()) },
  { ...strict, description: 'Not shared unless told.' },
)
export const UsageViewChangeSchema = Type.Object(
  {
    name: Type.Optional(Name),
    query: Type.Optional(ViewQuery),
    shared: Type.Optional(Type.Boolean()),
  },
  { ...strict, minProperties: 1 },
)

export const EXPORT_FORMATS = ['csv', 'jsonl', 'parquet'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]
export const EXPORT_KINDS = ['rows', 'aggregates'] as const
export const EXPORT_STATES = ['waiting', 'working', 'ready', 'failed', 'expired'] as const

export const ExportIn = Type.Object(
  {
    format: Type.Enum([...EXPORT_FORMATS]),
    kind: Type.Enum([...EXPORT_KINDS], { description: 'A row a call, or the sums of groups.' }),
    filters: Type.Optional(Type.Object(usageFilters, strict)),
    ...usagePeriod,
    ...usageShape,
  },
  {
    ...strict,
    description: '`group_by`, `tag_key`, `bucket` and `time_zone` shape aggregates, not rows.',
  },
)

export const ExportSchema = Type.Object(
  {
    export_id: Reference,
    format: Type.Enum([...EXPORT_FORMATS]),
    kind: Type.Enum([...EXPORT_KINDS]),
    state: Type.Enum([...EXPORT_STATES]),
    filters: Type.Object(usageFilters, strict),
    from: Timestamp,
    to: Timestamp,
    group_by: Type.Enum([...USAGE_GROUPS]),
    bucket: Type.Enum([...USAGE_BUCKETS]),
    member_id: nullable(Type.String({ description: 'Whose calls alone are in it.' })),
    file_name: printable(200, 'Name of the file.'),
    rows_total: nullable({ ...Count, description: '`null`: not counted yet.' }),
    rows_done: Count,
    bytes: nullable({ ...Count, description: '`null`: not written yet.' }),
    sha256: nullable(Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the file.' })),
    seq: nullable({ ...Seq, description: 'What the file knows of; `null`: not begun.' }),
    failed_reason: nullable(
      Type.String({
        description:
          'A code: why there is no file. `write_failed`, `node_lost` (who wrote it stopped before the end, again and again), `not_in_time` (nobody has written it by `expires_at`).',
      }),
    ),
    created_at: Timestamp,
    ready_at: nullable(Timestamp),
    expires_at: { ...Timestamp, description: 'The file is removed then.' },
  },
  strict,
)

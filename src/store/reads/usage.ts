import type pg from 'pg'
import type { Nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

type UsageGroup = 'hour' | 'day' | 'model' | 'day_and_model' | 'total'

export interface UsageQuery {
  /** Whole hours, half-open. */
  readonly from: Instant
  readonly to: Instant
  readonly groupBy: UsageGroup
  readonly model: string | null
  /** The use of this member alone; `null`: of the account. */
  readonly memberId: string | null
  readonly limit: number
}

export interface UsageSum {
  readonly start: Instant | null
  readonly model: string | null
  readonly calls: bigint
  readonly attempts: bigint
  readonly notBilledAttempts: bigint
  readonly inputTokens: bigint
  readonly cacheReadTokens: bigint
  readonly cacheWriteTokens: bigint
  readonly outputTokens: bigint
  readonly included: Nanos
  readonly promotional: Nanos
  readonly paid: Nanos
  readonly overage: Nanos
  readonly absorbed: Nanos
}

export type SumName = Exclude<keyof UsageSum, 'start' | 'model'>

/** The column of each sum. */
export const SUM_COLUMNS: Readonly<Record<SumName, string>> = {
  calls: 'calls',
  attempts: 'attempts',
  notBilledAttempts: 'not_billed_attempts',
  inputTokens: 'input_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  outputTokens: 'output_tokens',
  included: 'included',
  promotional: 'promotional',
  paid: 'paid',
  overage: 'overage',
  absorbed: 'absorbed',
}
export const SUM_NAMES = Object.keys(SUM_COLUMNS) as SumName[]
const SUMS = SUM_NAMES.map((name) => `sum(${SUM_COLUMNS[name]})::text as "${name}"`).join(', ')

const START: Readonly<Record<UsageGroup, string>> = {
  hour: 'hour',
  day: `date_trunc('day', hour, 'UTC')`,
  day_and_model: `date_trunc('day', hour, 'UTC')`,
  model: 'null::timestamptz',
  total: 'null::timestamptz',
}
const MODEL: Readonly<Record<UsageGroup, string>> = {
  hour: 'null::text',
  day: 'null::text',
  day_and_model: 'model',
  model: 'model',
  total: 'null::text',
}

type Row = { readonly start: Date | null; readonly model: string | null } & Readonly<
  Record<SumName, string | null>
>

/** Sums of the hourly rows, by start and model. More than `limit` rows: the caller asks too finely. */
export async function sumUsage(
  pool: pg.Pool,
  accountId: string,
  query: UsageQuery,
): Promise<readonly UsageSum[]> {
  const { rows } = await pool.query<Row>(
    `select ${START[query.groupBy]} as start, ${MODEL[query.groupBy]} as model, ${SUMS}
     from ${query.memberId === null ? 'accounts.usage_hour' : 'accounts.member_usage_hour'}
     where account_id = $1::text and hour >= $2::timestamptz and hour < $3::timestamptz
       and ($4::text is null or model = $4::text)
       ${query.memberId === null ? '' : 'and member_id = $6::text'}
     group by 1, 2 order by 1, 2 limit $5::integer`,
    [
      accountId,
      formatInstant(query.from),
      formatInstant(query.to),
      query.model,
      query.limit,
      ...(query.memberId === null ? [] : [query.memberId]),
    ],
  )
  return rows.map(sumOf)
}

function sumOf(row: Row): UsageSum {
  const sums = Object.fromEntries(SUM_NAMES.map((name) => [name, BigInt(row[name] ?? '0')]))
  return {
    start: row.start && instant(row.start.getTime()),
    model: row.model,
    ...sums,
  } as UsageSum
}

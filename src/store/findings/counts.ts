import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'

export interface FindingCounts {
  readonly found: readonly {
    readonly rule: string
    readonly status: string
    readonly count: number
  }[]
  /** Given back without a person in the UTC day of `at`, in units of the currency. */
  readonly refunded: readonly { readonly currency: string; readonly amount: number }[]
}

/** How many findings of a time there are, and what was given back by the policy. For charts: no exact money. */
export async function findingCounts(
  pool: pg.Pool,
  { since, at }: { readonly since: Instant; readonly at: Instant },
): Promise<FindingCounts> {
  const [found, refunded] = await Promise.all([
    pool.query<FindingCounts['found'][number]>(
      `select rule, status, count(*)::integer as count from accounts.finding
       where found_at >= $1::timestamptz group by rule, status`,
      [formatInstant(since)],
    ),
    pool.query<FindingCounts['refunded'][number]>(
      `select currency, (spent / 1e9)::double precision as amount from accounts.remedy_spent
       where account_id = '*' and day = $1::date`,
      [formatInstant(at).slice(0, 10)],
    ),
  ])
  return { found: found.rows, refunded: refunded.rows }
}

import type pg from 'pg'
import { type Nanos, negate } from '../../core/money/index.ts'
import type { DayLimits } from '../../core/remedies/policy.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'

/** What of a day's ceilings is asked for. */
export interface Wanted {
  readonly accountId: string
  readonly rule: string
  readonly currency: string
  readonly amount: Nanos
  /** The day is that of this instant in UTC. */
  readonly at: Instant
}

/** No account is called so: there is no asterisk in an id. */
const ALL = '*'

/**
 * Takes an amount from the ceilings of a day: of the account, of the rule, and of everything together, in
 * this order wherever they are locked; where one of them is reached, from none. Part of a transaction.
 */
export async function reserve(
  client: pg.ClientBase,
  wanted: Wanted,
  limits: DayLimits,
): Promise<'reserved' | `above_${'account_day' | 'rule_day' | 'day'}_ceiling`> {
  const [account, rule, all] = rowsOf(wanted)
  if (!(await take(client, account, limits.account))) return 'above_account_day_ceiling'
  if (!(await take(client, rule, limits.rule))) {
    await giveBack(client, [account])
    return 'above_rule_day_ceiling'
  }
  if (await take(client, all, limits.all)) return 'reserved'
  await giveBack(client, [account, rule])
  return 'above_day_ceiling'
}

/** Gives back what was reserved and is not spent. */
export async function release(client: pg.ClientBase, unspent: Wanted): Promise<void> {
  await giveBack(client, rowsOf(unspent))
}

async function giveBack(client: pg.ClientBase, taken: readonly Wanted[]): Promise<void> {
  for (const own of taken) await take(client, { ...own, amount: negate(own.amount) }, own.amount)
}

const rowsOf = (wanted: Wanted) =>
  [wanted, { ...wanted, accountId: `${ALL}${wanted.rule}` }, { ...wanted, accountId: ALL }] as const

async function take(client: pg.ClientBase, wanted: Wanted, limit: Nanos): Promise<boolean> {
  if (wanted.amount > limit) return false
  const { rowCount } = await client.query(
    `insert into accounts.remedy_spent as s (account_id, currency, day, spent)
     values ($1::text, $2::text, $3::date, $4::bigint)
     on conflict (account_id, currency, day) do update set spent = s.spent + excluded.spent
     where s.spent + excluded.spent <= $5::bigint or excluded.spent < 0`,
    [
      wanted.accountId,
      wanted.currency,
      formatInstant(wanted.at).slice(0, 10),
      wanted.amount,
      limit,
    ],
  )
  return rowCount === 1
}

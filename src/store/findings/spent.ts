import type pg from 'pg'
import { type Nanos, negate } from '../../core/money/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'

/** What of a day's ceiling is asked for. */
interface Wanted {
  readonly accountId: string
  readonly currency: string
  readonly amount: Nanos
  readonly at: Instant
}

const ALL = '*'

/**
 * Takes an amount from the ceilings of a day, of the account and of all accounts together. Part of a
 * transaction: where one of them is reached, everything is rolled back by the caller.
 */
export async function reserve(
  client: pg.ClientBase,
  wanted: Wanted,
  limits: { readonly accountDay: Nanos; readonly day: Nanos },
): Promise<'reserved' | 'above_account_day_ceiling' | 'above_day_ceiling'> {
  if (!(await take(client, wanted, limits.accountDay))) return 'above_account_day_ceiling'
  const all = { ...wanted, accountId: ALL }
  return (await take(client, all, limits.day)) ? 'reserved' : 'above_day_ceiling'
}

/** Gives back what was reserved for a refund that was not made. */
export async function release(client: pg.ClientBase, wanted: Wanted): Promise<void> {
  const back = { ...wanted, amount: negate(wanted.amount) }
  for (const accountId of [wanted.accountId, ALL])
    await take(client, { ...back, accountId }, wanted.amount)
}

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

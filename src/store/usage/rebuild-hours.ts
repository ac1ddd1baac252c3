import type pg from 'pg'
import type { EntryBody } from '../../core/ledger/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { withBodies } from '../archive/bodies.ts'
import { SUM_COLUMNS, SUM_NAMES } from '../reads/usage.ts'
import { inTransaction } from '../transaction.ts'
import {
  CORRECTED,
  type CorrectedRow,
  type HourDifference,
  HourSums,
  isNothing,
} from './hour-sums.ts'

/** Entries that one step reads: some tenths of a second. */
const STEP = 1_000

/** The next account whose hourly sums are to be made anew, after an id; `null`: none waits. */
export async function nextHoursDue(pool: pg.Pool, after: string): Promise<string | null> {
  const { rows } = await pool.query<{ account_id: string }>(
    `select account_id from accounts.usage_hour_due where account_id > $1::text
     order by account_id limit 1`,
    [after],
  )
  return rows[0]?.account_id ?? null
}

/**
 * Makes the hourly sums of one account what its journal says. The journal is read step by step beside whoever
 * writes to it, which changes nothing of what was read; only for the last entries and the rows that differ does
 * the account wait.
 */
export class HourRebuild {
  readonly accountId: string
  readonly #sums = new HourSums()
  #seq = 0

  constructor(accountId: string) {
    this.accountId = accountId
  }

  /**
   * Returns how many entries were read: none at the end of the journal.
   * @throws ArchiveProblem a body cannot be read
   */
  async step(client: Pick<pg.Pool, 'query'>): Promise<number> {
    const { rows } = await client.query<
      CorrectedRow & { readonly seq: string; readonly body: string | null }
    >(
      `select e.seq, e.body::text as body, ${CORRECTED.columns}
       from accounts.entry e ${CORRECTED.join}
       where e.account_id = $1::text and e.seq > $2::bigint order by e.seq limit $3::integer`,
      [this.accountId, this.#seq, STEP],
    )
    for (const row of await withBodies(client, this.accountId, rows)) {
      this.#sums.add(JSON.parse(row.body) as EntryBody, row)
      this.#seq = parseInt(row.seq, 10)
    }
    return rows.length
  }

  /** After the last step. Returns how many rows were not what the journal says. */
  async finish(pool: pg.Pool): Promise<number> {
    return inTransaction(pool, async (client) => {
      // whoever moves the account writes to its hours in the same statement, and waits here
      await client.query('select 1 from accounts.account where account_id = $1::text for update', [
        this.accountId,
      ])
      while ((await this.step(client)) > 0);
      const rows = await this.#sums.compare(client, this.accountId)
      const different = rows.filter((own) => own !== null)
      await write(client, this.accountId, different)
      await client.query('delete from accounts.usage_hour_due where account_id = $1::text', [
        this.accountId,
      ])
      return different.length
    })
  }
}

/**
 * Makes the hourly sums of one account anew at once. Returns how many rows were not what the journal says.
 * @throws ArchiveProblem a body cannot be read
 */
export async function rebuildHours(pool: pg.Pool, accountId: string): Promise<number> {
  const rebuild = new HourRebuild(accountId)
  while ((await rebuild.step(pool)) > 0);
  return rebuild.finish(pool)
}

const COLUMNS = SUM_NAMES.map((name) => SUM_COLUMNS[name]).join(', ')
const NEW_COLUMNS = SUM_NAMES.map((name) => `excluded.${SUM_COLUMNS[name]}`).join(', ')

/** Rows of both tables are written as one of a member, which has every column. */
const TABLES = [
  { table: 'usage_hour', key: 'account_id, hour, model', whose: 'member_id is null' },
  {
    table: 'member_usage_hour',
    key: 'account_id, member_id, hour, model',
    whose: 'member_id is not null',
  },
] as const

async function write(
  client: pg.ClientBase,
  accountId: string,
  different: readonly HourDifference[],
): Promise<void> {
  if (different.length === 0) return
  const gone = rowsOf(accountId, different.filter(isNothing))
  const right = rowsOf(
    accountId,
    different.filter((own) => !isNothing(own)),
  )
  for (const { table, key, whose } of TABLES) {
    await client.query(
      `delete from accounts.${table} where account_id = $1::text and (${key}) in (
         select ${key} from json_populate_recordset(null::accounts.member_usage_hour, $2::json)
         where ${whose})`,
      [accountId, gone],
    )
    await client.query(
      `insert into accounts.${table} (${key}, ${COLUMNS})
       select ${key}, ${COLUMNS}
       from json_populate_recordset(null::accounts.member_usage_hour, $1::json) where ${whose}
       on conflict (${key}) do update set (${COLUMNS}) = row(${NEW_COLUMNS})`,
      [right],
    )
  }
}

const rowsOf = (accountId: string, own: readonly HourDifference[]): string =>
  JSON.stringify(
    own.map(({ memberId, hourMs, model, journal }) => ({
      ...{ account_id: accountId, member_id: memberId, model },
      hour: formatInstant(instant(hourMs)),
      ...Object.fromEntries(SUM_NAMES.map((name) => [SUM_COLUMNS[name], `${journal[name]}`])),
    })),
  )

import { performance } from 'node:perf_hooks'
import type pg from 'pg'
import { createIds } from '../../src/store/control/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { type Measured, runLoad, type Tick } from '../load.ts'
import type { Methods } from '../workers.ts'
import { MODEL } from '../workload.ts'
import { chooser, type EngineLoad } from './engine.ts'

/** Schema and accounts of the comparison: what such a service commonly has, and no more. */
export const ROW_LOCKS_SCHEMA = `
  create schema row_locks;
  create table row_locks.account (
    account_id text primary key, balance bigint not null, held bigint not null,
    updated_at timestamptz not null
  ) with (fillfactor = 50);
  create table row_locks.hold (
    account_id text not null, call_id text not null, amount bigint not null,
    expires_at timestamptz not null, primary key (account_id, call_id)
  );
  create index on row_locks.hold (expires_at);
  create table row_locks.entry (
    account_id text not null, request_id text not null, kind text not null,
    at timestamptz not null, amount bigint not null, body json not null,
    primary key (account_id, request_id, kind)
  ) with (toast_tuple_target = 8160);
  create table row_locks.posting (
    account_id text not null, request_id text not null, line smallint not null,
    ledger_account text not null, amount bigint not null,
    primary key (account_id, request_id, line)
  );
  create table row_locks.usage_hour (
    account_id text not null, hour timestamptz not null, model text not null,
    calls bigint not null, tokens bigint not null, amount bigint not null,
    primary key (account_id, hour, model)
  ) with (fillfactor = 70);
  insert into row_locks.account
    select account_id, ${10n ** 15n}, 0, updated_at from accounts.account;
`

/** Null when all is well. */
export async function checkRowLocks(pool: pg.Pool): Promise<string | null> {
  const { rows } = await pool.query<{ problem: string }>(`
    select 'postings do not sum to zero' as problem
    from row_locks.posting having coalesce(sum(amount), 0) <> 0
    union all
    select a.account_id || ' has a wrong balance' from row_locks.account a
    left join (select account_id, sum(amount) as spent from row_locks.entry group by 1) e
      using (account_id)
    left join (select account_id, sum(amount) as held from row_locks.hold group by 1) h
      using (account_id)
    where a.balance <> ${10n ** 15n} - coalesce(e.spent, 0) or a.held <> coalesce(h.held, 0)
    limit 1`)
  return rows[0]?.problem ?? null
}

export interface RowLocksStart {
  readonly url: string
  readonly connections: number
  /** Stored with each entry, of the size that ours has. */
  readonly body: string
}

const HOLD = 40_000_000n
const PRICE = 9_000_000n

const LOCK = {
  name: 'lock',
  text: 'select balance, held from row_locks.account where account_id = $1 for update',
}
const ENTRY = {
  name: 'entry',
  text: `insert into row_locks.entry (account_id, request_id, kind, at, amount, body)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
}
const POSTINGS = {
  name: 'postings',
  text: `insert into row_locks.posting (account_id, request_id, line, ledger_account, amount)
         values ($1, $2, 0, 'customer_credit', $3), ($1, $2, 1, 'revenue', -$3::bigint)`,
}
const HOUR = {
  name: 'hour',
  text: `insert into row_locks.usage_hour as u (account_id, hour, model, calls, tokens, amount)
         values ($1, $2, $3, 1, $4, $5)
         on conflict (account_id, hour, model) do update set calls = u.calls + 1,
           tokens = u.tokens + excluded.tokens, amount = u.amount + excluded.amount`,
}
const MOVE = {
  name: 'move',
  text: `update row_locks.account set balance = balance - $2, held = held + $3, updated_at = $4
         where account_id = $1`,
}
const PUT_HOLD = {
  name: 'put-hold',
  text: `insert into row_locks.hold (account_id, call_id, amount, expires_at)
         values ($1, $2, $3, $4) on conflict do nothing`,
}
const TAKE_HOLD = {
  name: 'take-hold',
  text: 'delete from row_locks.hold where account_id = $1 and call_id = $2 returning amount',
}

/** One transaction per decision, the account's row locked for its length. */
export function rowLocksRole(): Methods {
  let pool: pg.Pool | undefined
  let service: RowLocks | undefined
  return {
    start: async ({ url, connections, body }: RowLocksStart) => {
      pool = createPool(url, { max: connections, applicationName: 'bench row locks' })
      service = new RowLocks(pool, body)
      const clients = await Promise.all(Array.from({ length: connections }, () => pool!.connect()))
      for (const client of clients) client.release()
    },
    stop: () => pool!.end(),
    run: (load: EngineLoad) => drive(service!, load),
  }
}

function drive(service: RowLocks, load: EngineLoad): Promise<Measured> {
  const ids = createIds(() => Date.now())
  const choose = chooser(load)
  const record = async (_: number, tick: Tick): Promise<void> => {
    const since = performance.now()
    await service.record(choose(), ids('call'))
    tick(since)
  }
  const pair = async (_: number, tick: Tick): Promise<void> => {
    const accountId = choose()
    const callId = ids('call')
    let since = performance.now()
    await service.authorize(accountId, callId)
    tick(since)
    since = performance.now()
    await service.settle(accountId, callId)
    tick(since)
  }
  return runLoad(load, load.kind === 'record' ? record : pair)
}

class RowLocks {
  readonly #pool: pg.Pool
  readonly #body: string

  constructor(pool: pg.Pool, body: string) {
    this.#pool = pool
    this.#body = body
  }

  record(accountId: string, callId: string): Promise<void> {
    return this.#transaction(accountId, async (client) => {
      await this.#charge(client, accountId, callId, 'record')
      await client.query({ ...MOVE, values: [accountId, PRICE, 0, new Date()] })
    })
  }

  authorize(accountId: string, callId: string): Promise<void> {
    return this.#transaction(accountId, async (client, free) => {
      if (free < HOLD) throw new Error('out of credit')
      const expiresAt = new Date(Date.now() + 900_000)
      await client.query({ ...PUT_HOLD, values: [accountId, callId, HOLD, expiresAt] })
      await client.query({ ...MOVE, values: [accountId, 0, HOLD, new Date()] })
    })
  }

  settle(accountId: string, callId: string): Promise<void> {
    return this.#transaction(accountId, async (client) => {
      const { rows } = await client.query<{ amount: string }>({
        ...TAKE_HOLD,
        values: [accountId, callId],
      })
      await this.#charge(client, accountId, callId, 'settle')
      const held = BigInt(rows[0]!.amount)
      await client.query({ ...MOVE, values: [accountId, PRICE, -held, new Date()] })
    })
  }

  async #charge(
    client: pg.PoolClient,
    accountId: string,
    callId: string,
    kind: string,
  ): Promise<void> {
    const now = new Date()
    const values = [accountId, callId, kind, now, PRICE, this.#body]
    const { rowCount } = await client.query({ ...ENTRY, values })
    if (rowCount === 0) return
    await client.query({ ...POSTINGS, values: [accountId, callId, PRICE] })
    const hour = new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000)
    await client.query({ ...HOUR, values: [accountId, hour, MODEL, 2_300, PRICE] })
  }

  async #transaction(
    accountId: string,
    work: (client: pg.PoolClient, free: bigint) => Promise<void>,
  ): Promise<void> {
    const client = await this.#pool.connect()
    try {
      await client.query('begin')
      const { rows } = await client.query<{ balance: string; held: string }>({
        ...LOCK,
        values: [accountId],
      })
      await work(client, BigInt(rows[0]!.balance) - BigInt(rows[0]!.held))
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
  }
}

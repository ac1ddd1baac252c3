import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

/** What one of the operator's people, or a token of the operator, asked the server to do. */
export interface StaffOrder {
  readonly orderId: string
  readonly at: Instant
  readonly actorType: string
  readonly actorId: string
  readonly role: string
  readonly operation: string
  readonly permission: string
  readonly accountId: string | null
  readonly facts: Readonly<Record<string, unknown>>
}

export interface EndedOrder extends StaffOrder {
  /** Of the person; `null`: a token of the operator as a whole. */
  readonly actorName: string | null
  /** The HTTP status of the answer; `null`: the server has not answered, or ended before it did. */
  readonly status: number | null
  readonly code: string | null
}

/** Written before anything is done: what cannot be written is not done. */
export async function beginOrder(pool: pg.Pool, order: StaffOrder): Promise<void> {
  await pool.query(
    `insert into control.staff_order (order_id, at, actor_type, actor_id, role, operation,
       permission, account_id, facts)
     values ($1::text, $2::timestamptz, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text,
       $9::jsonb)`,
    [
      order.orderId,
      formatInstant(order.at),
      order.actorType,
      order.actorId,
      order.role,
      order.operation,
      order.permission,
      order.accountId,
      JSON.stringify(order.facts),
    ],
  )
}

export async function endOrder(
  pool: pg.Pool,
  end: { readonly orderId: string; readonly status: number; readonly code: string | null },
): Promise<void> {
  await pool.query(
    `update control.staff_order set status = $2::integer, code = $3::text
     where order_id = $1::text`,
    [end.orderId, end.status, end.code],
  )
}

export interface OrderQuery {
  readonly actorId: string | null
  readonly operations: readonly string[] | null
  readonly accountId: string | null
  readonly from: Instant | null
  readonly to: Instant | null
  /** The last one of the page before. */
  readonly before: readonly [atMs: number, orderId: string] | null
  readonly limit: number
}

/** 1970 is a time, too. */
const timeOrNull = (at: Instant | null): string | null => (at === null ? null : formatInstant(at))

interface Row {
  readonly order_id: string
  readonly at: Date
  readonly actor_type: string
  readonly actor_id: string
  readonly actor_name: string | null
  readonly role: string
  readonly operation: string
  readonly permission: string
  readonly account_id: string | null
  readonly facts: Readonly<Record<string, unknown>>
  readonly status: number | null
  readonly code: string | null
}

/** The latest first. */
export async function listOrders(pool: pg.Pool, query: OrderQuery): Promise<readonly EndedOrder[]> {
  const { rows } = await pool.query<Row>(
    `select o.order_id, o.at, o.actor_type, o.actor_id, s.name as actor_name, o.role, o.operation,
       o.permission, o.account_id, o.facts, o.status, o.code
     from control.staff_order o left join control.staff s on s.staff_id = o.actor_id
     where ($1::text is null or o.actor_id = $1::text)
       and ($2::text[] is null or o.operation = any($2::text[]))
       and ($3::text is null or o.account_id = $3::text)
       and ($4::timestamptz is null or o.at >= $4::timestamptz)
       and ($5::timestamptz is null or o.at < $5::timestamptz)
       and ($6::bigint is null or (o.at, o.order_id) <
         (to_timestamp($6::bigint::double precision / 1000), $7::text))
     order by o.at desc, o.order_id desc limit $8::integer`,
    [
      query.actorId,
      query.operations,
      query.accountId,
      timeOrNull(query.from),
      timeOrNull(query.to),
      query.before?.[0] ?? null,
      query.before?.[1] ?? null,
      query.limit,
    ],
  )
  return rows.map((row) => ({
    orderId: row.order_id,
    at: instant(row.at.getTime()),
    actorType: row.actor_type,
    actorId: row.actor_id,
    actorName: row.actor_name,
    role: row.role,
    operation: row.operation,
    permission: row.permission,
    accountId: row.account_id,
    facts: row.facts,
    status: row.status,
    code: row.code,
  }))
}

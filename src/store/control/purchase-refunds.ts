import type pg from 'pg'
import type { Nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export type RefundPhase = 'started' | 'taken' | 'paid' | 'failed'

export interface RefundRow<Ordered = unknown> {
  readonly refundId: string
  readonly paymentId: string
  readonly accountId: string
  readonly phase: RefundPhase
  readonly ordered: Ordered
  readonly price: Nanos
  readonly tax: Nanos
  readonly refundRef: string | null
  /** Where its tax was entered; `null`: nowhere. */
  readonly taxRef: string | null
  readonly failure: string | null
  readonly createdAt: Instant
}

interface Row {
  refund_id: string
  payment_id: string
  account_id: string
  phase: RefundPhase
  ordered: unknown
  price: string
  tax: string
  refund_ref: string | null
  tax_ref: string | null
  failure: string | null
  created_at: Date
}

const refundOf = <T>(row: Row): RefundRow<T> => ({
  refundId: row.refund_id,
  paymentId: row.payment_id,
  accountId: row.account_id,
  phase: row.phase,
  ordered: row.ordered as T,
  price: BigInt(row.price) as Nanos,
  tax: BigInt(row.tax) as Nanos,
  refundRef: row.refund_ref,
  taxRef: row.tax_ref,
  failure: row.failure,
  createdAt: instant(row.created_at.getTime()),
})

/** Stores a refund before anything is done for it. `busy`: another one of the purchase is under way. */
export async function startRefund(
  pool: pg.Pool,
  refund: {
    readonly refundId: string
    readonly paymentId: string
    readonly accountId: string
    readonly ordered: object
    readonly at: Instant
  },
): Promise<'started' | 'exists' | 'busy'> {
  const { rowCount } = await pool.query(
    `insert into control.purchase_refund
       (refund_id, payment_id, account_id, phase, ordered, price, tax, created_at, updated_at)
     values ($1::text, $2::text, $3::text, 'started', $4::jsonb, 0, 0, $5::timestamptz,
       $5::timestamptz) on conflict do nothing`,
    [
      refund.refundId,
      refund.paymentId,
      refund.accountId,
      JSON.stringify(refund.ordered),
      formatInstant(refund.at),
    ],
  )
  if (rowCount === 1) return 'started'
  return (await readRefund(pool, refund.refundId)) ? 'exists' : 'busy'
}

export async function readRefund<T>(pool: pg.Pool, refundId: string): Promise<RefundRow<T> | null> {
  const { rows } = await pool.query<Row>(
    `select refund_id, payment_id, account_id, phase, ordered, price::text, tax::text, refund_ref,
       tax_ref, failure, created_at from control.purchase_refund where refund_id = $1::text`,
    [refundId],
  )
  return rows[0] ? refundOf<T>(rows[0]) : null
}

/** All refunds of these purchases, the oldest first. */
export async function refundsOf(
  pool: pg.Pool,
  paymentIds: readonly string[],
): Promise<RefundRow[]> {
  const { rows } = await pool.query<Row>(
    `select refund_id, payment_id, account_id, phase, ordered, price::text, tax::text, refund_ref,
       tax_ref, failure, created_at from control.purchase_refund where payment_id = any($1::text[])
     order by created_at, refund_id`,
    [paymentIds],
  )
  return rows.map((row) => refundOf(row))
}

export async function refundIdOfRef(pool: pg.Pool, refundRef: string): Promise<string | null> {
  const { rows } = await pool.query<{ refund_id: string }>(
    'select refund_id from control.purchase_refund where refund_ref = $1::text',
    [refundRef],
  )
  return rows[0]?.refund_id ?? null
}

/** Goes on with a refund; `false`: it has failed, which it does for ever. */
export async function moveRefund(
  pool: pg.Pool,
  refundId: string,
  to: {
    readonly phase: RefundPhase
    readonly price?: Nanos
    readonly tax?: Nanos
    readonly refundRef?: string
    readonly taxRef?: string | null
    readonly failure?: string
    readonly at: Instant
  },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update control.purchase_refund set phase = $2::text, price = coalesce($3::bigint, price),
       tax = coalesce($4::bigint, tax), refund_ref = coalesce($5::text, refund_ref),
       tax_ref = coalesce($8::text, tax_ref), failure = $6::text, updated_at = $7::timestamptz
     where refund_id = $1::text and phase <> 'failed'`,
    [
      refundId,
      to.phase,
      to.price ?? null,
      to.tax ?? null,
      to.refundRef ?? null,
      to.failure ?? null,
      formatInstant(to.at),
      to.taxRef ?? null,
    ],
  )
  return rowCount === 1
}

/** Refunds in the middle of their way that nobody has moved since. */
export async function staleRefunds(
  pool: pg.Pool,
  before: Instant,
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ refund_id: string }>(
    `select refund_id from control.purchase_refund
     where phase in ('started', 'taken') and updated_at <= $1::timestamptz
     order by updated_at limit $2::integer`,
    [formatInstant(before), limit],
  )
  return rows.map((row) => row.refund_id)
}

export interface EventRow {
  readonly eventId: string
  readonly subject: string
  readonly ref: string
  readonly paymentId: string | null
}

/** Stores a webhook's event. `false`: it was there before, and is done or being done. */
export async function enterEvent(
  pool: pg.Pool,
  event: EventRow & { readonly at: Instant },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into control.payment_event (event_id, subject, ref, payment_id, received_at, tried_at)
     values ($1::text, $2::text, $3::text, $4::text, $5::timestamptz, $5::timestamptz) on conflict do nothing`,
    [event.eventId, event.subject, event.ref, event.paymentId, formatInstant(event.at)],
  )
  return rowCount === 1
}

export async function endEvent(pool: pg.Pool, eventId: string, at: Instant): Promise<void> {
  await pool.query(
    `update control.payment_event set done_at = $2::timestamptz where event_id = $1::text`,
    [eventId, formatInstant(at)],
  )
}

/** Events that were taken and not done, the oldest first. */
export async function openEvents(
  pool: pg.Pool,
  before: Instant,
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await pool.query<{
    event_id: string
    subject: string
    ref: string
    payment_id: string | null
  }>(
    `select event_id, subject, ref, payment_id from control.payment_event
     where done_at is null and tried_at <= $1::timestamptz
     order by tried_at limit $2::integer`,
    [formatInstant(before), limit],
  )
  return rows.map((row) => ({
    eventId: row.event_id,
    subject: row.subject,
    ref: row.ref,
    paymentId: row.payment_id,
  }))
}

/** Says that these are taken up now, so that nobody does so again for a while. */
export async function touchOpen(
  pool: pg.Pool,
  own: {
    readonly payments: readonly string[]
    readonly refunds: readonly string[]
    readonly events: readonly string[]
    readonly at: Instant
  },
): Promise<void> {
  await pool.query(
    `with payments as (
       update control.payment set updated_at = $4::timestamptz where payment_id = any($1::text[])
     ), refunds as (
       update control.purchase_refund set updated_at = $4::timestamptz
       where refund_id = any($2::text[])
     )
     update control.payment_event set tried_at = $4::timestamptz where event_id = any($3::text[])`,
    [own.payments, own.refunds, own.events, formatInstant(own.at)],
  )
}

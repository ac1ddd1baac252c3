import type pg from 'pg'
import type { Nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export type PaymentKind = 'top_up' | 'bundle' | 'auto_reload' | 'fee'
export type PaymentPhase =
  | 'started'
  | 'processing'
  | 'action_required'
  | 'charged'
  | 'credited'
  | 'returned'
  | 'failed'

export interface PaymentRow<Ordered = unknown> {
  readonly paymentId: string
  readonly accountId: string
  readonly kind: PaymentKind
  readonly phase: PaymentPhase
  readonly ordered: Ordered
  readonly chargeRef: string | null
  readonly failure: string | null
  readonly actionUrl: string | null
  /** The sale where its tax was entered; `null`: it was not. */
  readonly taxRef: string | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

interface Row {
  payment_id: string
  account_id: string
  kind: PaymentKind
  phase: PaymentPhase
  ordered: unknown
  charge_ref: string | null
  failure: string | null
  action_url: string | null
  tax_ref: string | null
  created_at: Date
  updated_at: Date
}

const paymentOf = <T>(row: Row): PaymentRow<T> => ({
  paymentId: row.payment_id,
  accountId: row.account_id,
  kind: row.kind,
  phase: row.phase,
  ordered: row.ordered as T,
  chargeRef: row.charge_ref,
  failure: row.failure,
  actionUrl: row.action_url,
  taxRef: row.tax_ref,
  createdAt: instant(row.created_at.getTime()),
  updatedAt: instant(row.updated_at.getTime()),
})

export interface NewPayment {
  readonly paymentId: string
  readonly accountId: string
  readonly kind: PaymentKind
  readonly ordered: object
  readonly face: Nanos
  readonly at: Instant
  /** What bundles of the account may be worth from `since` on, this one included. */
  readonly bundleLimit: { readonly since: Instant; readonly face: Nanos } | null
}

/**
 * Stores a payment before anything is asked of the processor. `exists`: it was stored before, perhaps by
 * another node: whoever stored it charges. The account's customer row is the lock that bundles are
 * counted under.
 */
export async function startPayment(
  pool: pg.Pool,
  payment: NewPayment,
): Promise<'started' | 'exists' | 'bundle_limit_reached'> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const done = await insertPayment(client, payment)
    await client.query(done === 'started' ? 'commit' : 'rollback')
    client.release()
    return done
  } catch (error) {
    client.release(error instanceof Error ? error : true)
    throw error
  }
}

async function insertPayment(
  client: pg.ClientBase,
  payment: NewPayment,
): Promise<'started' | 'exists' | 'bundle_limit_reached'> {
  await client.query(
    'select account_id from control.billing_customer where account_id = $1::text for update',
    [payment.accountId],
  )
  const { rowCount } = await client.query(
    `insert into control.payment
       (payment_id, account_id, kind, phase, ordered, face, created_at, updated_at)
     values ($1::text, $2::text, $3::text, 'started', $4::jsonb, $5::bigint, $6::timestamptz,
       $6::timestamptz) on conflict do nothing`,
    [
      payment.paymentId,
      payment.accountId,
      payment.kind,
      JSON.stringify(payment.ordered),
      payment.face,
      formatInstant(payment.at),
    ],
  )
  if (rowCount === 0) return 'exists'
  if (!payment.bundleLimit) return 'started'
  const { rows } = await client.query<{ face: string }>(
    `select coalesce(sum(face), 0)::text as face from control.payment
     where account_id = $1::text and kind = 'bundle' and phase <> 'failed'
       and created_at >= $2::timestamptz`,
    [payment.accountId, formatInstant(payment.bundleLimit.since)],
  )
  return BigInt(rows[0]!.face) > payment.bundleLimit.face ? 'bundle_limit_reached' : 'started'
}

export async function readPayment<T>(
  pool: pg.Pool,
  paymentId: string,
): Promise<PaymentRow<T> | null> {
  const { rows } = await pool.query<Row>(
    `select payment_id, account_id, kind, phase, ordered, charge_ref, failure, action_url, tax_ref,
       created_at, updated_at from control.payment where payment_id = $1::text`,
    [paymentId],
  )
  return rows[0] ? paymentOf(rows[0]) : null
}

export async function paymentIdOfCharge(pool: pg.Pool, chargeRef: string): Promise<string | null> {
  const { rows } = await pool.query<{ payment_id: string }>(
    'select payment_id from control.payment where charge_ref = $1::text',
    [chargeRef],
  )
  return rows[0]?.payment_id ?? null
}

export interface PaymentPage {
  readonly accountId: string
  readonly kind: PaymentKind | null
  readonly phase: PaymentPhase | null
  /** The last one of the page before. */
  readonly after: { readonly createdAt: Instant; readonly paymentId: string } | null
  readonly limit: number
}

/** The latest first. */
export async function listPayments<T>(pool: pg.Pool, page: PaymentPage): Promise<PaymentRow<T>[]> {
  const { rows } = await pool.query<Row>(
    `select payment_id, account_id, kind, phase, ordered, charge_ref, failure, action_url, tax_ref,
       created_at, updated_at from control.payment where account_id = $1::text
       and ($2::text is null or kind = $2::text) and ($3::text is null or phase = $3::text)
       and ($4::text is null or (created_at, payment_id) < ($5::timestamptz, $4::text))
     order by created_at desc, payment_id desc limit $6::integer`,
    [
      page.accountId,
      page.kind,
      page.phase,
      page.after?.paymentId ?? null,
      page.after ? formatInstant(page.after.createdAt) : null,
      page.limit,
    ],
  )
  return rows.map((row) => paymentOf<T>(row))
}

/** Payments in the middle of their way that nobody has moved since. */
export async function stalePayments(
  pool: pg.Pool,
  before: Instant,
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ payment_id: string }>(
    `select payment_id from control.payment
     where phase in ('started', 'processing', 'action_required', 'charged')
       and updated_at <= $1::timestamptz order by updated_at limit $2::integer`,
    [formatInstant(before), limit],
  )
  return rows.map((row) => row.payment_id)
}

/** Moves a payment on. One that is credited, or went back, stays so, whatever comes late. */
export async function movePayment(
  pool: pg.Pool,
  paymentId: string,
  to: {
    readonly phase: PaymentPhase
    readonly chargeRef?: string
    readonly failure?: string | null
    readonly actionUrl?: string | null
    readonly at: Instant
  },
): Promise<void> {
  await pool.query(
    `update control.payment set phase = $2::text, charge_ref = coalesce($3::text, charge_ref),
       failure = $4::text, action_url = $5::text, updated_at = $6::timestamptz
     where payment_id = $1::text and phase not in ('credited', 'returned')
       and (phase <> 'charged' or $2::text in ('credited', 'returned'))`,
    [
      paymentId,
      to.phase,
      to.chargeRef ?? null,
      to.failure ?? null,
      to.actionUrl ?? null,
      formatInstant(to.at),
    ],
  )
}

/** Notes under which name the tax of a payment was entered. */
export async function noteTax(pool: pg.Pool, paymentId: string, taxRef: string): Promise<void> {
  await pool.query('update control.payment set tax_ref = $2::text where payment_id = $1::text', [
    paymentId,
    taxRef,
  ])
}

export async function storePreview(
  pool: pg.Pool,
  preview: {
    readonly previewId: string
    readonly accountId: string
    readonly document: object
    readonly expiresAt: Instant
  },
): Promise<void> {
  await pool.query(
    `insert into control.purchase_preview (preview_id, account_id, document, expires_at)
     values ($1::text, $2::text, $3::jsonb, $4::timestamptz)`,
    [
      preview.previewId,
      preview.accountId,
      JSON.stringify(preview.document),
      formatInstant(preview.expiresAt),
    ],
  )
}

export async function readPreview<T>(
  pool: pg.Pool,
  accountId: string,
  previewId: string,
): Promise<{ readonly document: T; readonly expiresAt: Instant } | null> {
  const { rows } = await pool.query<{ document: T; expires_at: Date }>(
    `select document, expires_at from control.purchase_preview
     where account_id = $1::text and preview_id = $2::text`,
    [accountId, previewId],
  )
  const row = rows[0]
  return row ? { document: row.document, expiresAt: instant(row.expires_at.getTime()) } : null
}

import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

/** The customer of an account at the processor; `null`: none yet. */
export async function readCustomer(pool: pg.Pool, accountId: string): Promise<string | null> {
  const { rows } = await pool.query<{ customer_ref: string }>(
    'select customer_ref from control.billing_customer where account_id = $1::text',
    [accountId],
  )
  return rows[0]?.customer_ref ?? null
}

export async function enterCustomer(
  pool: pg.Pool,
  own: { readonly accountId: string; readonly customerRef: string; readonly at: Instant },
): Promise<void> {
  await pool.query(
    `insert into control.billing_customer (account_id, customer_ref, created_at)
     values ($1::text, $2::text, $3::timestamptz) on conflict do nothing`,
    [own.accountId, own.customerRef, formatInstant(own.at)],
  )
}

export interface MethodRow {
  readonly methodId: string
  readonly accountId: string
  readonly methodRef: string
  readonly brand: string
  readonly last4: string
  readonly expMonth: number
  readonly expYear: number
  readonly fingerprintHash: string | null
  readonly country: string | null
  readonly createdAt: Instant
}

export async function enterMethod(pool: pg.Pool, method: MethodRow): Promise<void> {
  await pool.query(
    `insert into control.payment_method (method_id, account_id, method_ref, brand, last4, exp_month,
       exp_year, fingerprint_hash, country, created_at)
     values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::integer, $7::integer, $8::text,
       $9::text, $10::timestamptz) on conflict do nothing`,
    [
      method.methodId,
      method.accountId,
      method.methodRef,
      method.brand,
      method.last4,
      method.expMonth,
      method.expYear,
      method.fingerprintHash,
      method.country,
      formatInstant(method.createdAt),
    ],
  )
}

interface Row {
  method_id: string
  account_id: string
  method_ref: string
  brand: string
  last4: string
  exp_month: number
  exp_year: number
  fingerprint_hash: string | null
  country: string | null
  created_at: Date
}

const methodOf = (row: Row): MethodRow => ({
  methodId: row.method_id,
  accountId: row.account_id,
  methodRef: row.method_ref,
  brand: row.brand,
  last4: row.last4,
  expMonth: row.exp_month,
  expYear: row.exp_year,
  fingerprintHash: row.fingerprint_hash,
  country: row.country,
  createdAt: instant(row.created_at.getTime()),
})

/** Those that were not removed, the latest first. */
export async function listMethods(pool: pg.Pool, accountId: string): Promise<MethodRow[]> {
  const { rows } = await pool.query<Row>(
    `select method_id, account_id, method_ref, brand, last4, exp_month, exp_year, fingerprint_hash,
       country, created_at from control.payment_method
     where account_id = $1::text and removed_at is null order by created_at desc, method_id`,
    [accountId],
  )
  return rows.map(methodOf)
}

/** Marks a method as removed; `null` when the account has none such. A repeat gives the same row. */
export async function removeMethod(
  pool: pg.Pool,
  own: { readonly accountId: string; readonly methodId: string; readonly at: Instant },
): Promise<MethodRow | null> {
  const { rows } = await pool.query<Row>(
    `update control.payment_method set removed_at = coalesce(removed_at, $3::timestamptz)
     where account_id = $1::text and method_id = $2::text
     returning method_id, account_id, method_ref, brand, last4, exp_month, exp_year, fingerprint_hash,
       country, created_at`,
    [own.accountId, own.methodId, formatInstant(own.at)],
  )
  return rows[0] ? methodOf(rows[0]) : null
}

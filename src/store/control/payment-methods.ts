import type pg from 'pg'
import type { ActorFacts } from '../../core/ledger/index.ts'
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

/** Who changes a card, and when. */
export interface MethodBy {
  readonly at: Instant
  readonly actor: ActorFacts
}

/** Enters a card. One that is known stays as it is. */
export async function enterMethod(
  pool: pg.Pool,
  method: Omit<MethodRow, 'createdAt'>,
  by: MethodBy,
): Promise<void> {
  await pool.query(
    `with entered as (
       insert into control.payment_method (method_id, account_id, method_ref, brand, last4, exp_month,
         exp_year, fingerprint_hash, country, created_at)
       values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::integer, $7::integer, $8::text,
         $9::text, $10::timestamptz) on conflict do nothing
       returning account_id, method_id
     )
     insert into control.payment_method_change (account_id, method_id, at, change, actor)
     select account_id, method_id, $10::timestamptz, 'added', $11::json from entered`,
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
      formatInstant(by.at),
      JSON.stringify(by.actor),
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

const COLUMNS = `method_id, account_id, method_ref, brand, last4, exp_month, exp_year,
  fingerprint_hash, country, created_at`
/** The default first: the one that was chosen last, else the latest. */
const BY_RANK = 'chosen_at desc nulls last, created_at desc, method_id'

/** Those that were not removed: the default first, then the latest. */
export async function listMethods(pool: pg.Pool, accountId: string): Promise<MethodRow[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.payment_method
     where account_id = $1::text and removed_at is null order by ${BY_RANK}`,
    [accountId],
  )
  return rows.map(methodOf)
}

/** Whether the account has this card, or had it before it was removed. */
export async function wasEntered(
  pool: pg.Pool,
  accountId: string,
  methodId: string,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from control.payment_method where account_id = $1::text and method_id = $2::text`,
    [accountId, methodId],
  )
  return rowCount === 1
}

interface MethodChangeOrder extends MethodBy {
  readonly accountId: string
  readonly methodId: string
}

/** Marks a method as removed; `null` when the account has none such. A repeat gives the same row. */
export async function removeMethod(
  pool: pg.Pool,
  own: MethodChangeOrder,
): Promise<MethodRow | null> {
  const { rows } = await pool.query<Row>(
    `with removed as (
       update control.payment_method set removed_at = $3::timestamptz
       where account_id = $1::text and method_id = $2::text and removed_at is null
       returning account_id, method_id
     ), noted as (
       insert into control.payment_method_change (account_id, method_id, at, change, actor)
       select account_id, method_id, $3::timestamptz, 'removed', $4::json from removed
     )
     select ${COLUMNS} from control.payment_method
     where account_id = $1::text and method_id = $2::text`,
    [own.accountId, own.methodId, formatInstant(own.at), JSON.stringify(own.actor)],
  )
  return rows[0] ? methodOf(rows[0]) : null
}

/** Makes a card the default; `null` when the account has none such. A repeat changes nothing. */
export async function chooseMethod(
  pool: pg.Pool,
  own: MethodChangeOrder,
): Promise<MethodRow | null> {
  const { rows } = await pool.query<Row>(
    `with chosen as (
       update control.payment_method set chosen_at = $3::timestamptz
       where account_id = $1::text and method_id = $2::text and removed_at is null
         and method_id is distinct from (
           select method_id from control.payment_method
           where account_id = $1::text and removed_at is null order by ${BY_RANK} limit 1)
       returning account_id, method_id
     ), noted as (
       insert into control.payment_method_change (account_id, method_id, at, change, actor)
       select account_id, method_id, $3::timestamptz, 'chosen', $4::json from chosen
     )
     select ${COLUMNS} from control.payment_method
     where account_id = $1::text and method_id = $2::text and removed_at is null`,
    [own.accountId, own.methodId, formatInstant(own.at), JSON.stringify(own.actor)],
  )
  return rows[0] ? methodOf(rows[0]) : null
}

export interface MethodChange extends MethodBy {
  readonly methodId: string
  readonly brand: string
  readonly last4: string
  readonly change: 'added' | 'chosen' | 'removed'
}

const LISTED_MAX = 200

/** The latest first. */
export async function methodHistory(
  pool: pg.Pool,
  accountId: string,
): Promise<readonly MethodChange[]> {
  const { rows } = await pool.query<{
    method_id: string
    brand: string
    last4: string
    change: MethodChange['change']
    at: Date
    actor: ActorFacts
  }>(
    `select c.method_id, m.brand, m.last4, c.change, c.at, c.actor
     from control.payment_method_change c join control.payment_method m using (account_id, method_id)
     where c.account_id = $1::text order by c.at desc, c.method_id, c.change limit $2::integer`,
    [accountId, LISTED_MAX],
  )
  return rows.map(({ method_id: methodId, at, ...row }) => ({
    ...row,
    methodId,
    at: instant(at.getTime()),
  }))
}

import type pg from 'pg'

export interface EnteredPayment {
  readonly paymentId: string
  readonly accountId: string
}

/**
 * Takes a payment for an account, before it is entered there. `false`: it is another account's, whoever was
 * first, or a purchase of another account.
 */
export async function takePayment(
  pool: pg.Pool,
  { paymentId, accountId }: EnteredPayment,
): Promise<boolean> {
  const { rows } = await pool.query<{ account_id: string }>(
    `insert into control.payment_entered as e (payment_id, account_id)
     select $1::text, coalesce(
       (select account_id from control.payment where payment_id = $1::text), $2::text)
     on conflict (payment_id) do update set account_id = e.account_id
     returning account_id`,
    [paymentId, accountId],
  )
  return rows[0]?.account_id === accountId
}

/** Lets another account have it, once its entry is reversed: a repeat of the entry credits nothing any more. */
export async function freePayment(pool: pg.Pool, own: EnteredPayment): Promise<void> {
  await pool.query(
    `delete from control.payment_entered where payment_id = $1::text and account_id = $2::text`,
    [own.paymentId, own.accountId],
  )
}

import type pg from 'pg'
import type { EntryBody, EntryKind } from '../../core/ledger/entry.ts'
import { type Nanos, nanos } from '../../core/money/index.ts'
import type { LedgerMovement, MovementType } from '../../core/reconciliation/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

interface Row {
  readonly account_id: string
  readonly seq: string
  readonly kind: EntryKind
  readonly at: Date
  readonly asset: string
  readonly amount: string
  readonly request_id: string
  readonly body: Pick<
    EntryBody,
    'payment' | 'purchase_refund' | 'dispute' | 'subscription' | 'owed_payment'
  >
  readonly charge_ref: string | null
  readonly known: boolean
  /** Of a refund: the processor never had it. */
  readonly unpaid: boolean | null
}

/** The clearing account is credited with what comes in: its sign is turned. */
const CLEARING = `
  with posted as (
    select e.account_id, e.seq, e.kind, e.at, e.request_id, e.body, p.asset,
      (-sum(p.amount))::text as amount,
      coalesce(e.body->'payment'->>'payment_id', e.body->'purchase_refund'->>'payment_id',
        e.body->'dispute'->>'payment_id', e.body->'owed_payment'->>'payment_id',
        e.body->'subscription'->>'last_payment_id') as payment_id
    from accounts.posting p
    join accounts.entry e on e.account_id = p.account_id and e.seq = p.seq
    where p.ledger_account = 'house:processor_clearing'
      and e.at >= $1::timestamptz and e.at < $2::timestamptz
    group by e.account_id, e.seq, p.asset
  )
  select posted.account_id, posted.seq, posted.kind, posted.at, posted.asset, posted.amount,
    posted.request_id, posted.body, own.charge_ref, own.payment_id is not null as known,
    refund.phase = 'failed' and refund.refund_ref is null as unpaid
  from posted left join control.payment own on own.payment_id = posted.payment_id
    left join control.purchase_refund refund on refund.refund_id = posted.request_id
      and posted.kind in ('refund_purchase', 'undo_refund_purchase')
  where posted.amount <> '0'
  order by posted.account_id, posted.seq`

const TYPES: Readonly<Partial<Record<EntryKind, MovementType>>> = {
  refund_purchase: 'refund',
  undo_refund_purchase: 'refund_failed',
  charge_back: 'dispute',
}

/** Everything that the journal posted to the processor's clearing account in a time. */
export async function clearingBetween(
  pool: pg.Pool,
  own: { readonly from: Instant; readonly until: Instant },
): Promise<readonly LedgerMovement[]> {
  const { rows } = await pool.query<Row>(CLEARING, [
    formatInstant(own.from),
    formatInstant(own.until),
  ])
  // a refund that the processor has refused never moved anything there
  return rows.filter(({ unpaid }) => unpaid !== true).map(movementOf)
}

function movementOf(row: Row): LedgerMovement {
  const { payment, purchase_refund: refund, dispute, owed_payment: owed, subscription } = row.body
  const paymentId =
    payment?.payment_id ??
    refund?.payment_id ??
    dispute?.payment_id ??
    owed?.payment_id ??
    subscription?.last_payment_id ??
    row.request_id
  return {
    accountId: row.account_id,
    seq: parseInt(row.seq, 10),
    type: TYPES[row.kind] ?? 'charge',
    paymentId,
    chargeRef: row.charge_ref,
    subject: refund?.refund_id ?? dispute?.dispute_id ?? null,
    amount: nanos(BigInt(row.amount)),
    currency: row.asset,
    at: instant(row.at.getTime()),
    byHand: !row.known,
  }
}

/** Disputes that hold a lot frozen, and payments that went back before they became anything. */
export async function processorExceptions(pool: pg.Pool): Promise<{
  readonly openDisputes: ReadonlySet<string>
  readonly returnedPayments: ReadonlySet<string>
}> {
  const disputes = await pool.query<{ dispute_id: string }>(OPEN_DISPUTES)
  const returned = await pool.query<{ payment_id: string }>(
    `select payment_id from control.payment where phase = 'returned'`,
  )
  return {
    openDisputes: new Set(disputes.rows.map((row) => row.dispute_id)),
    returnedPayments: new Set(returned.rows.map((row) => row.payment_id)),
  }
}

/** What disputes of a payment have taken, by their ids. */
export async function chargedBack(
  pool: pg.Pool,
  own: { readonly accountId: string; readonly paymentId: string },
): Promise<ReadonlyMap<string, Nanos>> {
  const { rows } = await pool.query<{ dispute_id: string; taken: string }>(
    `select e.body->'dispute'->>'dispute_id' as dispute_id, sum(p.amount)::text as taken
     from accounts.entry e
     join accounts.posting p on p.account_id = e.account_id and p.seq = e.seq
     where e.account_id = $1::text and e.kind = 'charge_back'
       and p.ledger_account = 'house:processor_clearing'
       and e.body->'dispute'->>'payment_id' = $2::text
     group by 1`,
    [own.accountId, own.paymentId],
  )
  return new Map(rows.map((row) => [row.dispute_id, nanos(BigInt(row.taken))]))
}

const OPEN_DISPUTES = `
  select distinct f.body->'dispute'->>'dispute_id' as dispute_id from accounts.entry f
  where f.kind = 'freeze_lot' and not exists (
    select from accounts.entry e where e.account_id = f.account_id
      and e.kind in ('unfreeze_lot', 'charge_back')
      and e.body->'dispute'->>'dispute_id' = f.body->'dispute'->>'dispute_id')`

import type pg from 'pg'
import type { EntryBody, PartyFacts } from '../../core/ledger/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'

type Queryable = Pick<pg.Pool, 'query'>

/** The entries that make, pay and take back the invoices of an account, in order. */
export async function owedEntries(pool: Queryable, accountId: string): Promise<EntryBody[]> {
  const { rows } = await pool.query<{ body: string }>(
    `select body::text as body from accounts.entry
     where account_id = $1::text and kind in ('issue_invoice', 'pay_overage', 'void_invoice')
     order by seq`,
    [accountId],
  )
  return rows.map((row) => JSON.parse(row.body) as EntryBody)
}

/** How an account wants to be named on invoices, and which country's tax they bear. */
export interface BillingProfile extends Partial<PartyFacts> {
  /** ISO 3166-1 alpha-2 code; absent: the policy for all others. */
  readonly jurisdiction?: string
}

export type PartyId = 'issuer' | `account:${string}`

export async function readParty(pool: Queryable, partyId: PartyId): Promise<BillingProfile | null> {
  const { rows } = await pool.query<{ document: BillingProfile }>(
    'select document from control.billing_party where party_id = $1::text',
    [partyId],
  )
  return rows[0]?.document ?? null
}

/** Merges a change into what is known of a party; a member that is `null` is taken back. */
export async function changeParty(
  pool: Queryable,
  partyId: PartyId,
  change: { readonly document: object; readonly at: Instant },
): Promise<BillingProfile> {
  const { rows } = await pool.query<{ document: BillingProfile }>(
    `insert into control.billing_party as p (party_id, document, updated_at)
     values ($1::text, jsonb_strip_nulls($2::jsonb)::json, $3::timestamptz)
     on conflict (party_id) do update
       set document = jsonb_strip_nulls(p.document::jsonb || $2::jsonb)::json,
         updated_at = excluded.updated_at
     returning document`,
    [partyId, JSON.stringify(change.document), formatInstant(change.at)],
  )
  return rows[0]!.document
}

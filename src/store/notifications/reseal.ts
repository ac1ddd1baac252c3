import type pg from 'pg'
import type { SecretBox } from '../secret-box.ts'
import { type Endpoint, endpointPlace } from './endpoints.ts'

/** A secret of an endpoint that another key than the first has sealed. */
export interface FormerSecret extends Pick<Endpoint, 'accountId' | 'endpointId'> {
  readonly sealed: string
}

interface Row {
  readonly account_id: string
  readonly endpoint_id: string
  readonly sealed: string
}

/** A page of them, in the order of accounts and endpoints. */
export async function formerSecrets(
  pool: pg.Pool,
  box: SecretBox,
  { after, limit }: { readonly after: FormerSecret | null; readonly limit: number },
): Promise<FormerSecret[]> {
  const { rows } = await pool.query<Row>(
    `select account_id, endpoint_id, sealed from accounts.notification_endpoint
     where (account_id, endpoint_id) > ($1::text, $2::text)
       and sealed is not null and not starts_with(sealed, $3::text)
     order by account_id, endpoint_id limit $4::integer`,
    [after?.accountId ?? '', after?.endpointId ?? '', box.mark, limit],
  )
  return rows.map((row) => ({
    accountId: row.account_id,
    endpointId: row.endpoint_id,
    sealed: row.sealed,
  }))
}

/**
 * Seals it anew; `false`: somebody has changed it meanwhile.
 * @throws when no key that is set opens it
 */
export async function resealEndpoint(
  pool: pg.Pool,
  box: SecretBox,
  own: FormerSecret,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update accounts.notification_endpoint set sealed = $4::text
     where account_id = $1::text and endpoint_id = $2::text and sealed = $3::text`,
    [own.accountId, own.endpointId, own.sealed, box.reseal(own.sealed, endpointPlace(own))],
  )
  return rowCount === 1
}

import type pg from 'pg'
import { type Chosen, Parameters, whereChosen } from './chosen.ts'

export interface FactCall {
  readonly callId: string
  readonly endSeq: number
  /** Nanos; `null`: not priced yet. */
  readonly listPrice: string | null
}

interface Row {
  readonly call_id: string
  readonly end_seq: string
  readonly list_price: string | null
}

const callOf = (row: Row): FactCall => ({
  callId: row.call_id,
  endSeq: parseInt(row.end_seq, 10),
  listPrice: row.list_price,
})

/** The latest end first. */
export async function callsByEnd(
  client: pg.ClientBase,
  chosen: Chosen,
  page: { readonly beforeSeq: number | null; readonly limit: number },
): Promise<readonly FactCall[]> {
  const parameters = new Parameters()
  const where = whereChosen(chosen, parameters)
  const before = parameters.add(page.beforeSeq ?? Number.MAX_SAFE_INTEGER, 'bigint')
  const limit = parameters.add(page.limit, 'integer')
  const { rows } = await client.query<Row>(
    `select f.call_id, f.end_seq, f.list_price from accounts.call_fact f
     where ${where}
        and f.end_seq < ${before}
     order by f.end_seq desc limit ${limit}`,
    parameters.values,
  )
  return rows.map(callOf)
}

/** The dearest first, then those without a price. */
export async function callsByPrice(
  client: pg.ClientBase,
  chosen: Chosen,
  page: {
    readonly after: { readonly listPrice: string | null; readonly callId: string } | null
    readonly limit: number
  },
): Promise<readonly FactCall[]> {
  const parameters = new Parameters()
  const where = whereChosen(chosen, parameters)
  const after = page.after ? afterPrice(page.after, parameters) : 'true'
  const limit = parameters.add(page.limit, 'integer')
  const { rows } = await client.query<Row>(
    `select f.call_id, f.end_seq, f.list_price from accounts.call_fact f
     where ${where}
        and ${after}
     order by f.list_price desc nulls last, f.call_id limit ${limit}`,
    parameters.values,
  )
  return rows.map(callOf)
}

function afterPrice(
  { listPrice, callId }: { readonly listPrice: string | null; readonly callId: string },
  parameters: Parameters,
): string {
  const id = parameters.add(callId, 'text')
  if (listPrice === null) return `f.list_price is null and f.call_id > ${id}`
  const price = parameters.add(listPrice, 'bigint')
  return `(f.list_price < ${price} or f.list_price = ${price} and f.call_id > ${id} or f.list_price is null)`
}

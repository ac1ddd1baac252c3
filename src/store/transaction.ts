import type pg from 'pg'

/** Runs `work` in a transaction of its own; whatever it throws undoes all of it. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  begin:
    | 'begin'
    | 'begin isolation level serializable'
    | 'begin isolation level repeatable read read only' = 'begin',
): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query(begin)
    const result = await work(client)
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {})
    client.release(error instanceof Error ? error : true)
    throw error
  }
}

/** The transaction lost a race and left nothing behind: it can be done again. */
export const isSerialisationFailure = (error: unknown): boolean =>
  ['40001', '40P01'].includes(String((error as { readonly code?: unknown } | null)?.code))

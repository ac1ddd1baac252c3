import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'

/** A turn at an export: who has another number has no turn any more. */
export interface ExportTurn {
  readonly accountId: string
  readonly exportId: string
  readonly workId: string
}

type ExportRef = Pick<ExportTurn, 'accountId' | 'exportId'>

/** Exports that wait, and those whose node has not been heard of since a moment; the oldest first. */
export async function exportsToWrite(
  pool: pg.Pool,
  own: { readonly silentSince: Instant; readonly limit: number },
): Promise<readonly ExportRef[]> {
  const { rows } = await pool.query<{ account_id: string; export_id: string }>(
    `select account_id, export_id from accounts.usage_export
     where state in ('waiting', 'working')
       and (state = 'waiting' or worked_at < $1::timestamptz)
     order by created_at limit $2::integer`,
    [formatInstant(own.silentSince), own.limit],
  )
  return rows.map((row) => ({ accountId: row.account_id, exportId: row.export_id }))
}

/** Takes a turn, and clears away what an earlier one has left. `false`: somebody else has it. */
export async function takeTurn(
  client: pg.ClientBase,
  turn: ExportTurn,
  { at, silentSince }: { readonly at: Instant; readonly silentSince: Instant },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update accounts.usage_export
     set state = 'working', work_id = $3::text, worked_at = $4::timestamptz, rows_done = 0,
       tries = tries + 1
     where account_id = $1::text and export_id = $2::text
       and (state = 'waiting' or state = 'working' and worked_at < $5::timestamptz)`,
    [turn.accountId, turn.exportId, turn.workId, formatInstant(at), formatInstant(silentSince)],
  )
  if (rowCount !== 1) return false
  await removeChunks(client, turn)
  return true
}

const removeChunks = (
  client: pg.ClientBase,
  { accountId, exportId }: ExportRef,
): Promise<unknown> =>
  client.query(
    `delete from accounts.usage_export_chunk where account_id = $1::text and export_id = $2::text`,
    [accountId, exportId],
  )

/** `false`: the turn is over. */
export async function storeChunk(
  pool: pg.Pool,
  turn: ExportTurn,
  chunk: {
    readonly number: number
    readonly content: Uint8Array
    readonly rowsDone: number
    readonly at: Instant
  },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with own as (
       update accounts.usage_export set rows_done = $4::bigint, worked_at = $5::timestamptz
       where account_id = $1::text and export_id = $2::text and work_id = $3::text
         and state = 'working'
       returning account_id, export_id
     )
     insert into accounts.usage_export_chunk (account_id, export_id, number, content)
     select account_id, export_id, $6::integer, $7::bytea from own`,
    [
      turn.accountId,
      turn.exportId,
      turn.workId,
      chunk.rowsDone,
      formatInstant(chunk.at),
      chunk.number,
      Buffer.from(chunk.content),
    ],
  )
  return rowCount === 1
}

/** `false`: the turn is over. */
export async function finishExport(
  client: pg.ClientBase,
  turn: ExportTurn,
  end: {
    readonly rows: number
    readonly bytes: number
    readonly sha256: string
    readonly seq: number
    readonly at: Instant
  },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update accounts.usage_export
     set state = 'ready', rows_total = $4::bigint, rows_done = $4::bigint, bytes = $5::bigint,
       sha256 = $6::text, seq = $7::bigint, ready_at = $8::timestamptz
     where account_id = $1::text and export_id = $2::text and work_id = $3::text
       and state = 'working'`,
    [
      turn.accountId,
      turn.exportId,
      turn.workId,
      end.rows,
      end.bytes,
      end.sha256,
      end.seq,
      formatInstant(end.at),
    ],
  )
  return rowCount === 1
}

/** Gives a turn back that was for making ready, and is none of its tries. */
export async function handOnTurn(pool: pg.Pool, turn: ExportTurn): Promise<void> {
  await pool.query(
    `update accounts.usage_export set state = 'waiting', tries = tries - 1
     where account_id = $1::text and export_id = $2::text and work_id = $3::text
       and state = 'working'`,
    [turn.accountId, turn.exportId, turn.workId],
  )
}

/** Gives a turn back after `triesMax` as failed, before that to be taken again. `true`: it has failed. */
export async function failTurn(
  client: pg.ClientBase,
  turn: ExportTurn,
  reason: string,
  triesMax: number,
): Promise<boolean> {
  const { rows } = await client.query<{ state: string }>(
    `update accounts.usage_export
     set state = case when tries >= $5::integer then 'failed' else 'waiting' end,
       failed_reason = case when tries >= $5::integer then $4::text end
     where account_id = $1::text and export_id = $2::text and work_id = $3::text
       and state = 'working'
     returning state`,
    [turn.accountId, turn.exportId, turn.workId, reason, triesMax],
  )
  if (rows[0]?.state !== 'failed') return false
  await removeChunks(client, turn)
  return true
}

/**
 * Ends an export as failed whose node has not been heard of, after so many turns that no other is to be
 * given. `false`: it has turns left, or somebody is at it.
 */
export async function failLost(
  client: pg.ClientBase,
  own: ExportRef & {
    readonly reason: string
    readonly silentSince: Instant
    readonly turnsMax: number
  },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update accounts.usage_export set state = 'failed', failed_reason = $3::text
     where account_id = $1::text and export_id = $2::text and state = 'working'
       and worked_at < $4::timestamptz and tries >= $5::integer`,
    [own.accountId, own.exportId, own.reason, formatInstant(own.silentSince), own.turnsMax],
  )
  if (rowCount !== 1) return false
  await removeChunks(client, own)
  return true
}

/** Exports that have not ended and whose time is over. */
export async function overdueExports(
  pool: pg.Pool,
  own: { readonly now: Instant; readonly limit: number },
): Promise<readonly ExportRef[]> {
  const { rows } = await pool.query<{ account_id: string; export_id: string }>(
    `select account_id, export_id from accounts.usage_export
     where state in ('waiting', 'working') and expires_at <= $1::timestamptz
     order by created_at limit $2::integer`,
    [formatInstant(own.now), own.limit],
  )
  return rows.map((row) => ({ accountId: row.account_id, exportId: row.export_id }))
}

/** Ends an export as failed whose time is over, whoever is at it. `false`: it has ended. */
export async function failOverdue(
  client: pg.ClientBase,
  own: ExportRef & { readonly reason: string; readonly now: Instant },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update accounts.usage_export set state = 'failed', failed_reason = $3::text
     where account_id = $1::text and export_id = $2::text and state in ('waiting', 'working')
       and expires_at <= $4::timestamptz`,
    [own.accountId, own.exportId, own.reason, formatInstant(own.now)],
  )
  if (rowCount !== 1) return false
  await removeChunks(client, own)
  return true
}

/** The pieces of a file, in order. */
export async function* chunksOf(
  pool: pg.Pool,
  accountId: string,
  exportId: string,
): AsyncGenerator<Buffer> {
  for (let number = 0; ; number += 1) {
    const { rows } = await pool.query<{ content: Buffer }>(
      `select content from accounts.usage_export_chunk
       where account_id = $1::text and export_id = $2::text and number = $3::integer`,
      [accountId, exportId, number],
    )
    if (!rows[0]) return
    yield rows[0].content
  }
}

/**
 * Removes the files of exports whose time is over; that they were there stays. One that failed has none, and
 * goes on saying so. Returns how many.
 */
export async function expireExports(
  pool: pg.Pool,
  own: { readonly now: Instant; readonly limit: number },
): Promise<number> {
  const { rowCount } = await pool.query(
    `with over as (
       select account_id, export_id from accounts.usage_export
       where expires_at <= $1::timestamptz and state = 'ready'
       order by expires_at limit $2::integer
     ), removed as (
       delete from accounts.usage_export_chunk c using over o
       where c.account_id = o.account_id and c.export_id = o.export_id
     )
     update accounts.usage_export e set state = 'expired' from over o
     where e.account_id = o.account_id and e.export_id = o.export_id`,
    [formatInstant(own.now), own.limit],
  )
  return rowCount ?? 0
}

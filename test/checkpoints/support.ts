import {
  LogSigner,
  leafHash,
  nodeHash,
  openNote,
  readKeyText,
  rootOfInclusion,
} from '../../src/checkpoints/index.ts'
import { sealHeads } from '../../src/jobs/checkpoints.ts'
import { sealedHead } from '../../src/store/log/index.ts'
import type { TestDatabase } from '../support/database.ts'

export const seed = (byte: number): string => Buffer.alloc(32, byte).toString('base64')

export const LOG_NAME = 'log.example.com/heads'
export const SIGNER = LogSigner.of(LOG_NAME, [seed(1)])

export const NOW_MS = Date.parse('2026-11-20T12:00:00Z')

export const seal = ({ pool }: TestDatabase, signer = SIGNER): Promise<number> =>
  sealHeads({ pool, signer, nowMs: NOW_MS })

const LOG_TABLES = ['log_leaf', 'log_node', 'log_checkpoint', 'log_key', 'log_publication']

/** An empty log, and no accounts. */
export async function emptyLog({ pool }: TestDatabase): Promise<void> {
  await pool.query(`truncate ${LOG_TABLES.map((name) => `control.${name}`).join(', ')}`)
  await pool.query("update control.log_tree set size = 0, walked_to = ''")
  await pool.query('truncate accounts.account, accounts.entry, accounts.posting, accounts.hold')
}

/** A chain of entries of which nothing but seq and hash is looked at. */
export async function moveTo(
  { pool }: TestDatabase,
  heads: Readonly<Record<string, number>>,
): Promise<void> {
  const ids = Object.keys(heads)
  await pool.query(
    `insert into accounts.entry (account_id, seq, kind, request_id, at, event_at, hash, body)
     select i.id, s.seq, 'open_account', 'r' || s.seq, $3::timestamptz, $3::timestamptz,
            sha256((i.id || ' ' || s.seq)::bytea), '{}'
     from unnest($1::text[], $2::bigint[]) as i(id, seq), generate_series(1, i.seq) as s(seq)
     on conflict do nothing`,
    [ids, Object.values(heads), new Date(NOW_MS).toISOString()],
  )
  await pool.query(
    `insert into accounts.account (account_id, version, seq, state, updated_at)
     select i.id, 1, i.seq, '{}', $3::timestamptz from unnest($1::text[], $2::bigint[]) as i(id, seq)
     on conflict (account_id) do update set seq = excluded.seq`,
    [ids, Object.values(heads), new Date(NOW_MS).toISOString()],
  )
}

/** The sealed head of an account after its proof was checked down to the signature. */
export async function proven({ pool }: TestDatabase, accountId: string, atLeast = 1) {
  const sealed = await sealedHead(pool, accountId, atLeast)
  if (!sealed) return null
  const key = readKeyText(sealed.key)!
  const opened = openNote(sealed.checkpoint, [key])
  if (opened?.signedBy[0]?.id !== key.id) throw new Error('the checkpoint is not signed')
  const { index, path, seq, hash } = sealed
  const place = { index, size: opened.size, leaf: leafHash({ accountId, seq, hash }) }
  if (rootOfInclusion(place, path, nodeHash) !== opened.root) throw new Error('no proof')
  return { seq, hash, index: Number(index), size: Number(opened.size) }
}

import type pg from 'pg'
import {
  type AuditRefs,
  type AuditState,
  auditJournal,
  type Finding,
  type OpenHold,
} from '../../core/audit/index.ts'
import type { Instant } from '../../core/time/index.ts'
import { entriesToAudit, moveCursor, readCursor } from '../../store/findings/cursor.ts'
import { storeFindings } from '../../store/findings/findings.ts'

const PAGE_ENTRIES = 500
/** Of one account in one round: the others get their turn. */
const PAGES_MAX = 20

/**
 * Audits what an account's journal holds beyond its last audit, page by page. Findings and the new place are
 * written together, so that a crash repeats a page and loses none. Returns how many findings are new.
 */
export async function auditNewEntries(
  pool: pg.Pool,
  accountId: string,
  { refs, at }: { readonly refs: AuditRefs; readonly at: Instant },
): Promise<number> {
  let state = await readCursor(pool, accountId)
  let found = 0
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const from = state?.seq ?? 0
    const entries = await entriesToAudit(pool, accountId, { after: from, limit: PAGE_ENTRIES })
    if (entries.length === 0) break
    const isLast = entries.length < PAGE_ENTRIES
    const openHolds = isLast ? await openHoldsOf(pool, accountId) : []
    const audited = auditJournal({ ...refs, state, entries, openHolds, at })
    const stored = await write(pool, audited, { from, at })
    if (stored === null) break
    found += stored
    state = audited.state
    if (isLast) break
  }
  return found
}

async function openHoldsOf(pool: pg.Pool, accountId: string): Promise<readonly OpenHold[]> {
  const { rows } = await pool.query<{ body: OpenHold }>(
    'select body from accounts.hold where account_id = $1::text',
    [accountId],
  )
  return rows.map((row) => row.body)
}

/** `null`: another node has audited these entries meanwhile. */
async function write(
  pool: pg.Pool,
  { state, findings }: { readonly state: AuditState; readonly findings: readonly Finding[] },
  { from, at }: { readonly from: number; readonly at: Instant },
): Promise<number | null> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const moved = await moveCursor(client, state, { from, at })
    const stored = moved ? await storeFindings(client, findings, at) : null
    await client.query(moved ? 'commit' : 'rollback')
    return stored
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

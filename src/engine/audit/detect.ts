import type pg from 'pg'
import {
  AUDIT_SETTINGS,
  type AuditedEntry,
  type AuditSettings,
  type AuditState,
  auditAtRest,
  auditInto,
  type Finding,
  newAudit,
  type OpenHold,
} from '../../core/audit/index.ts'
import { readInstant } from '../../core/ledger/index.ts'
import { type Instant, instant } from '../../core/time/index.ts'
import { catalogueMark } from '../../store/control/index.ts'
import {
  auditedTo,
  type CursorMove,
  entriesToAudit,
  moveCursor,
  readCursor,
} from '../../store/findings/cursor.ts'
import { storeFindings } from '../../store/findings/findings.ts'
import type { AuditBooks } from '../../store/findings/refs.ts'
import { inTransaction } from '../../store/transaction.ts'
import { AuditMemory } from './memory.ts'

/** Decided in one go: calls that wait for their turn wait no longer than for some milliseconds. */
const PAGE_ENTRIES = 200
/** Of one account in one round: the others get their turn. */
const PAGES_MAX = 50
/** Sums are written when this many times the new entries are as many as the calls in them. */
const SAVE_FACTOR = 8

/** Of the calls of an account the latest are kept in mind: its sums are written again and again. */
export const DETECTION_SETTINGS: AuditSettings = { ...AUDIT_SETTINGS, rememberCalls: 20_000 }

export interface AuditParts {
  readonly pool: pg.Pool
  readonly books: AuditBooks
  readonly at: Instant
  /** Others than those of the house. */
  readonly settings?: AuditSettings
  readonly memory?: AuditMemory
}

/** What a round has done with an account. */
export interface AuditedAccount {
  /** Findings that are new. */
  readonly found: number
  readonly entries: number
  /** The time of the first entry that waited; `null`: none did. */
  readonly since: Instant | null
  /** `false`: more entries wait, or another node was there meanwhile. */
  readonly isDone: boolean
}

/**
 * Audits what an account's journal holds beyond its last audit. Findings and the new place are written
 * together, so that a crash repeats a round and loses none; of two nodes at once one writes.
 */
export async function auditNewEntries(
  { pool, books, at, settings = DETECTION_SETTINGS, memory = new AuditMemory() }: AuditParts,
  accountId: string,
): Promise<AuditedAccount> {
  const start = await startOf(pool, accountId, memory)
  const { state, savedSeq } = start
  const findings: Finding[] = []
  let since: Instant | null = null
  let entries = 0
  let isDone = false
  for (let page = 0; page < PAGES_MAX && !isDone; page += 1) {
    const read = await readPage(pool, accountId, state.seq)
    const refs = { ...(await books.asOf(read.mark)), settings }
    const first = read.entries.find(({ seq }) => seq > (start.from ?? 0))
    if (first) since ??= readInstant(first.body.at)
    findings.push(...auditInto(state, read.entries, refs))
    entries += read.entries.length
    isDone = read.openHolds !== null
    if (read.openHolds !== null && state.seq > 0)
      findings.push(...auditAtRest(state, { openHolds: read.openHolds, at, ...refs }))
  }
  if (state.seq === 0) return { found: 0, entries: 0, since, isDone: true }
  const saves = start.from === null || (state.seq - savedSeq) * SAVE_FACTOR >= state.charges.size
  const found = await write(pool, findings, {
    accountId,
    from: start.from,
    to: state.seq,
    state: saves && state.seq > savedSeq ? state : null,
    lookAt: isDone ? lookAgain(state, at, settings) : null,
    at,
  })
  if (found === null) return { found: 0, entries, since, isDone: false }
  memory.keep(accountId, { state, savedSeq: saves ? state.seq : savedSeq })
  return { found, entries, since, isDone }
}

interface Start {
  readonly state: AuditState
  readonly savedSeq: number
  /** How far it was audited; `null`: not at all by these rules. */
  readonly from: number | null
}

/** From memory where nobody else was there meanwhile. */
async function startOf(pool: pg.Pool, accountId: string, memory: AuditMemory): Promise<Start> {
  const known = memory.take(accountId)
  if (known && (await auditedTo(pool, accountId)) === known.state.seq)
    return { ...known, from: known.state.seq }
  const cursor = await readCursor(pool, accountId)
  const state = cursor?.state ?? newAudit(accountId)
  return { state, savedSeq: state.seq, from: cursor?.seq ?? null }
}

interface Page {
  readonly entries: readonly AuditedEntry[]
  /** As they were beside the last entry; `null`: more entries follow. */
  readonly openHolds: readonly OpenHold[] | null
  /** Of what was published by then. */
  readonly mark: string
}

/** Holds and entries of one moment: a hold that a later entry ends would else leave room that is not there. */
const readPage = (pool: pg.Pool, accountId: string, after: number): Promise<Page> =>
  inTransaction(
    pool,
    async (client) => {
      const entries = await entriesToAudit(client, accountId, { after, limit: PAGE_ENTRIES })
      const isLast = entries.length < PAGE_ENTRIES
      const openHolds = isLast ? await openHoldsOf(client, accountId) : null
      return { entries, openHolds, mark: await catalogueMark(client) }
    },
    'begin isolation level repeatable read read only',
  )

async function openHoldsOf(client: pg.ClientBase, accountId: string): Promise<OpenHold[]> {
  const { rows } = await client.query<{ body: OpenHold }>(
    'select body from accounts.hold where account_id = $1::text',
    [accountId],
  )
  return rows.map((row) => row.body)
}

/** Draws that wait for a window are a fault only after the grace. */
function lookAgain(state: AuditState, at: Instant, { holdGraceMs }: AuditSettings): Instant | null {
  const after = instant(state.lastAt + holdGraceMs + 1)
  return after > at ? after : null
}

/** `null`: another node has audited these entries meanwhile. */
const write = (
  pool: pg.Pool,
  findings: readonly Finding[],
  move: CursorMove,
): Promise<number | null> =>
  inTransaction(pool, async (client) => {
    const moved = await moveCursor(client, move)
    return moved ? await storeFindings(client, findings, move.at) : null
  })

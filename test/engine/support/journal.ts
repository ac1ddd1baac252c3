import type pg from 'pg'
import type { Command } from '../../../src/core/decisions/index.ts'
import type { EntryBody, StateJson } from '../../../src/core/ledger/index.ts'
import type { Engine } from '../../../src/engine/index.ts'
import { withEvidence } from '../../../src/store/evidence/compose.ts'
import { openAccount, paidUse, topUp } from '../support.ts'

export interface JournalRow {
  readonly accountId: string
  readonly seq: number
  readonly kind: string
  readonly requestId: string
  /** The stored bytes. */
  readonly text: string
  readonly hash: string
  readonly body: EntryBody
}

/** The whole journal, or that of one account, in the order of its entries. */
export async function journal(pool: pg.Pool, accountId?: string): Promise<JournalRow[]> {
  const { rows } = await pool.query<{
    account_id: string
    seq: string
    kind: string
    request_id: string
    body: string
    hash: string
    evidence: string | null
  }>(
    `select account_id, seq::text, kind, request_id, body::text, encode(hash, 'hex') as hash,
       evidence
     from accounts.entry e where $1::text is null or account_id = $1::text
     order by e.account_id, e.seq`,
    [accountId ?? null],
  )
  return rows.map((row) => ({
    accountId: row.account_id,
    seq: parseInt(row.seq, 10),
    kind: row.kind,
    requestId: row.request_id,
    text: row.body,
    hash: row.hash,
    body: withEvidence(JSON.parse(row.body) as EntryBody, row.evidence),
  }))
}

export async function stateOf(pool: pg.Pool, accountId: string): Promise<StateJson> {
  const { rows } = await pool.query<{ state: StateJson }>(
    'select state from accounts.account where account_id = $1::text',
    [accountId],
  )
  return rows[0]!.state
}

export const remainingOf = async (pool: pg.Pool, accountId: string, lotId: string) =>
  (await stateOf(pool, accountId)).lots.find((lot) => lot.id === lotId)?.remaining

/** How often a call was charged, by its id. */
export async function chargesOf(pool: pg.Pool, accountId: string): Promise<Map<string, number>> {
  const charges = new Map<string, number>()
  for (const { kind, body } of await journal(pool, accountId)) {
    if ((kind !== 'settle' && kind !== 'record') || body.refused) continue
    const callId = body.call!.call_id
    charges.set(callId, (charges.get(callId) ?? 0) + 1)
  }
  return charges
}

/** Executes commands one after another; each has to be posted. */
export async function post(engine: Engine, ...commands: readonly Command[]): Promise<EntryBody[]> {
  const entries: EntryBody[] = []
  for (const command of commands) {
    const { result } = await engine.execute(command)
    if (result.status !== 'posted')
      throw new Error(`${command.kind} ${command.requestId}: ${JSON.stringify(result)}`)
    entries.push(result.entry)
  }
  return entries
}

/** An account with money and paid use on: entries 1 to 3 of its journal. */
export const funded = (engine: Engine, accountId: string, amount: string, plan = 'payg@1') =>
  post(engine, openAccount(accountId, plan), topUp(accountId, amount), paidUse(accountId))

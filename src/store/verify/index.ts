import type pg from 'pg'
import { type HoldBody, placeHold, unbalanced } from '../../core/decisions/index.ts'
import {
  type AccountState,
  apply,
  decodeState,
  type EntryBody,
  GENESIS_HASH,
} from '../../core/ledger/index.ts'
import { readNanos } from '../../core/money/index.ts'
import { withBodies } from '../archive/bodies.ts'
import { ArchiveProblem } from '../archive/problem.ts'
import { chainHash } from '../chain-hash.ts'
import { checkFacts } from '../facts/check.ts'
import { CORRECTED, type CorrectedRow, HourSums, hourMessage } from '../usage/hour-sums.ts'
import { segmentFault, verifyFiles } from './archive.ts'
import { Beside, besideDifference } from './beside.ts'
import {
  checkCaps,
  checkHold,
  checkSources,
  checkTotals,
  checkTrace,
  hasRankedTrace,
} from './entry-checks.ts'
import { checkEvidence, type StoredEvidence, shortestLimit } from './evidence.ts'
import { verifyLog } from './log.ts'
import { Findings, type VerifyReport } from './report.ts'
import { stateDifference } from './state-diff.ts'
import { ClosedStatements } from './statements.ts'
import { checkFee, checkLotsKept, checkResets, PlanCredit } from './subscription-checks.ts'

export type { VerifyReport } from './report.ts'

export interface VerifyOptions {
  /** Only this account. */
  readonly accountId?: string
  readonly onProgress?: (done: { readonly accounts: number; readonly entries: number }) => void
}

const PAGE_ACCOUNTS = 200
const PAGE_ENTRIES = 2_000

/**
 * Replays every journal, checks the chain, the postings and each receipt, and compares what comes out
 * with the stored state; then the files of the archive, and the log of sealed heads, unless it is about one
 * account. Each account, and the log, is read in one snapshot, so that it can run beside live traffic.
 */
export async function verify(pool: pg.Pool, options: VerifyOptions = {}): Promise<VerifyReport> {
  const findings = new Findings()
  await reading(pool, async (client) => {
    for await (const accountId of accountIds(client, options.accountId)) {
      await client.query('begin isolation level repeatable read read only')
      await verifyAccount(client, accountId, findings)
      await client.query('commit')
      options.onProgress?.({ accounts: findings.accounts, entries: findings.entries })
    }
  })
  // It takes a connection of its own, and the pool may have but one: none is held meanwhile.
  await verifyFiles(pool, findings, options.accountId)
  if (options.accountId === undefined)
    await reading(pool, async (client) => {
      await client.query('begin isolation level repeatable read read only')
      await verifyLog(client, findings)
      await client.query('commit')
    })
  return findings.report()
}

async function reading(
  pool: pg.Pool,
  read: (client: pg.PoolClient) => Promise<void>,
): Promise<void> {
  const client = await pool.connect()
  try {
    await read(client)
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

async function* accountIds(
  client: pg.ClientBase,
  only: string | undefined,
): AsyncGenerator<string> {
  if (only !== undefined) {
    yield only
    return
  }
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ account_id: string }>(
      `select account_id from (
         select account_id from accounts.account where account_id > $1::text
         union select account_id from accounts.entry where account_id > $1::text and seq = 1
       ) as known order by account_id limit $2::integer`,
      [after, PAGE_ACCOUNTS],
    )
    for (const row of rows) yield row.account_id
    const last = rows.at(-1)
    if (!last || rows.length < PAGE_ACCOUNTS) return
    after = last.account_id
  }
}

interface EntryRow extends StoredEvidence, CorrectedRow {
  readonly seq: string
  readonly kind: string
  readonly request_id: string
  readonly body: string
  /** Its body was read from the archive. */
  readonly archived: boolean
  readonly hash: Buffer
  readonly postings: [string, string, string, string | null][] | null
}

async function verifyAccount(
  client: pg.ClientBase,
  accountId: string,
  findings: Findings,
): Promise<void> {
  const { rows } = await client.query<{ state: string; seq: string }>(
    'select state::text, seq::text from accounts.account where account_id = $1::text',
    [accountId],
  )
  findings.accounts += 1
  const orphan = await orphanedPosting(client, accountId)
  findings.check(1, accountId, orphan ?? 0, orphan === null ? null : 'a posting without an entry')
  findings.check(23, accountId, 0, await segmentFault(client, accountId))
  const beside = new Beside()
  const statements = await ClosedStatements.read(client, accountId)
  const hours = new HourSums()
  const sides = { beside, statements, hours, evidenceDays: await shortestLimit(client) }
  const replayed = await replayJournal(client, accountId, findings, sides)
  const seq = replayed?.seq ?? 0
  if (!rows[0]) {
    findings.check(2, accountId, seq, 'there is no such account')
    return
  }
  if (!replayed) {
    findings.check(2, accountId, 0, 'the account has a state but no journal')
    return
  }
  const holds = await loadHolds(client, accountId)
  findings.openHolds += holds.length
  const rebuilt = holds.reduce(placeHold, replayed)
  findings.check(2, accountId, seq, storedDifference(rows[0].state, rebuilt))
  findings.check(7, accountId, seq, heldBeyond(rebuilt))
  findings.check(2, accountId, seq, await besideDifference(client, accountId, beside, holds))
  findings.check(19, accountId, seq, statements.difference())
  for (const own of await hours.compare(client, accountId))
    findings.check(24, accountId, seq, own && hourMessage(own))
  try {
    await checkFacts(client, {
      ...{ accountId, currency: rebuilt.currency },
      onChecked: (own) => findings.check(22, accountId, own?.seq ?? seq, own?.message ?? null),
    })
  } catch (error) {
    findings.check(22, accountId, seq, messageOf(error))
  }
}

/** A state that cannot even be read differs, too. */
function storedDifference(text: string, rebuilt: AccountState): string | null {
  try {
    return stateDifference(decodeState(JSON.parse(text)), rebuilt)
  } catch (error) {
    return `the state cannot be read: ${messageOf(error)}`
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

async function replayJournal(
  client: pg.ClientBase,
  accountId: string,
  findings: Findings,
  sides: {
    readonly beside: Beside
    readonly statements: ClosedStatements
    readonly hours: HourSums
    readonly evidenceDays: number | null
  },
): Promise<AccountState | null> {
  let state: AccountState | null = null
  let hash = GENESIS_HASH
  const planCredit = new PlanCredit()
  for (let after = 0; ; ) {
    const page = await loadEntries(client, accountId, after).catch((error: unknown) =>
      unreadable(findings, accountId, after, error),
    )
    if (page === null) return null
    for (const row of page) {
      findings.entries += 1
      if (row.archived) findings.archived += 1
      const body = JSON.parse(row.body) as EntryBody
      try {
        checkEntry(findings, accountId, row, body, { hash, seq: state?.seq ?? 0 })
        const evidence = checkEvidence(row, body, sides.evidenceDays)
        findings.check(20, accountId, body.seq, evidence)
        hash = row.hash.toString('hex')
        const before: AccountState | null = state
        state = { ...apply(before, body), hash }
        sides.beside.add(body)
        sides.statements.add(body, hash)
        sides.hours.add(body, row)
        findings.check(7, accountId, body.seq, checkSources(state))
        findings.check(2, accountId, body.seq, planCredit.check(body, state))
        checkPlan(findings, accountId, body, before)
      } catch (error) {
        // what cannot be read cannot be replayed: the account is told from here, the others go on
        findings.check(3, accountId, parseInt(row.seq, 10), messageOf(error))
        return null
      }
    }
    const last = page.at(-1)
    if (!last || page.length < PAGE_ENTRIES) return state
    after = parseInt(last.seq, 10)
  }
}

/** What the archive does not give cannot be replayed: the account is told from here, the others go on. */
function unreadable(findings: Findings, accountId: string, after: number, error: unknown): null {
  if (!(error instanceof ArchiveProblem)) throw error
  findings.check(23, accountId, after + 1, messageOf(error))
  return null
}

function checkPlan(
  findings: Findings,
  accountId: string,
  body: EntryBody,
  before: AccountState | null,
): void {
  findings.check(15, accountId, body.seq, checkFee(body))
  findings.check(14, accountId, body.seq, checkLotsKept(body, before))
  if (body.reset || body.reset_id !== undefined)
    findings.check(2, accountId, body.seq, checkResets(body, before))
}

async function loadEntries(
  client: pg.ClientBase,
  accountId: string,
  after: number,
): Promise<readonly EntryRow[]> {
  const { rows } = await client.query<Omit<EntryRow, 'body'> & { readonly body: string | null }>(
    `select e.seq::text, e.kind, e.request_id, e.body::text, e.body is null as archived, e.hash, e.evidence,
            e.evidence_removed_at, ${CORRECTED.columns},
            (select json_agg(json_build_array(p.ledger_account, p.asset, p.amount::text, p.lot_id) order by p.line)
             from accounts.posting p where p.account_id = e.account_id and p.seq = e.seq) as postings
     from accounts.entry e ${CORRECTED.join}
     where e.account_id = $1::text and e.seq > $2::bigint
     order by e.seq limit $3::integer`,
    [accountId, after, PAGE_ENTRIES],
  )
  return withBodies(client, accountId, rows)
}

function checkEntry(
  findings: Findings,
  accountId: string,
  row: EntryRow,
  body: EntryBody,
  before: { readonly hash: string; readonly seq: number },
): void {
  const seq = parseInt(row.seq, 10)
  const check = (invariant: Parameters<Findings['check']>[0], message: string | null) =>
    findings.check(invariant, accountId, seq, message)
  findings.postings += row.postings?.length ?? 0
  check(1, checkPostings(row, body))
  check(3, checkChain(accountId, row, body, before))
  check(6, checkCaps(body))
  if (hasRankedTrace(body)) check(8, checkTrace(body))
  if (body.hold) check(10, checkHold(body))
  if (body.totals) check(15, checkTotals(body))
}

function checkPostings(row: EntryRow, body: EntryBody): string | null {
  const stored = (row.postings ?? []).map(
    ([account, asset, amount, lot]) => `${account} ${asset} ${amount} ${lot ?? ''}`,
  )
  const stated = body.postings.map(
    ([account, asset, amount, lot]) => `${account} ${asset} ${readNanos(amount)} ${lot ?? ''}`,
  )
  if (stored.join('\n') !== stated.join('\n')) return 'the posting rows are not those of the entry'
  if (body.postings.length === 1) return 'a single posting'
  return unbalanced(body.postings)
}

function checkChain(
  accountId: string,
  row: EntryRow,
  body: EntryBody,
  before: { readonly hash: string; readonly seq: number },
): string | null {
  const seq = parseInt(row.seq, 10)
  if (seq !== before.seq + 1) return `seq ${seq} follows ${before.seq}`
  if (chainHash(before.hash, row.body) !== row.hash.toString('hex'))
    return 'the hash is not that of the entry'
  const same =
    body.account_id === accountId &&
    body.seq === seq &&
    body.kind === row.kind &&
    body.request_id === row.request_id
  return same ? null : 'the row is not that of its body'
}

async function loadHolds(client: pg.ClientBase, accountId: string): Promise<HoldBody[]> {
  const { rows } = await client.query<{ body: string }>(
    'select body::text from accounts.hold where account_id = $1::text order by call_id',
    [accountId],
  )
  return rows.map((row) => JSON.parse(row.body) as HoldBody)
}

function heldBeyond(state: AccountState): string | null {
  const lot = state.lots.find((own) => own.held < 0n || own.held > own.remaining)
  if (lot) return `lot ${lot.id}: held ${lot.held} of ${lot.remaining}`
  const own = state.windows.find((window) => window.held < 0n)
  return own ? `window ${own.windowId}: held ${own.held}` : null
}

/** The `seq` of a posting row that belongs to no entry. */
async function orphanedPosting(client: pg.ClientBase, accountId: string): Promise<number | null> {
  const { rows } = await client.query<{ seq: string }>(
    `select p.seq::text from accounts.posting p
     where p.account_id = $1::text and not exists (
       select from accounts.entry e where e.account_id = p.account_id and e.seq = p.seq)
     order by p.seq limit 1`,
    [accountId],
  )
  return rows[0] ? parseInt(rows[0].seq, 10) : null
}

import type pg from 'pg'
import {
  type Command,
  callOf,
  dueDraws,
  type HoldBody,
  type ScopedCap,
  type StoredEntry,
} from '../core/decisions/index.ts'
import type { CallFacts, Cap } from '../core/funding/index.ts'
import { decodeState, type EntryBody, type LotFacts, readInstant } from '../core/ledger/index.ts'
import type { Nanos } from '../core/money/index.ts'
import type { Instant } from '../core/time/index.ts'
import { bucketsOf, scopesOf } from '../store/statements/cap-keys.ts'
import {
  type CapRow,
  capOfRow,
  type EntryRow,
  type LoadedRow,
  type LoadKeys,
  loadCaps,
  loadEntry,
  loadForDecisions,
  loadLotEntries,
  loadNextDraw,
} from '../store/statements/decision-load.ts'
import type { Predecessor } from './ahead.ts'
import type { AccountCache } from './cache.ts'
import type { Job } from './job.ts'
import { callRange, needsOf } from './needs.ts'
import { Workspace } from './workspace.ts'

export interface Batch {
  readonly jobs: ReadonlyMap<string, readonly Job[]>
  /** Accounts whose batch before this one is not durable yet. */
  readonly after: ReadonlyMap<string, Predecessor>
}

/** Reads all that the batch needs and is not cached: usually one statement, often none. */
export async function loadBatch(
  client: pg.ClientBase,
  batch: Batch,
  cache: AccountCache,
  at: Instant,
): Promise<Map<string, Workspace>> {
  const keys = keysOf(batch, cache)
  const nothing = keys.accounts.length + keys.holds.length + keys.requests.length === 0
  const rows = nothing ? [] : await loadForDecisions(client, keys)
  const spaces = openWorkspaces(batch, cache, rows)
  for (const row of rows) addRow(spaces, row)
  for (const [accountId, jobs] of batch.jobs)
    await loadRest(client, spaces.get(accountId)!, jobs, at)
  return spaces
}

function openWorkspaces(
  batch: Batch,
  cache: AccountCache,
  rows: readonly LoadedRow[],
): Map<string, Workspace> {
  const read = new Map<string, LoadedRow>()
  for (const row of rows) if (row.tag === 'account') read.set(row.account_id, row)
  const spaces = new Map<string, Workspace>()
  for (const accountId of batch.jobs.keys()) {
    const before = batch.after.get(accountId)
    if (before) {
      spaces.set(accountId, before.space.follow())
      continue
    }
    const cached = cache.get(accountId)
    const row = read.get(accountId)
    const from = cached ?? {
      version: row ? BigInt(row.key) : 0n,
      state: row ? decodeState(JSON.parse(row.body)) : null,
      holds: new Map<string, HoldBody>(),
    }
    spaces.set(accountId, new Workspace(accountId, { ...from, loaded: !cached }))
  }
  return spaces
}

function addRow(spaces: ReadonlyMap<string, Workspace>, row: LoadedRow): void {
  const space = spaces.get(row.account_id)
  if (row.tag === 'hold') space?.addHold(JSON.parse(row.body) as HoldBody)
  if (row.tag === 'entry') space?.addStored([storedRow(row)])
}

const storedRow = (row: LoadedRow): StoredEntry => ({
  body: JSON.parse(row.body) as EntryBody,
  hash: row.hash!.toString('hex'),
})

function keysOf(batch: Batch, cache: AccountCache): LoadKeys {
  const accounts: string[] = []
  const holds: { accountId: string; callId: string }[] = []
  const requests: { accountId: string; low: string; high: string }[] = []
  for (const [accountId, jobs] of batch.jobs) {
    const before = batch.after.get(accountId)?.space
    const cached = cache.get(accountId)
    if (!before && !cached) accounts.push(accountId)
    const known = before
      ? (callId: string) => before.knownHold(callId)
      : (callId: string) => cached?.holds.get(callId)
    for (const job of jobs) {
      const needs = needsOf(job, known)
      if (needs.hold !== null) holds.push({ accountId, callId: needs.hold })
      if (needs.range !== null) requests.push({ accountId, ...needs.range })
    }
  }
  return {
    accounts,
    holds: distinct(holds, (key) => `${key.accountId}\n${key.callId}`),
    requests: distinct(requests, (key) => `${key.accountId}\n${key.low}\n${key.high}`),
  }
}

/** A key that is asked for twice would give its row twice. */
function distinct<T>(keys: readonly T[], nameOf: (key: T) => string): readonly T[] {
  const named = new Map<string, T>()
  for (const key of keys) named.set(nameOf(key), key)
  return named.size === keys.length ? keys : [...named.values()]
}

/** What only some commands need: the target of a reversal, lots that are no longer kept, caps beside the state. */
async function loadRest(
  client: pg.ClientBase,
  space: Workspace,
  jobs: readonly Job[],
  at: Instant,
): Promise<void> {
  if (!space.state) return
  for (const { command } of jobs) {
    if (command.kind === 'reverse') await loadTarget(client, space, command.seq)
    if (command.kind === 'reattribute') await loadDraw(client, space)
  }
  if (jobs.some(({ command }) => RESTORING.includes(command.kind))) await loadLots(client, space)
  if (space.state.scopedCaps > 0 || jobs.some(({ command }) => DEFINING.includes(command.kind)))
    space.addCaps(await loadScopedCaps(client, space, jobs, at))
}

/** Commands that are about a cap itself, whomever it limits. */
const DEFINING: readonly Command['kind'][] = ['set_controls', 'request_raise', 'decide_raise']
const RESTORING: readonly Command['kind'][] = [
  'refund',
  'rerate',
  'reverse',
  'reattribute',
  'undo_refund_purchase',
]

const stored = (row: EntryRow): StoredEntry => ({
  body: JSON.parse(row.body) as EntryBody,
  hash: row.hash.toString('hex'),
})

async function loadTarget(client: pg.ClientBase, space: Workspace, seq: number): Promise<void> {
  const row = await loadEntry(client, space.accountId, seq)
  if (!row) return
  const target = stored(row)
  space.addStored([target])
  if (target.body.call) await loadCall(client, space, target.body.call.call_id)
}

async function loadDraw(client: pg.ClientBase, space: Workspace): Promise<void> {
  const due = space.state && dueDraws(space.state)
  if (!due) return
  const row = await loadNextDraw(client, space.accountId, due.key, due.afterSeq)
  if (!row) return
  space.drawCallId = stored(row).body.call!.call_id
  await loadCall(client, space, space.drawCallId)
}

async function loadCall(client: pg.ClientBase, space: Workspace, callId: string): Promise<void> {
  const rows = await loadForDecisions(client, {
    accounts: [],
    holds: [],
    requests: [{ accountId: space.accountId, ...callRange(callId) }],
  })
  space.addStored(rows.map(storedRow))
}

async function loadLots(client: pg.ClientBase, space: Workspace): Promise<void> {
  const kept = new Set(space.state!.lots.map((lot) => lot.id))
  const named = space
    .allEntries()
    .flatMap(({ body }) => body.funding ?? [])
    .filter((source) => source.class !== 'included' && source.class !== 'overage')
    .map((source) => source.source)
  const missing = [...new Set(named)].filter((id) => !kept.has(id))
  if (missing.length === 0) return
  for (const row of await loadLotEntries(client, space.accountId, missing)) {
    const lot: LotFacts | undefined = stored(row).body.lot
    if (lot) space.lots.set(lot.id, lot)
  }
}

async function loadScopedCaps(
  client: pg.ClientBase,
  space: Workspace,
  jobs: readonly Job[],
  batchAt: Instant,
): Promise<ScopedCap[]> {
  // the time that the decisions will take: an account's own never runs backwards
  const at = Math.max(batchAt, space.state!.lastAt) as Instant
  const calls: { call: CallFacts; at: Instant }[] = []
  const named: { id: string; bucket: string }[] = []
  for (const { command } of jobs) {
    if (command.kind === 'authorize') calls.push({ call: command.call, at })
    if (command.kind === 'record')
      calls.push({ call: command.call, at }, { call: command.call, at: command.eventAt })
    named.push(...(space.holdOf(command)?.caps ?? []))
  }
  for (const { body } of space.allEntries()) {
    named.push(...(body.caps ?? []))
    if (body.call) {
      const call = callOf(body.call)
      calls.push({ call, at }, { call, at: readInstant(body.event_at) })
    }
  }
  const rows = await loadCaps(client, space.accountId, {
    scopes: [...new Set(calls.flatMap(({ call }) => scopesOf(call)))],
    capIds: [...new Set(named.map((use) => use.id))],
    buckets: [
      ...new Set([
        ...named.map((use) => use.bucket),
        ...calls.flatMap((own) => bucketsOf(own.call, space.state!.anchor, own.at)),
      ]),
    ],
    all: jobs.some(({ command }) => DEFINING.includes(command.kind)),
  })
  return scopedCaps(rows)
}

function scopedCaps(rows: readonly CapRow[]): ScopedCap[] {
  const caps = new Map<
    string,
    { cap: Cap; counters: { bucket: string; spent: Nanos; held: Nanos }[] }
  >()
  for (const row of rows) {
    const own = caps.get(row.cap_id) ?? { cap: capOfRow(row), counters: [] }
    if (row.bucket !== null)
      own.counters.push({
        bucket: row.bucket,
        spent: BigInt(row.spent!) as Nanos,
        held: BigInt(row.held!) as Nanos,
      })
    caps.set(row.cap_id, own)
  }
  return [...caps.values()]
}

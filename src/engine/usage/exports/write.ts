import { createHash, randomUUID } from 'node:crypto'
import type pg from 'pg'
import {
  CALL_COLUMNS,
  readFilter,
  SUM_COLUMNS,
  type UsageBucket,
  type UsageFilterName,
  type UsageGroup,
} from '../../../contract/usage/index.ts'
import { type Instant, type Interval, instant, parseInstant } from '../../../core/time/index.ts'
import type { Chosen, UsageFilters } from '../../../store/facts/chosen.ts'
import { exploreWide } from '../../../store/facts/explore-wide.ts'
import { factPages, groupSums } from '../../../store/facts/export-rows.ts'
import { inTransaction } from '../../../store/transaction.ts'
import {
  type ExportTurn,
  failLost,
  failOverdue,
  failTurn,
  finishExport,
  handOnTurn,
  storeChunk,
  takeTurn,
} from '../../../store/usage/export-work.ts'
import { type ExportRequest, readExport, type StoredExport } from '../../../store/usage/exports.ts'
import { withFacts } from '../explore.ts'
import { bucketStarts, isFault } from '../question.ts'
import { partsByKind, partsBySource } from '../split.ts'
import { type ExportRow, encoderOf } from './encoders.ts'
import { callRow, type SummedGroup, sumRow } from './rows.ts'
import { type ExportWork, endTurn } from './tell.ts'

const PAGE_ROWS = 5_000
const CHUNK_BYTES = 1_000_000
const TRIES_MAX = 3
/**
 * Turns whose nodes were never heard of again. Nodes are stopped for reasons of their own, one after the other
 * when a new version is rolled out; what has outlived so many is most likely what they die of.
 */
const TURNS_MAX = 5
/** A node that has not been heard of for so long is gone. */
export const SILENT_MS = 60_000

/** The turn was taken by another node meanwhile: whatever it does is right. */
class TurnOver extends Error {}

/**
 * Writes the file of an export, in one snapshot of the facts. `null`: it is not to be written, another node is
 * at it, or the facts are further behind than one turn can follow: the next one goes on there, and none of the
 * tries is lost. What fails is tried again, a few times, and so is what a node did not live to end.
 */
export async function writeExport(own: ExportWork): Promise<StoredExport | null> {
  const { pool, accountId, exportId, nowMs } = own
  const turn: ExportTurn = { accountId, exportId, workId: randomUUID() }
  const at = instant(nowMs())
  const silentSince = instant(at - SILENT_MS)
  const lost = { accountId, exportId, reason: 'node_lost', silentSince, turnsMax: TURNS_MAX }
  if (await endTurn(own, (client) => failLost(client, lost))) return null
  if (!(await inTransaction(pool, (client) => takeTurn(client, turn, { at, silentSince }))))
    return null
  try {
    const stored = await readExport(pool, accountId, exportId)
    if (stored && !(await writeFile(own, turn, stored))) {
      await handOnTurn(pool, turn)
      return null
    }
  } catch (error) {
    if (error instanceof TurnOver) return null
    await endTurn(own, (client) => failTurn(client, turn, 'write_failed', TRIES_MAX))
    throw error
  }
  return readExport(pool, accountId, exportId)
}

/** Ends an export that nobody came to write, or to end, before its time was over. */
export const giveUpExport = (own: ExportWork): Promise<boolean> => {
  const { accountId, exportId } = own
  const over = { accountId, exportId, reason: 'not_in_time', now: instant(own.nowMs()) }
  return endTurn(own, (client) => failOverdue(client, over))
}

/** `false`: the journal is longer than one turn can follow, and the next one goes on there. */
async function writeFile(
  own: ExportWork,
  turn: ExportTurn,
  stored: StoredExport,
): Promise<boolean> {
  const { pool } = own
  const { request } = stored
  const columns = request.kind === 'rows' ? CALL_COLUMNS : SUM_COLUMNS
  const file = new ChunkedFile(own, turn)
  const done = await withFacts(pool, turn.accountId, async (client, { seq, state }) => {
    const encoder = encoderOf(request.format, columns)
    await file.add(encoder.begin(), 0)
    for await (const rows of rowsOf(client, stored, state.currency))
      await file.add(encoder.rows(rows), rows.length)
    await file.add(encoder.end(), 0)
    return file.end(seq)
  })
  if (done === 'usage_catching_up') return false
  if (done === 'account_unknown') throw new Error(`the facts cannot be read: ${done}`)
  return true
}

/** A file as it is written: in pieces of about a megabyte, each stored as soon as it is full. */
class ChunkedFile {
  readonly #own: ExportWork
  readonly #turn: ExportTurn
  readonly #hash = createHash('sha256')
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #bytes = 0
  #rows = 0
  #chunks = 0

  constructor(own: ExportWork, turn: ExportTurn) {
    this.#own = own
    this.#turn = turn
  }

  async add(piece: Uint8Array, rows: number): Promise<void> {
    this.#hash.update(piece)
    this.#waiting.push(piece)
    this.#waitingBytes += piece.byteLength
    this.#bytes += piece.byteLength
    this.#rows += rows
    if (this.#waitingBytes >= CHUNK_BYTES) await this.#store()
  }

  async #store(): Promise<void> {
    if (this.#waitingBytes === 0) return
    const stored = await storeChunk(this.#own.pool, this.#turn, {
      number: this.#chunks,
      content: Buffer.concat(this.#waiting),
      rowsDone: this.#rows,
      at: instant(this.#own.nowMs()),
    })
    if (!stored) throw new TurnOver()
    this.#chunks += 1
    this.#waiting = []
    this.#waitingBytes = 0
  }

  async end(seq: number): Promise<void> {
    await this.#store()
    const end = {
      rows: this.#rows,
      bytes: this.#bytes,
      sha256: this.#hash.digest('hex'),
      seq,
      at: instant(this.#own.nowMs()),
    }
    const finished = await endTurn(this.#own, (client) => finishExport(client, this.#turn, end))
    if (!finished) throw new TurnOver()
  }
}

export const chosenOf = (
  accountId: string,
  memberId: string | null,
  request: Pick<ExportRequest, 'filters' | 'from' | 'to'>,
): Chosen & { readonly period: Interval } => ({
  accountId,
  inSightOf: memberId,
  period: { start: parseInstant(request.from)!, end: parseInstant(request.to)! },
  filters: Object.fromEntries(
    Object.entries(request.filters).map(([name, text]) => [
      name as UsageFilterName,
      readFilter(text)!,
    ]),
  ) as UsageFilters,
})

async function* rowsOf(
  client: pg.ClientBase,
  { accountId, memberId, request }: StoredExport,
  currency: string,
): AsyncGenerator<readonly ExportRow[]> {
  const chosen = chosenOf(accountId, memberId, request)
  if (request.kind === 'rows') {
    for await (const page of factPages(client, chosen, PAGE_ROWS))
      yield page.map((fact) => callRow(fact, CALL_COLUMNS, currency))
    return
  }
  const asked = { bucket: request.bucket as UsageBucket, timeZone: request.time_zone }
  const starts = await bucketStarts(client, chosen.period, asked)
  if (starts !== null && isFault(starts)) throw new Error(starts.fault.told.code)
  const of = { period: chosen.period, starts, group: request.group_by, currency }
  for await (const groups of summed(client, request, chosen, starts))
    yield groups.map((group) => sumRow(group, of))
}

async function* summed(
  client: pg.ClientBase,
  request: ExportRequest,
  chosen: Chosen,
  buckets: readonly Instant[] | null,
): AsyncGenerator<readonly SummedGroup[]> {
  const group = request.group_by as UsageGroup
  if (group !== 'source' && group !== 'token_kind') {
    const asked = { chosen, buckets, group, tagKey: request.tag_key }
    yield* groupSums(client, asked, PAGE_ROWS)
    return
  }
  const partsOf = group === 'source' ? partsBySource : partsByKind
  const wide = await exploreWide(client, { chosen, buckets, splitAt: null }, group !== 'source')
  yield wide
    .toSorted((a, b) => (a.bucket ?? 0) - (b.bucket ?? 0))
    .flatMap((row) => [...partsOf(row)].map(([key, sums]) => ({ bucket: row.bucket, key, sums })))
}

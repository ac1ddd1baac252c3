import type pg from 'pg'
import {
  buildReceipt,
  type JournalEntry,
  type Receipt,
  receiptId,
} from '../contract/receipt/index.ts'
import type { LotFacts } from '../core/ledger/entry.ts'
import { END_KINDS } from '../store/reads/calls.ts'
import { entriesOfCalls, readSurroundings } from '../store/reads/entries.ts'
import { seenBy } from './decide.ts'
import { ProblemError } from './problem-answer.ts'

/** Lots that the entries drew on, by id. */
const lotIdsOf = (entries: readonly JournalEntry[]): string[] =>
  entries.flatMap(({ body }) =>
    (body.funding ?? [])
      .filter(({ source }) => source !== 'included' && source !== 'overage')
      .map(({ source }) => source),
  )

interface Around {
  readonly currency: string
  readonly lots: readonly LotFacts[]
}

/** Only what closes the story of a call makes a receipt; a call that is only in flight has none. */
const hasEnd = (entries: readonly JournalEntry[]): boolean =>
  entries.some(({ body }) => END_KINDS.some((kind) => kind === body.kind))

/** Whether all of a call's story is of one who sees its own use only: one attempt of another hides it. */
const isInSight = (entries: readonly JournalEntry[], memberId: string | null): boolean =>
  memberId === null ||
  entries.every(({ body }) => body.call === undefined || body.call.member_id === memberId)

const receiptOf = (entries: readonly JournalEntry[], around: Around): Receipt =>
  buildReceipt(entries, { currency: around.currency, lots: around.lots })

/** `rcpt_x` is the receipt of `call_x`, or of a call that its caller named `x`. */
function callIdsOf(id: string): readonly string[] {
  if (!id.startsWith('rcpt_')) return []
  const own = id.slice('rcpt_'.length)
  return [`call_${own}`, own].filter((callId) => receiptId(callId) === id)
}

/** The receipt of a call as it stands now. */
export async function readReceipt(
  pool: pg.Pool,
  accountId: string,
  id: string,
  memberId: string | null,
): Promise<Receipt> {
  const callIds = callIdsOf(id)
  const calls = await entriesOfCalls(pool, accountId, callIds)
  const found = callIds
    .map((callId) => calls.get(callId))
    .find((own) => own && hasEnd(own) && isInSight(own, memberId))
    ?.map((entry) => seenBy(memberId, entry))
  const named = { callIds, lotIds: lotIdsOf(found ?? []) }
  const around = await readSurroundings(pool, accountId, { ...named, memberId })
  if (!around) throw new ProblemError('receipt_unknown')
  if (found) return receiptOf(found, around)
  throw new ProblemError(around.open.size > 0 ? 'receipt_pending' : 'receipt_unknown')
}

/** The receipts of those of some calls that have one. */
export async function receiptsThere(
  pool: pg.Pool,
  accountId: string,
  callIds: readonly string[],
): Promise<readonly Receipt[]> {
  const calls = await entriesOfCalls(pool, accountId, callIds)
  const lotIds = lotIdsOf([...calls.values()].flat())
  const around = await readSurroundings(pool, accountId, { callIds: [], lotIds, memberId: null })
  if (!around) return []
  return [...calls.values()].filter(hasEnd).map((entries) => receiptOf(entries, around))
}

/**
 * The receipts of calls as they stand now, in the order of the calls. What is not of one member alone is left
 * out for one who sees its own use only.
 */
export async function receiptsOfCalls(
  pool: pg.Pool,
  accountId: string,
  callIds: readonly string[],
  memberId: string | null,
): Promise<{ readonly receipts: readonly Receipt[]; readonly seq: number } | null> {
  const calls = await entriesOfCalls(pool, accountId, callIds)
  const lotIds = lotIdsOf([...calls.values()].flat())
  const around = await readSurroundings(pool, accountId, { callIds: [], lotIds, memberId })
  if (!around) return null
  const receipts = callIds.flatMap((callId) => {
    const all = calls.get(callId) ?? []
    if (!hasEnd(all) || !isInSight(all, memberId)) return []
    return [
      receiptOf(
        all.map((entry) => seenBy(memberId, entry)),
        around,
      ),
    ]
  })
  return { receipts, seq: around.seq }
}

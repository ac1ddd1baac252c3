import { receiptId } from '../contract/receipt/index.ts'
import type { Command } from '../core/decisions/commands.ts'
import type { Posted, Result } from '../core/decisions/results.ts'
import type { EntryBody } from '../core/ledger/entry.ts'
import type { Engine, Executed } from '../engine/types.ts'
import { type Answer, refusalAnswer } from './problem-answer.ts'

/**
 * A journal entry as the API shows it: as it was hashed, with its hash and where its receipt is, and with
 * its evidence where that was read.
 */
export const entryAnswer = ({
  body,
  hash,
  evidence_removed_at: removedAt,
}: {
  readonly body: EntryBody
  readonly hash: string
  readonly evidence_removed_at?: string
}) => ({
  ...body,
  ...(removedAt !== undefined && { evidence_removed_at: removedAt }),
  ...(body.call && { receipt_id: receiptId(body.call.call_id) }),
  hash,
  as_of: body.at,
})

/**
 * An entry as a member sees it who sees its own use only: without the call of somebody else that made
 * room for its own. The hash stays that of the entry as it was written.
 */
export function seenBy<T extends { readonly body: EntryBody }>(
  memberId: string | null,
  entry: T,
): T {
  if (memberId === null || entry.body.cause_call_id === undefined) return entry
  const { cause_call_id: _cause, ...body } = entry.body
  return { ...entry, body }
}

const REPLAYED = { 'idempotency-replayed': 'true' } as const

/** Says that an answer is the first one again. The bytes of the body are the same. */
export const replayedIf = (replayed: boolean, answer: Answer): Answer =>
  replayed ? { ...answer, headers: { ...answer.headers, ...REPLAYED } } : answer

/** Has a command decided that leaves a journal entry, and answers with it. */
export async function decidePosting(
  engine: Engine,
  command: Command,
  status: 200 | 201 = 200,
): Promise<{ readonly answer: Answer; readonly posted: Posted | null }> {
  return answerOf(await engine.execute(command), status)
}

/** The answer of what was decided already. */
export const executedAnswer = (executed: Executed): Answer => answerOf(executed, 200).answer

function answerOf(
  executed: Executed,
  status: 200 | 201,
): { readonly answer: Answer; readonly posted: Posted | null } {
  const { result } = executed
  if (result.status !== 'posted') return { answer: unposted(executed), posted: null }
  const body = entryAnswer({ body: result.entry, hash: result.hash })
  return { answer: replayedIf(executed.replayed, { status, body }), posted: result }
}

function unposted({ result, replayed }: Executed): Answer {
  if (result.status === 'refused') return replayedIf(replayed, refusalAnswer(result))
  throw unexpected(result)
}

export const unexpected = (result: Result): Error =>
  new Error(`the decision has an answer of another kind: ${result.status}`)

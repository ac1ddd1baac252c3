import { faultAt } from '../../contract/problem-words/faults.ts'
import { receiptId } from '../../contract/receipt/index.ts'
import { formatNanos } from '../../core/money/index.ts'
import { instant } from '../../core/time/index.ts'
import { unpark } from '../../engine/parking.ts'
import { notBilled } from '../../store/cases/parked.ts'
import { actorOf } from '../caller.ts'
import { decidePosting, entryAnswer, replayedIf } from '../decide.ts'
import { type Handlers, keyOf, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError, refusalAnswer } from '../problem-answer.ts'

export const parkingHandlers: Handlers<'parkAccount' | 'unparkAccount'> = {
  parkAccount: async (inbound, { engine, pool }) => {
    const { account_id: accountId } = inbound.params
    await needAccount(pool, accountId)
    const { answer } = await decidePosting(engine, {
      kind: 'park',
      accountId,
      requestId: keyOf(inbound),
      actor: actorOf(inbound.caller, inbound.from),
      reason: inbound.body.reason,
    })
    return answer
  },

  unparkAccount: async (inbound, { engine, pool, nowMs }) => {
    const { account_id: accountId } = inbound.params
    await needAccount(pool, accountId)
    const order = {
      accountId,
      requestId: keyOf(inbound),
      actor: actorOf(inbound.caller, inbound.from),
      reason: inbound.body.reason,
      at: instant(nowMs()),
    }
    const done = await unpark({ engine, pool }, order)
    if (done.status === 'differs') throw differs(done.first)
    const { result, replayed } = done.executed
    if (result.status === 'refused') return refusalAnswer(result)
    if (result.status !== 'posted') throw new Error(`unpark was ${result.status}`)
    const { entry: body, hash } = result
    const carried = await notBilled(pool, accountId, body.seq)
    const answer = ok({
      entry: entryAnswer({ body, hash }),
      not_billed: {
        count: carried.count,
        total: formatNanos(carried.total),
        currency: body.currency,
        calls: carried.calls.map(({ callId, amount }) => ({
          call_id: callId,
          receipt_id: receiptId(callId),
          amount: formatNanos(amount),
        })),
      },
    })
    return replayedIf(replayed, answer)
  },
}

function differs(
  first: { readonly seq: number; readonly invariant: number; readonly message: string } | null,
): ProblemError {
  if (!first) return new ProblemError('books_differ')
  return new ProblemError('books_differ', {
    errors: [
      faultAt(`entry ${first.seq}`, 'books_differ_at', {
        invariant: first.invariant,
        found: first.message,
      }),
    ],
  })
}

import type { PayOverage, TopUp } from '../core/decisions/commands.ts'
import { freePayment, takePayment } from '../store/control/index.ts'
import { findRequest, readEntry } from '../store/reads/entries.ts'
import { decidePosting } from './decide.ts'
import type { Services } from './deps.ts'
import { type Answer, ProblemError, refusalAnswer } from './problem-answer.ts'

/**
 * Enters a payment that the operator has received. It is taken for the account first, so that no other one has
 * it too; not where the answer is a repeat, or a refusal anyway: whoever named the wrong account names the
 * right one then.
 */
export async function enterPayment(
  { pool, engine }: Services,
  command: TopUp | PayOverage,
  status: 200 | 201,
): Promise<Answer> {
  const { accountId, requestId: paymentId } = command
  if (!(await findRequest(pool, command))) {
    const seen = await engine.preview(command)
    if (seen.status === 'refused') return refusalAnswer(seen)
    if (!(await takePayment(pool, { paymentId, accountId }))) throw new ProblemError('payment_used')
  }
  return (await decidePosting(engine, command, status)).answer
}

/** After an entry was reversed: the payment that it credited may be entered for whom it was meant. */
export async function freeReversed(
  pool: Services['pool'],
  accountId: string,
  seq: number,
): Promise<void> {
  const reversed = await readEntry(pool, accountId, { seq, memberId: null })
  const paymentId = reversed?.body.kind === 'top_up' && reversed.body.payment?.payment_id
  if (paymentId) await freePayment(pool, { paymentId, accountId })
}

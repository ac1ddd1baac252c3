import type { Command, Result } from '../core/decisions/index.ts'
import type { PaymentsDeps } from './deps.ts'

/**
 * Has a command decided that follows from what has happened at the processor. It may be refused where it was
 * decided before, or there is nothing to change.
 * @throws where the account was parked over it: what has happened is not in the books, so whoever asked stays
 * open and asks again.
 */
export async function insist(deps: PaymentsDeps, command: Command): Promise<Result> {
  const { result } = await deps.engine.execute(command)
  if (result.status === 'refused' && result.refused.code === 'account_parked')
    throw new Error(`${command.kind} ${command.requestId}: the account is parked`)
  return result
}

import type { StepRefusal } from '../core/cases/index.ts'
import { instant } from '../core/time/index.ts'
import { advanceCase } from '../engine/cases/advance.ts'
import type { CaseParts } from '../engine/cases/parts.ts'
import { type OwnCase, type StepOrder, takeSteps } from '../engine/cases/take-steps.ts'
import { caseRefunds } from '../payments/case-refunds.ts'
import { type Caller, signerOf } from './caller.ts'
import type { Services } from './deps.ts'
import { ProblemError } from './problem-answer.ts'

export const casePartsOf = ({ pool, engine, nowMs, payments }: Services): CaseParts => ({
  pool,
  engine,
  nowMs,
  ...(payments && { purchases: caseRefunds(payments) }),
})

type Order<R extends string> = Omit<StepOrder<R>, 'actor' | 'at'> & {
  /** What is done about an answer of its own. */
  readonly onRefused?: (code: R) => Promise<OwnCase>
}

/**
 * Takes steps of a case for whoever asks, and then takes it as far as it goes by itself.
 * @throws ProblemError case_unknown, and why a step cannot be taken
 */
export async function stepCase<R extends string = never>(
  services: Services,
  { caller, from }: { readonly caller: Caller; readonly from: string },
  { caseId, ...order }: Order<R> & { readonly caseId: string },
): Promise<OwnCase> {
  const at = instant(services.nowMs())
  const actor = signerOf(caller, from)
  const taken = await takeSteps<R>(services.pool, caseId, { ...order, actor, at })
  if (taken.status === 'unknown') throw new ProblemError('case_unknown')
  if (taken.status === 'refused') {
    if (order.onRefused && !isStepRefusal(taken.code)) return order.onRefused(taken.code as R)
    throw new ProblemError(taken.code as StepRefusal)
  }
  return (await advanceCase(casePartsOf(services), caseId)) ?? taken.own
}

const STEP_REFUSALS: readonly string[] = [
  'case_closed',
  'case_step',
  'approval_by_another',
  'appeal_over',
] satisfies StepRefusal[]

const isStepRefusal = (code: string): code is StepRefusal => STEP_REFUSALS.includes(code)

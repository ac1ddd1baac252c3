import { advanceCase } from '../engine/cases/advance.ts'
import type { CaseParts } from '../engine/cases/parts.ts'
import { type CaseToAdvance, casesToAdvance } from '../store/cases/read.ts'
import { sweepAll } from './sweep-all.ts'

const AT_ONCE = 20

/**
 * Takes the cases of accounts as far as they go without a person: what a crash has left between two steps, credit
 * for the time of a check that takes long, refunds on their way to a card, and what is late. Returns how many
 * moved.
 */
export function advanceCases(parts: CaseParts): Promise<number> {
  return sweepAll<CaseToAdvance>({
    page: (after, limit) => casesToAdvance(parts.pool, { after: after?.caseId ?? '', limit }),
    nameOf: ({ caseId }) => caseId,
    work: async ({ caseId, steps }) => {
      const own = await advanceCase(parts, caseId)
      return own !== null && own.record.steps > steps
    },
    pageMax: AT_ONCE,
  })
}

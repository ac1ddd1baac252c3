import { dueRow, dueTimes } from '../../core/cases/index.ts'
import { instant } from '../../core/time/index.ts'
import type { OwnCase } from '../../engine/cases/take-steps.ts'
import { supportPolicyInForce } from '../../store/cases/terms.ts'
import { stepCase } from '../case-parts.ts'
import { approveRefund, needReason, refundInCase } from '../case-refunds.ts'
import type { Services } from '../deps.ts'
import { type Handlers, type Inbound, ok } from '../handler.ts'
import { caseJson } from './cases.ts'

type Decisions = 'refundInCase' | 'approveCaseRefund' | 'denyCaseRefund' | 'rejectCase'

/** What takes a decision: giving back, agreeing to it, and refusing it. */
export const caseDecisionHandlers: Handlers<Decisions> = {
  refundInCase: async (inbound, services) => {
    const policy = await supportPolicyInForce(services.pool)
    return answer(inbound, services, await refundInCase(inbound, services, policy))
  },

  approveCaseRefund: async (inbound, services) => {
    const policy = await supportPolicyInForce(services.pool)
    return answer(inbound, services, await approveRefund(inbound, services, policy))
  },

  denyCaseRefund: async (inbound, services) => {
    const own = await stepCase(services, inbound, {
      caseId: inbound.params.case_id,
      steps: () => [{ kind: 'refund_denied', facts: { words: inbound.body.words } }],
    })
    return answer(inbound, services, own)
  },

  rejectCase: async (inbound, services) => {
    const { reason, words } = inbound.body
    needReason(await supportPolicyInForce(services.pool), reason)
    const at = instant(services.nowMs())
    const own = await stepCase(services, inbound, {
      caseId: inbound.params.case_id,
      steps: ({ record }, policy) => [
        {
          kind: 'decided',
          facts: {
            verdict: 'rejected',
            reason,
            plan: null,
            findings: [],
            words,
            automatic: false,
            requested_by: null,
            due: dueTimes(dueRow(policy, record.origin, record.amount), 'decided', at),
          },
        },
      ],
    })
    return answer(inbound, services, own)
  },
}

const answer = async (
  inbound: Pick<Inbound<Decisions>, 'caller'>,
  services: Services,
  own: OwnCase,
) => ok(await caseJson(services, own, inbound.caller))

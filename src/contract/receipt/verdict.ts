import { ZERO } from '../../core/money/index.ts'
import type { Balance } from './amounts.ts'
import type { ReceiptStatus, Verdict } from './codes.ts'
import { type CallEntries, newest } from './entries.ts'
import { upstreamStatus } from './evidence.ts'
import type { Receipt } from './schema.ts'

export function statusOf(call: CallEntries, balance: Balance): ReceiptStatus {
  if (call.charges.length === 0) return call.decisive.body.refused ? 'refused' : 'not_billed'
  const left = balance.charged + balance.drawn.included
  if (balance.reversed > ZERO && left === ZERO) return 'reversed'
  if (balance.refunded + balance.returnedToPlan > ZERO) {
    return left === ZERO ? 'refunded' : 'partly_refunded'
  }
  if (isReversed(call)) return 'reversed'
  switch (call.rating?.status) {
    case 'unpriced':
      return 'unpriced'
    case 'usage_missing':
      return 'usage_missing'
    case 'not_billed':
      return 'not_billed'
    default:
      return newest(call.charges, 'outcome')?.customer_pays === 'nothing' ? 'not_billed' : 'settled'
  }
}

/** Also a charge of zero can be reversed: then no amount shows it. */
const isReversed = (call: CallEntries): boolean =>
  call.corrections.some(
    ({ body }) =>
      body.kind === 'reverse' &&
      call.charges.some((charge) => charge.body.seq === body.ref_seq && charge.body.totals),
  )

const PARTIAL_OUTCOMES: readonly string[] = ['client_aborted', 'refused_after_output']

function verdictCode(call: CallEntries, balance: Balance, status: ReceiptStatus): Verdict {
  if (status !== 'settled') return status
  if (balance.absorbed > ZERO) return 'absorbed'
  if (balance.total === ZERO) return 'nothing_due'
  const outcome = newest(call.charges, 'outcome')
  if (outcome && PARTIAL_OUTCOMES.includes(outcome.code)) return 'partial'
  return balance.charged === ZERO ? 'covered_by_plan' : 'charged'
}

export function verdictOf(
  call: CallEntries,
  balance: Balance,
  status: ReceiptStatus,
): Receipt['verdict'] {
  const outcome = newest(call.charges, 'outcome') ?? call.decisive.body.outcome
  return {
    code: verdictCode(call, balance, status),
    outcome: outcome?.code ?? null,
    policy: outcome?.policy ?? null,
    customer_pays: outcome?.customer_pays ?? null,
    refusal: status === 'refused' ? (call.decisive.body.refused?.code ?? null) : null,
    upstream_status: upstreamStatus(call.decisive.body.evidence),
    absorbed_reason: newest(call.charges, 'absorbed_reason') ?? null,
  }
}

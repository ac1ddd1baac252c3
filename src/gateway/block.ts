import { explainBlock, inUtc } from '../contract/explain/index.ts'
import { blockCard, receiptId } from '../contract/receipt/index.ts'
import type { Refused } from '../core/decisions/results.ts'
import type { RefusalFacts } from '../core/ledger/entry.ts'
import { type GatewayError, REFUSAL_STATUS } from './errors.ts'

/** Another attempt or call is in the way: it will be gone in a moment. */
const IN_THE_WAY_RETRY_MS = 250
const SECOND_MS = 1_000

/**
 * The error that a refused call is answered with. Every word and number of it comes from the decision,
 * so that it names the limit that stopped the call, where it stands and who can change it.
 */
export function blockError(
  refused: Refused,
  callId: string,
  retryAfterMaxMs: number,
): GatewayError {
  const { refused: facts, entry } = refused
  const card = blockCard(facts, entry, { call_id: callId })
  const [headline = 'The call was refused.', ...sentences] = explainBlock(card, inUtc('en'))
  const waitMs = card.retry_after_s === undefined ? undefined : card.retry_after_s * SECOND_MS
  return {
    status: REFUSAL_STATUS[facts.code] ?? 400,
    code: facts.code,
    message: [headline, ...sentences].join(' '),
    callId,
    ...retryOf(facts, waitMs, retryAfterMaxMs),
    facts: {
      limit: facts.limit
        ? { ...facts.limit, name: card.scope_name, left: card.left, period: card.period }
        : null,
      needed: card.needed,
      resets_at: card.resets_at,
      retry_at: facts.retry_at ?? null,
      changeable_by: card.changeable_by,
      actions: card.actions,
      receipt: receiptId(callId),
      as_of: card.as_of,
      seq: card.seq,
    },
  }
}

/** A day: nobody plans a request for later than that. */
const RETRY_AFTER_SENSIBLE_MS = 86_400_000

/**
 * Official clients obey `retry-after` however long it is, so a wait that no caller sits through is told
 * and not asked for; where waiting changes nothing they are told not to try again.
 */
function retryOf(
  facts: RefusalFacts,
  waitMs: number | undefined,
  maxMs: number,
): Pick<GatewayError, 'retry' | 'retryAfterMs'> {
  if (facts.code === 'call_in_flight') return { retry: true, retryAfterMs: IN_THE_WAY_RETRY_MS }
  if (waitMs === undefined || waitMs > RETRY_AFTER_SENSIBLE_MS) return { retry: false }
  return { retry: waitMs <= maxMs, retryAfterMs: waitMs }
}

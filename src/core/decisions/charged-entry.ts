import type { CallFactsBody, EntryBody, HoldFacts } from '../ledger/index.ts'
import type { ChargeFacts } from './charging.ts'

export interface Charged {
  readonly call: CallFactsBody
  readonly plan: string
  readonly facts: ChargeFacts
  readonly refSeq?: number
  readonly hold?: HoldFacts
  readonly evidence?: Readonly<Record<string, unknown>>
}

/** The entry of a charge, as one literal (see `factsOf`). */
export const chargedEntry = (
  head: Pick<
    EntryBody,
    | 'account_id'
    | 'seq'
    | 'kind'
    | 'at'
    | 'event_at'
    | 'request_id'
    | 'currency'
    | 'actor'
    | 'command'
  >,
  { call, plan, facts, refSeq, hold, evidence }: Charged,
): EntryBody =>
  ({
    account_id: head.account_id,
    seq: head.seq,
    kind: head.kind,
    at: head.at,
    event_at: head.event_at,
    request_id: head.request_id,
    currency: head.currency,
    actor: head.actor,
    command: head.command,
    postings: facts.postings,
    ref_seq: refSeq,
    call,
    plan,
    served: facts.served,
    outcome: facts.outcome,
    usage: facts.usage,
    coverage: facts.coverage,
    rating: facts.rating,
    funding: facts.funding,
    windows: facts.windows,
    caps: facts.caps,
    totals: facts.totals,
    absorbed_reason: facts.absorbed_reason,
    draw_key: facts.draw_key,
    pending: facts.pending,
    hold,
    evidence,
  }) as EntryBody

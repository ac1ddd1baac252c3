import type { EntryBody, FundingFacts } from '../ledger/entry.ts'
import { add, type Nanos, ZERO } from '../money/index.ts'
import { amountOf, instantOf } from './amounts.ts'
import { carriedBy } from './entry-charge.ts'
import type { AuditSettings } from './external.ts'
import type { AuditState } from './state.ts'

export interface Repeat {
  readonly rule: 'duplicate_charge' | 'retry_charged'
  readonly firstCallId: string
  readonly firstSeq: number | null
  readonly posted: Nanos
  readonly evidence: Readonly<Record<string, unknown>>
}

const wordOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

/** The provider's id of the answer: the message's before the request's. */
const upstreamOf = ({ evidence = {} }: EntryBody): string | null =>
  wordOf(evidence.message_id) ?? wordOf(evidence.upstream_request_id)

/** A call that was paid for before, under its own id or another; and takes it into the sums. */
export function repeatOf(
  state: AuditState,
  body: EntryBody,
  settings: AuditSettings,
): Repeat | null {
  const callId = body.call!.call_id
  const posted = carriedBy(body)
  const at = instantOf(body.at)
  if (posted <= ZERO) return null
  const known = state.charges.get(callId)
  if (known && body.kind !== 'complete')
    return {
      rule: 'duplicate_charge',
      firstCallId: callId,
      firstSeq: known.seq,
      posted,
      evidence: { how: 'call_id' },
    }
  const upstream = upstreamOf(body)
  const same = upstream === null ? undefined : state.upstreams.get(upstream)
  if (same && same.callId !== callId)
    return {
      rule: 'duplicate_charge',
      firstCallId: same.callId,
      firstSeq: state.charges.get(same.callId)?.seq ?? null,
      posted,
      evidence: { how: 'upstream_id', upstream_id: upstream },
    }
  if (upstream !== null && !same) state.upstreams.set(upstream, { callId, at })
  return retryOf(state, body, { posted, settings })
}

function retryOf(
  state: AuditState,
  body: EntryBody,
  { posted, settings }: { readonly posted: Nanos; readonly settings: AuditSettings },
): Repeat | null {
  const { call_id: callId, fingerprint } = body.call!
  if (fingerprint === null) return null
  const at = instantOf(body.event_at)
  const before = state.asks.get(fingerprint)
  const evidence = body.evidence ?? {}
  const count = evidence.retry_count
  const marked = typeof count === 'number' && count > 0
  const near = before !== undefined && at - before.at <= settings.retryWindowMs && at >= before.at
  if (!near || before.callId === callId || !(marked || before.lost)) {
    state.asks.set(fingerprint, { callId, at, lost: evidence.answer_lost === true })
    return null
  }
  return {
    rule: 'retry_charged',
    firstCallId: before.callId,
    firstSeq: state.charges.get(before.callId)?.seq ?? null,
    posted,
    evidence: { retry_count: marked ? count : 0, after_ms: at - before.at },
  }
}

/** Keeps what a charge came to, as later entries will change it. */
export function noteCharge(state: AuditState, body: EntryBody, runs: string[]): void {
  const callId = body.call?.call_id
  if (callId === undefined || body.refused) return
  const known = state.charges.get(callId)
  const settles = body.kind === 'settle' || body.kind === 'record'
  if (!known && !settles) return
  const funding = body.funding ?? []
  const later = funding.filter(
    ({ class: kind }) => kind !== 'included' && kind !== 'before_windows',
  )
  state.charges.set(callId, {
    seq: known?.seq ?? body.seq,
    at: known?.at ?? instantOf(body.at),
    net: add(known?.net ?? ZERO, drawnOf(funding)),
    money: add(known?.money ?? ZERO, drawnOf(later)),
    runs: settles || body.kind === 'complete' ? runs : (known?.runs ?? []),
  })
}

const drawnOf = (funding: readonly FundingFacts[]): Nanos =>
  funding.reduce((sum, { drawn }) => add(sum, amountOf(drawn)), ZERO)

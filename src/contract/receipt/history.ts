import type { EntryBody, EntryKind } from '../../core/ledger/entry.ts'
import { formatNanos } from '../../core/money/index.ts'
import type { AttemptState, TimelineEvent } from './codes.ts'
import { type CallEntries, isAttempt, type JournalEntry } from './entries.ts'
import { evidenceInstant, upstreamStatus } from './evidence.ts'
import { drawnByPostings } from './moved.ts'
import { holdOf } from './parts.ts'
import type { Attempt, TimelineStep } from './schema.ts'

function attemptState({ kind, refused }: EntryBody): AttemptState {
  if (refused) return 'refused'
  if (kind === 'release') return 'failed'
  return kind === 'expire_hold' ? 'expired' : 'settled'
}

function attemptOf({ body }: JournalEntry): Attempt {
  const { refused } = body
  const drawn = drawnByPostings(body)
  return {
    attempt: body.call?.attempt ?? 1,
    state: attemptState(body),
    outcome: body.outcome?.code ?? null,
    policy: body.outcome?.policy ?? null,
    refusal: refused
      ? {
          code: refused.code,
          limit_type: refused.limit?.type ?? null,
          limit_id: refused.limit?.id ?? null,
          needed: refused.needed ?? null,
          retry_at: refused.retry_at ?? null,
        }
      : null,
    upstream_status: upstreamStatus(body.evidence),
    at: body.at,
    charged: formatNanos(drawn.money),
    covered_by_plan: formatNanos(drawn.included),
    hold: holdOf(body.hold),
    seq: body.seq,
  }
}

/** One row an attempt, in order: failed and refused ones charge nothing. */
export const attemptsOf = (call: CallEntries): Attempt[] =>
  call.all
    .filter(
      (entry) =>
        isAttempt(entry) || (call.charges.includes(entry) && entry.body.kind !== 'complete'),
    )
    .map(attemptOf)

const EVENT_OF: Readonly<Partial<Record<EntryKind, TimelineEvent>>> = {
  authorize: 'refused',
  release: 'attempt_failed',
  expire_hold: 'hold_expired',
  settle: 'settled',
  record: 'recorded',
  complete: 'completed',
  reattribute: 'reattributed',
  refund: 'refunded',
  rerate: 'rerated',
  reverse: 'reversed',
}

function eventOf({ kind, refused }: EntryBody): TimelineEvent {
  if (!refused) return EVENT_OF[kind] ?? 'request_refused'
  return kind === 'authorize' || kind === 'record' ? 'refused' : 'request_refused'
}

const BYTES: readonly (readonly [string, TimelineEvent])[] = [
  ['first_byte_at', 'first_byte'],
  ['last_byte_at', 'last_byte'],
]

interface Placed {
  readonly step: TimelineStep
  /** Where it stands in the order: its time, or that of what has to have been before it. */
  readonly from: string
}

const later = (a: string, b: string): string => (a > b ? a : b)

/**
 * The steps of an entry. The gateway's clock says when a request came and its bytes left, the database's when
 * funds were held and settled; they may differ by some milliseconds. So a hold never stands before the request
 * that it is for, nor anything else before the hold, whatever the two clocks say.
 */
function stepsOf({ body }: JournalEntry): Placed[] {
  const attempt = body.call?.attempt ?? null
  const placed: Placed[] = []
  let begun = ''
  const put = (at: string, event: TimelineEvent): void => {
    placed.push({ step: { at, event, attempt, seq: null, code: null }, from: later(at, begun) })
  }
  const received = evidenceInstant(body.evidence, 'received_at')
  if (received) put(received, 'received')
  begun = received ?? ''
  if (body.hold) put(body.hold.at, 'hold_placed')
  begun = later(begun, body.hold?.at ?? '')
  for (const [name, event] of BYTES) {
    const at = evidenceInstant(body.evidence, name)
    if (at) put(at, event)
  }
  const code = body.refused?.code ?? body.outcome?.code ?? body.reason ?? null
  const step = { at: body.at, event: eventOf(body), attempt, seq: body.seq, code }
  return [...placed, { step, from: later(body.at, begun) }]
}

/** Everything that happened, in order of time; what led to what, and the journal's own order, break ties. */
export const timelineOf = (call: CallEntries): TimelineStep[] =>
  call.all
    .flatMap(stepsOf)
    .map((placed, index) => ({ ...placed, index }))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.index - b.index))
    .map(({ step }) => step)

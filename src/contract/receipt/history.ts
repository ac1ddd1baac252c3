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

const EVIDENCE_EVENTS: readonly (readonly [string, TimelineEvent])[] = [
  ['received_at', 'received'],
  ['first_byte_at', 'first_byte'],
  ['last_byte_at', 'last_byte'],
]

function stepsOf({ body }: JournalEntry): TimelineStep[] {
  const attempt = body.call?.attempt ?? null
  const steps: TimelineStep[] = []
  for (const [name, event] of EVIDENCE_EVENTS) {
    const at = evidenceInstant(body.evidence, name)
    if (at) steps.push({ at, event, attempt, seq: null, code: null })
  }
  if (body.hold) {
    steps.push({ at: body.hold.at, event: 'hold_placed', attempt, seq: null, code: null })
  }
  const code = body.refused?.code ?? body.outcome?.code ?? body.reason ?? null
  steps.push({ at: body.at, event: eventOf(body), attempt, seq: body.seq, code })
  return steps
}

/** Everything that happened, in order of time; the journal's own order breaks ties. */
export const timelineOf = (call: CallEntries): TimelineStep[] =>
  call.all
    .flatMap(stepsOf)
    .map((step, index) => ({ step, index }))
    .sort((a, b) => (a.step.at < b.step.at ? -1 : a.step.at > b.step.at ? 1 : a.index - b.index))
    .map(({ step }) => step)

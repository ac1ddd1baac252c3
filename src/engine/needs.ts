import type { Command, HoldBody } from '../core/decisions/index.ts'
import type { Job } from './job.ts'

/** Ends the range of request ids that belong to a call: `call`, `call#2`, `call#refund:…`. */
const CALL_RANGE_END = '$'

/** The call that a command is about, if any. */
export function callIdOf(command: Command): string | null {
  switch (command.kind) {
    case 'authorize':
    case 'record':
      return command.call.callId
    case 'extend':
    case 'settle':
    case 'release':
    case 'complete':
    case 'expire_hold':
    case 'refund':
    case 'rerate':
      return command.callId
    default:
      return null
  }
}

/** What the request ids of a range have in common: all before the mark of an attempt or a refund. */
export function callOfRequest(requestId: string): string {
  const mark = requestId.indexOf('#')
  return mark < 0 ? requestId : requestId.slice(0, mark)
}

const ORDERS: readonly Command['kind'][] = [
  'change_subscription',
  'renew_subscription',
  'return_fee',
]

export interface RequestRange {
  readonly low: string
  readonly high: string
}

export const callRange = (callId: string): RequestRange => ({
  low: callId,
  high: `${callId}${CALL_RANGE_END}`,
})

/** Which entries could answer a repeat of this command, or belong to its call. */
export function rangeOf(command: Command): RequestRange | null {
  if (command.kind === 'reattribute' || command.kind === 'expire_lot') return null
  // a request and its decision share the beginning of their ids, as the entries of a call do
  if (command.kind === 'decide_raise') return callRange(command.raiseId)
  // an order and the return of its payment look at one another: one of the two is decided
  if (ORDERS.includes(command.kind)) return callRange(callOfRequest(command.requestId))
  if (command.kind === 'void_invoice') return callRange(command.invoiceId)
  const callId = callIdOf(command)
  return callId === null ? { low: command.requestId, high: command.requestId } : callRange(callId)
}

const HOLD_KINDS: readonly Command['kind'][] = [
  'authorize',
  'record',
  'extend',
  'settle',
  'release',
  'expire_hold',
]

export interface JobNeeds {
  readonly hold: string | null
  readonly range: RequestRange | null
}

/**
 * What has to be read for a command beyond the account's state. Nothing for a call id that we have
 * just made, and nothing for an attempt whose open hold is known: it has not ended.
 */
export function needsOf(
  job: Job,
  knownHold: (callId: string) => HoldBody | null | undefined,
): JobNeeds {
  const { command } = job
  const callId = HOLD_KINDS.includes(command.kind) ? callIdOf(command) : null
  if (callId !== null && !job.uncertain) {
    if (command.kind === 'authorize' && command.freshCallId) return { hold: null, range: null }
    // of another attempt's end the hold says nothing
    if (knownHold(callId)?.request_id === command.requestId) return { hold: null, range: null }
  }
  return { hold: callId, range: rangeOf(command) }
}

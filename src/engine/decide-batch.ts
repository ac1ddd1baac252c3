import {
  beforehand,
  type Catalogue,
  type Change,
  type Command,
  type Context,
  type Decision,
  decide,
  prune,
  type Result,
  selfCheck,
} from '../core/decisions/index.ts'
import type { Instant } from '../core/time/index.ts'
import type { Job } from './job.ts'
import { callRange } from './needs.ts'
import { seal } from './seal.ts'
import type { Executed } from './types.ts'
import type { SealedEntry, Workspace } from './workspace.ts'

/** A job with its answer, to be given once the batch is durable. */
export interface Decided {
  readonly job: Job
  readonly executed: Executed
}

export interface DecidedAccount {
  readonly space: Workspace
  /** All of them, in their order. */
  readonly jobs: readonly Job[]
  readonly decided: readonly Decided[]
  /** Jobs whose decision threw: a bug, told to their caller only. */
  readonly failed: readonly { readonly job: Job; readonly error: Error }[]
}

export interface Deciding {
  readonly catalogue: Catalogue
  readonly at: Instant
  /** Told about a self-check that failed. */
  readonly onViolation: (accountId: string, violation: string) => void
}

/** Decides an account's commands in order; each sees what the earlier ones did. */
export function decideAccount(
  space: Workspace,
  jobs: readonly Job[],
  deciding: Deciding,
): DecidedAccount {
  const decided: Decided[] = []
  const failed: { job: Job; error: Error }[] = []
  for (const job of jobs) {
    try {
      decided.push({ job, executed: decideOne(space, job.command, deciding) })
    } catch (error) {
      failed.push({ job, error: error instanceof Error ? error : new Error(String(error)) })
    }
  }
  if (space.changed && space.state) space.state = prune(space.state, space.state.lastAt)
  return { space, jobs, decided, failed }
}

export function contextOf(space: Workspace, command: Command, deciding: Deciding): Context {
  const target = command.kind === 'reverse' ? space.entryAt(command.seq) : null
  return {
    at: deciding.at,
    catalogue: deciding.catalogue,
    prior: priorOf(space, command, target?.body.call?.call_id),
    hold: space.holdOf(command),
    scopedCaps: space.scopedCaps,
    lots: [...space.lots.values()],
    target,
  }
}

/** For a reversal of a charge and for a move, the entries of the call that they are about. */
function priorOf(space: Workspace, command: Command, targetCall: string | undefined) {
  if (command.kind === 'reattribute')
    return space.drawCallId === null ? [] : callEntries(space, space.drawCallId)
  const own = space.priorOf(command)
  if (targetCall === undefined) return own
  return [...callEntries(space, targetCall), ...own]
}

function callEntries(space: Workspace, callId: string) {
  const { low, high } = callRange(callId)
  return space.entriesIn(low, high)
}

function decideOne(space: Workspace, command: Command, deciding: Deciding): Executed {
  for (const first of beforehand(space.state, command, deciding.at))
    decideOne(space, first, deciding)
  const decision = decide(space.state, command, contextOf(space, command, deciding))
  if (decision.type === 'answer')
    return { result: inCurrency(decision.result, space), replayed: decision.replayed }
  const violation = selfCheck(space.state, decision)
  if (violation === null) return accept(space, decision)
  deciding.onViolation(space.accountId, violation)
  return park(space, command, violation, deciding)
}

/** A refusal that leaves no entry says of which currency its amounts are. */
const inCurrency = (result: Result, { state }: Workspace): Result =>
  state && result.status === 'refused' && !result.entry && result.refused.needed !== undefined
    ? { ...result, currency: state.currency }
    : result

function accept(space: Workspace, change: Change): Executed {
  const sealed = change.entry ? seal(space.state?.hash ?? change.state.hash, change.entry) : null
  space.accept(change, sealed)
  return { result: resultOf(change, sealed), replayed: false }
}

/** The change is not made. The account is parked instead, so that nothing more is billed on it. */
function park(space: Workspace, command: Command, violation: string, deciding: Deciding): Executed {
  const parking: Command = {
    kind: 'park',
    accountId: space.accountId,
    requestId: `park:${(space.state?.seq ?? 0) + 1}`,
    actor: { type: 'system', id: 'self-check' },
    reason: `${command.kind}: ${violation}`,
  }
  if (space.state && space.state.parked === null) {
    const decision = decide(space.state, parking, contextOf(space, parking, deciding))
    if (decision.type === 'change') accept(space, decision)
  }
  return {
    result: { status: 'refused', refused: { code: 'account_parked' }, entry: null },
    replayed: false,
  }
}

function resultOf(change: Change, sealed: SealedEntry | null): Result {
  if (change.result) return change.result
  if (!sealed) throw new Error('a change without an entry has to bring its result')
  const { body, hash } = sealed
  return body.refused
    ? { status: 'refused', refused: body.refused, entry: body }
    : { status: 'posted', entry: body, hash }
}

/** What a decision would answer, for previews: nothing is kept. */
export function previewOf(space: Workspace, command: Command, deciding: Deciding): Result {
  const decision: Decision = decide(space.state, command, contextOf(space, command, deciding))
  if (decision.type === 'answer') return inCurrency(decision.result, space)
  const sealed = decision.entry
    ? seal(space.state?.hash ?? decision.state.hash, decision.entry)
    : null
  return resultOf(decision, sealed)
}

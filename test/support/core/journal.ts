import type {
  Command,
  Context,
  HoldBody,
  ScopedCap,
  StoredEntry,
} from '../../../src/core/decisions/index.ts'
import { dueDraws } from '../../../src/core/decisions/index.ts'
import type { AccountState, LotFacts } from '../../../src/core/ledger/index.ts'
import type { TestCatalogue } from './fixtures.ts'

/** Everything that a node of the engine could read about one account. */
export interface Stored {
  readonly state: AccountState | null
  readonly entries: readonly StoredEntry[]
  readonly holds: ReadonlyMap<string, HoldBody>
  readonly scopedCaps: ReadonlyMap<string, ScopedCap>
  readonly catalogue: TestCatalogue
}

export function callIdOf(command: Command): string | null {
  if ('callId' in command) return command.callId
  return 'call' in command ? command.call.callId : null
}

/** Entries of a call: about it, or under its own request id or one that continues it with `#`. */
export const entriesOfCall = (stored: Stored, callId: string): StoredEntry[] =>
  stored.entries.filter(
    ({ body }) =>
      body.call?.call_id === callId ||
      body.request_id === callId ||
      body.request_id.startsWith(`${callId}#`),
  )

/** What a decision may look at, as `Context` promises it. */
export function contextFor(stored: Stored, command: Command, at: Context['at']): Context {
  const target =
    command.kind === 'reverse'
      ? (stored.entries.find(({ body }) => body.seq === command.seq) ?? null)
      : null
  const prior = priorFor(stored, command, target)
  const callId = callIdOf(command)
  return {
    at,
    catalogue: stored.catalogue,
    prior,
    hold: callId === null ? null : (stored.holds.get(callId) ?? null),
    scopedCaps: [...stored.scopedCaps.values()],
    lots: lotsNamedBy(stored, prior),
    target,
  }
}

function priorFor(stored: Stored, command: Command, target: StoredEntry | null): StoredEntry[] {
  if (command.kind === 'reattribute') return entriesOfDue(stored)
  if (command.kind === 'expire_lot') return []
  const callId = callIdOf(command) ?? target?.body.call?.call_id ?? null
  if (command.kind === 'decide_raise') return entriesOfCall(stored, command.raiseId)
  if (command.kind === 'void_invoice') return entriesOfCall(stored, command.invoiceId)
  const own = stored.entries.filter(({ body }) => body.request_id === command.requestId)
  if (callId === null) return own
  const related = entriesOfCall(stored, callId)
  return [...related, ...own.filter((entry) => !related.includes(entry))]
}

/** The entries of the oldest call that waits for room. */
function entriesOfDue(stored: Stored): StoredEntry[] {
  const due = stored.state && dueDraws(stored.state)
  if (!due) return []
  const next = stored.entries.find(
    ({ body }) => body.draw_key === due.key && body.seq > due.afterSeq,
  )
  return next?.body.call ? entriesOfCall(stored, next.body.call.call_id) : []
}

/** Facts of lots that the entries name and the state has forgotten. */
function lotsNamedBy(stored: Stored, prior: readonly StoredEntry[]): LotFacts[] {
  const kept = new Set(stored.state?.lots.map((lot) => lot.id))
  const named = new Set(
    prior.flatMap(({ body }) => (body.funding ?? []).map((source) => source.source)),
  )
  return stored.entries.flatMap(({ body }) =>
    body.lot && named.has(body.lot.id) && !kept.has(body.lot.id) ? [body.lot] : [],
  )
}

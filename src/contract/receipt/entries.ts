import type { EntryBody, EntryKind, RatingFacts } from '../../core/ledger/entry.ts'

/** One journal entry with its place in the hash chain. */
export interface JournalEntry {
  readonly body: EntryBody
  /** Hex sha256. */
  readonly hash: string
  readonly previous_hash?: string
  /** When the retention of evidence removed what stood beside this entry. */
  readonly evidence_removed_at?: string
}

/** The entries of one call, sorted by what they are to it. */
export interface CallEntries {
  readonly callId: string
  readonly accountId: string
  readonly all: readonly JournalEntry[]
  /** What priced or posted the call: `settle`, `record`, `complete`, none of them refused. */
  readonly charges: readonly JournalEntry[]
  /** `refund`, `rerate`, `reverse`, `reattribute`, none of them refused. */
  readonly corrections: readonly JournalEntry[]
  readonly latest: JournalEntry
  /** The entry that says how the call ended. */
  readonly decisive: JournalEntry
  readonly bySeq: ReadonlyMap<number, EntryBody>
  readonly rating: RatingFacts | undefined
}

const CHARGES: ReadonlySet<EntryKind> = new Set(['settle', 'record', 'complete'])
const CORRECTIONS: ReadonlySet<EntryKind> = new Set(['refund', 'rerate', 'reverse', 'reattribute'])
const ATTEMPTS: ReadonlySet<EntryKind> = new Set(['authorize', 'release', 'expire_hold'])

const isCharge = ({ body }: JournalEntry): boolean => CHARGES.has(body.kind) && !body.refused
const isCorrection = ({ body }: JournalEntry): boolean =>
  CORRECTIONS.has(body.kind) && !body.refused
/** An attempt that ended without a charge, or that was not admitted. */
export const isAttempt = ({ body }: JournalEntry): boolean =>
  (ATTEMPTS.has(body.kind) && (body.kind === 'authorize' || !body.refused)) ||
  (body.kind === 'record' && body.refused !== undefined)

/** Reads the entries of one call; throws when they are not that, in `seq` order. */
export function callEntries(entries: readonly JournalEntry[]): CallEntries {
  const first = entries[0]
  if (!first) throw new Error('a receipt needs at least one journal entry')
  const callId = entries.find(({ body }) => body.call)?.body.call?.call_id
  if (callId === undefined) throw new Error('none of the entries belongs to a call')
  let seq = 0
  for (const { body } of entries) {
    if (!CHARGES.has(body.kind) && !CORRECTIONS.has(body.kind) && !ATTEMPTS.has(body.kind)) {
      throw new Error(`entry ${body.seq} (${body.kind}) is not part of a call`)
    }
    const sameCall = body.call === undefined || body.call.call_id === callId
    if (!sameCall || body.account_id !== first.body.account_id) {
      throw new Error(`entry ${body.seq} belongs to another call or account`)
    }
    if (body.seq <= seq) throw new Error(`entry ${body.seq} is not in order of seq`)
    seq = body.seq
  }
  const charges = entries.filter(isCharge)
  const attempts = entries.filter(isAttempt)
  const latest = entries.at(-1) ?? first
  return {
    callId,
    accountId: first.body.account_id,
    all: entries,
    charges,
    corrections: entries.filter(isCorrection),
    latest,
    decisive: charges.at(-1) ?? attempts.at(-1) ?? latest,
    bySeq: new Map(entries.map(({ body }) => [body.seq, body])),
    rating: newest(charges, 'rating'),
  }
}

/** The newest value of a fact: a completion adds to what the settlement said. */
export function newest<K extends keyof EntryBody>(
  entries: readonly JournalEntry[],
  fact: K,
): EntryBody[K] | undefined {
  return entries.findLast(({ body }) => body[fact] !== undefined)?.body[fact]
}

import type pg from 'pg'
import {
  type AccountState,
  cycleOf,
  type EntryBody,
  GENESIS_HASH,
  openingAfter,
  readInstant,
  type StatementContent,
  type StatementDocument,
  StatementFold,
} from '../../core/ledger/index.ts'
import { formatInstant, type Interval } from '../../core/time/index.ts'
import {
  closingsFrom,
  entriesUpTo,
  hashAt,
  readStatement,
  statementRanges,
  storeStatement,
} from '../../store/billing/statements.ts'
import { type AddedUp, keptStatements } from './added-up.ts'

type Pool = Pick<pg.Pool, 'query'>

/** An id that people have chosen stands whole. */
const WHOLE_MAX = 24
const SUFFIX_LENGTH = 12

/**
 * `S-acctcarla-0001`: the account's id, and the number in the account. Of a long id, as programs make them, its
 * end: `S-0198f3c2a7b1-0001`.
 */
export function documentLabel(prefix: 'S' | 'INV', accountId: string, number: number): string {
  const id = accountId.replaceAll(/[^A-Za-z0-9]/g, '')
  const named = id.length <= WHOLE_MAX ? id : id.slice(-SUFFIX_LENGTH)
  return `${prefix}-${named}-${number.toString().padStart(4, '0')}`
}

/** The statement of the open cycle as it stands. Closed ones before it are stored if they are not yet. */
export async function openStatement(pool: Pool, state: AccountState): Promise<StatementDocument> {
  const { number, start, end } = cycleOf(state)
  const before = await storeClosed(pool, state)
  return build(pool, state, { before, number, cycle: { start, end }, lastSeq: state.seq })
}

/**
 * Stores the statements of all closed cycles that have none, from the journal alone: whoever does it, and
 * however often, they are the same. Returns the last closed one.
 */
export async function storeClosed(
  pool: Pool,
  state: AccountState,
): Promise<StatementDocument | null> {
  let before = await readStatement(pool, state.accountId, null)
  if ((before?.number ?? 0) >= cycleOf(state).number - 1) return before
  for (const closing of await closingsFrom(pool, state.accountId, (before?.number ?? 0) + 1)) {
    const { number, start, end } = closing.cycle!
    const own = await build(pool, state, {
      before,
      number,
      cycle: { start: readInstant(start), end: readInstant(end) },
      lastSeq: closing.seq - 1,
      closing,
    })
    await storeStatement(pool, own)
    before = own
  }
  return before
}

interface Wanted {
  readonly before: StatementDocument | null
  readonly number: number
  readonly cycle: Interval
  /** No entry after this one is looked at. */
  readonly lastSeq: number
  readonly closing?: EntryBody
}

async function build(pool: Pool, state: AccountState, wanted: Wanted): Promise<StatementDocument> {
  const { before, number, cycle, closing } = wanted
  const { accountId } = state
  const previous = before?.hash ?? GENESIS_HASH
  const { hash, content } = closing
    ? await addUp(pool, state, wanted, await begin(pool, state, wanted))
    : await addUpOpen(pool, state, wanted)
  return {
    label: documentLabel('S', accountId, number),
    account_id: accountId,
    account_name: state.name,
    currency: state.currency,
    number,
    status: closing ? 'closed' : 'open',
    start: formatInstant(cycle.start),
    end: formatInstant(cycle.end),
    previous_hash: previous,
    hash,
    closed: closing ? { seq: closing.seq, at: closing.at } : null,
    ...content,
  }
}

/** Nothing is added yet. */
async function begin(
  pool: Pool,
  { accountId }: AccountState,
  { before, number, cycle }: Wanted,
): Promise<AddedUp> {
  const ranges = await statementRanges(pool, accountId)
  const opening = openingAfter(before)
  const fold = new StatementFold({
    opening,
    startsAt: cycle.start,
    statementOf: (seq) => {
      const on = ranges.find(({ lastSeq }) => seq <= lastSeq)
      return on && on.number < number ? on.number : null
    },
  })
  return { fold, seq: opening.seq, hash: before?.hash ?? GENESIS_HASH }
}

interface Sums {
  readonly hash: string
  readonly content: StatementContent
}

async function addUp(
  pool: Pool,
  { accountId }: AccountState,
  { cycle, lastSeq }: Wanted,
  own: AddedUp,
): Promise<Sums> {
  for await (const entry of entriesUpTo(pool, accountId, own.seq, lastSeq)) {
    // times never run backwards in an account: nothing of the cycle comes after this
    if (readInstant(entry.body.at) >= cycle.end) break
    own.fold.add(entry.body)
    own.seq = entry.body.seq
    own.hash = entry.hash
  }
  return { hash: own.hash, content: own.fold.content() }
}

/** Goes on from where this server was with it, if the journal still has the entry that it stopped at. */
async function addUpOpen(pool: Pool, state: AccountState, wanted: Wanted): Promise<Sums> {
  const kept = keptStatements(pool)
  const { accountId } = state
  const name = [accountId, wanted.number, wanted.cycle.start, wanted.cycle.end].join(' ')
  const known = kept.take(name, wanted.lastSeq)
  const isSame = known && (await hashAt(pool, accountId, known.seq)) === known.hash
  const own = isSame ? known : await begin(pool, state, wanted)
  const sums = await addUp(pool, state, wanted, own)
  kept.keep(name, own)
  return sums
}

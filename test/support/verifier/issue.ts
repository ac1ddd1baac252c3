import { createHash } from 'node:crypto'
import type { DatedBook } from '../../../src/core/audit/index.ts'
import {
  type EntryBody,
  GENESIS_HASH,
  openingAfter,
  readInstant,
  type StatementDocument,
  StatementFold,
} from '../../../src/core/ledger/index.ts'
import { formatInstant, type Instant } from '../../../src/core/time/index.ts'
import { Names, OpeningFold } from '../../../src/engine/billing/proof/opening.ts'
import { FORMAT } from '../../../src/verifier/index.ts'
import { TestLog, TestSigner } from './tree.ts'

/** An entry as the store keeps it. */
export interface Kept {
  readonly seq: number
  readonly hash: string
  readonly body: string
  readonly evidence: string | null
}

export interface Journal {
  readonly entries: readonly Kept[]
  readonly books: readonly DatedBook[]
}

export const SIGNER = new TestSigner('log.example/books', 7)
const EARLIER = '2026-01-01T00:00:00.000Z'

export const bodyOf = (own: Kept): EntryBody => JSON.parse(own.body) as EntryBody

/** Statements of a journal that is cut before these entries, as the engine makes them. */
export function statementsOf({ entries }: Journal, cuts: readonly number[]): StatementDocument[] {
  const made: StatementDocument[] = []
  let from = 0
  for (const to of [...cuts, entries.length]) {
    const own = entries.slice(from, to).map(bodyOf)
    const before = made.at(-1) ?? null
    const start = before?.end ?? own[0]!.at
    const next = entries[to]
    const end = next ? bodyOf(next).at : formatInstant((readInstant(own.at(-1)!.at) + 1) as Instant)
    const fold = new StatementFold({
      opening: openingAfter(before),
      startsAt: readInstant(start),
      statementOf: (seq) =>
        made.find(({ entries: { last_seq: last } }) => seq <= last)?.number ?? null,
    })
    for (const body of own) fold.add(body)
    const number = made.length + 1
    made.push({
      ...{ label: `S-${number}`, account_id: own[0]!.account_id, account_name: 'Story' },
      ...{ currency: own[0]!.currency, number, status: 'open', start, end, closed: null },
      previous_hash: before?.hash ?? GENESIS_HASH,
      hash: entries[to - 1]!.hash,
      ...fold.content(),
    })
    from = to
  }
  return made
}

/** Where a journal can be cut: an instant belongs to one statement. */
export function cutsOf({ entries }: Journal, wanted: readonly number[]): number[] {
  const places = entries
    .map((_, index) => index)
    .filter((index) => index > 0 && bodyOf(entries[index - 1]!).at < bodyOf(entries[index]!).at)
  const cuts = wanted.flatMap((own) => places[own % places.length] ?? [])
  return [...new Set(cuts)].sort((a, b) => a - b)
}

export interface Issued {
  readonly head: Record<string, unknown>
  readonly entries: readonly Kept[]
}

/** The parts of the file of a statement, sealed some entries after its last one. */
export function issue(
  journal: Journal,
  made: readonly StatementDocument[],
  { number, tail = 0, log = new TestLog(SIGNER) }: { number: number; tail?: number; log?: TestLog },
): Issued {
  const statement = made[number - 1]!
  const { first_seq: first, last_seq: last } = statement.entries
  const fold = new OpeningFold()
  const names = new Names()
  for (const own of journal.entries)
    if (own.seq < first) fold.add(bodyOf(own))
    else if (own.seq <= last) names.add(bodyOf(own))
  const sealed = journal.entries[Math.min(last + tail, journal.entries.length) - 1]!
  const index = log.append(statement.account_id, sealed.seq, sealed.hash)
  log.append('acct_other', 3, 'ab'.repeat(32))
  const ranges = made.slice(0, number - 1)
  return {
    head: {
      format: FORMAT,
      account_id: statement.account_id,
      statement,
      opening: fold.opening(
        names,
        made[number - 2] ?? null,
        ranges.map((own) => ({ number: own.number, lastSeq: own.entries.last_seq })),
      ),
      price_books: journal.books.map(({ document, publishedAt }) => ({
        published_at: publishedAt === null ? EARLIER : formatInstant(publishedAt),
        document,
      })),
      sealed: { seq: sealed.seq, hash: sealed.hash, index: `${index}`, path: log.path(index) },
      checkpoint: log.checkpoint(),
      key: log.signer.key,
    },
    entries: journal.entries.slice(first - 1, sealed.seq),
  }
}

/** The file itself, signed. */
export function fileOf({ head, entries }: Issued, signer = SIGNER): Buffer {
  const text = [head, ...entries].map((own) => `${JSON.stringify(own)}\n`).join('')
  const digest = createHash('sha256').update(text).digest('hex')
  const signature = signer.sign(`${FORMAT}\n${digest}\n`)
  return Buffer.from(`${text}${JSON.stringify({ signature })}\n`)
}

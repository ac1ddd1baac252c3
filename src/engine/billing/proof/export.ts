import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { LogSigner } from '../../../checkpoints/index.ts'
import type { EntryBody, StatementDocument } from '../../../core/ledger/index.ts'
import { booksFor, storedEntries } from '../../../store/billing/proofs.ts'
import { readStatement, statementRanges } from '../../../store/billing/statements.ts'
import { sealedHead } from '../../../store/log/index.ts'
import { Names, OpeningFold } from './opening.ts'

/** The form of the file, which `docs/concepts/verify-yourself.md` describes. */
const FORMAT = 'everycent-statement-proof/1'

export interface ProofParts {
  readonly pool: pg.Pool
  readonly signer: LogSigner
}

/**
 * The file by which anybody can check a statement, line by line: what it begins with, the journal entries up
 * to one whose hash is in the log, and a signature of all of it. `null`: no head that covers the statement is
 * sealed yet by the key that signs. Read in pages, so that its length is not kept in memory.
 */
export async function statementProof(
  { pool, signer }: ProofParts,
  statement: StatementDocument,
): Promise<AsyncGenerator<string> | null> {
  const { account_id: accountId, closed, entries } = statement
  const sealed = await sealedHead(pool, accountId, closed?.seq ?? entries.last_seq)
  if (!sealed || sealed.key !== signer.key) return null
  const { seq, hash, index, path, checkpoint, key } = sealed
  const head = {
    format: FORMAT,
    account_id: accountId,
    statement,
    ...(await openingOf(pool, statement)),
    sealed: { seq, hash, index: index.toString(), path },
    checkpoint,
    key,
  }
  const range = { after: entries.first_seq - 1, last: seq }
  return signed(signer, head, storedEntries(pool, accountId, range))
}

async function openingOf(pool: pg.Pool, statement: StatementDocument) {
  const { account_id: accountId, currency, number, entries } = statement
  const names = new Names()
  const cycle = { after: entries.first_seq - 1, last: entries.last_seq }
  for await (const { body } of storedEntries(pool, accountId, cycle)) names.add(bodyOf(body))
  const fold = new OpeningFold()
  const before = { after: 0, last: cycle.after }
  for await (const { body } of storedEntries(pool, accountId, before)) fold.add(bodyOf(body))
  const previous = number === 1 ? null : await readStatement(pool, accountId, number - 1)
  const ranges = await statementRanges(pool, accountId)
  return {
    opening: fold.opening(
      names,
      previous,
      ranges.filter((own) => own.number < number),
    ),
    price_books: await booksFor(pool, currency, [...names.books]),
  }
}

const bodyOf = (text: string): EntryBody => JSON.parse(text) as EntryBody

async function* signed(
  signer: LogSigner,
  head: object,
  entries: AsyncIterable<object>,
): AsyncGenerator<string> {
  const digest = createHash('sha256')
  const line = (own: object): string => {
    const text = `${JSON.stringify(own)}\n`
    digest.update(text)
    return text
  }
  yield line(head)
  for await (const entry of entries) yield line(entry)
  const signature = signer.sign(`${FORMAT}\n${digest.digest('hex')}\n`)
  yield `${JSON.stringify({ signature })}\n`
}

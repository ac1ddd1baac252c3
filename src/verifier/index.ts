import { createHash } from 'node:crypto'
import type { Account } from './account.ts'
import { compare, Lie, moment, same } from './amounts.ts'
import { type Body, isCharge, isCorrection } from './body.ts'
import type { PublishedBook } from './book.ts'
import { Charges, checkSums, link } from './entry.ts'
import { bytesOf, type EntryLine, FORMAT, type Head, Lines } from './file.ts'
import { checkCap, checkCharge } from './funding.ts'
import { isConsistent, leafHash, rootOfInclusion } from './merkle.ts'
import { type LogKey, openCheckpoint, readKey } from './note.ts'
import { type Closing, checkOpening, follow } from './opening.ts'
import { checkRating } from './prices.ts'
import { Recount, type Statement } from './statement.ts'

export { FORMAT } from './file.ts'
export { readKey } from './note.ts'

export interface Trusted {
  /** The log's key, from somewhere else than the file; absent: the one in the file. */
  readonly key?: string
  /** A checkpoint that was kept from before, and the proof that the file's one goes on from it. */
  readonly earlier?: { readonly note: string; readonly proof: readonly string[] }
  /** The file of the statement before. */
  readonly previous?: Uint8Array
}

export interface Verified {
  readonly ok: true
  readonly account_id: string
  readonly statement: string
  readonly status: 'closed' | 'open'
  readonly entries: number
  /** After the statement's last entry, up to the sealed one. */
  readonly tail: number
  /** Lines of receipts that were computed. */
  readonly lines: number
  readonly books: readonly { readonly id: string; readonly sha256: string }[]
  readonly log: { readonly name: string; readonly size: string }
  readonly key: string
  /** `file`: the key came with the file, so that it has to be compared with the published one. */
  readonly key_from: 'given' | 'file'
  /** Where the opening came from: the statement before, nothing (the first one), or the file's own word. */
  readonly opening_from: 'previous' | 'nothing' | 'file'
  readonly earlier_checkpoint: boolean
}

export interface NotTrue {
  readonly ok: false
  /** `previous`: of the file of the statement before. */
  readonly file: 'this' | 'previous'
  /** Of the entry; `null`: it is in none. */
  readonly seq: number | null
  readonly field: string
  readonly stated: unknown
  readonly computed: unknown
}

/** Whether everything in the file is true; else the first thing that is not. */
export function verifyStatement(file: Uint8Array, trusted: Trusted = {}): Verified | NotTrue {
  const run = new Run(trusted)
  try {
    return run.verify(file)
  } catch (error) {
    const { seq, isPrevious } = run
    const at = { ok: false, file: isPrevious ? 'previous' : 'this', seq } as const
    if (error instanceof Lie)
      return { ...at, field: error.message, stated: error.stated, computed: error.computed }
    return { ...at, field: 'shape of the file', stated: `${error}`, computed: FORMAT }
  }
}

class Run {
  readonly #trusted: Trusted
  seq: number | null = null
  isPrevious = false

  constructor(trusted: Trusted) {
    this.#trusted = trusted
  }

  verify(file: Uint8Array): Verified {
    const { previous } = this.#trusted
    this.isPrevious = previous !== undefined
    const before = previous && this.#read(previous).closing
    this.isPrevious = false
    const read = this.#read(file)
    const first = read.closing.statement.number === 1
    if (before) follow(before, read.head)
    return {
      ...read.verdict,
      opening_from: before ? 'previous' : first ? 'nothing' : 'file',
    }
  }

  #read(file: Uint8Array) {
    this.seq = null
    const lines = new Lines(file)
    const head = JSON.parse(lines.next()) as Head
    same('format', head.format, FORMAT)
    const key = this.#key(head)
    const account = checkOpening(head)
    const { statement, price_books: books, opening } = head
    const recount = new Recount(opening, statement, account)
    const charges = new Charges(statement.entries.first_seq)
    let hash = statement.previous_hash
    let counted = 0
    const tail: Body[] = []
    for (let seq = statement.entries.first_seq; seq <= head.sealed.seq; seq += 1) {
      this.seq = seq
      const { body, hash: next } = this.#entry(JSON.parse(lines.next()) as EntryLine, hash, head)
      hash = next
      if (seq > statement.entries.last_seq) {
        tail.push(body)
        continue
      }
      inCycle(body, statement)
      counted += this.#check(body, { books, account, charges, currency: statement.currency })
      recount.add(body)
      account.take(body)
      if (seq === statement.entries.last_seq) same('hash of the statement', statement.hash, hash)
    }
    this.seq = null
    checkFrame(statement, tail)
    recount.compare(statement, account.plan)
    same('hash that was sealed', head.sealed.hash, hash)
    const size = this.#seal(head, key)
    lines.checkEnd(key)
    const closing = { statement, account, notInvoiced: recount.notInvoiced, books }
    return {
      head,
      closing: closing satisfies Closing,
      verdict: this.#verdict(head, { counted, size }),
    }
  }

  #verdict(head: Head, own: { readonly counted: number; readonly size: bigint }) {
    const { statement, price_books: books, sealed } = head
    const { count, last_seq: last } = statement.entries
    const sha256 = (document: unknown) =>
      createHash('sha256').update(JSON.stringify(document)).digest('hex')
    return {
      ok: true,
      account_id: head.account_id,
      statement: statement.label,
      status: statement.closed ? 'closed' : 'open',
      entries: count,
      tail: sealed.seq - last,
      lines: own.counted,
      books: books.map(({ document }) => ({ id: document.id, sha256: sha256(document) })),
      log: { name: readKey(head.key)?.name ?? '', size: own.size.toString() },
      key: head.key.trim(),
      key_from: this.#trusted.key === undefined ? 'file' : 'given',
      earlier_checkpoint: this.#trusted.earlier !== undefined,
    } as const
  }

  #key(head: Head): LogKey {
    const key = readKey(head.key)
    if (!key) throw new Lie('key', head.key, 'a key of the form name+hash+base64')
    if (this.#trusted.key !== undefined) same('key', head.key.trim(), this.#trusted.key.trim())
    return key
  }

  #entry(line: EntryLine, previous: string, head: Head): { body: Body; hash: string } {
    same('number of the entry', line.seq, this.seq)
    const hash = link(previous, line.body)
    same('hash', line.hash, hash)
    const body = JSON.parse(line.body) as Body
    same('number in the entry', body.seq, this.seq)
    same('account of the entry', body.account_id, head.account_id)
    if (line.evidence !== null)
      same(
        'evidence',
        body.evidence_sha256,
        createHash('sha256').update(line.evidence, 'utf8').digest('hex'),
      )
    return { body, hash }
  }

  #check(
    body: Body,
    own: {
      readonly books: readonly PublishedBook[]
      readonly account: Account
      readonly charges: Charges
      readonly currency: string
    },
  ): number {
    checkSums(body, own.account, own.currency)
    own.account.check(body)
    const counted = checkRating(body, own.books)
    if (isCharge(body)) checkCharge(body, own.account)
    if (isCharge(body) || isCorrection(body)) for (const use of body.caps ?? []) checkCap(body, use)
    own.charges.take(body)
    return counted
  }

  /** Leads from the sealed entry to the signed root, and from an older root to this one. */
  #seal({ sealed, checkpoint: note, account_id }: Head, key: LogKey): bigint {
    const checkpoint = openCheckpoint(note, key)
    if (!checkpoint) throw new Lie('checkpoint', note, 'one that is signed by the key')
    const leaf = JSON.stringify({ account_id, seq: sealed.seq, hash: sealed.hash })
    const root = rootOfInclusion({
      index: BigInt(sealed.index),
      size: checkpoint.size,
      leaf: leafHash(Buffer.from(leaf)),
      path: sealed.path.map(bytesOf),
    })
    same('root of the log', root?.toString('hex'), checkpoint.root.toString('hex'))
    const { earlier } = this.#trusted
    if (!earlier) return checkpoint.size
    const before = openCheckpoint(earlier.note, key)
    if (!before) throw new Lie('earlier checkpoint', earlier.note, 'one that is signed by the key')
    if (!isConsistent(before, checkpoint, earlier.proof.map(bytesOf)))
      throw new Lie('history of the log', `goes on from size ${before.size}`, 'another history')
    return checkpoint.size
  }
}

function inCycle({ at }: Body, { start, end }: Statement): void {
  if (moment(at) < moment(start) || moment(at) >= moment(end))
    throw new Lie('time of the entry', at, `from ${start} to ${end}`)
}

/** Nothing of the cycle comes after its last entry, and it is closed as it says. */
function checkFrame(statement: Statement, tail: readonly Body[]): void {
  const { closed, end, number, start } = statement
  if (!closed) return
  const [first] = tail
  if (first && moment(first.at) < moment(end))
    throw new Lie('last entry', statement.entries.last_seq, `${first.seq} is in the cycle, too`)
  const closing = tail.find(({ seq }) => seq === closed.seq)
  if (!closing) throw new Lie('closing entry', closed.seq, 'one that is in the file')
  same('closing entry', closing.kind, 'close_statement')
  same('time of the closing', closed.at, closing.at)
  compare('cycle', closing.cycle, { number, start, end })
}

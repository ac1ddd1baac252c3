import { createHash } from 'node:crypto'
import { Account, type Opening } from './account.ts'
import { Lie, moment, same } from './amounts.ts'
import { type Body, isCharge } from './body.ts'
import { Charges, checkSums, link } from './entry.ts'
import { checkCharge } from './funding.ts'
import { isConsistent, leafHash, rootOfInclusion } from './merkle.ts'
import { isSigned, type LogKey, openCheckpoint, readKey } from './note.ts'
import { checkRating, type PublishedBook } from './prices.ts'
import { compare, Recount, type Statement } from './statement.ts'

/*
 * A statement with all that is needed to believe it, as lines of JSON: a head, the journal entries from the
 * first of the statement to the sealed one, and a signature of all lines before it. What each line has to
 * hold is in docs/concepts/verify-yourself.md. Needs no server, no database, no network and no clock.
 */

export const FORMAT = 'everycent-statement-proof/1'

interface Head {
  readonly format: string
  readonly account_id: string
  readonly statement: Statement & { readonly label: string }
  readonly opening: Opening
  readonly price_books: readonly PublishedBook[]
  /** The entry whose hash is in the log: the last one of the statement, or one after it. */
  readonly sealed: {
    readonly seq: number
    readonly hash: string
    readonly index: string
    readonly path: readonly string[]
  }
  readonly checkpoint: string
  readonly key: string
}

interface EntryLine {
  readonly seq: number
  readonly hash: string
  /** As it was written: these bytes are hashed. */
  readonly body: string
  readonly evidence: string | null
}

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

/** What a file leaves behind, for the file of the next statement. */
interface Closing {
  readonly statement: Statement
  readonly account: Account
  readonly notInvoiced: Readonly<Record<'overage' | 'fees', string>>
  readonly books: readonly PublishedBook[]
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
    const charges = new Charges()
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
      counted += this.#check(body, { books, account, charges })
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
    },
  ): number {
    checkSums(body, own.account)
    own.account.check(body)
    const counted = checkRating(body, own.books)
    if (isCharge(body)) checkCharge(body, own.account)
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

/** Text that is exactly the hexadecimal form of its bytes. */
function bytesOf(hex: string): Buffer {
  const bytes = Buffer.from(hex, 'hex')
  same('hash of a proof', hex, bytes.toString('hex'))
  return bytes
}

/** The lines of a file, and the digest of those that were read. */
class Lines {
  readonly #file: Buffer
  readonly #digest = createHash('sha256')
  #at = 0

  constructor(file: Uint8Array) {
    this.#file = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  }

  next(): string {
    const end = this.#file.indexOf(10, this.#at)
    if (end < 0) throw new Lie('end of the file', 'cut off', 'a line of its signature')
    const line = this.#file.subarray(this.#at, end)
    this.#digest.update(this.#file.subarray(this.#at, end + 1))
    this.#at = end + 1
    return line.toString('utf8')
  }

  /** The last line signs all lines before it, so that not a byte can be changed. */
  checkEnd(key: LogKey): void {
    const signed = `${FORMAT}\n${this.#digest.copy().digest('hex')}\n`
    const line = this.next()
    const { signature } = JSON.parse(line) as { readonly signature: string }
    const bytes = Buffer.from(signature, 'base64')
    same('line of the signature', line, JSON.stringify({ signature: bytes.toString('base64') }))
    if (!isSigned(key, signed, bytes))
      throw new Lie('signature of the file', signature, 'another one')
    same('bytes after the signature', this.#file.length - this.#at, 0)
  }
}

const GENESIS = '0'.repeat(64)

/** What can be said of the opening by itself. */
function checkOpening({ statement, opening, account_id }: Head): Account {
  same('account', statement.account_id, account_id)
  const { first_seq: first, last_seq: last, count } = statement.entries
  same('number of entries', count, last - first + 1)
  const numbers = opening.statements.map(({ number }) => number)
  compare(
    'statements before',
    numbers,
    [...Array(statement.number - 1).keys()].map((own) => own + 1),
  )
  const before = opening.statements.at(-1)?.last_seq ?? 0
  same('first entry', first, before + 1)
  if (before === 0) {
    same('hash before the first entry', statement.previous_hash, GENESIS)
    for (const name of ['lots', 'windows', 'caps'] as const)
      same(`${name} before the first entry`, opening[name].length, 0)
    for (const [name, own] of Object.entries(statement.balances))
      same(`opening of ${name}`, own.opening, '0')
    const { paid_use, overage_limit, overage_used, not_invoiced } = opening
    const nothing = { paid_use: false, overage_limit: null, overage_used: '0' }
    compare('opening', { paid_use, overage_limit, overage_used }, nothing)
    compare('opening.not_invoiced', not_invoiced, { overage: '0', fees: '0' })
  }
  return new Account(opening)
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

/** The opening has to be what the statement before ended with. */
function follow({ statement: before, account, notInvoiced, books }: Closing, head: Head): void {
  const { statement, opening } = head
  same('account of the statement before', before.account_id, statement.account_id)
  same('number of the statement before', before.number, statement.number - 1)
  same('hash before the statement', statement.previous_hash, before.hash)
  same('first entry', statement.entries.first_seq, before.entries.last_seq + 1)
  const now = new Account(opening)
  for (const name of ['plan', 'paidUse', 'overageLimit', 'overageUsed'] as const)
    same(`opening: ${name}`, now[name], account[name])
  compare('opening.not_invoiced', opening.not_invoiced, notInvoiced)
  for (const name of ['plan_credit', 'invoiced'])
    same(`opening of ${name}`, statement.balances[name]?.opening, closingOf(before, name))
  for (const id of new Set([...now.lots.keys(), ...account.lots.keys()])) {
    const [lot, was] = [now.lots.get(id), account.lots.get(id)]
    // one that is used up need not be carried on
    if (!lot && was?.left === 0n) continue
    if (!was && lot?.left === 0n) continue
    compare(`opening: ${id}`, lot, was)
  }
  for (const [key, run] of now.runs) {
    const was = account.runs.get(key)
    if (was) compare(`opening: window ${key}`, run, was)
  }
  for (const [key, spent] of now.spent) {
    const was = account.spent.get(key)
    if (was !== undefined) same(`opening: spent of cap ${key}`, spent, was)
  }
  for (const { document } of head.price_books) {
    const known = books.find((own) => own.document.id === document.id)
    if (known)
      same(`price book ${document.id}`, JSON.stringify(document), JSON.stringify(known.document))
  }
}

const closingOf = (statement: Statement, name: string): unknown =>
  (statement.balances[name] as { readonly closing?: unknown } | undefined)?.closing

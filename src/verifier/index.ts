import { createHash } from 'node:crypto'
import { Lie, same } from './amounts.ts'
import { Balances, checkStatement, type Opening, type Statement } from './balances.ts'
import { type Body, checkOrder, checkSums, link } from './journal.ts'
import { isConsistent, leafHash, rootOfInclusion } from './merkle.ts'
import { isSigned, type LogKey, openCheckpoint, readKey } from './note.ts'
import { type Book, checkLines, type Priced } from './prices.ts'

export { isConsistent, leafHash, nodeHash, rootOfInclusion, type Tree } from './merkle.ts'
export { type Checkpoint, keyHash, type LogKey, openCheckpoint, readKey } from './note.ts'

/** A statement with all that is needed to believe it. See docs/concepts/verify-yourself.md. */
export interface StatementProof {
  readonly format: typeof FORMAT
  readonly account_id: string
  /** Of the last entry before the first one here. */
  readonly previous_hash: string
  readonly opening: Opening
  readonly entries: readonly {
    readonly seq: number
    readonly hash: string
    /** As it was written: these bytes are hashed. */
    readonly body: string
    readonly evidence: string | null
  }[]
  readonly price_books: readonly Book[]
  readonly statement: Statement
  readonly sealed: {
    readonly seq: number
    readonly hash: string
    readonly index: string
    readonly path: readonly string[]
  }
  readonly checkpoint: string
  readonly key: string
  /** Of all of the above, by the key, base64. */
  readonly signature: string
}

export const FORMAT = 'everycent-statement-proof/1'

export interface Trusted {
  /** The log's key, from somewhere else than the file; absent: the one in the file. */
  readonly key?: string
  /** A checkpoint that was kept from before, and the proof that the file's one goes on from it. */
  readonly earlier?: { readonly note: string; readonly proof: readonly string[] }
}

export type Verdict =
  | { readonly ok: true; readonly entries: number; readonly lines: number; readonly size: string }
  | {
      readonly ok: false
      readonly seq: number | null
      readonly field: string
      readonly stated: unknown
      readonly computed: unknown
    }

/** Whether everything in the file is true; else the first thing that is not. Needs no network and no clock. */
export function verifyStatement(text: string, trusted: Trusted = {}): Verdict {
  let seq: number | null = null
  try {
    const proof = readProof(text)
    const key = checkSignature(proof, trusted)
    const counted = checkEntries(proof, (at) => {
      seq = at
    })
    seq = null
    const size = checkSeal(proof, key, trusted)
    return { ok: true, entries: proof.entries.length, lines: counted, size: size.toString() }
  } catch (error) {
    if (error instanceof Lie)
      return {
        ok: false,
        seq,
        field: error.message,
        stated: error.stated,
        computed: error.computed,
      }
    return { ok: false, seq, field: 'shape of the file', stated: String(error), computed: FORMAT }
  }
}

function readProof(text: string): StatementProof {
  const proof = JSON.parse(text) as StatementProof
  same('format', proof.format, FORMAT)
  return proof
}

/** The file is signed as a whole, so that nothing in it can be changed, not even what no sum depends on. */
function checkSignature(proof: StatementProof, trusted: Trusted): LogKey {
  const key = readKey(trusted.key ?? proof.key)
  if (!key) throw new Lie('key', proof.key, 'a key of the form name+hash+base64')
  same('key', proof.key.trim(), (trusted.key ?? proof.key).trim())
  const { signature, ...content } = proof
  const signed = Buffer.from(signature, 'base64')
  if (signed.toString('base64') !== signature || !isSigned(key, JSON.stringify(content), signed))
    throw new Lie('signature of the file', signature, 'another one')
  return key
}

/** Returns how many lines were computed. */
function checkEntries(proof: StatementProof, at: (seq: number) => void): number {
  const { entries, statement } = proof
  const books = new Map(proof.price_books.map((book) => [book.id, book]))
  const first = statement.entries.first_seq
  const balances = new Balances(proof.opening, first === 1)
  let hash = proof.previous_hash
  let lines = 0
  const bodies = entries.map((entry, index) => {
    at(first + index)
    same('number of the entry', entry.seq, first + index)
    hash = link(hash, entry.body)
    same('hash', entry.hash, hash)
    const body = JSON.parse(entry.body) as Body
    same('number in the entry', body.seq, entry.seq)
    same('account of the entry', body.account_id, proof.account_id)
    checkEvidence(body, entry.evidence)
    checkSums(body)
    checkOrder(body)
    lines += checkRating(body, books)
    balances.take(body)
    return body
  })
  same('account', statement.account_id, proof.account_id)
  same('number of entries', statement.entries.count, entries.length)
  same('last entry', statement.entries.last_seq, first + entries.length - 1)
  same('hash before the statement', statement.previous_hash, proof.previous_hash)
  same('hash of the statement', statement.hash, hash)
  checkStatement(statement, bodies)
  return lines
}

function checkEvidence({ evidence_sha256: stated }: Body, evidence: string | null): void {
  if (evidence === null) return
  same('evidence', stated, createHash('sha256').update(evidence, 'utf8').digest('hex'))
}

const UNKNOWN = { tier: null, speed: null, region: null }

function checkRating({ rating, served, at }: Body, books: ReadonlyMap<string, Book>): number {
  if (rating?.status !== 'priced') return 0
  const book = books.get(rating.book ?? '')
  if (!book) throw new Lie('price book', rating.book, 'not in the file')
  if (Date.parse(book.effective_from) > Date.parse(at))
    throw new Lie('price book', book.effective_from, `in force at ${at}`)
  checkLines(book, rating as unknown as Priced, served ?? UNKNOWN)
  return rating.lines?.length ?? 0
}

/** Leads from the account's chain to the signed root, and from an older root to this one. */
function checkSeal(proof: StatementProof, key: LogKey, { earlier }: Trusted): bigint {
  const { sealed, entries } = proof
  const last = entries.at(-1)
  if (last && sealed.seq < last.seq) throw new Lie('sealed up to', sealed.seq, last.seq)
  if (last && sealed.seq === last.seq) same('sealed hash', sealed.hash, last.hash)
  const checkpoint = openCheckpoint(proof.checkpoint, key)
  if (!checkpoint) throw new Lie('checkpoint', proof.checkpoint, 'one that is signed by the key')
  const { account_id } = proof
  const leaf = leafHash(
    Buffer.from(JSON.stringify({ account_id, seq: sealed.seq, hash: sealed.hash })),
  )
  const root = rootOfInclusion({
    index: BigInt(sealed.index),
    size: checkpoint.size,
    leaf,
    path: sealed.path.map((own) => Buffer.from(own, 'hex')),
  })
  same('root of the log', root?.toString('hex'), checkpoint.root.toString('hex'))
  if (earlier) {
    const before = openCheckpoint(earlier.note, key)
    if (!before) throw new Lie('earlier checkpoint', earlier.note, 'one that is signed by the key')
    const path = earlier.proof.map((own) => Buffer.from(own, 'hex'))
    if (!isConsistent(before, checkpoint, path))
      throw new Lie('history of the log', `size ${before.size}`, 'another past')
  }
  return checkpoint.size
}

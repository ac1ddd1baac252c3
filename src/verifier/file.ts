import { createHash } from 'node:crypto'
import type { Opening } from './account.ts'
import { Lie, same } from './amounts.ts'
import type { PublishedBook } from './book.ts'
import { isSigned, type LogKey } from './note.ts'
import type { Statement } from './statement.ts'

/*
 * A statement with all that is needed to believe it, as lines of JSON: a head, the journal entries from the
 * first of the statement to the sealed one, and a signature of all lines before it. What each line has to
 * hold is in docs/concepts/verify-yourself.md. Needs no server, no database, no network and no clock.
 */

export const FORMAT = 'everycent-statement-proof/1'

export interface Head {
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

export interface EntryLine {
  readonly seq: number
  readonly hash: string
  /** As it was written: these bytes are hashed. */
  readonly body: string
  readonly evidence: string | null
}

/** Text that is exactly the hexadecimal form of its bytes. */
export function bytesOf(hex: string): Buffer {
  const bytes = Buffer.from(hex, 'hex')
  same('hash of a proof', hex, bytes.toString('hex'))
  return bytes
}

/** The lines of a file, and the digest of those that were read. */
export class Lines {
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

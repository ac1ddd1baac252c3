import { createHash, createPublicKey, verify } from 'node:crypto'
import type { Tree } from './merkle.ts'

/**
 * Checkpoints are signed notes (C2SP signed-note, tlog-checkpoint): the log's name, its size, its root,
 * a blank line, and lines of signatures. Keys are Ed25519.
 */

export interface LogKey {
  readonly name: string
  /** Four bytes that a signature names its key by. */
  readonly hash: Buffer
  /** 32 bytes. */
  readonly publicKey: Buffer
}

const ED25519 = 1
const KEY_BYTES = 32
const HASH_BYTES = 4

/** `name+hash+base64(algorithm ‖ key)`, as logs publish it. `null`: it is none, or its hash is wrong. */
export function readKey(text: string): LogKey | null {
  const [name = '', hash = '', ...rest] = text.trim().split('+')
  const bytes = Buffer.from(rest.join('+'), 'base64')
  if (bytes.length !== KEY_BYTES + 1 || bytes[0] !== ED25519) return null
  if (name === '' || /\s/.test(name) || bytes.toString('base64') !== rest.join('+')) return null
  const publicKey = bytes.subarray(1)
  const own = keyHash(name, publicKey)
  return own.toString('hex') === hash ? { name, hash: own, publicKey } : null
}

const keyHash = (name: string, publicKey: Buffer): Buffer =>
  createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(ED25519))
    .update(publicKey)
    .digest()
    .subarray(0, HASH_BYTES)

/** An Ed25519 public key as Node wants it: SPKI, whose first bytes are always these. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

export const isSigned = (key: LogKey, text: string | Buffer, signature: Buffer): boolean =>
  verify(
    null,
    Buffer.from(text),
    createPublicKey({ key: Buffer.concat([SPKI, key.publicKey]), format: 'der', type: 'spki' }),
    signature,
  )

export interface Checkpoint extends Tree {
  readonly origin: string
}

/**
 * Reads a checkpoint whose signature by the key is right; `null`: it is not, or it is no checkpoint.
 * Signatures of other keys (witnesses) are skipped; a wrong one of this key spoils the note.
 */
export function openCheckpoint(note: string, key: LogKey): Checkpoint | null {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) return null
  const text = note.slice(0, end + 1)
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map(readSignature)
  if (signatures.includes(null)) return null
  const own = signatures.filter((found) => found?.name === key.name && found.hash.equals(key.hash))
  if (own.length === 0 || !own.every((found) => found && isSigned(key, text, found.bytes)))
    return null
  return readTree(text, key)
}

/** Three lines; others may follow and mean nothing here, but none is empty. */
function readTree(text: string, key: LogKey): Checkpoint | null {
  const lines = text.slice(0, -1).split('\n')
  const [origin = '', size = '', root = ''] = lines
  const bytes = Buffer.from(root, 'base64')
  if (lines.includes('') || origin !== key.name) return null
  if (!/^(0|[1-9]\d{0,18})$/.test(size)) return null
  if (bytes.toString('base64') !== root || bytes.length !== KEY_BYTES) return null
  return { origin, size: BigInt(size), root: bytes }
}

interface Signature {
  readonly name: string
  readonly hash: Buffer
  readonly bytes: Buffer
}

function readSignature(line: string): Signature | null {
  const [, name, encoded = ''] = /^— ([^\s+]+) (\S+)$/.exec(line) ?? []
  const bytes = Buffer.from(encoded, 'base64')
  if (name === undefined || bytes.toString('base64') !== encoded) return null
  if (bytes.length <= HASH_BYTES) return null
  return { name, hash: bytes.subarray(0, HASH_BYTES), bytes: bytes.subarray(HASH_BYTES) }
}

import { createHash, createPublicKey, verify } from 'node:crypto'
import type { TreeHead } from './proofs.ts'

/**
 * Checkpoints as text: C2SP's tlog-checkpoint inside its signed-note. The log's name, the size of its
 * tree and its root, each in a line; a blank line; and a line for each signature.
 */

/** Ed25519, in the registry of signed notes. */
const ALGORITHM = Buffer.of(1)
const KEY_BYTES = 32
const KEY_HASH_BYTES = 4

export interface PublicLogKey {
  readonly name: string
  /** Hex of the four bytes that stand for the key in a signature. */
  readonly id: string
  /** 32 bytes. */
  readonly bytes: Buffer
}

/** A name stands in lines and before a `+`; nothing that could be taken for either is in it. */
export const LOG_NAME = /^[A-Za-z0-9._/:-]{1,128}$/

/** Hex of the first four bytes of the hash of name and key. */
export const keyId = (name: string, bytes: Buffer): string =>
  createHash('sha256')
    .update(`${name}\n`, 'utf8')
    .update(ALGORITHM)
    .update(bytes)
    .digest('hex')
    .slice(0, KEY_HASH_BYTES * 2)

/** `name+id+base64`: as a log's key is published. */
export const keyText = ({ name, id, bytes }: PublicLogKey): string =>
  `${name}+${id}+${Buffer.concat([ALGORITHM, bytes]).toString('base64')}`

/** `null`: the text is no key of Ed25519, or its id is not that of its bytes. */
export function readKeyText(text: string): PublicLogKey | null {
  const [, name = '', id = '', encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? []
  const bytes = exactBase64(encoded)
  if (bytes?.length !== KEY_BYTES + 1 || bytes[0] !== ALGORITHM[0]) return null
  const key = { name, id, bytes: bytes.subarray(1) }
  return keyId(name, key.bytes) === id ? key : null
}

/** What is signed. */
export const checkpointText = (name: string, { size, root }: TreeHead): string =>
  `${name}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`

/** A signature's line, over what `checkpointText` says. */
export const signatureLine = (
  { name, id }: Pick<PublicLogKey, 'name' | 'id'>,
  signature: Buffer,
): string => `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`

export const noteOf = (text: string, signatures: readonly string[]): string =>
  `${text}\n${signatures.join('')}`

/** DER of an Ed25519 public key is these bytes and the key. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

const isSignedBy = (key: PublicLogKey, text: string, signature: Buffer): boolean =>
  verify(
    null,
    Buffer.from(text, 'utf8'),
    createPublicKey({ key: Buffer.concat([SPKI, key.bytes]), format: 'der', type: 'spki' }),
    signature,
  )

export interface OpenedNote extends TreeHead {
  readonly name: string
  /** Of the keys asked about, those that signed it, in the order of its lines. */
  readonly signedBy: readonly PublicLogKey[]
}

/**
 * Reads a checkpoint and tells which of the keys signed it. `null`: it is no checkpoint, or a signature in
 * the name of one of the keys is wrong. Other signatures, such as those of witnesses, are passed over.
 */
export function openNote(note: string, keys: readonly PublicLogKey[]): OpenedNote | null {
  const parts = /^((?:[^\n]+\n)+)\n((?:— [^\s+]+ \S+\n)+)$/.exec(note)
  const [, text = '', signatures = ''] = parts ?? []
  const head = readText(text)
  if (!head) return null
  const signedBy: PublicLogKey[] = []
  for (const line of signatures.trimEnd().split('\n')) {
    const [, name, encoded = ''] = line.split(' ')
    const bytes = exactBase64(encoded)
    if (!bytes || bytes.length <= KEY_HASH_BYTES) return null
    const id = bytes.subarray(0, KEY_HASH_BYTES).toString('hex')
    const key = keys.find((own) => own.name === name && own.id === id)
    if (!key) continue
    if (!isSignedBy(key, text, bytes.subarray(KEY_HASH_BYTES))) return null
    signedBy.push(key)
  }
  return { ...head, signedBy }
}

/** Lines after the third are extensions, of which this log makes none. */
function readText(text: string): (TreeHead & { readonly name: string }) | null {
  const [name = '', size = '', encoded = ''] = text.split('\n')
  const root = exactBase64(encoded)
  if (!LOG_NAME.test(name) || !/^(?:0|[1-9]\d{0,17})$/.test(size) || root?.length !== 32)
    return null
  return { name, size: BigInt(size), root: root.toString('hex') }
}

/** Base64 that is written in the one right way. */
function exactBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return text !== '' && bytes.toString('base64') === text ? bytes : null
}

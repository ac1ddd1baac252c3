import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { isSigned, type LogKey, openCheckpoint, readKey } from '../../src/verifier/note.ts'

/** The key and the note that the package of Go for signed notes publishes as its example. */
const PUBLISHED_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const PUBLISHED_TEXT =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n"
const PUBLISHED_SIGNATURE =
  'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM='

/** A signer of the test's own, by node:crypto only. */
function signer(name: string): { readonly key: LogKey; readonly line: (text: string) => string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url')
  const typed = Buffer.concat([Buffer.of(1), raw])
  const hash = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4)
  const key = readKey(`${name}+${hash.toString('hex')}+${typed.toString('base64')}`)
  if (!key) throw new Error('the key of the test is not read')
  return { key, line: (text) => signed({ name, hash, privateKey }, text) }
}

interface Secret {
  readonly name: string
  readonly hash: Buffer
  readonly privateKey: KeyObject
}

const signed = ({ name, hash, privateKey }: Secret, text: string): string =>
  `— ${name} ${Buffer.concat([hash, sign(null, Buffer.from(text), privateKey)]).toString('base64')}\n`

const LOG = signer('log.example/books')
const WITNESS = signer('witness.example')
const STRANGER = signer('log.example/books')
const ROOT = Buffer.alloc(32, 7)
const TEXT = `log.example/books\n42\n${ROOT.toString('base64')}\n`
const NOTE = `${TEXT}\n${LOG.line(TEXT)}`
const resigned = (text: string): string => `${text}\n${LOG.line(text)}`

test('a published key is read, and the published signature is by it', () => {
  const key = readKey(PUBLISHED_KEY)
  const bytes = Buffer.from(PUBLISHED_SIGNATURE, 'base64')
  expect(key?.hash).toEqual(bytes.subarray(0, 4))
  expect(key && isSigned(key, PUBLISHED_TEXT, bytes.subarray(4))).toBe(true)
  expect(key && isSigned(key, PUBLISHED_TEXT.slice(1), bytes.subarray(4))).toBe(false)
})

test.each([
  ['another name', PUBLISHED_KEY.replace('Peter', 'Petra')],
  ['another hash', PUBLISHED_KEY.replace('c74f', 'c74e')],
  ['another key', PUBLISHED_KEY.replace('ARpc', 'ARpd')],
  ['a key that is cut', PUBLISHED_KEY.slice(0, -4)],
  ['no name', PUBLISHED_KEY.replace('PeterNeumann', '')],
  ['nothing', ''],
])('a key is not read with %s', (_, text) => {
  expect(readKey(text)).toBeNull()
})

test.each([
  ['as it was signed', NOTE],
  ['with a witness after it', `${NOTE}${WITNESS.line(TEXT)}`],
  ['with a witness before it', `${TEXT}\n${WITNESS.line(TEXT)}${LOG.line(TEXT)}`],
  ['with a line more in its text', resigned(`${TEXT}more\n`)],
])('a checkpoint is opened %s', (_, note) => {
  expect(openCheckpoint(note, LOG.key)).toEqual({ origin: LOG.key.name, size: 42n, root: ROOT })
})

test.each([
  ['is signed by a witness only', `${TEXT}\n${WITNESS.line(TEXT)}`],
  ['is signed by another key of the same name', `${TEXT}\n${STRANGER.line(TEXT)}`],
  ['has a second, wrong signature of the key', `${NOTE}${LOG.line(`${TEXT}x`)}`],
  ['has no signature', `${TEXT}\n`],
  ['has a line that is no signature', `${NOTE}and more\n`],
  ['has no end of its last line', NOTE.slice(0, -1)],
  ['is of another log', resigned(TEXT.replace('books', 'other'))],
  ['has a size with a zero before it', resigned(TEXT.replace('42', '042'))],
  ['has a size below zero', resigned(TEXT.replace('42', '-42'))],
  ['has a root that is too short', resigned(`log.example/books\n42\nBwcH\n`)],
  ['has no root', resigned('log.example/books\n42\n')],
  ['has an empty line in its text', resigned(`${TEXT}\nmore\n`)],
  ['is empty', ''],
])('a checkpoint is refused that %s', (_, note) => {
  expect(openCheckpoint(note, LOG.key)).toBeNull()
})

test('a checkpoint is refused with any one of its bytes changed', () => {
  const bytes = Buffer.from(NOTE)
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(openCheckpoint(changed.toString(), LOG.key), `byte ${at}`).toBeNull()
  }
})

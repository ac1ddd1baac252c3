import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  checkpointText,
  FormerKeyMissing,
  keyText,
  LogSigner,
  openNote,
  readKeyText,
} from '../../src/checkpoints/index.ts'

const seed = (byte: number): string => Buffer.alloc(32, byte).toString('base64')
const NAME = 'log.example.com/heads'
const HEAD = { size: 7n, root: 'ab'.repeat(32) }

const one = LogSigner.of(NAME, [seed(1)])
const two = LogSigner.of(NAME, [seed(2), seed(1)])
const other = LogSigner.of('elsewhere.example.com', [seed(1)])
const key = (signer: LogSigner) => readKeyText(signer.key)!

describe('a key', () => {
  it('is that of RFC 8032’s first vector for its seed', () => {
    const raw = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
    const signer = LogSigner.of(NAME, [Buffer.from(raw, 'hex').toString('base64')])
    expect(key(signer).bytes.toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    )
    expect(Buffer.from(signer.sign(''), 'base64').toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    )
  })

  it('is read as it was written, and not when a character of it is another', () => {
    const text = one.key
    expect(keyText(readKeyText(text)!)).toBe(text)
    for (let at = 0; at < text.length; at += 1) {
      const changed = text[at] === 'A' ? 'B' : 'A'
      expect(readKeyText(text.slice(0, at) + changed + text.slice(at + 1))).toBeNull()
    }
    for (const wrong of ['', 'name', `${text}=`, ` ${text}`, text.replace(/\+/, '-')])
      expect(readKeyText(wrong)).toBeNull()
  })

  it('has 32 bytes, and a log has one', () => {
    expect(() => LogSigner.of(NAME, [])).toThrow('a log has a key')
    expect(() => LogSigner.of(NAME, ['AAAA'])).toThrow('32 bytes')
  })
})

describe('a checkpoint', () => {
  const note = one.checkpoint(HEAD, null)

  it('has the form of a signed note', () => {
    expect(checkpointText(NAME, HEAD)).toBe(`${NAME}\n7\n${'q6ur'.repeat(10)}q6s=\n`)
    const [text, signature] = note.split('\n\n')
    expect(`${text}\n`).toBe(checkpointText(NAME, HEAD))
    expect(signature).toMatch(/^— log\.example\.com\/heads [A-Za-z0-9+/]{90,}=*\n$/)
    expect(openNote(note, [key(one)])).toEqual({ name: NAME, ...HEAD, signedBy: [key(one)] })
  })

  it('is none when a character of it is another', () => {
    for (let at = 0; at < note.length; at += 1) {
      const changed = note[at] === 'A' ? 'B' : 'A'
      const damaged = note.slice(0, at) + changed + note.slice(at + 1)
      const opened = openNote(damaged, [key(one)])
      // a signature in another name or of another key is passed over: then nobody has signed it
      expect(opened?.signedBy ?? []).toEqual([])
    }
  })

  it.each([
    ['nothing', ''],
    ['a text without signatures', 'a\n1\nAA==\n\n'],
    ['no blank line', note.replace('\n\n', '\n')],
    ['a size with a zero in front', note.replace('\n7\n', '\n07\n')],
    ['a size below zero', note.replace('\n7\n', '\n-7\n')],
    ['a root of other length', note.replace(/\n.{44}\n\n/, '\nq6s=\n\n')],
    ['something after it', `${note}\n`],
    ['a line end of another system', note.replaceAll('\n', '\r\n')],
  ])('is not %s', (_what, text) => {
    expect(openNote(text, [key(one)])).toBeNull()
  })

  it('may carry the signatures of witnesses, which mean nothing here', () => {
    const witness = '— witness.example AAAAAGFueXRoaW5n\n'
    expect(openNote(note + witness, [key(one)])?.signedBy).toEqual([key(one)])
    expect(openNote(note + witness, [key(two)])?.signedBy).toEqual([])
    expect(openNote(`${note}— x not-base64\n`, [key(one)])).toBeNull()
  })

  it('with a wrong signature beside a right one is none', () => {
    const forged = other.checkpoint({ ...HEAD, size: 8n }, null).replaceAll(other.name, NAME)
    const line = `${forged.split('\n\n')[1]}`
    const bytes = Buffer.from(line.trim().split(' ')[2]!, 'base64')
    const own = Buffer.concat([Buffer.from(key(one).id, 'hex'), bytes.subarray(4)])
    expect(openNote(`${note}— ${NAME} ${own.toString('base64')}\n`, [key(one)])).toBeNull()
  })
})

describe('a new key', () => {
  it('is announced by a checkpoint that both have signed, the new one first', () => {
    const note = two.checkpoint(HEAD, one.key)
    expect(openNote(note, [key(one), key(two)])?.signedBy).toEqual([key(two), key(one)])
    expect(openNote(note, [key(one)])?.signedBy).toEqual([key(one)])
  })

  it('signs alone from then on, as does the first key of a log', () => {
    for (const former of [null, two.key])
      expect(openNote(two.checkpoint(HEAD, former), [key(one), key(two)])?.signedBy).toEqual([
        key(two),
      ])
  })

  it('does not sign after a key that is not at hand, unless under another name', () => {
    expect(() => one.checkpoint(HEAD, two.key)).toThrow(FormerKeyMissing)
    expect(openNote(other.checkpoint(HEAD, two.key), [key(other)])?.signedBy).toEqual([key(other)])
  })
})

describe('a signed text', () => {
  it('is signed by the newest key, over its UTF-8', () => {
    const der = Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.alloc(32, 2),
    ])
    const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    expect(createPublicKey(secret).asymmetricKeyType).toBe('ed25519')
    expect(two.sign('¥ 100')).toBe(sign(null, Buffer.from('¥ 100'), secret).toString('base64'))
  })
})

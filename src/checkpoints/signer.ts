import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import {
  checkpointText,
  keyId,
  keyText,
  noteOf,
  type PublicLogKey,
  readKeyText,
  signatureLine,
} from './note.ts'
import type { TreeHead } from './proofs.ts'

/** DER (PKCS 8) of an Ed25519 private key is these bytes and its seed. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SEED_BYTES = 32

interface OwnKey extends PublicLogKey {
  readonly text: string
  readonly secret: KeyObject
}

/** Another key signed the newest checkpoint, and is not at hand to announce this one. */
export class FormerKeyMissing extends Error {
  readonly former: string

  constructor(former: string) {
    super(
      `the newest checkpoint is signed by ${former}, which is not among the keys of EVERYCENT_LOG_KEY: give both, the new one first, so that the change is announced; where it is lost, begin under another EVERYCENT_LOG_NAME`,
    )
    this.name = 'FormerKeyMissing'
    this.former = former
  }
}

/** Signs as the log: with its newest key, and with the one before it where that has to be announced. */
export class LogSigner {
  readonly name: string
  readonly #keys: readonly [OwnKey, ...OwnKey[]]

  private constructor(name: string, keys: readonly [OwnKey, ...OwnKey[]]) {
    this.name = name
    this.#keys = keys
  }

  /** Of seeds of 32 bytes in base64, the newest first. */
  static of(name: string, seeds: readonly string[]): LogSigner {
    const [first, ...others] = seeds.map((seed) => ownKey(name, seed))
    if (!first) throw new Error('a log has a key')
    return new LogSigner(name, [first, ...others])
  }

  /** Text of the public key that signs. */
  get key(): string {
    return this.#keys[0].text
  }

  /** Base64 of the plain signature over the text's UTF-8. */
  sign(text: string): string {
    return signed(this.#keys[0], text).toString('base64')
  }

  /**
   * A checkpoint that follows one signed by `former`; `null`: it is the first.
   * @throws FormerKeyMissing
   */
  checkpoint(head: TreeHead, former: string | null): string {
    const text = checkpointText(this.name, head)
    const lines = this.#signersAfter(former).map((key) => signatureLine(key, signed(key, text)))
    return noteOf(text, lines)
  }

  #signersAfter(former: string | null): readonly OwnKey[] {
    const [newest] = this.#keys
    if (former === null || former === newest.text) return [newest]
    const own = this.#keys.find((key) => key.text === former)
    if (own) return [newest, own]
    // Under another name it is another log to whoever watches: there is nobody to announce it to.
    if (readKeyText(former)?.name !== this.name) return [newest]
    throw new FormerKeyMissing(former)
  }
}

const signed = (key: OwnKey, text: string): Buffer =>
  sign(null, Buffer.from(text, 'utf8'), key.secret)

function ownKey(name: string, seed: string): OwnKey {
  const raw = Buffer.from(seed, 'base64')
  if (raw.length !== SEED_BYTES) throw new Error('the seed of a key has 32 bytes')
  const secret = createPrivateKey({
    key: Buffer.concat([PKCS8, raw]),
    format: 'der',
    type: 'pkcs8',
  })
  const bytes = createPublicKey(secret)
    .export({ format: 'der', type: 'spki' })
    .subarray(-SEED_BYTES)
  const key = { name, id: keyId(name, bytes), bytes }
  return { ...key, text: keyText(key), secret }
}

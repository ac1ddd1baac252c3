import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 'a1'

/** A key of 32 bytes as base64, or `null` when it is not one. */
export function readBoxKey(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  const isExact = /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
  return isExact && bytes.length === KEY_BYTES ? bytes : null
}

/**
 * Secrets at rest: AES-256-GCM, bound to where they are kept, so that one cannot be moved to another row.
 * The first key seals; all of them open, so that a key can be replaced while both are given.
 */
export class SecretBox {
  readonly #keys: readonly { readonly id: string; readonly key: Buffer }[]

  constructor(keys: readonly Buffer[]) {
    if (keys.length === 0) throw new Error('a secret box needs a key')
    this.#keys = keys.map((key) => ({ id: keyId(key), key }))
  }

  /** Whether secrets may be there that another key than the first has sealed. */
  get hasFormerKeys(): boolean {
    return this.#keys.length > 1
  }

  /** With this begins all that the first key has sealed. */
  get mark(): string {
    return `${VERSION}.${this.#keys[0]!.id}.`
  }

  /** The same secret, sealed by the first key. Throws as `open` does. */
  reseal(sealed: string, place: string): string {
    return this.seal(this.open(sealed, place), place)
  }

  seal(text: string, place: string): string {
    const { key } = this.#keys[0]!
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    cipher.setAAD(Buffer.from(place))
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    const sealed = Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64')
    return `${this.mark}${sealed}`
  }

  /** Throws when no key fits, or when it was sealed for another place. */
  open(sealed: string, place: string): string {
    const [version, id, text = ''] = sealed.split('.')
    const own = this.#keys.find((known) => known.id === id)
    if (version !== VERSION || !own) throw new Error(`no key ${id} to open a stored secret with`)
    const bytes = Buffer.from(text, 'base64')
    const cipher = createDecipheriv('aes-256-gcm', own.key, bytes.subarray(0, NONCE_BYTES))
    cipher.setAAD(Buffer.from(place))
    cipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
    const body = bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)
    return Buffer.concat([cipher.update(body), cipher.final()]).toString('utf8')
  }
}

const keyId = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8)

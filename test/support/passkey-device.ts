import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/* A device that holds one passkey, as WebAuthn Level 3 and CTAP describe it: real keys, real signatures. */

const PRESENT = 0x01
const VERIFIED = 0x04
const ATTESTED = 0x40

interface Asked {
  readonly challenge: string
}

export interface Ways {
  readonly origin?: string
  readonly rpId?: string
  /** Whether the device has seen who holds it. */
  readonly verified?: boolean
  readonly counter?: number
}

const sha256 = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest()

/** Just enough CBOR, in its shortest form: no piece has more than 255 bytes. */
const cborBytes = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x58, bytes.length]), bytes])
const cborText = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)])

export class PasskeyDevice {
  readonly id = randomBytes(32)
  readonly #keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
  readonly #origin: string
  readonly #rpId: string
  #counter = 0
  #handle: string | undefined

  constructor(origin: string) {
    this.#keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#origin = origin
    this.#rpId = new URL(origin).hostname
  }

  #client(type: string, { challenge }: Asked, origin: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  }

  #data(ways: Ways, flags: number): Buffer {
    const { verified = true, rpId = this.#rpId, counter = this.#counter } = ways
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const all = flags | PRESENT | (verified ? VERIFIED : 0)
    return Buffer.concat([sha256(rpId), Buffer.from([all]), count])
  }

  /** What `navigator.credentials.create` gives. */
  make(options: unknown, ways: Ways = {}) {
    const asked = options as Asked & { readonly user: { readonly id: string } }
    this.#handle = asked.user.id
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' })
    const key = Buffer.concat([
      // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      cborBytes(Buffer.from(x, 'base64url')),
      Buffer.from([0x22]),
      cborBytes(Buffer.from(y, 'base64url')),
    ])
    const data = Buffer.concat([
      this.#data(ways, ATTESTED),
      Buffer.alloc(16),
      Buffer.from([0, this.id.length]),
      this.id,
      key,
    ])
    const attestation = Buffer.concat([
      Buffer.from([0xa3]),
      ...[cborText('fmt'), cborText('none'), cborText('attStmt'), Buffer.from([0xa0])],
      ...[cborText('authData'), cborBytes(data)],
    ])
    const client = this.#client('webauthn.create', asked, ways.origin ?? this.#origin)
    return this.#credential({
      clientDataJSON: client.toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    })
  }

  /** What `navigator.credentials.get` gives. */
  show(options: unknown, ways: Ways = {}) {
    this.#counter += 1
    const client = this.#client('webauthn.get', options as Asked, ways.origin ?? this.#origin)
    const data = this.#data(ways, 0)
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), this.#keys.privateKey)
    return this.#credential({
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: this.#handle,
    })
  }

  #credential(response: object) {
    const id = this.id.toString('base64url')
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} }
  }
}

import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/* A provider of OpenID Connect on this machine: discovery, keys, codes with PKCE, signed tokens. */

export interface Persona {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly name?: string
}

/** What the provider does wrong, or somebody in its place. */
export interface Wrong {
  readonly claims?: Readonly<Record<string, unknown>>
  /** Signs with a key that it does not publish. */
  readonly key?: boolean
  /** What the token says of its own signature. */
  readonly header?: Readonly<Record<string, unknown>>
  /** In place of a signature by the provider's key. */
  readonly signature?: 'none' | 'with our secret' | 'with the public key as a secret'
}

interface Issued {
  readonly persona: Persona
  readonly nonce: string | null
  readonly challenge: string | null
  readonly wrong: Wrong
}

const CLIENT = { id: 'everycent', secret: 'secret-of-the-tests' }
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const newKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

export class OidcProvider {
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  readonly #keys = newKeys()
  readonly #others = newKeys()
  readonly #codes = new Map<string, Issued>()
  #issuer = ''
  /** Who signs in next, and what goes wrong then. */
  persona: Persona = { sub: 'nobody' }
  wrong: Wrong = {}
  lastPrompt: string | null = null

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.#issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this
  }

  get issuer(): string {
    return this.#issuer
  }

  get client() {
    return CLIENT
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  /** As a browser that follows the address: where it is sent back to. */
  follow(url: string): URL {
    const asked = new URL(url).searchParams
    this.lastPrompt = asked.get('prompt')
    const code = randomBytes(16).toString('base64url')
    this.#codes.set(code, {
      ...{ persona: this.persona, wrong: this.wrong },
      nonce: asked.get('nonce'),
      challenge: asked.get('code_challenge'),
    })
    const back = new URL(asked.get('redirect_uri') ?? '')
    back.searchParams.set('code', code)
    back.searchParams.set('state', asked.get('state') ?? '')
    return back
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.#issuer)
    const json = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (url.pathname === '/.well-known/openid-configuration') return json(200, this.#metadata())
    if (url.pathname === '/keys') {
      const key = this.#keys.publicKey.export({ format: 'jwk' })
      return json(200, { keys: [{ ...key, kid: 'one', alg: 'RS256', use: 'sig' }] })
    }
    if (url.pathname === '/authorize') {
      response.writeHead(302, { location: this.follow(url.href).href })
      return void response.end()
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
    const issued = this.#codes.get(form.get('code') ?? '')
    this.#codes.delete(form.get('code') ?? '')
    const verifier = createHash('sha256').update(form.get('code_verifier') ?? '')
    if (!issued || verifier.digest('base64url') !== issued.challenge)
      return json(400, { error: 'invalid_grant' })
    return json(200, {
      access_token: randomBytes(16).toString('hex'),
      token_type: 'Bearer',
      id_token: this.#token(issued),
    })
  }

  #metadata() {
    return {
      issuer: this.#issuer,
      authorization_endpoint: `${this.#issuer}/authorize`,
      token_endpoint: `${this.#issuer}/token`,
      jwks_uri: `${this.#issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }
  }

  #token({ persona, nonce, wrong }: Issued): string {
    const now = Math.floor(Date.now() / 1_000)
    const claims = {
      ...{ iss: this.#issuer, aud: CLIENT.id, iat: now, exp: now + 300, nonce },
      ...persona,
      ...wrong.claims,
    }
    const text = `${base64({ alg: 'RS256', kid: 'one', ...wrong.header })}.${base64(claims)}`
    return `${text}.${this.#signature(text, wrong).toString('base64url')}`
  }

  #signature(text: string, { key, signature }: Wrong): Buffer {
    const shared = (secret: string) => createHmac('sha256', secret).update(text).digest()
    if (signature === 'none') return Buffer.alloc(0)
    if (signature === 'with our secret') return shared(CLIENT.secret)
    const { publicKey, privateKey } = key ? this.#others : this.#keys
    if (signature === undefined) return sign('sha256', Buffer.from(text), privateKey)
    return shared(publicKey.export({ format: 'pem', type: 'spki' }).toString())
  }

  /** A key of somebody else, as a token could bring it along. */
  foreignKey(): object {
    return this.#others.publicKey.export({ format: 'jwk' })
  }
}

import { createHash, createPrivateKey, sign } from 'node:crypto'

/*
 * A log of the test's own, written after RFC 9162 and signed-note in the plainest way: recursion over all
 * leaves. It shares nothing with the program's log, nor with what the verifier reads it by.
 */

const hashOf = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const leafOf = (text: string): Buffer => hashOf(Buffer.of(0), Buffer.from(text))

const split = (size: number): number => {
  let half = 1
  while (half * 2 < size) half *= 2
  return half
}

function rootOf(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return hashOf()
  if (leaves.length === 1) return leafOf(leaves[0]!)
  const half = split(leaves.length)
  return hashOf(Buffer.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)))
}

function pathOf(leaves: readonly string[], index: number): Buffer[] {
  if (leaves.length <= 1) return []
  const half = split(leaves.length)
  return index < half
    ? [...pathOf(leaves.slice(0, half), index), rootOf(leaves.slice(half))]
    : [...pathOf(leaves.slice(half), index - half), rootOf(leaves.slice(0, half))]
}

/** The proof that the first `size` leaves are the beginning of all. */
function consistency(leaves: readonly string[], size: number, whole = true): Buffer[] {
  if (size === leaves.length) return whole ? [] : [rootOf(leaves)]
  const half = split(leaves.length)
  return size <= half
    ? [...consistency(leaves.slice(0, half), size, whole), rootOf(leaves.slice(half))]
    : [...consistency(leaves.slice(half), size - half, false), rootOf(leaves.slice(0, half))]
}

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** A signer with a fixed seed, so that a failing test can be repeated. */
export class TestSigner {
  readonly name: string
  readonly key: string
  readonly #privateKey
  readonly #hash: Buffer

  constructor(name: string, seed: number) {
    this.name = name
    const own = Buffer.concat([PKCS8, Buffer.alloc(32, seed)])
    this.#privateKey = createPrivateKey({ key: own, format: 'der', type: 'pkcs8' })
    const x = this.#privateKey.export({ format: 'jwk' }).x as string
    const typed = Buffer.concat([Buffer.of(1), Buffer.from(x, 'base64url')])
    this.#hash = hashOf(Buffer.from(`${name}\n`), typed).subarray(0, 4)
    this.key = `${name}+${this.#hash.toString('hex')}+${typed.toString('base64')}`
  }

  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#privateKey).toString('base64')
  }

  note(size: number, root: Buffer): string {
    const text = `${this.name}\n${size}\n${root.toString('base64')}\n`
    const bytes = Buffer.concat([this.#hash, Buffer.from(this.sign(text), 'base64')])
    return `${text}\n— ${this.name} ${bytes.toString('base64')}\n`
  }
}

export class TestLog {
  readonly leaves: string[]
  readonly signer: TestSigner

  constructor(signer: TestSigner, leaves: readonly string[] = []) {
    this.signer = signer
    this.leaves = [...leaves]
  }

  append(accountId: string, seq: number, hash: string): number {
    this.leaves.push(JSON.stringify({ account_id: accountId, seq, hash }))
    return this.leaves.length - 1
  }

  path = (index: number): string[] => pathOf(this.leaves, index).map((own) => own.toString('hex'))
  checkpoint = (): string => this.signer.note(this.leaves.length, rootOf(this.leaves))
  consistencyFrom = (size: number): string[] =>
    consistency(this.leaves, size).map((own) => own.toString('hex'))
}

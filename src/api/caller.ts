import { createHash, timingSafeEqual } from 'node:crypto'
import type { Principal } from '../contract/permissions.ts'
import type { ActorFacts } from '../core/ledger/entry.ts'
import type { KeyHolder, KeyRing } from '../store/control/index.ts'
import { ProblemError } from './problem-answer.ts'

/** Whose credentials a request carries. */
export type Caller =
  | { readonly type: 'operator'; readonly id: string }
  | { readonly type: 'key'; readonly holder: KeyHolder }

/** The operator's tokens, as hashes: what is compared, and kept in memory, is never the token. */
export class OperatorTokens {
  readonly #tokens: readonly { readonly id: string; readonly hash: Buffer }[]

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens.map((token) => {
      const hash = sha256(token)
      return { id: `operator_${hash.toString('hex').slice(0, 8)}`, hash }
    })
  }

  /** Compares with every token, each in constant time, so that no answer comes sooner. */
  authenticate(token: string): Caller | null {
    const hash = sha256(token)
    let id: string | null = null
    for (const own of this.#tokens) if (timingSafeEqual(own.hash, hash)) id = own.id
    return id === null ? null : { type: 'operator', id }
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i

/** `null`: no credentials, or none that are in force. Rejects when the database does not answer. */
export async function authenticate(
  header: string | undefined,
  from: { readonly operators: OperatorTokens; readonly keys: KeyRing },
): Promise<Caller | null> {
  const token = BEARER.exec(header ?? '')?.[1]
  if (token === undefined) return null
  const operator = from.operators.authenticate(token)
  if (operator) return operator
  const holder = await from.keys.authenticate(token)
  return holder && { type: 'key', holder }
}

/** Who gave the order, for the journal: by key or token id, and from which route. */
export const actorOf = (caller: Caller, from: string): ActorFacts =>
  caller.type === 'operator'
    ? { type: 'operator', id: caller.id, from }
    : { type: 'key', id: caller.holder.keyId, from }

/** As what a caller is judged; a member whom nobody has registered counts as a developer. */
export function principalOf(caller: Caller): Principal {
  if (caller.type === 'operator') return 'operator'
  return caller.holder.memberId === null ? 'account_key' : (caller.holder.role ?? 'developer')
}

/**
 * For what only the operator may say in an order that account holders may give too.
 * @throws ProblemError permission_denied
 */
export function needOperatorFor(caller: Caller, what: string): void {
  if (caller.type === 'operator') return
  throw new ProblemError('permission_denied', {
    detail: `These credentials may not say \`${what}\`; it belongs to the operator. Nothing was done.`,
  })
}

/** Who changes something: the member where the key has one, since keys come and go. */
export function signerOf(caller: Caller, from: string): ActorFacts {
  if (caller.type === 'operator' || caller.holder.memberId === null) return actorOf(caller, from)
  return { type: 'member', id: caller.holder.memberId, from }
}

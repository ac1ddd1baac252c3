import type pg from 'pg'
import type { Principal, StaffRole } from '../contract/permissions.ts'
import type { ActorFacts } from '../core/ledger/entry.ts'
import { KeptSecret } from '../guard/secrets.ts'
import {
  authenticateStaff,
  type KeyHolder,
  type KeyRing,
  type StaffRecord,
} from '../store/control/index.ts'
import { ProblemError } from './problem-answer.ts'

/** Whose credentials a request carries. */
export type Caller =
  | {
      readonly type: 'operator'
      readonly id: string
      /** With a token of a person's own; else with one of the operator as a whole. */
      readonly isPerson: boolean
    }
  /** A person of the operator who is not one of its operators. */
  | { readonly type: 'support'; readonly id: string; readonly role: SupportRole }
  | { readonly type: 'key'; readonly holder: KeyHolder }

type SupportRole = Exclude<StaffRole, 'operator'>

/** The operator's tokens, as hashes: what is compared, and kept in memory, is never the token. */
export class OperatorTokens {
  readonly #tokens: readonly KeptSecret[]

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens.map((token) => new KeptSecret(token))
  }

  /** Compares with every token, each in constant time, so that no answer comes sooner. */
  authenticate(token: string): Caller | null {
    let id: string | null = null
    for (const own of this.#tokens) if (own.is(token)) id = `operator_${own.name}`
    return id === null ? null : { type: 'operator', id, isPerson: false }
  }
}

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i

/** `null`: no credentials, or none that are in force. Rejects when the database does not answer. */
export async function authenticate(
  header: string | undefined,
  from: {
    readonly operators: OperatorTokens
    readonly keys: KeyRing
    readonly pool: pg.Pool
  },
): Promise<Caller | null> {
  const token = BEARER.exec(header ?? '')?.[1]
  if (token === undefined) return null
  const operator = from.operators.authenticate(token)
  if (operator) return operator
  const staff = await authenticateStaff(from.pool, token)
  if (staff) return callerOf(staff)
  const holder = await from.keys.authenticate(token)
  return holder && { type: 'key', holder }
}

const callerOf = ({ staffId, role }: Pick<StaffRecord, 'staffId' | 'role'>): Caller =>
  role === 'operator'
    ? { type: 'operator', id: staffId, isPerson: true }
    : { type: 'support', id: staffId, role }

/** The id of a caller: of the token, the person or the key. */
export const callerId = (caller: Caller): string =>
  caller.type === 'key' ? caller.holder.keyId : caller.id

/** Who gave the order, for the journal: by key or token id, and from which route. */
export const actorOf = (caller: Caller, from: string): ActorFacts => ({
  type: caller.type,
  id: callerId(caller),
  from,
})

/** As what a caller is judged; a member whom nobody has registered counts as a developer. */
export function principalOf(caller: Caller): Principal {
  if (caller.type === 'operator') return 'operator'
  if (caller.type === 'support') return caller.role
  const { memberId, role } = caller.holder
  // Of a portal without a member, the role is that of its link.
  return memberId === null ? (role ?? 'account_key') : (role ?? 'developer')
}

/**
 * For what only the operator may say in an order that account holders may give too.
 * @throws ProblemError permission_denied
 */
export function needOperatorFor(caller: Caller, what: string): void {
  if (caller.type === 'operator') return
  throw new ProblemError('permission_denied', {
    detail: { code: 'field_of_operator', values: { field: what } },
  })
}

/** Who changes something: the member where the key has one, since keys come and go. */
export function signerOf(caller: Caller, from: string): ActorFacts {
  if (caller.type !== 'key' || caller.holder.memberId === null) return actorOf(caller, from)
  return { type: 'member', id: caller.holder.memberId, from }
}

import type { StaffRole } from '../contract/permissions.ts'
import { faultAt } from '../contract/problem-words/faults.ts'
import type { OperationId } from '../contract/routes/index.ts'
import { instant, MINUTE_MS } from '../core/time/index.ts'
import { type Access, isUnmasked, logAccess } from '../store/cases/access-log.ts'
import type { Caller } from './caller.ts'
import type { Services } from './deps.ts'
import { masked } from './masks.ts'
import { type Answer, ProblemError } from './problem-answer.ts'

/** For how long names are shown after somebody has said why they are needed. */
export const UNMASKED_MS = 30 * MINUTE_MS

/** A request as far as it concerns who sees what. */
export interface Looking {
  readonly id: OperationId
  readonly caller: Caller
  readonly params: object
  readonly query: object
  readonly body: unknown
  /** The case that it is for, as the header says. */
  readonly caseId: string | null
}

/** Lists of all accounts: they show that accounts are there, and are asked for all the time. */
const DIRECTORIES: readonly OperationId[] = ['listAccounts', 'listCases']

interface Person {
  readonly staffId: string
  readonly role: StaffRole
}

function personIn(caller: Caller): Person | null {
  if (caller.type === 'support') return { staffId: caller.id, role: caller.role }
  return caller.type === 'operator' && caller.isPerson
    ? { staffId: caller.id, role: 'operator' }
    : null
}

/**
 * Runs a request of one of the operator's people: whose account it names is in the access log before it is
 * done, and whose its answer shows before the answer leaves. Where the log cannot be written, nothing is shown.
 * Names and addresses are masked for support until it has said why it needs them.
 */
export async function seen(
  looking: Looking,
  services: Services,
  run: () => Promise<Answer | 'sent'>,
): Promise<Answer | 'sent'> {
  const person = looking.caller.type === 'key' ? null : personIn(looking.caller)
  if (!person) return run()
  const named = accountsNamed(looking)
  await log(looking, { person, accounts: named }, services)
  const answer = await run()
  if (answer === 'sent') return answer
  const shown = DIRECTORIES.includes(looking.id) ? [] : accountsShown(answer.body)
  const others = shown.filter((account) => !named.includes(account))
  await log(looking, { person, accounts: others }, services)
  return person.role === 'operator' ? answer : await hidden(looking, { person, answer }, services)
}

async function log(
  looking: Looking,
  { person, accounts }: { readonly person: Person; readonly accounts: readonly string[] },
  { pool, ids, nowMs }: Services,
): Promise<void> {
  const at = instant(nowMs())
  const looks = accounts.map(
    (accountId): Access => ({
      ...person,
      accountId,
      logId: ids('log'),
      at,
      operation: looking.id,
      objects: objectsIn(looking),
      caseId: looking.caseId ?? caseIn(looking.params),
      reason: looking.id === 'unmaskAccount' ? reasonIn(looking.body) : null,
    }),
  )
  await logAccess(pool, looks)
}

const textIn = (from: unknown, name: string): string | undefined => {
  const value = (from as Record<string, unknown> | null | undefined)?.[name]
  return typeof value === 'string' ? value : undefined
}

const accountsNamed = ({ params, query, body }: Looking): string[] => [
  ...new Set([params, query, body].flatMap((part) => textIn(part, 'account_id') ?? [])),
]

/** Accounts that an answer is about: its own, and those of the items of a list. */
function accountsShown(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return []
  const items = 'items' in body && Array.isArray(body.items) ? body.items : []
  return [...new Set([body, ...items].flatMap((part) => textIn(part, 'account_id') ?? []))]
}

const caseIn = (params: object): string | null => textIn(params, 'case_id') ?? null

const objectsIn = ({ params }: Looking): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => name !== 'account_id')
      .map(([name, value]) => [name, String(value)]),
  )

const reasonIn = (body: unknown): string => textIn(body, 'reason') ?? ''

async function hidden(
  looking: Looking,
  { person, answer }: { readonly person: Person; readonly answer: Answer },
  { pool, nowMs }: Services,
): Promise<Answer> {
  const accountId = accountsNamed(looking)[0]
  const body = masked(looking.id, answer.body)
  if (body === answer.body) return answer
  // A list of all accounts: nobody has said why the names of all are needed.
  if (accountId === undefined) return { ...answer, body }
  const from = instant(nowMs() - UNMASKED_MS)
  const isOpen = await isUnmasked(pool, { accountId, staffId: person.staffId, from })
  return isOpen ? answer : { ...answer, body }
}

const CASE_ID = /^[A-Za-z0-9._:-]{1,128}$/

/** The case that a request is for, where its header names one. */
export function caseHeader(header: string | string[] | undefined): string | null {
  if (header === undefined) return null
  if (typeof header === 'string' && CASE_ID.test(header)) return header
  throw new ProblemError('invalid_request', {
    errors: [faultAt('header/everycent-case', 'case_header_form')],
  })
}

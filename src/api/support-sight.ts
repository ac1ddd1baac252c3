import type { StaffRole } from '../contract/permissions.ts'
import { faultAt } from '../contract/problem-words/faults.ts'
import { type OperationId, ROUTES, type Route } from '../contract/routes/index.ts'
import { instant, MINUTE_MS } from '../core/time/index.ts'
import { type Access, isUnmasked, logAccess } from '../store/cases/access-log.ts'
import type { Caller } from './caller.ts'
import type { Services } from './deps.ts'
import { masked, namesSomebody } from './masks.ts'
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

/** What of people whoever asks may see. */
export interface Sight {
  /** Whether names and addresses in an account are shown at this moment; of `null`, of no single account. */
  names(accountId: string | null): Promise<boolean>
}

/** Of everybody but support. */
export const FULL_SIGHT: Sight = { names: async () => true }

/** Until it has said why, for half an hour: asked anew each time, since a feed outlives that. */
const sightOf = ({ staffId, role }: Person, { pool, nowMs }: Services): Sight =>
  role === 'operator'
    ? FULL_SIGHT
    : {
        // A list of all accounts: nobody has said why the names of all are needed.
        names: async (accountId) =>
          accountId !== null &&
          isUnmasked(pool, { accountId, staffId, from: instant(nowMs() - UNMASKED_MS) }),
      }

/** They have no schema to be masked by, and mask what they send themselves. */
const MASKING_THEMSELVES: readonly OperationId[] = ['followEvents']

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
  run: (sight: Sight) => Promise<Answer | 'sent'>,
): Promise<Answer | 'sent'> {
  const person = looking.caller.type === 'key' ? null : personIn(looking.caller)
  if (!person) return run(FULL_SIGHT)
  const sight = sightOf(person, services)
  const named = accountsNamed(looking)
  await log(looking, { person, accounts: named }, services)
  const { schema }: Route['success'] = ROUTES[looking.id].success
  if (!schema && !MASKING_THEMSELVES.includes(looking.id)) await needNames(sight, named[0] ?? null)
  const answer = await run(sight)
  if (answer === 'sent') return answer
  const shown = DIRECTORIES.includes(looking.id) ? [] : accountsShown(answer.body)
  const others = shown.filter((account) => !named.includes(account))
  await log(looking, { person, accounts: others }, services)
  return schema
    ? withoutNames(answer, schema, () => sight.names(named[0] ?? shownIn(answer.body)))
    : answer
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

/** @throws ProblemError names_masked */
async function needNames(sight: Sight, accountId: string | null): Promise<void> {
  if (!(await sight.names(accountId))) throw new ProblemError('names_masked')
}

/** The account that an answer as a whole is about. */
const shownIn = (body: unknown): string | null => textIn(body, 'account_id') ?? null

/**
 * An answer with its names masked, unless they are shown. A document as a file is not sent with holes in it.
 * @throws ProblemError names_masked
 */
async function withoutNames(
  answer: Answer,
  schema: object,
  areShown: () => Promise<boolean>,
): Promise<Answer> {
  if (!namesSomebody(schema) || (await areShown())) return answer
  if (typeof answer.body === 'string' || Buffer.isBuffer(answer.body))
    throw new ProblemError('names_masked')
  return { ...answer, body: masked(schema, answer.body) }
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

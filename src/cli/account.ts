import { type Client, EverycentProblem, take } from '../client/index.ts'
import { CliError, EXIT, usageError } from './exit.ts'
import type { Io } from './io.ts'

const SEARCHED_MAX = 200
const PARALLEL = 8

/** The account that is named, by flag or environment. */
export function namedAccount(
  io: Io,
  options: Readonly<Record<string, unknown>>,
): string | undefined {
  if (typeof options.account === 'string') return options.account
  const fromEnvironment = io.env.EVERYCENT_ACCOUNT
  return fromEnvironment === undefined || fromEnvironment === '' ? undefined : fromEnvironment
}

/** The named account, or the only one there is. */
export async function chosenAccount(
  client: Client,
  io: Io,
  options: Readonly<Record<string, unknown>>,
): Promise<string> {
  const named = namedAccount(io, options)
  if (named !== undefined) return named
  const [first, second] = await visibleAccounts(client, 2)
  if (first === undefined)
    throw new CliError('There are no accounts yet.', {
      next: 'Open one: everycent accounts create --name Acme --plan pro',
      code: 'no_accounts',
    })
  if (second === undefined) return first
  throw usageError('There is more than one account.', {
    next: 'Say which with --account ID (or EVERYCENT_ACCOUNT); "everycent accounts list" shows them.',
  })
}

/** An operator sees all accounts; an account key its own. */
export async function visibleAccounts(client: Client, limit: number): Promise<string[]> {
  try {
    const accounts = await take(
      client.accounts.list({ limit: Math.min(limit, SEARCHED_MAX) }),
      limit,
    )
    return accounts.map(({ account_id }) => account_id)
  } catch (error) {
    if (!(error instanceof EverycentProblem) || error.status !== 403) throw error
    const { account } = await client.whoami()
    return account ? [account.account_id] : []
  }
}

/** `call_…` and `rcpt_…` name the same receipt. */
export const receiptIdOf = (id: string): string => id.replace(/^call_/, 'rcpt_')

/**
 * Reads something of a receipt. An operator need not know whose it is: with few accounts they are
 * looked through.
 */
export async function findReceipt<T>(
  client: Client,
  account: string | undefined,
  read: (query: { account_id?: string }) => Promise<T>,
): Promise<T> {
  if (account !== undefined) return read({ account_id: account })
  const accounts = await operatorAccounts(client)
  if (accounts === undefined) return read({})
  for (let at = 0; at < accounts.length; at += PARALLEL) {
    const found = await Promise.all(
      accounts.slice(at, at + PARALLEL).map((account_id) => unlessUnknown(read({ account_id }))),
    )
    const first = found.find((one) => one !== undefined)
    if (first !== undefined) return first
  }
  throw new CliError('There is no such receipt.', {
    why:
      accounts.length >= SEARCHED_MAX
        ? `Only the first ${SEARCHED_MAX} accounts were looked through.`
        : 'No account has it.',
    next: 'Say whose it is with --account ID; "everycent calls" lists receipts.',
    exitCode: EXIT.failure,
    code: 'receipt_unknown',
  })
}

async function operatorAccounts(client: Client): Promise<string[] | undefined> {
  try {
    const accounts = await take(client.accounts.list({ limit: SEARCHED_MAX }), SEARCHED_MAX)
    return accounts.map(({ account_id }) => account_id)
  } catch (error) {
    if (error instanceof EverycentProblem && error.status === 403) return undefined
    throw error
  }
}

async function unlessUnknown<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof EverycentProblem && error.status === 404) return undefined
    throw error
  }
}

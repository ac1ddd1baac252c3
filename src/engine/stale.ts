import type pg from 'pg'
import { loadVersions } from '../store/statements/decision-load.ts'
import type { DecidedAccount } from './decide-batch.ts'

/** Accounts that only gave answers, from a cached state that is not the newest any more. */
export async function staleAnswers(
  client: pg.ClientBase,
  accounts: readonly DecidedAccount[],
): Promise<Set<string>> {
  const unchecked = accounts.filter(
    ({ space }) => !space.changed && !space.loaded && space.version > 0n,
  )
  if (unchecked.length === 0) return new Set()
  const versions = await loadVersions(
    client,
    unchecked.map(({ space }) => space.accountId),
  )
  return new Set(
    unchecked
      .filter(({ space }) => versions.get(space.accountId) !== space.version.toString())
      .map(({ space }) => space.accountId),
  )
}

import type pg from 'pg'
import { enterAccount, missingFromDirectory } from '../store/control/index.ts'
import { readState } from '../store/reads/account-state.ts'
import { accountIdsAfter } from '../store/statements/housekeeping.ts'
import { SomeFailed } from './sweep-all.ts'

const PAGE_MAX = 5_000

/**
 * Enters accounts in the directory that were opened, but whose server stopped before it had entered them.
 * Two queries a page and no join, since the two may be in two databases. Returns how many.
 */
export async function fillDirectory(pool: pg.Pool): Promise<number> {
  let entered = 0
  let after = ''
  const failures: unknown[] = []
  for (;;) {
    const ids = await accountIdsAfter(pool, after, PAGE_MAX)
    for (const id of ids.length === 0 ? [] : await missingFromDirectory(pool, ids))
      await enterOpened(pool, id).then(
        () => {
          entered += 1
        },
        (error: unknown) => {
          failures.push(error)
        },
      )
    after = ids.at(-1) ?? after
    if (ids.length < PAGE_MAX) break
  }
  if (failures.length > 0) throw new SomeFailed(entered, failures)
  return entered
}

/** As the opening itself would have: the same name, the same time. */
async function enterOpened(pool: pg.Pool, accountId: string): Promise<void> {
  const stored = await readState(pool, accountId, { holds: 0, caps: 0 })
  if (!stored) return
  const { name, openedAt } = stored.state
  await enterAccount(pool, { accountId, name, createdAt: openedAt })
}

import type pg from 'pg'
import { enterAccount, missingFromDirectory } from '../store/control/index.ts'
import { readAccount } from '../store/reads/account-state.ts'
import { accountIdsAfter } from '../store/statements/housekeeping.ts'
import { Tries } from './sweep-all.ts'

const PAGE_MAX = 5_000

/**
 * Enters accounts in the directory that were opened, but whose server stopped before it had entered them.
 * Two queries a page and no join, since the two may be in two databases. Returns how many.
 */
export async function fillDirectory(pool: pg.Pool): Promise<number> {
  const tries = new Tries()
  let after = ''
  for (;;) {
    const ids = await accountIdsAfter(pool, after, PAGE_MAX)
    const missing = await missingFromDirectory(pool, ids)
    await tries.all(missing, String, (id) => enterOpened(pool, id))
    after = ids.at(-1) ?? after
    if (ids.length < PAGE_MAX) return tries.count()
  }
}

/** As the opening itself would have: the same name, the same time. */
async function enterOpened(pool: pg.Pool, accountId: string): Promise<void> {
  const state = await readAccount(pool, accountId)
  if (!state) throw new Error('the account is gone')
  const { name, openedAt } = state
  await enterAccount(pool, { accountId, name, createdAt: openedAt })
}

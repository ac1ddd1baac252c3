import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cycleOf, encodeState, newState } from '../../../src/core/ledger/index.ts'
import { instant } from '../../../src/core/time/index.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { emptyDatabase } from '../../support/database.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../src/store/migrations', import.meta.url))
const BEFORE = '0010_'

/** Anchor and opening of accounts that were there before there were statements. */
const ACCOUNTS = [
  ['2026-10-31T12:00:00Z', '2026-10-31T12:00:00Z'],
  ['2026-01-31T09:30:00.250Z', '2026-02-28T09:30:00.249Z'],
  ['2026-01-31T09:30:00.250Z', '2026-02-28T09:30:00.250Z'],
  ['2024-02-29T00:00:00Z', '2026-02-15T00:00:00Z'],
  ['2026-12-31T23:59:59.999Z', '2026-03-30T00:00:00Z'],
  ['2030-05-15T00:00:00Z', '2026-05-15T00:00:00Z'],
  ['2026-11-01T00:00:00Z', '2026-11-30T23:59:59.999Z'],
] as const

test('accounts of before get the end of their first cycle that the decisions count by', async () => {
  const { url, pool } = await emptyDatabase()
  const dir = mkdtempSync(join(tmpdir(), 'everycent-migrations-'))
  const names = readdirSync(MIGRATIONS).sort()
  try {
    for (const name of names.filter((own) => own < BEFORE))
      copyFileSync(join(MIGRATIONS, name), join(dir, name))
    await migrate(url, { dir })
    const states = ACCOUNTS.map(([anchor, opened], index) =>
      newState({
        accountId: `acct_${index}`,
        name: 'Before',
        currency: 'USD',
        plan: 'free@1',
        anchor: instant(Date.parse(anchor)),
        at: instant(Date.parse(opened)),
      }),
    )
    for (const state of states)
      await pool.query(
        `insert into accounts.account (account_id, version, seq, state, updated_at)
         values ($1::text, 1, 1, $2::json, $3::timestamptz)`,
        [state.accountId, JSON.stringify(encodeState(state)), new Date(state.openedAt)],
      )
    await migrate(url)
    const { rows } = await pool.query<{ closes_at: Date }>(
      'select closes_at from accounts.account order by account_id',
    )
    expect(rows.map((row) => row.closes_at.toISOString())).toEqual(
      states.map((state) => new Date(cycleOf(state).end).toISOString()),
    )
  } finally {
    rmSync(dir, { recursive: true })
  }
})

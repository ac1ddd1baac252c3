import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../../src/store/migrate.ts'
import { emptyDatabase } from '../../support/database.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../src/store/migrations', import.meta.url))
const BEFORE = '0047_'

const AT = '2026-11-20T12:00:00Z'
const DISPUTES = {
  case_told: { about: { calls: ['call_1'] }, provisional: { amount: '1' } },
  case_lost: { about: { calls: ['call_2', 'call_3'] } },
  case_period: {
    about: { period: { from: '2026-11-20T00:00:00Z', until: '2026-11-21T00:00:00Z' } },
  },
  // the same call once more, and one to which nothing was given
  case_again: { about: { calls: ['call_2'] } },
  case_without: { about: { calls: ['call_5'] } },
}
const GIVEN = ['case_told', 'case_lost', 'case_period', 'case_again']

async function fill(pool: pg.Pool): Promise<void> {
  for (const [caseId, facts] of Object.entries(DISPUTES))
    await pool.query(
      `insert into control.case_file (case_id, account_id, origin, origin_key, subject, facts, state, steps,
         opened_by, opened_at, updated_at)
       values ($1, 'a', 'dispute', $1, 'charge', $2, 'received', 1, '{}', $3, $3)`,
      [caseId, JSON.stringify(facts), AT],
    )
  const entries = [
    ['settle', 'call_4', JSON.stringify({ call: { call_id: 'call_4' } })],
    ...GIVEN.map((caseId) => ['grant', `case:${caseId}#provisional`, '{}']),
  ]
  for (const [index, [kind, requestId, body]] of entries.entries())
    await pool.query(
      `insert into accounts.entry (account_id, seq, kind, request_id, at, event_at, hash, body)
       values ('a', $1, $2, $3, $4, $4, '\\x00', $5)`,
      [index + 1, kind, requestId, AT, body],
    )
}

test('calls of provisional credit are kept for their case also where only the journal tells of it', async () => {
  const { url, pool } = await emptyDatabase()
  const dir = mkdtempSync(join(tmpdir(), 'everycent-migrations-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  for (const name of readdirSync(MIGRATIONS).filter((own) => own < BEFORE))
    copyFileSync(join(MIGRATIONS, name), join(dir, name))
  await migrate(url, { dir })
  await fill(pool)
  await migrate(url)
  const { rows } = await pool.query<{ call_id: string; case_id: string }>(
    `select call_id, case_id from control.provisional_call where account_id = 'a' order by call_id`,
  )
  const kept = Object.fromEntries(rows.map((row) => [row.call_id, row.case_id]))
  expect(kept).toEqual({
    call_1: 'case_told',
    call_2: expect.stringMatching(/^case_(lost|again)$/),
    call_3: 'case_lost',
    call_4: 'case_period',
  })
})

import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../../src/store/migrate.ts'
import { emptyDatabase } from '../../support/database.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../src/store/migrations', import.meta.url))

let before: string
beforeEach(() => {
  before = mkdtempSync(join(tmpdir(), 'everycent-migrations-'))
  for (const name of readdirSync(MIGRATIONS).filter((file) => file < '0048'))
    cpSync(join(MIGRATIONS, name), join(before, name))
})
afterEach(() => rmSync(before, { recursive: true }))

test('plans that differ and payments that were entered twice are taken up as they are, the first as the rule', async () => {
  const { url, pool } = await emptyDatabase()
  await migrate(url, { dir: before })
  await pool.query(
    `insert into control.plan_version (plan_id, version, document, status, created_at)
     select id, 1, jsonb_build_object('windows', jsonb_build_array(
       jsonb_build_object('id', 'daily', 'shape', 'calendar', 'length', length))), status, at::timestamptz
     from (values ('week', 'P7D', 'published', '2026-02-02'), ('day', 'P1D', 'published', '2026-01-01'),
       ('gone', 'P2D', 'retired', '2025-01-01'), ('draft', 'P3D', 'draft', '2024-01-01'))
       as p(id, length, status, at)`,
  )
  await pool.query(
    `insert into accounts.entry (account_id, seq, kind, request_id, at, event_at, hash)
     select account, seq, kind, request, at::timestamptz, at::timestamptz, '\\x00'
     from (values ('late', 2, 'top_up', 'wire_1', '2026-02-02'), ('early', 2, 'pay_overage', 'wire_1', '2026-01-01'),
       ('late', 3, 'grant', 'wire_2', '2026-01-01')) as e(account, seq, kind, request, at)`,
  )
  await migrate(url)
  const kinds = await pool.query('select * from control.window_kind')
  expect(kinds.rows).toEqual([
    { window_id: 'daily', shape: 'calendar', length: 'P1D', plan: 'day@1' },
  ])
  const entered = await pool.query('select * from control.payment_entered')
  expect(entered.rows).toEqual([{ payment_id: 'wire_1', account_id: 'early' }])
})

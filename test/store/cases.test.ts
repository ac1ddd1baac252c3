import { describe, expect, it } from 'vitest'
import { nanos } from '../../src/core/money/index.ts'
import { parseInstant } from '../../src/core/time/index.ts'
import { type NewCase, openCase } from '../../src/store/cases/open.ts'
import { freshDatabase } from '../support/database.ts'

const { pool } = await freshDatabase()

const fresh = (originKey: string): NewCase => ({
  accountId: 'acct_1',
  origin: 'self_check',
  originKey,
  subject: 'account_parked',
  facts: { violation: 'lot below zero' },
  amount: { nanos: nanos(5n), currency: 'USD' },
  openedBy: { type: 'system', id: 'test' },
  at: parseInstant('2026-11-26T08:00:00Z')!,
})

const counts = async () => {
  const { rows } = await pool.query(
    `select (select count(*)::integer from control.case_file) as cases,
            (select count(*)::integer from control.case_event) as events`,
  )
  return rows[0]
}

describe('a case', () => {
  it('is opened once for its origin and key, however many ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => openCase(pool, fresh('acct_1:7'))),
    )
    expect(new Set(answers.map(({ caseId }) => caseId)).size).toBe(1)
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
    expect(await counts()).toEqual({ cases: 1, events: 1 })
    await openCase(pool, fresh('acct_1:8'))
    expect(await counts()).toEqual({ cases: 2, events: 2 })
  })

  it('is not there when the transaction that opens it is rolled back', async () => {
    const before = await counts()
    const client = await pool.connect()
    await client.query('begin')
    expect((await openCase(client, fresh('undone'))).created).toBe(true)
    await client.query('rollback')
    client.release()
    expect(await counts()).toEqual(before)
    expect((await openCase(pool, fresh('undone'))).created).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { nanos } from '../../src/core/money/index.ts'
import { parseInstant } from '../../src/core/time/index.ts'
import { release, reserve } from '../../src/store/findings/spent.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { freshDatabase } from '../support/database.ts'

const { pool } = await freshDatabase()
const at = parseInstant('2026-11-26T08:00:00Z')!
const limits = { account: nanos(10n), rule: nanos(12n), all: nanos(15n) }
const wanted = (accountId: string, amount: bigint, rule = 'stream_misread') => ({
  accountId,
  rule,
  currency: 'USD',
  amount: nanos(amount),
  at,
})
const ask = (...asked: Parameters<typeof wanted>) =>
  inTransaction(pool, (client) => reserve(client, wanted(...asked), limits))

const spent = async () => {
  const { rows } = await pool.query<{ account_id: string; spent: string }>(
    'select account_id, spent from accounts.remedy_spent order by account_id',
  )
  return Object.fromEntries(rows.map((row) => [row.account_id, Number(row.spent)]))
}

describe('the ceilings of a day', () => {
  it('are taken from together, or not at all', async () => {
    expect(await ask('a', 10n)).toBe('reserved')
    expect(await ask('a', 1n)).toBe('above_account_day_ceiling')
    expect(await ask('b', 3n)).toBe('above_rule_day_ceiling')
    expect(await ask('b', 6n, 'band_mispriced')).toBe('above_day_ceiling')
    expect(await spent()).toEqual({
      '*': 10,
      '*band_mispriced': 0,
      '*stream_misread': 10,
      a: 10,
      b: 0,
    })
    expect(await ask('b', 5n, 'band_mispriced')).toBe('reserved')
    expect(await spent()).toMatchObject({ '*': 15, '*band_mispriced': 5, a: 10, b: 5 })
  })

  it('are never exceeded by many at once, and have again what was released', async () => {
    await inTransaction(pool, (client) => release(client, wanted('a', 10n)))
    expect(await spent()).toMatchObject({ '*': 5, '*stream_misread': 0, a: 0, b: 5 })
    const asked = await Promise.all(Array.from({ length: 8 }, (_, index) => ask(`c${index}`, 3n)))
    expect(asked.filter((answer) => answer === 'reserved')).toHaveLength(3)
    expect(await spent()).toMatchObject({ '*': 14, '*stream_misread': 9 })
  })
})

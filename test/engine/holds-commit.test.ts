import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Command } from '../../src/core/decisions/index.ts'
import { createEngine, type Engine } from '../../src/engine/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { callOf, cap, record, setCaps } from './support/commands.ts'
import { funded, post } from './support/journal.ts'
import { authorize, seedCatalogue, settle } from './support.ts'

let database: TestDatabase
let pool: pg.Pool
let engine: Engine
/** The statements that wrote, by their names. */
const written: string[] = []

beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  pool = createPool(database.url, { max: 2, applicationName: 'holds' })
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
    client.query = ((...args: unknown[]) => {
      const { name = '' } = args[0] as { name?: string }
      if (name.startsWith('decision-commit')) written.push(name)
      return query(...args)
    }) as pg.PoolClient['query']
  })
  engine = await createEngine({ pool })
})
afterAll(async () => {
  await engine.close()
  await pool.end()
})

async function writes(...commands: readonly Command[]): Promise<string[]> {
  written.length = 0
  await Promise.all(commands.map((command) => engine.execute(command)))
  return [...new Set(written)]
}

const extend = (accountId: string, callId: string): Command => ({
  kind: 'extend',
  accountId,
  requestId: callId,
  actor: { type: 'system', id: 'gateway' },
  callId,
  ttlMs: 7_200_000,
})

/** A hold as it is stored, without its times and the name of its account. */
async function holdOf(accountId: string, callId: string) {
  const { rows } = await database.pool.query<{ body: Record<string, unknown>; kept: boolean }>(
    `select body, expires_at = (body->>'expires_at')::timestamptz as kept
     from accounts.hold where account_id = $1::text and call_id = $2::text`,
    [accountId, callId],
  )
  const { at: _at, expires_at: _expires, account_id: _account, ...rest } = rows[0]!.body
  const named = JSON.stringify({ ...rest, kept: rows[0]!.kept })
  return JSON.parse(named.replaceAll(`lot_${accountId}_`, 'lot_'))
}

const counters = async (accountId: string) => {
  const { rows } = await database.pool.query(
    'select cap_id, spent::text, held::text from accounts.cap_counter where account_id = $1::text',
    [accountId],
  )
  return rows
}

describe('a batch that changes nothing but holds', () => {
  it('is written by the short statement, as the long one writes it', async () => {
    const asked = (id: string): Command => ({
      ...authorize(id, 'c1'),
      call: callOf('c1', { memberId: 'm1' }),
    })
    for (const id of ['short', 'long']) {
      await funded(engine, id, '10')
      await post(engine, setCaps(id, 'caps', [cap('own', 'member', 'm1', '5')]))
    }
    expect(await writes(asked('short'))).toEqual(['decision-commit-holds'])
    const both = [asked('long'), record('long', 'r', Date.now())]
    expect(await writes(...both)).toEqual(['decision-commit'])
    const hold = await holdOf('short', 'c1')
    expect(hold).toMatchObject({ kept: true, money: '0.011' })
    expect(await holdOf('long', 'c1')).toEqual(hold)
    expect(await counters('short')).toEqual([{ cap_id: 'own', spent: '0', held: '11000000' }])
    expect(await counters('long')).toEqual(await counters('short'))
    for (const accountId of ['short', 'long'])
      expect((await verify(database.pool, { accountId })).first).toBeNull()
  })

  it('also when it lengthens one, and never when it ends one', async () => {
    await funded(engine, 'b', '10')
    expect(await writes(authorize('b', 'c1'))).toEqual(['decision-commit-holds'])
    expect(await writes(extend('b', 'c1'))).toEqual(['decision-commit-holds'])
    expect(await writes(settle('b', 'c1'))).toEqual(['decision-commit'])
    expect(await verify(database.pool, { accountId: 'b' })).toMatchObject({
      first: null,
      open_holds: 0,
    })
  })

  it('that loses its race is decided again, on what the winner left', async () => {
    await funded(engine, 'c', '0.02')
    const other = await createEngine({ pool })
    // both know the same version, and each hold alone takes more than half of the credit
    await engine.execute(extend('c', 'none'))
    await other.execute(extend('c', 'none'))
    const results = await Promise.all([
      engine.execute({ ...authorize('c', 'c1'), fit: 'refuse' }),
      other.execute({ ...authorize('c', 'c2'), fit: 'refuse' }),
    ])
    expect(results.map(({ result }) => result.status).sort()).toEqual(['admitted', 'refused'])
    await other.close()
    expect(await verify(database.pool, { accountId: 'c' })).toMatchObject({
      first: null,
      open_holds: 1,
    })
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createPool, PoolFull } from '../../src/store/pool.ts'
import { freshDatabase } from '../support/database.ts'

const database = await freshDatabase()

test('int8 stays text, exactly', async () => {
  const { rows } = await database.pool.query('select 9223372036854775807::int8 as amount')
  expect(rows).toEqual([{ amount: '9223372036854775807' }])
})

test('sessions are in UTC, named, and durable', async () => {
  const pool = createPool(database.url, { applicationName: 'gateway', statementTimeoutMs: 1_500 })
  const { rows } = await pool.query(
    `select current_setting('timezone') as zone, current_setting('application_name') as name,
       current_setting('synchronous_commit') as durable, current_setting('statement_timeout') as most`,
  )
  expect(rows).toEqual([{ zone: 'UTC', name: 'gateway', durable: 'on', most: '1500ms' }])
  await pool.end()
})

test('a connection that breaks, idle or checked out, is reported and replaced', async () => {
  const errors: string[] = []
  const pool = createPool(database.url, { max: 2, onError: (error) => errors.push(error.message) })
  const held = await pool.connect()
  await pool.query('select 1')
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'everycent'`,
  )
  await expect.poll(() => errors.length).toBeGreaterThanOrEqual(2)
  held.release(true)
  await sleep(10)
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})

test('as many wait for a connection as may, and the next are told at once; both ways of asking', async () => {
  const pool = createPool(database.url, { max: 1, waitingMax: 2 })
  const held = await pool.connect()
  const waiting = [pool.query('select 1 as one'), pool.query('select 2 as one')]
  await expect(pool.query('select 3')).rejects.toThrow(PoolFull)
  await expect(pool.connect()).rejects.toThrow(PoolFull)
  held.release()
  const answers = await Promise.all(waiting)
  expect(answers.map(({ rows }) => rows[0].one)).toEqual([1, 2])
  expect((await pool.query('select 4 as one')).rows).toEqual([{ one: 4 }])
  await pool.end()
})

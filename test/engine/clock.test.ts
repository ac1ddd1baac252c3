import type pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { DatabaseClock } from '../../src/engine/clock.ts'

/*
 * The database's clock, measured from here. A connection that has to be made first delays the question and not the
 * answer, so that the middle of that look lies long before the moment in which the database has read its clock.
 */

const HERE_MS = 1_000_000
const AHEAD_MS = 250

let clock: DatabaseClock | undefined
afterEach(() => clock?.stop())

/** A database whose answers are this long on their way there and back, in turn. */
function database(ways: readonly (readonly [thereMs: number, backMs: number])[]) {
  let here = HERE_MS
  let asked = 0
  const query = async () => {
    const [there, back] = ways[Math.min(asked, ways.length - 1)] ?? [0, 0]
    asked += 1
    here += there
    const micros = (here + AHEAD_MS) * 1_000
    here += back
    return { rows: [{ micros: String(micros) }] }
  }
  return { pool: { query } as unknown as pg.Pool, wallMs: () => here }
}

test.each([
  {
    name: 'a connection that is made for the first question',
    ways: [
      [40, 0],
      [1, 1],
    ] as const,
  },
  {
    name: 'an answer that was late once',
    ways: [
      [1, 1],
      [0, 60],
      [1, 1],
    ] as const,
  },
  {
    name: 'one quick answer among slow ones',
    ways: [
      [30, 2],
      [30, 2],
      [30, 2],
      [1, 1],
    ] as const,
  },
])('the quickest of several looks counts: $name', async ({ ways }) => {
  const { pool, wallMs } = database(ways)
  clock = await DatabaseClock.start(pool, wallMs)
  expect(clock.now() - wallMs()).toBe(AHEAD_MS)
})

test('it is never ahead of the database by the part of a millisecond', async () => {
  const pool = { query: async () => ({ rows: [{ micros: '1000000900' }] }) } as unknown as pg.Pool
  clock = await DatabaseClock.start(pool, () => HERE_MS)
  expect(clock.now()).toBe(1_000_000)
})

test('what is read never runs backwards', async () => {
  let here = HERE_MS
  const pool = { query: async () => ({ rows: [{ micros: '1000000000' }] }) } as unknown as pg.Pool
  clock = await DatabaseClock.start(pool, () => here)
  const before = clock.now()
  here -= 5_000
  expect(clock.now()).toBe(before)
})

test('a database that does not answer is told when the clock is started', async () => {
  const query = async () => {
    throw new Error('connection refused')
  }
  const pool = { query } as unknown as pg.Pool
  await expect(DatabaseClock.start(pool)).rejects.toThrow('connection refused')
})

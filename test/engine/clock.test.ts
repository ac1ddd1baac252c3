import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
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

describe('a clock that is set while the server runs', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
  afterEach(() => vi.useRealTimers())

  async function running() {
    const own = { here: HERE_MS, theirs: HERE_MS }
    const query = async () => ({ rows: [{ micros: String(own.theirs * 1_000) }] })
    clock = await DatabaseClock.start({ query } as unknown as pg.Pool, () => own.here)
    return own
  }
  const measured = () => vi.advanceTimersByTimeAsync(10_000)

  it('by less than a second is not followed backwards', async () => {
    const own = await running()
    const before = clock!.now()
    own.theirs -= 900
    await measured()
    expect(clock!.now()).toBe(before)
    own.here += 901
    own.theirs += 901
    expect(clock!.now()).toBe(before + 1)
  })

  it('and was an hour ahead is right again as soon as it is measured', async () => {
    const own = await running()
    own.theirs += 3_600_000
    await measured()
    expect(clock!.now()).toBe(HERE_MS + 3_600_000)
    own.theirs -= 3_600_000
    await measured()
    expect(clock!.now()).toBe(HERE_MS)
  })

  it('is not this machine’s, which is asked for no time of day', async () => {
    const query = async () => ({ rows: [{ micros: String(HERE_MS * 1_000) }] })
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: 0 })
    clock = await DatabaseClock.start({ query } as unknown as pg.Pool)
    vi.setSystemTime(3_600_000)
    expect(clock.now() - HERE_MS).toBeLessThan(3_600_000)
  })
})

test('a database that does not answer is told when the clock is started', async () => {
  const query = async () => {
    throw new Error('connection refused')
  }
  const pool = { query } as unknown as pg.Pool
  await expect(DatabaseClock.start(pool)).rejects.toThrow('connection refused')
})

import type pg from 'pg'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { JobDefinition } from '../../src/jobs/definition.ts'
import { JobRunner, type RunnerOptions } from '../../src/jobs/runner.ts'
import { createPool } from '../../src/store/pool.ts'
import { listJobs } from '../../src/store/reads/jobs.ts'
import { node } from '../engine/support/nodes.ts'
import { startProxy } from '../engine/support/proxy.ts'
import { freshDatabase, queuePool, type TestDatabase } from '../support/database.ts'

/*
 * The queue under the jobs: a round is done by one node, written down, and followed by the next; a
 * killed runner's job goes on elsewhere.
 */

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})

const runners: JobRunner[] = []
beforeEach(() => async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()))
})

async function start(
  jobs: readonly JobDefinition[],
  options: Partial<RunnerOptions> = {},
): Promise<JobRunner> {
  const runner = await JobRunner.start({
    pool: database.pool,
    queuePool: queuePool(database),
    engine: (await node(database)).engine,
    jobs,
    sweepEveryMs: 20,
    nowMs: Date.now,
    onError: () => {},
    lateAfterMs: 30_000,
    ...options,
  })
  runners.push(runner)
  return runner
}

const job = (name: string, run: JobDefinition['run'], everyMs?: number): JobDefinition => ({
  name,
  summary: `The ${name}.`,
  run,
  ...(everyMs !== undefined && { everyMs }),
})

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}

const seen = async (name: string) =>
  (await listJobs(database.pool)).find((view) => view.name === name)!

describe('a round that takes long', () => {
  it('is not begun a second time beside itself, and keeps no other job waiting', async () => {
    let atOnce = 0
    let most = 0
    let end = (): void => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    const slow = job('slow', async () => {
      atOnce += 1
      most = Math.max(most, atOnce)
      await ended
      atOnce -= 1
      return 1
    })
    let beats = 0
    const quick = job(
      'quick',
      async () => {
        beats += 1
        return 1
      },
      5,
    )
    await start([slow, quick], { lateAfterMs: 20 })
    // long enough for the round to look late many times over
    await until(() => atOnce > 0 && beats > 300)
    end()
    await until(() => atOnce === 0)
    expect(most).toBe(1)
  })
})

describe('a job', () => {
  it('is done again and again, and its rounds are written down', async () => {
    let rounds = 0
    await start([job('counted', async () => ++rounds)])
    await until(async () => (await seen('counted')).runs >= 3n)
    const view = await seen('counted')
    expect(view).toMatchObject({ failuresInRow: 0, error: null, everyMs: 20 })
    expect(view.doneInAll).toBe((view.runs * (view.runs + 1n)) / 2n)
    expect(view.dueAt).toBe(view.finishedAt! + 20)
  })

  it.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ])('has its time by the database, where the clock of the machine is %s', async (where, byMs) => {
    const wallMs = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => wallMs() + byMs)
    onTestFinished(() => void vi.restoreAllMocks())
    const name = `clocked_${where}`
    await start([job(name, async () => 1)])
    await until(async () => (await seen(name)).runs >= 2n)
    const { rows } = await database.pool.query(
      `select abs(extract(epoch from clock_timestamp() - finished_at)) < 3000 as by_database
       from control.job_run where name = $1`,
      [name],
    )
    expect(rows).toEqual([{ by_database: true }])
  })

  it('that fails is told and tried again, and what it did then counts', async () => {
    let failing = true
    const told: string[] = []
    const work = async (): Promise<number> => {
      if (failing) throw new Error('not today')
      return 7
    }
    await start([job('failing', work)], { onError: (name, error) => told.push(`${name} ${error}`) })
    await until(async () => (await seen('failing')).failuresInRow >= 2)
    expect(await seen('failing')).toMatchObject({ error: 'not today', doneInAll: 0n })
    expect(told).toContain('failing Error: not today')
    failing = false
    await until(async () => (await seen('failing')).doneInAll >= 7n)
    expect(await seen('failing')).toMatchObject({ error: null, failuresInRow: 0 })
  })

  it('is done by one of two nodes at a time', async () => {
    let atOnce = 0
    let most = 0
    const work = async (): Promise<number> => {
      atOnce += 1
      most = Math.max(most, atOnce)
      await new Promise((resolve) => setTimeout(resolve, 10))
      atOnce -= 1
      return 1
    }
    const slow = [job('single', work, 5)]
    await start(slow)
    await until(async () => (await seen('single')).runs >= 1n)
    await start(slow)
    const before = (await seen('single')).runs
    await until(async () => (await seen('single')).runs >= before + 5n)
    // a node that has just started asks for a round of its own: one more, once
    expect(most).toBeLessThanOrEqual(2)
  })

  it('can be asked for before its time; an unknown one cannot', async () => {
    let rounds = 0
    const runner = await start([job('rare', async () => ++rounds, 3_600_000)])
    await until(async () => (await seen('rare')).runs === 1n)
    expect(await runner.request('rare')).toBe(true)
    await until(async () => (await seen('rare')).runs === 2n)
    expect(await runner.request('nobody')).toBe(false)
  })
})

describe('a queue that gets no connection', () => {
  it.each([
    ['to write that a job has failed', 0],
    ['to write that a job is done', 1],
  ])('%s ends nothing but its own runner, and goes on afterwards', async (what, connections) => {
    const pool = queuePool(database)
    const connect = pool.connect.bind(pool) as (...given: unknown[]) => Promise<pg.PoolClient>
    let left = Number.POSITIVE_INFINITY
    pool.connect = ((...given: unknown[]) => {
      // queries of the pool itself wait for a callback
      if (given.length === 0) left -= 1
      return left < 0 && given.length === 0
        ? Promise.reject(new Error('timeout exceeded'))
        : connect(...given)
    }) as typeof pool.connect
    const unhandled: unknown[] = []
    const onUnhandled = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', onUnhandled)
    const told: string[] = []
    const name = what.replaceAll(' ', '_')
    let rounds = 0
    const work = async (): Promise<number> => {
      rounds += 1
      if (rounds === 1) left = connections
      return 1
    }
    const onError = (source: string) => told.push(source)
    const runner = await start([job(name, work)], { queuePool: pool, lateAfterMs: 200, onError })
    await until(() => told.includes('queue'))
    left = Number.POSITIVE_INFINITY
    await until(() => rounds >= 3)
    process.off('unhandledRejection', onUnhandled)
    expect(unhandled).toEqual([])
    expect(await runner.request(name)).toBe(true)
  })
})

describe('a runner that dies half-way through a round', () => {
  it('is followed by another node, long before the queue itself would give the job away', async () => {
    // all connections of the first node go at once, as with kill -9, while its round hangs
    const proxy = await startProxy(database.url)
    const dyingPool = createPool(proxy.url, { max: 5, applicationName: 'dying' })
    let reached = false
    const hangs = job('orphan', () => {
      reached = true
      return new Promise(() => {})
    })
    const dying = await JobRunner.start({
      pool: dyingPool,
      queuePool: dyingPool,
      engine: (await node(database)).engine,
      jobs: [hangs],
      sweepEveryMs: 20,
      nowMs: Date.now,
      onError: () => {},
      lateAfterMs: 30_000,
    })
    await until(() => reached)
    proxy.down()
    const { rows } = await database.pool.query<{ locked: boolean }>(
      `select locked_at is not null as locked from graphile_worker._private_jobs where key = 'orphan'`,
    )
    expect(rows).toEqual([{ locked: true }])
    let taken = 0
    // it knows the job, but does not ask for a round of its own when it starts
    await start([job('other', async () => 0), job('orphan', async () => ++taken)], {
      lateAfterMs: 200,
    })
    await until(async () => (await seen('orphan')).runs >= 1n && taken > 0)
    expect(await seen('orphan')).toMatchObject({ error: null })
    await proxy.close()
    void dying
    await dyingPool.end().catch(() => {})
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Command } from '../../src/core/decisions/index.ts'
import { createEngine, type Executed, Overloaded, Unavailable } from '../../src/engine/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { chargesOf, funded, journal, post } from './support/journal.ts'
import { node } from './support/nodes.ts'
import { startProxy } from './support/proxy.ts'
import { authorize, seedCatalogue, settle, topUp } from './support.ts'

let database: TestDatabase
const ends: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Keeps every commit waiting at its first posting until it is let go. */
async function holdCommits(): Promise<() => Promise<void>> {
  const client = await database.pool.connect()
  await client.query('begin')
  await client.query('lock table accounts.posting in share row exclusive mode')
  let free = false
  const letGo = async () => {
    if (free) return
    free = true
    await client.query('commit')
    client.release()
  }
  ends.push(letGo)
  return letGo
}

const waitingCommits = async (): Promise<number> =>
  (
    await database.pool.query(
      `select from pg_stat_activity
       where application_name = 'node' and wait_event_type = 'Lock' and datname = current_database()`,
    )
  ).rowCount!

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await sleep(5)
}

const terminate = async (): Promise<number> =>
  (
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'node' and datname = current_database()`,
    )
  ).rowCount!

describe('a connection that is killed while committing', () => {
  it('costs nothing: the command is decided again, once', async () => {
    const own = await node(database)
    await funded(own.engine, 'killed', '1')
    const letGo = await holdCommits()
    const pending = own.engine.execute(topUp('killed', '5', 'second'))
    for (let round = 0; round < 2; round += 1) {
      await until(async () => (await waitingCommits()) > 0)
      await terminate()
    }
    await until(async () => (await waitingCommits()) > 0)
    await letGo()
    expect((await pending).result.status).toBe('posted')
    expect((await journal(database.pool, 'killed')).map(({ kind }) => kind)).toEqual([
      'open_account',
      'top_up',
      'set_controls',
      'top_up',
    ])
  })

  it('again and again under load loses no answer and doubles no charge', async () => {
    const own = await node(database, { batchMax: 16 })
    const accounts = ['load-a', 'load-b', 'load-c']
    for (const id of accounts) await funded(own.engine, id, '10')
    const acknowledged = new Map<string, string>()
    const unacknowledged: Command[] = []
    const call = async (index: number) => {
      const accountId = accounts[index % accounts.length]!
      for (const command of [
        authorize(accountId, `c${index}`),
        settle(accountId, `c${index}`),
      ] as const) {
        const done: Executed | null = await own.engine.execute(command).catch((error) => {
          expect(error).toBeInstanceOf(Unavailable)
          return null
        })
        if (!done) {
          unacknowledged.push(command)
          return
        }
        if (command.kind === 'settle')
          acknowledged.set(`${accountId} c${index}`, JSON.stringify(done.result))
      }
    }
    let killed = 0
    let loading = true
    const killing = (async () => {
      while (loading) {
        killed += await terminate()
        await sleep(40)
      }
    })()
    const calls = Array.from({ length: 400 }, (_, index) => index)
    const worker = async () => {
      for (let index = calls.shift(); index !== undefined; index = calls.shift()) await call(index)
    }
    await Promise.all(Array.from({ length: 40 }, worker))
    loading = false
    await killing
    expect(killed).toBeGreaterThan(4)
    const rows = await journal(database.pool)
    for (const [key, answer] of acknowledged) {
      const found = rows.filter(
        (row) => row.kind === 'settle' && `${row.accountId} ${row.requestId}` === key,
      )
      expect(found.map((row) => row.text)).toEqual([JSON.stringify(JSON.parse(answer).entry)])
    }
    for (const accountId of accounts)
      for (const charges of (await chargesOf(database.pool, accountId)).values())
        expect(charges).toBe(1)
    // whoever got no answer asks again with the same id, and gets one
    for (const { accountId, requestId } of unacknowledged) {
      expect((await own.engine.execute(authorize(accountId, requestId))).result.status).toBe(
        'admitted',
      )
      expect((await own.engine.execute(settle(accountId, requestId))).result.status).toBe('posted')
    }
    let charged = 0
    for (const accountId of accounts) charged += (await chargesOf(database.pool, accountId)).size
    expect(charged).toBe(400)
    expect(await verify(database.pool)).toMatchObject({ first: null, open_holds: 0 })
  })

  it('after the commit, before its answer: the same decision is found, not made again', async () => {
    const pool = createPool(database.url, { max: 2, applicationName: 'node' })
    let lost = 0
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
      client.query = (async (...args: unknown[]) => {
        const answer = await query(...args)
        const { name = '' } = args[0] as { name?: string }
        if (!name.startsWith('decision-commit') || lost >= 3) return answer
        lost += 1
        throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
      }) as pg.PoolClient['query']
    })
    const engine = await createEngine({ pool })
    ends.push(async () => {
      await engine.close()
      await pool.end()
    })
    const other = await node(database)
    await funded(other.engine, 'answer-lost', '1')
    const admitted = await engine.execute(authorize('answer-lost', 'c'))
    expect(admitted).toMatchObject({ result: { status: 'admitted' }, replayed: true })
    const settled = await engine.execute(settle('answer-lost', 'c'))
    expect(settled).toMatchObject({ result: { status: 'posted' }, replayed: true })
    const fresh = await engine.execute(
      authorize('answer-lost', 'made-just-now', { freshCallId: true }),
    )
    expect(fresh).toMatchObject({ result: { status: 'admitted' }, replayed: true })
    expect(lost).toBe(3)
    await post(engine, settle('answer-lost', 'made-just-now'))
    const report = await verify(database.pool, { accountId: 'answer-lost' })
    expect(report).toMatchObject({ first: null, entries: 5, open_holds: 0 })
  })

  it('while it is being prepared gives its place in the pool back', async () => {
    const pool = createPool(database.url, {
      max: 1,
      applicationName: 'node',
      connectTimeoutMs: 500,
    })
    const engine = await createEngine({ pool })
    ends.push(async () => {
      await engine.close()
      // with a client that is never given back this would wait for ever
      await Promise.race([pool.end(), sleep(2_000)])
    })
    await pool.query('select pg_terminate_backend(pg_backend_pid())').catch(() => {})
    let failing = 1
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
      client.query = (async (...args: unknown[]) => {
        if (typeof args[0] !== 'string' || !args[0].startsWith('set plan') || failing-- <= 0)
          return query(...args)
        client.end().catch(() => {})
        throw new Error('Connection terminated unexpectedly')
      }) as pg.PoolClient['query']
    })
    await funded(engine, 'prepared', '1')
    expect(failing).toBeLessThan(1)
  })
})

describe('a full queue', () => {
  it('turns commands away undecided, and those it took are decided', async () => {
    const own = await node(database, { queueMax: 3, lanes: 1 })
    await funded(own.engine, 'full', '1')
    const letGo = await holdCommits()
    const first = own.engine.execute(topUp('full', '1', 'flying'))
    await until(async () => (await waitingCommits()) > 0)
    const taken = [1, 2, 3].map((index) => own.engine.execute(topUp('full', '1', `taken${index}`)))
    const away = await Promise.allSettled(
      [1, 2].map((index) => own.engine.execute(topUp('full', '1', `away${index}`))),
    )
    for (const own of away) {
      expect(own.status).toBe('rejected')
      const { reason } = own as PromiseRejectedResult
      expect(reason).toBeInstanceOf(Overloaded)
      expect((reason as Overloaded).retryAfterMs).toBeGreaterThan(0)
    }
    expect(own.engine.stats().queued).toBe(3)
    await letGo()
    for (const done of await Promise.all([first, ...taken]))
      expect(done.result.status).toBe('posted')
    const ids = (await journal(database.pool, 'full')).map((row) => row.requestId)
    expect(ids.filter((id) => id.includes('away'))).toEqual([])
    await post(own.engine, topUp('full', '1', 'away1'))
  })

  it('is decided to its end before the engine closes, and nothing after', async () => {
    const own = await node(database, { lanes: 1, batchMax: 4 })
    await funded(own.engine, 'closing', '10')
    const pending = Array.from({ length: 60 }, (_, index) =>
      own.engine.execute(authorize('closing', `c${index}`)),
    )
    const closed = own.engine.close()
    await expect(own.engine.execute(authorize('closing', 'late'))).rejects.toThrow(Unavailable)
    await closed
    for (const done of await Promise.all(pending)) expect(done.result.status).toBe('admitted')
    const report = await verify(database.pool, { accountId: 'closing' })
    expect(report).toMatchObject({ first: null, open_holds: 60 })
  })
})

describe('a database that is gone', () => {
  it('is told to the caller, and nothing acknowledged is lost and nothing is done twice', async () => {
    const proxy = await startProxy(database.url)
    ends.push(() => proxy.close())
    const own = await node({ ...database, url: proxy.url })
    await funded(own.engine, 'gone', '1')
    const before = await own.engine.execute(authorize('gone', 'c1'))
    const flying = own.engine.execute(settle('gone', 'c1')).then(
      () => 'posted',
      (error: unknown) => error,
    )
    proxy.down()
    const asked = [authorize('gone', 'c2'), settle('gone', 'c1'), topUp('gone', '1', 'second')]
    for (const command of asked)
      await expect(own.engine.execute(command)).rejects.toThrow(Unavailable)
    await expect(own.engine.preview(authorize('gone', 'c3'))).rejects.toThrow()
    const outcome = await flying
    expect(outcome === 'posted' || outcome instanceof Unavailable).toBe(true)
    await proxy.up()
    const again = await own.engine.execute(authorize('gone', 'c1'))
    expect(JSON.stringify((again.result as { admission: unknown }).admission)).toBe(
      JSON.stringify((before.result as { admission: unknown }).admission),
    )
    for (const command of asked)
      expect(['admitted', 'posted']).toContain((await own.engine.execute(command)).result.status)
    await post(own.engine, settle('gone', 'c2'))
    expect(await chargesOf(database.pool, 'gone')).toEqual(
      new Map([
        ['c1', 1],
        ['c2', 1],
      ]),
    )
    expect((await verify(database.pool, { accountId: 'gone' })).first).toBeNull()
  })

  it('lets no engine begin', async () => {
    const pool = createPool('postgresql://nobody@127.0.0.1:1/nothing')
    await expect(createEngine({ pool })).rejects.toThrow()
    await pool.end()
  })
})

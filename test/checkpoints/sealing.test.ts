import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isConsistent, LogSigner, leafHash, nodeHash } from '../../src/checkpoints/index.ts'
import type { Instant } from '../../src/core/time/index.ts'
import { sealHeads } from '../../src/jobs/checkpoints.ts'
import { startJobs } from '../../src/jobs/index.ts'
import { MovedAccounts } from '../../src/jobs/moved-accounts.ts'
import {
  appendHeads,
  checkpointOf,
  checkpointsAfter,
  consistencyProof,
  newestCheckpoint,
  sealedHead,
  usedKeys,
} from '../../src/store/log/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { record } from '../engine/support/commands.ts'
import { funded, journal, post } from '../engine/support/journal.ts'
import { node } from '../engine/support/nodes.ts'
import { seedCatalogue } from '../engine/support.ts'
import { freshDatabase, queuePool, type TestDatabase } from '../support/database.ts'
import { emptyLog, LOG_NAME, moveTo, NOW_MS, proven, SIGNER, seal, seed } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})
beforeEach(() => emptyLog(database))

const leaves = async () => {
  const { rows } = await database.pool.query<{ at: number; account: string; seq: number }>(
    `select leaf_index::integer as at, account_id as account, seq::integer as seq
     from control.log_leaf order by leaf_index`,
  )
  return rows
}
const checkpoints = async () => {
  const { rows } = await database.pool.query<{ size: number }>(
    'select size::integer as size from control.log_checkpoint order by size',
  )
  return rows.map(({ size }) => size)
}

describe('a round', () => {
  it('seals each head once, and signs nothing where nothing moved', async () => {
    expect(await seal(database)).toBe(0)
    expect(await newestCheckpoint(database.pool)).toBeNull()
    await moveTo(database, { a: 3, b: 1 })
    expect(await seal(database)).toBe(2)
    expect(await seal(database)).toBe(0)
    await moveTo(database, { b: 4 })
    expect(await seal(database)).toBe(1)
    expect(await leaves()).toEqual([
      { at: 0, account: 'a', seq: 3 },
      { at: 1, account: 'b', seq: 1 },
      { at: 2, account: 'b', seq: 4 },
    ])
    expect(await checkpoints()).toEqual([2, 3])
  })

  it('seals the true heads of real accounts, and their proofs hold', async () => {
    const { engine } = await node(database)
    for (const id of ['x', 'y']) await funded(engine, id, '1')
    await seal(database)
    await post(engine, record('x', 'c1', Date.now()))
    await seal(database)
    for (const id of ['x', 'y']) {
      const last = (await journal(database.pool, id)).at(-1)!
      const { rows } = await database.pool.query<{ hash: string }>(
        `select encode(hash, 'hex') as hash from accounts.entry
         where account_id = $1::text and seq = $2::bigint`,
        [id, last.seq],
      )
      expect(await proven(database, id, last.seq)).toMatchObject({
        seq: last.seq,
        hash: rows[0]!.hash,
        size: 3,
      })
    }
  })

  it('is bounded, and reaches everybody however often some move', async () => {
    await moveTo(database, Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((id) => [id, 1])))
    const moved = new MovedAccounts()
    const round = (seq: number) => {
      moved.add(['a', 'b'])
      return moveTo(database, { a: seq, b: seq }).then(() =>
        sealHeads({ pool: database.pool, signer: SIGNER, nowMs: NOW_MS, moved, headsMax: 2 }),
      )
    }
    for (let seq = 2; seq < 9; seq += 1) expect(await round(seq)).toBeLessThanOrEqual(2)
    const sealed = new Set((await leaves()).map(({ account }) => account))
    expect([...sealed].sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('takes what moved on this node first, where the walk is elsewhere', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`acct_${100 + n}`, 1]))
    await moveTo(database, many)
    const moved = new MovedAccounts()
    moved.add(['acct_139', 'acct_139', 'no-such-account'])
    const own = { pool: database.pool, signer: SIGNER, nowMs: NOW_MS, moved }
    await database.pool.query("update control.log_tree set walked_to = 'acct_199'")
    expect(await sealHeads(own)).toBe(1)
    expect(await leaves()).toEqual([{ at: 0, account: 'acct_139', seq: 1 }])
    expect(moved.take(9)).toEqual([])
  })
})

describe('the sealed head of an entry', () => {
  it('is the earliest that covers it, in the newest checkpoint; none while none does', async () => {
    for (const seq of [2, 5, 6]) {
      await moveTo(database, { a: seq, [`z${seq}`]: 1 })
      await seal(database)
    }
    const seqs = []
    for (const atLeast of [1, 2, 3, 5, 6, 7]) seqs.push((await proven(database, 'a', atLeast))?.seq)
    expect(seqs).toEqual([2, 2, 5, 5, 6, undefined])
    expect((await proven(database, 'a', 1))?.size).toBe(6)
    expect(await sealedHead(database.pool, 'nobody', 1)).toBeNull()
  })

  it('is proven in a log of every size', async () => {
    for (let n = 0; n < 40; n += 1) {
      await moveTo(database, { [`acct_${n}`]: 1 + (n % 3) })
      await seal(database)
      for (const id of [0, Math.floor(n / 2), n])
        expect(await proven(database, `acct_${id}`)).toMatchObject({ index: id, size: n + 1 })
    }
  })
})

async function waitsForLock(name: string): Promise<void> {
  for (;;) {
    const { rows } = await database.pool.query(
      `select from pg_stat_activity where application_name = $1::text and wait_event_type = 'Lock'`,
      [name],
    )
    if (rows.length > 0) return
  }
}

describe('checkpoints', () => {
  it('each begin with all of every one before', async () => {
    for (let round = 0; round < 12; round += 1) {
      await moveTo(database, { a: round + 1, [`b${round}`]: 1, [`c${round % 5}`]: 1 })
      await seal(database)
    }
    const all = await checkpointsAfter(database.pool, { size: 0n, limit: 100 })
    expect(all).toHaveLength(12)
    for (const [at, later] of all.entries())
      for (const earlier of all.slice(0, at + 1)) {
        expect(await checkpointOf(database.pool, earlier.size)).toEqual(earlier)
        const proof = await consistencyProof(database.pool, { from: earlier.size, to: later.size })
        expect(isConsistent(earlier, later, { proof, node: nodeHash })).toBe(true)
      }
    expect(await checkpointOf(database.pool, 999n)).toBeNull()
    const page = await checkpointsAfter(database.pool, { size: all[3]!.size, limit: 2 })
    expect(page).toEqual(all.slice(4, 6))
  })
})

describe('two nodes at once', () => {
  it('make one log: whoever loses writes nothing, and nobody is sealed twice', async () => {
    const other = createPool(database.url, { max: 4, applicationName: 'other node' })
    const pools = [database.pool, other, database.pool, other]
    try {
      for (let seq = 1; seq <= 12; seq += 1) {
        await moveTo(database, { a: seq, b: seq, c: seq })
        const done = await Promise.all(
          pools.map((pool) => sealHeads({ pool, signer: SIGNER, nowMs: NOW_MS })),
        )
        expect(done.reduce((sum, own) => sum + own, 0)).toBe(3)
        for (const id of ['a', 'b', 'c']) expect(await proven(database, id, seq)).not.toBeNull()
      }
    } finally {
      await other.end()
    }
    expect(await checkpoints()).toEqual(Array.from({ length: 12 }, (_, n) => 3 * (n + 1)))
  })

  it('what a round lost to another it offers again', async () => {
    await moveTo(database, { a: 1 })
    const moved = new MovedAccounts()
    moved.add(['a'])
    const blocker = await database.pool.connect()
    const other = createPool(database.url, { max: 2, applicationName: 'late node' })
    await blocker.query("begin; update control.log_tree set size = 1 where tree_id = 'heads'")
    const round = sealHeads({ pool: other, signer: SIGNER, nowMs: NOW_MS, moved })
    await waitsForLock('late node')
    const hash = 'ab'.repeat(32)
    const root = leafHash({ accountId: 'b', seq: 1, hash })
    await blocker.query(`insert into control.log_leaf values (0, 'b', 1, '\\x${hash}')`)
    await blocker.query(
      `insert into control.log_checkpoint values (1, $1::bytea, $2::text, $3::text, $4::timestamptz)`,
      [
        Buffer.from(root, 'hex'),
        SIGNER.checkpoint({ size: 1n, root }, null),
        SIGNER.key,
        new Date(NOW_MS).toISOString(),
      ],
    )
    await blocker.query('commit')
    blocker.release()
    expect(await round).toBe(0)
    expect(moved.take(9)).toEqual(['a'])
    await other.end()
    expect(await seal(database)).toBe(1)
    expect(await proven(database, 'a')).toMatchObject({ index: 1, size: 2 })
  })

  it('who has read an older checkpoint appends nothing', async () => {
    const heads = ['a', 'b'].map((accountId) => ({ accountId, seq: 1, hash: 'ab'.repeat(32) }))
    const append = (of: typeof heads) =>
      appendHeads(database.pool, { after: null, heads: of, signer: SIGNER, at: NOW_MS as Instant })
    expect(await append(heads.slice(0, 1))).toBe(true)
    expect(await append(heads.slice(1))).toBe(false)
    expect(await leaves()).toHaveLength(1)
    expect(await checkpoints()).toEqual([1])
  })
})

describe('a round that is cut short', () => {
  const STEPS = ['log_leaf', 'log_node', 'log_checkpoint', 'log_key']

  it.each(STEPS)('before it writes %s has written nothing, and the next does it', async (table) => {
    await moveTo(database, { a: 1, b: 1 })
    await database.pool.query(
      `alter table control.${table} add constraint cut check (false) not valid`,
    )
    await expect(seal(database)).rejects.toThrow('cut')
    await database.pool.query(`alter table control.${table} drop constraint cut`)
    expect(await leaves()).toEqual([])
    expect(await checkpoints()).toEqual([])
    expect(await seal(database)).toBe(2)
    expect(await proven(database, 'b')).toMatchObject({ size: 2 })
  })

  it('by the end of its connection leaves all or nothing', async () => {
    await moveTo(database, { a: 1, b: 1 })
    const doomed = createPool(database.url, { max: 2, applicationName: 'doomed node' })
    doomed.on('error', () => {})
    const blocker = await database.pool.connect()
    await blocker.query('begin; lock table control.log_checkpoint in exclusive mode')
    const round = sealHeads({ pool: doomed, signer: SIGNER, nowMs: NOW_MS }).catch(() => 'died')
    await waitsForLock('doomed node')
    await blocker.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'doomed node'",
    )
    expect(await round).toBe('died')
    await blocker.query('rollback')
    blocker.release()
    await doomed.end()
    expect(await leaves()).toEqual([])
    expect(await seal(database)).toBe(2)
  })
})

describe('a log that was tampered with', () => {
  it.each([
    ['its newest checkpoint is gone', 'delete from control.log_checkpoint where size = 4'],
    ['a node at its edge is gone', 'delete from control.log_node where level = 2'],
    ['its tree says less', 'update control.log_tree set size = 2'],
  ])('takes nothing more: %s', async (_what, sql) => {
    for (const seq of [1, 2]) {
      await moveTo(database, { a: seq, b: seq })
      await seal(database)
    }
    await database.pool.query(sql)
    await moveTo(database, { a: 3 })
    await expect(seal(database)).rejects.toThrow('everycent verify')
    expect((await leaves()).length).toBe(4)
  })
})

describe('a new key', () => {
  const later = LogSigner.of(LOG_NAME, [seed(2), seed(1)])
  const stranger = LogSigner.of(LOG_NAME, [seed(3)])
  const renamed = LogSigner.of('other.example.com', [seed(3)])
  const step = async (seq: number, signer: LogSigner) => {
    await moveTo(database, { a: seq })
    return seal(database, signer)
  }

  it('is announced by the key before it, which stays listed with where it ended', async () => {
    await step(1, SIGNER)
    await step(2, SIGNER)
    await step(3, later)
    await step(4, later)
    expect(await usedKeys(database.pool)).toMatchObject([
      { key: SIGNER.key, fromSize: 1n, untilSize: 3n, announced: false },
      { key: later.key, fromSize: 3n, untilSize: null, announced: true },
    ])
    expect(await proven(database, 'a', 4)).toMatchObject({ seq: 4 })
  })

  it('that replaces a lost one signs under another name only, and is not announced', async () => {
    await step(1, SIGNER)
    await expect(step(2, stranger)).rejects.toThrow('EVERYCENT_LOG_KEY')
    expect(await step(2, renamed)).toBe(1)
    expect(await usedKeys(database.pool)).toMatchObject([
      { key: SIGNER.key, untilSize: 1n },
      { key: renamed.key, fromSize: 2n, untilSize: null, announced: false },
    ])
  })
})

describe('the job', () => {
  it('seals what moves on its node, and is not there without a key', async () => {
    const { engine } = await node(database)
    const start = (sealing?: Parameters<typeof startJobs>[0]['sealing']) =>
      startJobs({
        ...{ pool: database.pool, engine, queuePool: queuePool(database) },
        ...(sealing && { sealing }),
        sweepEveryMs: 3_600_000,
      })
    const without = await start()
    expect(await without.request('checkpoints')).toBe(false)
    await without.stop()
    const jobs = await start({ signer: SIGNER, everyMs: 3_600_000 })
    await funded(engine, 'acct', '1')
    await jobs.runOnce()
    const last = (await journal(database.pool, 'acct')).at(-1)!
    expect(await proven(database, 'acct', last.seq)).not.toBeNull()
    await jobs.stop()
  })
})

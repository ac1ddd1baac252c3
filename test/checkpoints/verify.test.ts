import { beforeAll, describe, expect, it } from 'vitest'
import { LogSigner } from '../../src/checkpoints/index.ts'
import { verify } from '../../src/store/verify/index.ts'
import { record } from '../engine/support/commands.ts'
import { funded, post } from '../engine/support/journal.ts'
import { seedCatalogue, startNode } from '../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { LOG_NAME, SIGNER, seal, seed } from './support.ts'

/* A log of real heads: three accounts, sealed in four rounds, the last one by a new key. */

const LATER = LogSigner.of(LOG_NAME, [seed(2), seed(1)])

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  const { engine, close } = await startNode(database)
  for (const id of ['a', 'b', 'c']) await funded(engine, id, '1')
  await seal(database)
  for (const id of ['c', 'a']) {
    await post(engine, record(id, 'c1', Date.now() + 2_000))
    await seal(database)
  }
  await post(engine, record('b', 'c1', Date.now() + 2_000), record('a', 'c2', Date.now() + 2_000))
  await seal(database, LATER)
  await close()
})

const TABLES = ['log_tree', 'log_leaf', 'log_node', 'log_checkpoint', 'log_key']

/** Changes something, looks at what `verify` says, and puts everything back as it was. */
async function tampered(sql: string, values: unknown[] = []) {
  const { pool } = database
  for (const table of TABLES)
    await pool.query(`create table public.${table} as table control.${table}`)
  try {
    expect((await pool.query(sql, values)).rowCount).toBeGreaterThan(0)
    return (await verify(pool)).first
  } finally {
    for (const table of TABLES) {
      await pool.query(`truncate control.${table}`)
      await pool.query(`insert into control.${table} table public.${table}`)
      await pool.query(`drop table public.${table}`)
    }
  }
}

describe('verify of the log', () => {
  it('finds nothing in one that was left alone, and says how much it has looked at', async () => {
    const report = await verify(database.pool)
    expect(report.first).toBeNull()
    expect(report.checks.find(({ invariant }) => invariant === 21)).toMatchObject({
      // 7 leaves, 4 checkpoints with 4 checks and their nodes, 3 of the whole
      checked: 7 + 4 * 5 + 3,
      failed: 0,
    })
  })

  it('of one account does not look at the log', async () => {
    const report = await verify(database.pool, { accountId: 'a' })
    expect(report.checks.find(({ invariant }) => invariant === 21)?.checked).toBe(0)
  })

  it.each([
    [
      'a leaf’s hash',
      `update control.log_leaf set hash = '\\x${'ab'.repeat(32)}' where leaf_index = 3`,
      'not that of the journal',
    ],
    [
      'a leaf’s account',
      "update control.log_leaf set account_id = 'zz' where leaf_index = 3",
      'not in the journal',
    ],
    [
      'a leaf’s seq',
      'update control.log_leaf set seq = 99 where leaf_index = 6',
      'not in the journal',
    ],
    [
      'a leaf’s older seq',
      'update control.log_leaf set seq = 1 where leaf_index = 6',
      'earlier head',
    ],
    ['a leaf in the middle', 'delete from control.log_leaf where leaf_index = 2', 'missing'],
    ['the last leaf', 'delete from control.log_leaf where leaf_index = 6', 'missing'],
    [
      'two leaves in another order',
      'update control.log_leaf set leaf_index = case leaf_index when 0 then -1 else 0 end where leaf_index in (0, 1)',
      'missing',
    ],
    [
      'a leaf that no checkpoint has',
      `insert into control.log_leaf select 7, 'zz', 1, hash from control.log_leaf where leaf_index = 0`,
      '8 leaves',
    ],
    [
      'a node',
      `update control.log_node set hash = '\\x${'ab'.repeat(32)}' where level = 1 and node_index = 0`,
      'node 1/0',
    ],
    ['a missing node', 'delete from control.log_node where level = 2', 'node 2/0'],
    [
      'a node too many',
      `insert into control.log_node values (9, 9, '\\x${'ab'.repeat(32)}')`,
      '5 nodes, not 4',
    ],
    [
      'a root',
      `update control.log_checkpoint set root = '\\x${'ab'.repeat(32)}' where size = 4`,
      'the root',
    ],
    [
      'a signature',
      `update control.log_checkpoint set note = regexp_replace(note, '.....\\n$', E'AAA=\\n') where size = 4`,
      'signature is wrong',
    ],
    [
      'a note of another checkpoint',
      'update control.log_checkpoint c set note = o.note from control.log_checkpoint o where c.size = 4 and o.size = 3',
      'another size or root',
    ],
    ['a missing checkpoint', 'delete from control.log_checkpoint where size = 7', 'size 7'],
    ['the tree’s size', 'update control.log_tree set size = 9', 'the tree is said to have size 9'],
    [
      'a key that is not listed',
      'delete from control.log_key where from_size = 7',
      'signature is wrong|not signed by its key',
    ],
    [
      'a key that was not announced as is said',
      'update control.log_key set announced = false where from_size = 7',
      'not announced as it is listed',
    ],
    [
      'the size from which a key signs',
      'update control.log_key set until_size = 3 where from_size = 3',
      'not listed for this size',
    ],
  ])('finds %s', async (_what, sql, message) => {
    expect(await tampered(sql)).toMatchObject({
      invariant: 21,
      message: expect.stringMatching(message),
    })
  })

  it('finds two leaves that changed places, whatever else was made to fit', async () => {
    const { pool } = database
    const swap = `update control.log_leaf set leaf_index = 1 - leaf_index where leaf_index in (0, 1)`
    await pool.query('alter table control.log_leaf drop constraint log_leaf_pkey')
    const first = await tampered(swap)
    await pool.query('alter table control.log_leaf add primary key (leaf_index)')
    expect(first).toMatchObject({ invariant: 21, account_id: '' })
  })

  it('finds a checkpoint that a stranger signed', async () => {
    const stranger = LogSigner.of(LOG_NAME, [seed(9)])
    const { rows } = await database.pool.query<{ root: string }>(
      "select encode(root, 'hex') as root from control.log_checkpoint where size = 4",
    )
    const note = stranger.checkpoint({ size: 4n, root: rows[0]!.root }, null)
    const sql = 'update control.log_checkpoint set note = $1, key_text = $2 where size = 4'
    expect(await tampered(sql, [note, stranger.key])).toMatchObject({ invariant: 21 })
    expect(await tampered(sql, [note, SIGNER.key])).toMatchObject({ invariant: 21 })
  })
})

describe('verify of the journal against the log', () => {
  it('finds an entry that was made again after its head was sealed', async () => {
    const { pool } = database
    await pool.query('create table public.kept as table accounts.entry; select 1')
    await pool.query(
      "update accounts.entry set hash = sha256(hash) where account_id = 'a' and seq = (select max(seq) from accounts.entry where account_id = 'a')",
    )
    const { checks } = await verify(pool)
    expect(checks.find(({ invariant }) => invariant === 21)?.failed).toBe(1)
    await pool.query('truncate accounts.entry')
    await pool.query('insert into accounts.entry table public.kept')
    expect((await verify(pool)).first).toBeNull()
  })
})

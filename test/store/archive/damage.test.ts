import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { ArchiveProblem } from '../../../src/store/archive/problem.ts'
import { restoreBodies } from '../../../src/store/archive/restore.ts'
import { forgetCursors, knownFiles } from '../../../src/store/archive/segments.ts'
import { listEntries } from '../../../src/store/reads/entries.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { record } from '../../engine/support/commands.ts'
import { nodeAt } from '../../engine/support/set-clock.ts'
import { archive, archiveFolder, lived, poolWith, type World, world } from './world.ts'

/* Two accounts, each alone in its files, so that a broken file is one account's. */
let own: World
let directory: string
let reader: pg.Pool
const fileOf = async (accountId: string) =>
  (await knownFiles(reader, { after: '', limit: 10, accountId }))[0]!.file

const rowsOf = async (accountId: string) =>
  (
    await own.database.pool.query(
      `select seq, body::text as body, excerpt, segment from accounts.entry
       where account_id = $1::text order by seq`,
      [accountId],
    )
  ).rows

let bodies: readonly unknown[]

beforeAll(async () => {
  own = await world()
  await lived(own, ['a', 'b'])
  directory = archiveFolder()
  reader = poolWith(own.database, directory)
  bodies = await rowsOf('a')
  // a file is full before the second account's turn
  const { rows } = await own.database.pool.query<{ ends: number }>(
    `select count(*)::integer as ends from accounts.entry where account_id = 'a' and at < '2026-07-01'
       and kind in ('authorize', 'settle', 'release', 'record')`,
  )
  await archive(own.database, directory, { fileRows: rows[0]!.ends })
})

/** Breaks a file, looks, and mends it. */
async function broken<T>(
  file: string,
  wound: (path: string) => Promise<void>,
  look: () => Promise<T>,
) {
  const path = join(directory, file)
  const whole = await readFile(path)
  await wound(path)
  try {
    return await look()
  } finally {
    await writeFile(path, whole)
  }
}

const flip = (at: (length: number) => number) => async (path: string) => {
  const bytes = await readFile(path)
  const place = at(bytes.length)
  bytes[place] = bytes[place]! ^ 1
  await writeFile(path, bytes)
}

const firstOf = async () => {
  // as a server that has just started: nothing of the file is in memory
  const { ok, first } = await verify(poolWith(own.database, directory))
  expect(ok).toBe(false)
  expect(first?.invariant).toBe(23)
  return first!
}

const journal = (pool: pg.Pool, accountId: string) =>
  listEntries(pool, accountId, {
    ...{ kind: null, memberId: null, from: null, to: null },
    ...{ beforeSeq: null, limit: 1_000 },
  })

describe('a damaged archive', () => {
  it('is whole to begin with', async () => {
    expect((await verify(reader)).first).toBeNull()
    expect(await fileOf('a')).not.toBe(await fileOf('b'))
  })

  const wounds: [string, (path: string) => Promise<void>][] = [
    ['a byte flipped among the bodies', flip((length) => Math.floor(length * 0.7))],
    ['a byte flipped at its beginning', flip(() => 0)],
    ['a byte flipped at its end', flip((length) => length - 1)],
    ['cut short', async (path) => writeFile(path, (await readFile(path)).subarray(0, 900))],
    ['missing', (path) => rm(path)],
    ['that of another account', async (path) => copyFile(join(directory, await fileOf('b')), path)],
  ]
  it.each(wounds)('%s is found and named', async (_what, wound) => {
    const file = await fileOf('a')
    const first = await broken(file, wound, firstOf)
    expect(first.message).toContain(file)
  })

  it.each([0.1, 0.3, 0.5, 0.8, 0.95])(
    'finds any flipped byte, as at %d of the file',
    async (share) => {
      const file = await fileOf('b')
      const first = await broken(
        file,
        flip((length) => Math.floor(length * share)),
        firstOf,
      )
      expect(first.message).toContain(file)
    },
  )

  it('keeps the others readable, and says what is missing and what to do', async () => {
    const file = await fileOf('a')
    await broken(
      file,
      (path) => rm(path),
      async () => {
        const fresh = poolWith(own.database, directory)
        expect((await journal(fresh, 'b')).length).toBeGreaterThan(40)
        const error = await journal(fresh, 'a').catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(ArchiveProblem)
        expect(error).toMatchObject({ fault: 'file_missing', file })
        expect((error as ArchiveProblem).next).toContain('backup')
      },
    )
  })

  it('fails only the command that needs the file: its neighbours in the batch are decided', async () => {
    const file = await fileOf('a')
    await broken(
      file,
      (path) => rm(path),
      async () => {
        const node = await nodeAt(own.database, own.clock, directory)
        const now = own.clock.now()
        const [repeat, fresh, other] = await Promise.allSettled([
          node.engine.execute(record('a', 'r0', now)),
          node.engine.execute(record('a', 'fresh', now)),
          node.engine.execute(record('b', 'fresh', now)),
        ])
        await node.close()
        expect(repeat).toMatchObject({ status: 'rejected', reason: { fault: 'file_missing' } })
        expect(fresh).toMatchObject({
          status: 'fulfilled',
          value: { result: { status: 'posted' } },
        })
        expect(other).toMatchObject({
          status: 'fulfilled',
          value: { result: { status: 'posted' } },
        })
      },
    )
    expect((await verify(reader)).first).toBeNull()
  })

  it('says so when no directory is set', async () => {
    const error = await journal(own.database.pool, 'a').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ fault: 'no_directory' })
  })

  it('is not begun again in an empty directory, where it is not mounted', async () => {
    await expect(archive(own.database, archiveFolder())).rejects.toThrow('not mounted')
    await expect(archive(own.database, join(directory, 'nowhere'))).rejects.toThrow('is not there')
  })
})

describe('a row that is not what was archived', () => {
  it('is found in the segment of an account', async () => {
    const { pool } = own.database
    await pool.query(
      `update accounts.archive_segment set entries = entries + 1 where account_id = 'b' and segment = 1`,
    )
    expect((await firstOf()).message).toContain('segment 1 of the archive')
    await pool.query(
      `update accounts.archive_segment set entries = entries - 1 where account_id = 'b' and segment = 1`,
    )
    expect((await verify(reader)).first).toBeNull()
  })
})

describe('a body that is nowhere', () => {
  it('is found, and not taken for one that is archived', async () => {
    const { pool } = own.database
    const gone = `update accounts.entry set segment = null where account_id = 'b' and seq = 5 returning seq`
    expect((await pool.query(gone)).rowCount).toBe(1)
    expect(await verify(reader, { accountId: 'b' })).toMatchObject({ ok: false })
    const error = await journal(reader, 'b').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ fault: 'no_segment' })
    await pool.query(`update accounts.entry set segment = 1 where account_id = 'b' and seq = 5`)
    expect((await verify(reader)).first).toBeNull()
  })
})

describe('a restore', () => {
  it('puts every body back, byte for byte, and is not undone by the next run', async () => {
    const restored = await restoreBodies(reader, 'a')
    expect(restored).toBeGreaterThan(20)
    const now = (await rowsOf('a')).slice(0, bodies.length)
    expect(now).toEqual(bodies)
    expect(await archive(own.database, directory)).toMatchObject({ entries: 0 })
    expect(await verify(reader, { accountId: 'a' })).toMatchObject({ first: null, archived: 0 })
    expect(await restoreBodies(reader, 'a')).toBe(0)
  })

  it('can be archived again, from the beginning', async () => {
    await forgetCursors(own.database.pool)
    expect((await archive(own.database, directory)).entries).toBeGreaterThan(20)
    expect((await verify(reader)).first).toBeNull()
  })
})

describe('two servers that archive at once', () => {
  it('give up each body once, each to a file that has it', async () => {
    for (const id of ['a', 'b']) await restoreBodies(reader, id)
    await forgetCursors(own.database.pool)
    const runs = await Promise.all([
      archive(own.database, directory, { fileRows: 7 }),
      archive(own.database, directory, { fileRows: 11 }),
      archive(own.database, directory, { fileRows: 7 }),
    ])
    const { rows } = await own.database.pool.query<{ gone: number; said: number }>(
      `select count(*)::integer as gone,
         (select sum(entries)::integer from accounts.archive_segment) as said
       from accounts.entry where body is null`,
    )
    const given = runs.reduce((sum, { entries }) => sum + entries, 0)
    expect(given).toBe(rows[0]!.gone)
    expect(rows[0]!.said).toBe(rows[0]!.gone)
    expect(given).toBeGreaterThan(40)
    expect(await archive(own.database, directory)).toMatchObject({ entries: 0 })
    expect((await verify(poolWith(own.database, directory))).first).toBeNull()
  })
})

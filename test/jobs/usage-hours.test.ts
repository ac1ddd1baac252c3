import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { HourRebuilder } from '../../src/jobs/usage-hours.ts'
import { migrate } from '../../src/store/migrate.ts'
import { rebuildHours } from '../../src/store/usage/rebuild-hours.ts'
import { verify } from '../../src/store/verify/index.ts'
import { refund } from '../engine/support/commands.ts'
import { funded, post } from '../engine/support/journal.ts'
import { clockedNode } from '../engine/support/nodes.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { authorize, seedCatalogue, settle } from '../engine/support.ts'
import { archive, archiveFolder, lived, poolWith, world } from '../store/archive/world.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

/* Hourly sums as servers of before wrote them, and how they become what the journal says. */

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})

const COLUMNS = `attempts, not_billed_attempts, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens,
  included, promotional, overage, absorbed, calls`

/** What of a call came back stands in the hour in which it came back, a day later, for what was asked for. */
async function asBefore({ pool }: TestDatabase, accountId: string): Promise<void> {
  for (const table of ['usage_hour', 'member_usage_hour']) {
    const whose = table === 'usage_hour' ? '' : 'member_id, '
    await pool.query(
      `with own as (
         update accounts.${table} set paid = paid + 500000
         where account_id = $1 and hour = (select min(hour) from accounts.${table} where account_id = $1)
         returning *)
       insert into accounts.${table} (account_id, ${whose}hour, model, paid, ${COLUMNS})
       select account_id, ${whose}hour + interval '1 day', 'asked-for', -500000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
       from own`,
      [accountId],
    )
  }
  await pool.query('insert into accounts.usage_hour_due values ($1) on conflict do nothing', [
    accountId,
  ])
}

const rowsOf = async ({ pool }: TestDatabase, accountId: string) => {
  const rows: unknown[] = []
  for (const table of ['usage_hour', 'member_usage_hour'])
    rows.push(
      ...(
        await pool.query(`select * from accounts.${table} where account_id = $1 order by 1, 2, 3`, [
          accountId,
        ])
      ).rows,
    )
  return rows
}

const dueIn = async ({ pool }: TestDatabase): Promise<string[]> =>
  (await pool.query('select account_id from accounts.usage_hour_due order by 1')).rows.map(
    (row) => row.account_id,
  )

/** An account with one call at noon, of which something came back a day later. */
async function corrected(accountId: string) {
  const clock = new SetClock('2026-11-20T12:10:00Z')
  const { engine } = await clockedNode(database, clock)
  await funded(engine, accountId, '10')
  const own = authorize(accountId, 'call')
  await engine.execute({ ...own, call: { ...own.call, memberId: 'm1' } })
  await post(engine, settle(accountId, 'call'))
  clock.advance(26 * 3_600_000)
  await post(engine, refund(accountId, 'call', 'goodwill', '0.0005'))
  return { engine, rows: await rowsOf(database, accountId) }
}

describe('hourly sums that are not what the journal says', () => {
  it('are named by verify with their hour, model and figures, and made right', async () => {
    const { rows } = await corrected('named')
    await asBefore(database, 'named')
    const { first, checks } = await verify(database.pool, { accountId: 'named' })
    expect(first).toEqual({
      account_id: 'named',
      seq: 5,
      invariant: 24,
      message: 'the hour 2026-11-20T12:00:00.000Z of small has paid 0.002, the journal says 0.0015',
    })
    expect(checks.find(({ invariant }) => invariant === 24)).toMatchObject({
      checked: 4,
      failed: 4,
    })
    expect(await rebuildHours(database.pool, 'named')).toBe(4)
    expect(await rowsOf(database, 'named')).toEqual(rows)
    expect((await verify(database.pool, { accountId: 'named' })).first).toBeNull()
    expect(await rebuildHours(database.pool, 'named')).toBe(0)
    expect(await dueIn(database)).not.toContain('named')
  })

  it('are made right beside whoever calls meanwhile, on several servers at once', async () => {
    const { engine } = await corrected('busy')
    await asBefore(database, 'busy')
    let n = 0
    let running = true
    const caller = async () => {
      while (running) {
        const call = `busy-${n++}`
        await engine.execute(authorize('busy', call))
        await post(engine, settle('busy', call))
        if (n % 3 === 0) await post(engine, refund('busy', call, 'goodwill', '0.0001'))
      }
    }
    const callers = [caller(), caller(), caller()]
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([rebuildHours(database.pool, 'busy'), rebuildHours(database.pool, 'busy')])
      expect((await verify(database.pool, { accountId: 'busy' })).first).toBeNull()
    }
    running = false
    await Promise.all(callers)
    expect((await verify(database.pool, { accountId: 'busy' })).first).toBeNull()
  })
})

describe('the job of hourly sums', () => {
  it('takes the accounts that wait, a bounded number of entries a round, each once', async () => {
    const ids = ['due_1', 'due_2', 'due_3']
    const rows = []
    for (const id of ids) {
      rows.push((await corrected(id)).rows)
      await asBefore(database, id)
    }
    const job = new HourRebuilder(50)
    expect(await job.round(database.pool)).toBe(0)
    expect(await dueIn(database)).toEqual(ids)
    expect(await job.round(database.pool)).toBe(1)
    expect(await dueIn(database)).toEqual(['due_2', 'due_3'])
    expect(await new HourRebuilder().round(database.pool)).toBe(2)
    expect(await new HourRebuilder().round(database.pool)).toBe(0)
    for (const [index, id] of ids.entries()) expect(await rowsOf(database, id)).toEqual(rows[index])
  })

  it('reads archived bodies, and goes on with the others where one cannot be read', async () => {
    const own = await world()
    await lived(own, ['a', 'b'])
    const rows = await rowsOf(own.database, 'a')
    const directory = archiveFolder()
    const report = await archive(own.database, directory)
    expect(report.entries).toBeGreaterThan(0)
    const reader = poolWith(own.database, directory)
    for (const id of ['a', 'b']) await asBefore(own.database, id)
    const job = new HourRebuilder()
    const { rows: files } = await own.database.pool.query<{ file: string }>(
      `select distinct file from accounts.archive_segment where account_id = 'a'`,
    )
    const away = (name: string) => join(directory, name)
    for (const { file } of files) renameSync(away(file), `${away(file)}.away`)
    await expect(job.round(reader)).rejects.toMatchObject({ name: 'SomeFailed' })
    for (const { file } of files) renameSync(`${away(file)}.away`, away(file))
    await job.round(reader)
    expect(await dueIn(own.database)).toEqual([])
    expect(await rowsOf(own.database, 'a')).toEqual(rows)
    expect((await verify(reader)).first).toBeNull()
  })
})

it('an upgrade has the sums of every account made anew', async () => {
  const old = await freshDatabase()
  await old.pool.query(`drop table accounts.usage_hour_due`)
  for (const table of ['migration', 'migration_checksum'])
    await old.pool.query(`delete from control.${table} where name >= '0049'`)
  await old.pool.query(
    `insert into accounts.account (account_id, version, seq, state, updated_at)
     values ('acct_before', 1, 1, '{}', '2026-11-20T12:00:00Z')`,
  )
  await migrate(old.url)
  expect(await dueIn(old)).toEqual(['acct_before'])
})

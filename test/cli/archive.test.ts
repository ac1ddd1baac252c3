import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { archiveOld } from '../../src/jobs/archive.ts'
import { knownFiles } from '../../src/store/archive/segments.ts'
import { archiveFolder, LATER, lived, poolWith, type World, world } from '../store/archive/world.ts'
import { run, temporaryFolder } from './support/run.ts'

/* What an operator says to the archive, and what the doctor says of it. */

let own: World
let directory: string
beforeAll(async () => {
  own = await world()
  await lived(own, ['a', 'b'])
  directory = archiveFolder()
})

const cli = (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  run([...words], {
    cwd: temporaryFolder(),
    env: {
      DATABASE_URL: own.database.url,
      EVERYCENT_ARCHIVE_DIRECTORY: directory,
      EVERYCENT_ARCHIVE_AFTER_DAYS: '36',
      ...more,
    },
    now: () => Date.parse(LATER),
  })
const json = async (words: readonly string[]) => {
  const ran = await cli([...words, '--json'])
  return { code: ran.code, answer: JSON.parse(ran.out) as Record<string, unknown> }
}
const doctor = async (more: Readonly<Record<string, string>> = {}) => {
  const { checks } = JSON.parse((await cli(['doctor', '--json'], more)).out) as {
    checks: { name: string; state: string; found: string }[]
  }
  return checks.find(({ name }) => name === 'archived bodies')
}

describe('everycent archive', () => {
  it('says what to set where it is off', async () => {
    const off = await cli(['archive', 'run'], { EVERYCENT_ARCHIVE_AFTER_DAYS: '0' })
    expect(off.code).toBe(1)
    expect(off.err).toContain('EVERYCENT_ARCHIVE_AFTER_DAYS')
    const young = await cli(['archive', 'run'], { EVERYCENT_ARCHIVE_AFTER_DAYS: '35' })
    expect(young.err).toContain('36 or more')
    const nowhere = await cli(['archive', 'verify'], {
      EVERYCENT_ARCHIVE_DIRECTORY: '',
      EVERYCENT_ARCHIVE_AFTER_DAYS: '0',
    })
    expect(nowhere.err).toContain('No directory is set')
  })

  it('archives, lists, checks and verifies', async () => {
    expect((await cli(['archive', 'list'])).out).toContain('Nothing is archived')
    const ran = await json(['archive', 'run'])
    expect(ran).toMatchObject({ code: 0, answer: { files: 2 } })
    const { entries } = ran.answer as { entries: number }
    expect(entries).toBeGreaterThan(40)
    expect((await cli(['archive', 'run'])).out).toContain('Nothing to archive')
    const listed = await json(['archive', 'list', '-a', 'a'])
    expect(listed.answer.files).toHaveLength(2)
    expect((await cli(['archive', 'list'])).out).toMatch(/2026-06\/[0-9a-f]{32}\.parquet/)
    expect(await json(['archive', 'verify'])).toMatchObject({ code: 0, answer: { ok: true } })
    expect((await json(['verify'])).answer).toMatchObject({ ok: true, archived: entries })
    expect((await cli(['verify'])).out).toContain(`(${entries} of them from the archive)`)
    expect(await doctor()).toMatchObject({ state: 'ok', found: expect.stringContaining('2 files') })
  })

  it('makes sums of usage by hour anew, also from archived bodies', async () => {
    await own.database.pool.query(
      `update accounts.usage_hour set paid = paid + 1 where account_id = 'a'
       and hour = (select min(hour) from accounts.usage_hour where account_id = 'a')`,
    )
    const differs = await cli(['verify'])
    expect(differs).toMatchObject({ code: 6, out: expect.stringContaining('(invariant 24)') })
    expect(differs.out).toContain('everycent verify --rebuild-usage')
    const made = await json(['verify', '-a', 'a', '--rebuild-usage'])
    expect(made).toMatchObject({ code: 0, answer: { ok: true, usage_hours_rebuilt: 1 } })
    const again = await cli(['verify', '--rebuild-usage'])
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('0 sums of usage') })
  })

  it('names a file that is missing, and ends with 6', async () => {
    const [first] = await knownFiles(own.database.pool, { after: '', limit: 1 })
    const path = join(directory, first!.file)
    const { readFile, writeFile } = await import('node:fs/promises')
    const whole = await readFile(path)
    await rm(path)
    expect(await json(['archive', 'verify'])).toMatchObject({ code: 6, answer: { ok: false } })
    expect((await cli(['archive', 'verify'])).out).toContain(`${first!.file}: it is not there`)
    expect(await doctor()).toMatchObject({ state: 'fail' })
    const ran = await cli(['archive', 'restore', 'a'])
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('backup')
    expect((await cli(['verify'])).code).toBe(6)
    await writeFile(path, whole)
    expect((await json(['archive', 'verify'])).code).toBe(0)
  })

  it('tells the doctor of a directory that is not set, or not mounted', async () => {
    const unset = { EVERYCENT_ARCHIVE_DIRECTORY: '', EVERYCENT_ARCHIVE_AFTER_DAYS: '0' }
    expect(await doctor(unset)).toMatchObject({ state: 'fail' })
    const elsewhere = await doctor({ EVERYCENT_ARCHIVE_DIRECTORY: archiveFolder() })
    expect(elsewhere).toMatchObject({ state: 'fail', found: expect.stringContaining('mounted') })
  })

  it('restores one account, or all, and leaves it so', async () => {
    expect((await cli(['archive', 'restore'])).code).toBe(2)
    const { answer } = await json(['archive', 'restore', 'a'])
    expect(answer.restored).toBeGreaterThan(20)
    expect((await json(['archive', 'restore', '--all'])).answer.restored).toBe(answer.restored)
    expect((await json(['archive', 'run'])).answer.entries).toBe(0)
    expect((await json(['archive', 'run', '--again'])).answer.entries).toBe(
      2 * (answer.restored as number),
    )
  })
})

it('the job archives what the command would', async () => {
  const pool = poolWith(own.database, directory)
  const done = await archiveOld(pool, { afterDays: 36, nowMs: Date.parse(LATER) })
  expect(done.entries).toBe(0)
  expect(() => archiveOld(own.database.pool, { afterDays: 36, nowMs: 0 })).toThrow('no directory')
})

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { INCOMING } from '../../../src/store/archive/draft.ts'
import { restoreBodies } from '../../../src/store/archive/restore.ts'
import type { ArchiveStep } from '../../../src/store/archive/run.ts'
import { forgetCursors, knownFiles } from '../../../src/store/archive/segments.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { pick } from '../../engine/support/script.ts'
import {
  archive,
  archiveFolder,
  BEFORE,
  lived,
  poolWith,
  type World,
  world,
} from '../../store/archive/world.ts'
import { gone } from '../../support/child.ts'

/*
 * Servers archive, and one of them is killed somewhere in the middle: while a file is written, when it has its
 * name, between two accounts of it. In every second round another one archives the same at the same time. Then a
 * third goes on. Each body is in the database or in a file that has it, none is nowhere, and the books are whole.
 */
const ROUNDS = Number(process.env.PROOF === 'full' ? (process.env.PROOF_ARCHIVE ?? 60) : 4)
const NODE = fileURLToPath(new URL('node.ts', import.meta.url))
const IDS = ['a', 'b', 'c']
const ROUND_MS = 120_000
/** The last step that a kill comes after. */
const LAST_STEP = 12
/** A kill that is sent while the work goes on, in one round of so many; else at the step itself. */
const MOVING_EVERY = 4

const tried: Record<string, number> = { rounds: 0, kills: 0, archived: 0, unclaimed_files: 0 }
let own: World
let final: number

beforeAll(async () => {
  own = await world()
  await lived(own, IDS)
  const directory = archiveFolder()
  final = (await archive(own.database, directory)).entries
  await back(directory)
}, ROUND_MS)

afterAll(() => console.log(`proof archive ${JSON.stringify(tried)}`))

async function back(directory: string): Promise<void> {
  const pool = poolWith(own.database, directory)
  for (const id of IDS) await restoreBodies(pool, id)
  await forgetCursors(pool)
}

interface Archiving {
  readonly child: ChildProcess
  readonly steps: ArchiveStep[]
  readonly ended: Promise<boolean>
}

type Message = { readonly type: string; readonly step: ArchiveStep }

async function startArchiving(
  directory: string,
  fileRows: number,
  stopAfter = 0,
): Promise<Archiving> {
  const words = [own.database.url, directory, ...[BEFORE, fileRows, stopAfter].map(String)]
  const child = fork(NODE, words, { execArgv: ['--import', 'tsx'] })
  const steps: ArchiveStep[] = []
  let isDone = false
  child.on('message', ({ type, step }: Message) => {
    if (type === 'step') steps.push(step)
    if (type === 'done') isDone = true
  })
  const ended = gone(child).then(() => isDone)
  await once(child, 'message')
  return { child, steps, ended }
}

/** Kills it when it tells of a step: somewhere between that one and the next. */
async function killedAt({ child, steps, ended }: Archiving, count: number): Promise<void> {
  while (steps.length < count && child.exitCode === null)
    await Promise.race([once(child, 'message'), ended])
  child.kill('SIGKILL')
  const isWhole = await ended
  const step = steps.at(-1) ?? 'nothing'
  if (isWhole) return
  tried.kills = (tried.kills ?? 0) + 1
  tried[`after_${step}`] = (tried[`after_${step}`] ?? 0) + 1
}

async function counted(): Promise<{ gone: number; said: number; lost: number }> {
  const { rows } = await own.database.pool.query<{ gone: number; said: number; lost: number }>(
    `select count(*) filter (where body is null)::integer as gone,
       coalesce((select sum(entries)::integer from accounts.archive_segment), 0) as said,
       count(*) filter (where (body is null) <> (segment is not null))::integer as lost
     from accounts.entry`,
  )
  return rows[0]!
}

/** Parquet files that no segment names: written, and given up by nobody. */
async function unclaimed(directory: string): Promise<number> {
  const known = new Set(
    (await knownFiles(own.database.pool, { after: '', limit: 1_000 })).map(({ file }) => file),
  )
  const names = await readdir(directory, { recursive: true })
  return names.filter((name) => name.endsWith('.parquet') && !known.has(name)).length
}

describe('a kill in the middle of archiving', () => {
  const rounds = Array.from({ length: ROUNDS }, (_, number) => number)
  it.each(rounds)(
    'loses no body and gives up none twice (round %i)',
    async (round) => {
      const directory = archiveFolder()
      const last = round < 3 ? round + 1 : 1 + pick(`step ${round}`, LAST_STEP)
      const stopAfter = round % MOVING_EVERY === MOVING_EVERY - 1 ? 0 : last
      const fileRows = 5 + pick(`rows ${round}`, 10)
      const doomed = await startArchiving(directory, fileRows, stopAfter)
      const beside = round % 2 === 1 ? await startArchiving(directory, 9) : null
      doomed.child.send('go')
      beside?.child.send('go')
      await killedAt(doomed, last)
      if (beside) expect(await beside.ended).toBe(true)
      const reader = poolWith(own.database, directory)
      const middle = await counted()
      expect(middle).toMatchObject({ said: middle.gone, lost: 0 })
      expect((await verify(reader)).first).toBeNull()
      await archive(own.database, directory, { fileRows: 50 })
      expect(await counted()).toEqual({ gone: final, said: final, lost: 0 })
      expect(await verify(poolWith(own.database, directory))).toMatchObject({
        first: null,
        archived: final,
      })
      expect((await readdir(join(directory, INCOMING))).length).toBeLessThanOrEqual(1)
      tried.rounds = (tried.rounds ?? 0) + 1
      tried.archived = (tried.archived ?? 0) + final
      tried.unclaimed_files = (tried.unclaimed_files ?? 0) + (await unclaimed(directory))
      await back(directory)
    },
    ROUND_MS,
  )

  it('was a kill, in each of the places', () => {
    expect(tried.kills).toBeGreaterThan(ROUNDS / 2)
    expect(tried).toMatchObject({
      after_part_begun: expect.any(Number),
      after_file_named: expect.any(Number),
      after_segment_committed: expect.any(Number),
    })
  })
})

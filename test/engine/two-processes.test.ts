import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { EntryBody } from '../../src/core/ledger/index.ts'
import { readNanos } from '../../src/core/money/index.ts'
import type { EngineStats } from '../../src/engine/index.ts'
import { verify } from '../../src/store/verify/index.ts'
import { gone } from '../support/child.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { contradictions, keyOf, unfoundedRefusals } from './support/acknowledged.ts'
import { cap, setCaps } from './support/commands.ts'
import { chargesOf, funded, type JournalRow, journal, post } from './support/journal.ts'
import { type Acknowledged, callsOf, HOT, OTHERS } from './support/script.ts'
import { seedCatalogue, startNode } from './support.ts'

const NODE_PROCESS = fileURLToPath(new URL('./support/node-process.ts', import.meta.url))

const HOT_FUNDS = '3'
const HOT_CAP = '1.5'
const MEMBER_CAP = '0.4'
const OTHER_FUNDS = '0.08'

type Message =
  | { type: 'ready' }
  | { type: 'answer'; own: Acknowledged }
  | { type: 'done'; stats: EngineStats }

interface Process {
  readonly child: ChildProcess
  readonly answers: Acknowledged[]
  readonly ended: Promise<EngineStats | null>
}

/** A process that has made its engine and waits for `go`. */
async function startProcess(url: string, node: string, count: number, now: number) {
  const args = [url, node, String(count), String(now)]
  const child = fork(NODE_PROCESS, args, { execArgv: ['--import', 'tsx'] })
  const answers: Acknowledged[] = []
  let stats: EngineStats | null = null
  const ended = gone(child).then((): EngineStats | null => stats)
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the process ended early with ${code}`)))
    child.on('message', (message: Message) => {
      if (message.type === 'ready') resolve()
      if (message.type === 'answer') answers.push(message.own)
      if (message.type === 'done') stats = message.stats
    })
  })
  return { child, answers, ended } satisfies Process
}

async function seedAccounts(database: TestDatabase): Promise<void> {
  await seedCatalogue(database)
  const node = await startNode(database)
  await funded(node.engine, HOT, HOT_FUNDS)
  await post(
    node.engine,
    setCaps(HOT, 'caps', [
      cap('whole', 'account', null, HOT_CAP),
      cap('one', 'member', 'm1', MEMBER_CAP),
      cap('talk', 'account', null, '0.6', 'session'),
    ]),
  )
  await Promise.all(
    OTHERS.map((id, index) => funded(node.engine, id, OTHER_FUNDS, index % 2 ? 'pro@1' : 'payg@1')),
  )
  await node.close()
}

const moneyOf = (body: EntryBody): bigint => (body.totals ? readNanos(body.totals.money) : 0n)

/** The highest that what was posted ever stood at, entry by entry. */
function highestPosted(rows: readonly JournalRow[], within: (body: EntryBody) => boolean): bigint {
  let sum = 0n
  let highest = 0n
  for (const { body } of rows) {
    if (body.refused || !within(body)) continue
    sum += moneyOf(body)
    if (sum > highest) highest = sum
  }
  return highest
}

async function expectSound(database: TestDatabase, answers: readonly Acknowledged[]) {
  expect((await verify(database.pool)).first).toBeNull()
  const rows = await journal(database.pool)
  expect(contradictions(answers, rows)).toEqual([])
  expect(unfoundedRefusals(answers, rows).map((own) => [keyOf(own), own.result])).toEqual([])
  for (const accountId of [HOT, ...OTHERS])
    for (const [callId, charges] of await chargesOf(database.pool, accountId))
      if (charges > 1) throw new Error(`${callId} of ${accountId} was charged ${charges} times`)
  const of = (accountId: string) => rows.filter((row) => row.accountId === accountId)
  const hot = of(HOT)
  expect(highestPosted(hot, () => true)).toBeLessThanOrEqual(readNanos(HOT_CAP))
  expect(highestPosted(hot, (body) => body.call?.member_id === 'm1')).toBeLessThanOrEqual(
    readNanos(MEMBER_CAP),
  )
  for (const session of ['s0', 's1', 's2', 's3'])
    expect(highestPosted(hot, (body) => body.call?.session_id === session)).toBeLessThanOrEqual(
      readNanos('0.6'),
    )
  for (const accountId of OTHERS)
    expect(highestPosted(of(accountId), () => true)).toBeLessThanOrEqual(readNanos(OTHER_FUNDS))
  return rows
}

describe('two server processes on one database', () => {
  it('charge every call at most once, within funds and caps, and all they say is in the journal', async () => {
    const database = await freshDatabase()
    await seedAccounts(database)
    const now = Date.now() + 2_000
    const count = 700
    const processes = await Promise.all(
      ['one', 'two'].map((node) => startProcess(database.url, node, count, now)),
    )
    for (const { child } of processes) child.send('go')
    const stats = await Promise.all(processes.map(({ ended }) => ended))
    expect(stats.every((own) => own !== null && own.queued === 0)).toBe(true)
    const answers = processes.flatMap((own) => own.answers)
    expect(answers.length).toBeGreaterThan(count * 2)
    const rows = await expectSound(database, answers)
    // they did meet: lost races, replays of the other's answers, and limits that were reached
    expect(stats.reduce((sum, own) => sum + own!.conflicts, 0)).toBeGreaterThan(0)
    expect(answers.some((own) => own.replayed && own.kind === 'settle')).toBe(true)
    const codes = new Set(rows.map((row) => row.body.refused?.code))
    expect(codes).toContain('cap_reached')
    expect(codes).toContain('funds_exhausted')
    // a call that both have settled has one answer
    const shared = callsOf('one', count).filter(({ callId }) => callId.includes('both'))
    const same = shared.filter(({ callId }) => {
      const own = answers.filter((other) => other.callId === callId && other.kind === 'settle')
      const posted = own.filter(({ result }) => result.status === 'posted')
      expect(new Set(posted.map(({ result }) => JSON.stringify(result))).size).toBeLessThan(2)
      return posted.length === 2
    })
    expect(same.length).toBeGreaterThan(20)
  })

  it('lose nothing they have acknowledged when one of them is killed in the middle', async () => {
    const database = await freshDatabase()
    await seedAccounts(database)
    const now = Date.now() + 2_000
    const [one, two] = await Promise.all(
      ['one', 'two'].map((node) => startProcess(database.url, node, 400, now)),
    )
    const enough = new Promise<void>((resolve) => {
      one!.child.on('message', () => {
        if (one!.answers.length > 150) resolve()
      })
    })
    for (const { child } of [one!, two!]) child.send('go')
    await enough
    one!.child.kill('SIGKILL')
    expect(await one!.ended).toBeNull()
    expect(await two!.ended).not.toBeNull()
    await expectSound(database, [...one!.answers, ...two!.answers])
    // another process takes over the dead one's calls: it finds what was done and does the rest
    const heir = await startProcess(database.url, 'one', 400, now)
    heir.child.send('go')
    expect(await heir.ended).not.toBeNull()
    const rows = await expectSound(database, [...one!.answers, ...two!.answers, ...heir.answers])
    expect(rows.filter((row) => row.kind === 'settle').length).toBeGreaterThan(100)
  })
})

import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { expect } from 'vitest'
import { verify } from '../../../src/store/verify/index.ts'
import { contradictions, unfoundedRefusals } from '../../engine/support/acknowledged.ts'
import { chargesOf, funded, journal } from '../../engine/support/journal.ts'
import { type Acknowledged, callsOf, HOT, OTHERS, pick } from '../../engine/support/script.ts'
import { seedCatalogue, startNode } from '../../engine/support.ts'
import { gone } from '../../support/child.ts'

const NODE = fileURLToPath(new URL('../kills/node.ts', import.meta.url))

export interface Server {
  readonly child: ChildProcess
  readonly answers: Acknowledged[]
  /** Why it was told to come again, each time: PostgreSQL's code, or the system's. */
  readonly unavailable: readonly (string | undefined)[]
  /** `true`: it did all of its calls. */
  readonly ended: Promise<boolean>
}

interface Message {
  readonly type: string
  readonly own: Acknowledged
  readonly code?: string
}

export interface Work {
  readonly url: string
  readonly name: string
  readonly calls: number
  /** Of the events, in milliseconds since 1970. */
  readonly now: number
}

/** A server that waits for the word to begin with its calls. */
export async function startServer({ url, name, calls, now }: Work): Promise<Server> {
  const child = fork(NODE, [url, name, String(calls), String(now)], {
    execArgv: ['--import', 'tsx'],
  })
  const answers: Acknowledged[] = []
  let isDone = false
  const unavailable: (string | undefined)[] = []
  child.on('message', ({ type, own, code }: Message) => {
    if (type === 'answer') answers.push(own)
    if (type === 'unavailable') unavailable.push(code)
    if (type === 'done') isDone = true
  })
  const ended = gone(child).then(() => isDone)
  await new Promise<void>((resolve) => {
    child.on('message', ({ type }: Message) => type === 'ready' && resolve())
  })
  return { child, answers, unavailable, ended }
}

/** When a number of answers has come: a moment of the work and not of the clock. */
export async function answered(servers: readonly Server[], count: number): Promise<void> {
  const all = (): number => servers.reduce((total, { answers }) => total + answers.length, 0)
  while (all() < count) await sleep(1)
}

/** Plans, prices and accounts with money, of which the script knows. */
export async function seedAccounts(url: string, pool: pg.Pool): Promise<void> {
  const database = { url, pool } as Parameters<typeof seedCatalogue>[0]
  await seedCatalogue(database)
  const node = await startNode(database)
  await funded(node.engine, HOT, '5')
  await Promise.all(
    OTHERS.map((id, index) => funded(node.engine, id, '1', index % 2 ? 'pro@1' : 'payg@1')),
  )
  await node.close()
}

/** The script begins some calls and never ends them. */
const isLeftOpen = (callId: string): boolean => pick(`${callId} kind`, 20) === 19

async function openHolds(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ call_id: string }>('select call_id from accounts.hold')
  return rows.map(({ call_id }) => call_id)
}

/** What was acknowledged is there as it was told, nothing is there twice, and every sum closes. */
export async function expectTold(pool: pg.Pool, answers: readonly Acknowledged[]): Promise<void> {
  expect((await verify(pool)).first).toBeNull()
  const rows = await journal(pool)
  expect(contradictions(answers, rows)).toEqual([])
  expect(unfoundedRefusals(answers, rows)).toEqual([])
  for (const accountId of [HOT, ...OTHERS])
    for (const [callId, charges] of await chargesOf(pool, accountId))
      if (charges > 1) throw new Error(`${callId} of ${accountId} was charged ${charges} times`)
}

/** The same when all calls have been asked about to their end: no hold is left but those of the script. */
export async function expectSound(pool: pg.Pool, answers: readonly Acknowledged[]): Promise<void> {
  expect((await openHolds(pool)).filter((callId) => !isLeftOpen(callId))).toEqual([])
  await expectTold(pool, answers)
}

/** Calls that nobody has got an answer for. */
export const missing = (
  answers: readonly Acknowledged[],
  names: readonly string[],
  calls: number,
): string[] => {
  const known = new Set(answers.map(({ callId }) => callId))
  return names
    .flatMap((name) => callsOf(name, calls))
    .map(({ callId }) => callId)
    .filter((callId) => !known.has(callId))
}

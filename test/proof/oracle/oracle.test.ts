import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Catalogue, Command, HoldBody } from '../../../src/core/decisions/index.ts'
import { decodeState } from '../../../src/core/ledger/index.ts'
import { createEngine } from '../../../src/engine/index.ts'
import { loadCatalogue } from '../../../src/store/control/catalogue.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { stateDifference } from '../../../src/store/verify/state-diff.ts'
import { type JournalRow, journal, stateOf } from '../../engine/support/journal.ts'
import { openAccount, paidUse, seedCatalogue, topUp } from '../../engine/support.ts'
import { gone } from '../../support/child.ts'
import { freshDatabase, type TestDatabase } from '../../support/database.ts'
import { type Explained, explain } from './explain.ts'
import { ACCOUNTS, type Answered, askedOf } from './script.ts'

/* Eight clients on four servers, or on three; every answer, and the state at the end, as one server would have it. */

const RUNS = Number(process.env.PROOF === 'full' ? (process.env.PROOF_ORACLE ?? 60) : 2)
const WISHES = 60
const RUN_MS = 120_000
/** Which clients ask which server: four servers, or eight clients that crowd on three. */
const SHAPES = [
  [
    ['c1', 'c2'],
    ['c3', 'c4'],
    ['c5', 'c6'],
    ['c7', 'c8'],
  ],
  [
    ['c1', 'c2', 'c3'],
    ['c4', 'c5', 'c6'],
    ['c7', 'c8'],
  ],
] as const
type Shape = (typeof SHAPES)[number]
const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url))

interface Run {
  readonly database: TestDatabase
  readonly catalogue: Catalogue
  readonly answers: readonly Answered[]
}

/** By hand, so that the first entries are explained as well. */
async function opened(database: TestDatabase): Promise<Answered[]> {
  const engine = await createEngine({ pool: database.pool })
  const answers: Answered[] = []
  const ask = async (command: Command): Promise<void> => {
    answers.push(await askedOf(engine, 'first', command))
  }
  for (const [index, id] of ACCOUNTS.entries()) {
    await ask(openAccount(id, index % 2 ? 'pro@1' : 'payg@1'))
    await ask(topUp(id, id === 'hot' ? '0.5' : '0.1'))
    await ask(paidUse(id))
  }
  await engine.close()
  return answers
}

async function startServer(args: readonly string[]) {
  const child = fork(PROCESS, args, {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
  })
  await once(child, 'message')
  const answers: Answered[] = []
  child.on('message', (own) => own !== 'done' && answers.push(own as Answered))
  const ended = gone(child).then((code) => {
    if (code !== 0) throw new Error(`a server ended with ${code}`)
  })
  return { child, answers, ended }
}

async function run(seed: string, shape: Shape = SHAPES[0]): Promise<Run> {
  const database = await freshDatabase()
  await seedCatalogue(database)
  const first = await opened(database)
  // the lots that pay are made by the database's clock, which may be ahead
  const now = String(Date.now() + 2_000)
  const servers = await Promise.all(
    shape.map((clients) => startServer([database.url, seed, String(WISHES), now, ...clients])),
  )
  for (const { child } of servers) child.send('go')
  await Promise.all(servers.map(({ ended }) => ended))
  return {
    database,
    catalogue: await loadCatalogue(database.pool),
    answers: [...first, ...servers.flatMap(({ answers }) => answers)],
  }
}

const of = (answers: readonly Answered[], id: string) =>
  answers.filter(({ command }) => command.accountId === id)

async function openHolds({ pool }: TestDatabase, id: string): Promise<Map<string, HoldBody>> {
  const { rows } = await pool.query<{ call_id: string; body: HoldBody }>(
    'select call_id, body from accounts.hold where account_id = $1::text',
    [id],
  )
  return new Map(rows.map(({ call_id, body }) => [call_id, body]))
}

const tried: Record<string, number> = { runs: 0, clients: 8, answers: 0 }
const count = (what: string, often: number): void => {
  tried[what] = (tried[what] ?? 0) + often
}
afterAll(() => console.log(`proof concurrent oracle ${JSON.stringify(tried)}`))

async function explained({ database, catalogue, answers }: Run, id: string): Promise<Explained> {
  const told = explain(catalogue, of(answers, id), await journal(database.pool, id))
  for (const [what, often] of Object.entries(told.counts)) count(what, often)
  return told
}

describe('eight clients on several servers', () => {
  const runs = Array.from({ length: RUNS }, (_, index) => {
    const shape = SHAPES[index % SHAPES.length] as Shape
    return [`seed-${index}`, shape.length, shape] as const
  })
  test.each(runs)(
    'are answered as by one: %s, %i servers',
    async (seed, servers, shape) => {
      const own = await run(seed, shape)
      count('runs', 1)
      count(`of_${servers}_servers`, 1)
      count('answers', own.answers.length)
      for (const id of ACCOUNTS) {
        const { problems, model } = await explained(own, id)
        expect(problems).toEqual([])
        const stored = decodeState(await stateOf(own.database.pool, id))
        expect(stateDifference(stored, model.state!)).toBeNull()
        expect(await openHolds(own.database, id)).toEqual(model.holds)
      }
      expect((await verify(own.database.pool)).first).toBeNull()
    },
    RUN_MS,
  )
})

describe('the oracle has eyes', () => {
  let own: Run
  let rows: readonly JournalRow[]
  beforeAll(async () => {
    own = await run('eyes')
    rows = await journal(own.database.pool, 'hot')
  }, RUN_MS)
  const problems = (answers: readonly Answered[], entries = rows) =>
    explain(own.catalogue, of(answers, 'hot'), entries).problems

  test('and nothing to say as long as nothing is wrong', () => {
    expect(problems(own.answers)).toEqual([])
  })

  test.each<[string, (own: Answered) => Answered]>([
    [
      'a hold of other money',
      (told) =>
        told.result.status === 'admitted' && !told.replayed
          ? withResult(told, {
              ...told.result,
              admission: { ...told.result.admission, worst: '9' },
            })
          : told,
    ],
    [
      'another answer to a repeat',
      (told) =>
        told.replayed && told.result.status === 'posted'
          ? withResult(told, { ...told.result, hash: '00' })
          : told,
    ],
    [
      'an entry that was answered before it was asked for',
      (told) =>
        told.result.status === 'posted' && !told.replayed && told.result.entry.seq > 20
          ? { ...told, answeredNs: 1n, askedNs: 0n }
          : told,
    ],
  ])('for %s', (_name, change) => {
    expect(own.answers.map(change)).not.toEqual(own.answers)
    expect(problems(own.answers.map(change))).not.toEqual([])
  })

  test('for an entry of which nobody was told', () => {
    const unheard = own.answers.filter(
      ({ result, command }) =>
        !(command.accountId === 'hot' && result.status === 'posted' && result.entry.seq === 9),
    )
    expect(problems(unheard)).not.toEqual([])
  })

  test('for one that is charged otherwise', () => {
    const settled = rows.findIndex(({ kind }) => kind === 'settle')
    const changed = rows.map((row, index) =>
      index === settled ? { ...row, text: row.text.replace('"settle"', '"record"') } : row,
    )
    expect(problems(own.answers, changed)).not.toEqual([])
  })
})

const withResult = (own: Answered, result: Answered['result']): Answered => ({ ...own, result })

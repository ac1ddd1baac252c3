import fc from 'fast-check'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Authorize, Command } from '../../src/core/decisions/index.ts'
import type { EngineSettings } from '../../src/engine/index.ts'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { cap, grant, release, setCaps } from './support/commands.ts'
import { type GatedNode, gatedNode } from './support/gated-node.ts'
import { chargesOf, funded, journal, post, remainingOf } from './support/journal.ts'
import { node } from './support/nodes.ts'
import { startProxy } from './support/proxy.ts'
import { authorize, seedCatalogue, settle, topUp } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})

/** Small batches, and one that follows as soon as a command waits. */
const SMALL: Partial<EngineSettings> = { batchMax: 4, spreadMax: 4, laneWorth: 1, lanes: 3 }

const gated = async (gates: readonly string[] = []): Promise<GatedNode> => {
  const own = await gatedNode(database, SMALL, gates)
  onTestFinished(() => own.close())
  return own
}

const calls = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `c${from + index}`)

const statuses = (done: readonly { result: { status: string } }[]): string[] =>
  done.map(({ result }) => result.status)

const withKey = (command: Authorize): Authorize => ({
  ...command,
  call: { ...command.call, keyId: 'k1' },
})

const clean = async (accountId: string): Promise<void> =>
  expect((await verify(database.pool, { accountId })).first).toBeNull()

describe('a batch that follows one of the same account', () => {
  it('is decided while the one before is being written, and written after it', async () => {
    const own = await gated()
    await funded(own.engine, 'follow', '1')
    const { commits } = own.engine.stats()
    const loads = own.loads()
    own.shut()
    const done = Promise.all(calls(8).map((id) => own.engine.execute(authorize('follow', id))))
    await own.waiting(1)
    // the second has read what it needs, and the first is not written yet
    while (own.loads() < loads + 2) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(own.engine.stats().commits).toBe(commits)
    own.open()
    expect(statuses(await done)).toEqual(calls(8).map(() => 'admitted'))
    expect(own.engine.stats()).toMatchObject({ commits: commits + 2, conflicts: 0 })
    await clean('follow')
  })

  it('sees the holds and the answers of the one before', async () => {
    const own = await gated()
    await funded(own.engine, 'sees', '1')
    const commands: Command[] = [
      ...calls(4).map((id) => authorize('sees', id)),
      settle('sees', 'c0'),
      release('sees', 'c1'),
      authorize('sees', 'c2'),
      settle('sees', 'c2'),
      settle('sees', 'c0'),
      settle('sees', 'c1'),
      authorize('sees', 'c3'),
      settle('sees', 'c3'),
    ]
    const done = await Promise.all(commands.map((command) => own.engine.execute(command)))
    expect(statuses(done)).toEqual([
      ...calls(4).map(() => 'admitted'),
      'posted',
      'posted',
      'admitted',
      'posted',
      'posted',
      'refused',
      'admitted',
      'posted',
    ])
    expect(done.map(({ replayed }) => replayed)).toEqual(
      commands.map((_, index) => [6, 8, 10].includes(index)),
    )
    expect(done[8]!.result).toEqual(done[4]!.result)
    expect(await chargesOf(database.pool, 'sees')).toEqual(
      new Map([
        ['c0', 1],
        ['c2', 1],
        ['c3', 1],
      ]),
    )
    await clean('sees')
  })

  it('is decided again, after the one before, when another node was faster', async () => {
    const own = await gated()
    const other = await node(database)
    await funded(own.engine, 'raced', '1')
    own.shut()
    const commands = calls(12).map((id) => authorize('raced', id))
    const order: string[] = []
    const done = commands.map(async (command) => {
      const executed = await own.engine.execute(command)
      order.push(command.requestId)
      return executed
    })
    await own.waiting(1)
    await post(other.engine, topUp('raced', '2', 'from the other node'))
    own.open()
    expect(statuses(await Promise.all(done))).toEqual(commands.map(() => 'admitted'))
    expect(order).toEqual(calls(12))
    expect(own.engine.stats().conflicts).toBeGreaterThanOrEqual(2)
    expect(await remainingOf(database.pool, 'raced', 'lot_raced_from the other node')).toBe('2')
    await clean('raced')
  })

  it('is not written when the connection of the one before was lost', async () => {
    const proxy = await startProxy(database.url)
    const own = await node({ ...database, url: proxy.url }, SMALL)
    await funded(own.engine, 'cut', '1')
    const done = Promise.all(calls(40).map((id) => own.engine.execute(authorize('cut', id))))
    proxy.down()
    await proxy.up()
    expect(statuses(await done)).toEqual(calls(40).map(() => 'admitted'))
    const ends = await Promise.all(calls(40).map((id) => own.engine.execute(settle('cut', id))))
    expect(statuses(ends)).toEqual(calls(40).map(() => 'posted'))
    expect([...(await chargesOf(database.pool, 'cut')).values()]).toEqual(calls(40).map(() => 1))
    await own.close()
    await proxy.close()
    await clean('cut')
  })

  it('waits where counters of a member or a key have to be read', async () => {
    const own = await gated()
    await funded(own.engine, 'capped', '10')
    await post(own.engine, setCaps('capped', 'caps', [cap('own', 'key', 'k1', '0.1')]))
    const done = await Promise.all(
      calls(40).map((id) => own.engine.execute(withKey(authorize('capped', id)))),
    )
    // nine holds of 0.011 fit into 0.1
    expect(done.filter(({ result }) => result.status === 'admitted')).toHaveLength(9)
    await clean('capped')
  })
})

/** Until a statement waits for a row that another transaction has locked. */
async function somebodyWaits(): Promise<string> {
  for (;;) {
    const { rows } = await database.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rows.length > 0) return 'waits'
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('a node that has lost three races in a row', () => {
  it('has its turn before any other: the account is locked until it is written', async () => {
    const own = await gated()
    const other = await node(database)
    await funded(own.engine, 'turn', '1')
    own.shut()
    const done = own.engine.execute(authorize('turn', 'c'))
    for (const id of ['a', 'b', 'c']) {
      await own.waiting(1)
      await post(other.engine, topUp('turn', '1', id))
      own.pass()
    }
    await own.waiting(1)
    const fourth = post(other.engine, topUp('turn', '1', 'd'))
    expect(await Promise.race([fourth.then(() => 'written'), somebodyWaits()])).toBe('waits')
    own.open()
    expect((await done).result.status).toBe('admitted')
    await fourth
    expect(own.engine.stats().conflicts).toBe(3)
    expect(other.engine.stats().conflicts).toBe(1)
    await clean('turn')
  })

  it('reads its lots when it has the lock, not before', async () => {
    const own = await gated(['decision-lock'])
    const other = await node(database)
    await funded(own.engine, 'late', '0.001')
    own.shut()
    const done = own.engine.execute(authorize('late', 'c'))
    for (const id of ['a', 'b', 'c']) {
      await own.waiting(1)
      await post(other.engine, grant('late', id, '0.001'))
      own.pass()
    }
    // it is about to lock the account: what is written now pays its call
    await own.waiting(1)
    await post(other.engine, topUp('late', '1', 'd'))
    own.open()
    expect((await done).result.status).toBe('admitted')
    expect(own.engine.stats().conflicts).toBe(3)
    await clean('late')
  })
})

describe('any traffic of one account on two nodes', () => {
  type Step = 'authorize' | 'settle' | 'release' | 'again'
  const step = fc.record({
    call: fc.nat(11),
    kind: fc.constantFrom<Step>('authorize', 'settle', 'release', 'again'),
    node: fc.nat(1),
  })
  const commandOf = (accountId: string, { call, kind }: { call: number; kind: Step }): Command => {
    if (kind === 'settle') return settle(accountId, `c${call}`)
    if (kind === 'release') return release(accountId, `c${call}`)
    return authorize(accountId, `c${call}`)
  }

  it('gives each request one answer, charges each call once, and adds up', async () => {
    const nodes = await Promise.all([node(database, SMALL), node(database, SMALL)])
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
        run += 1
        const accountId = `any-${run}`
        await funded(nodes[0]!.engine, accountId, '0.2')
        const answers = new Map<string, Set<string>>()
        await Promise.all(
          steps.map(async (own) => {
            const command = commandOf(accountId, own)
            const { result } = await nodes[own.node]!.engine.execute(command)
            if (result.status === 'refused' && result.entry === null) return
            const key = `${command.kind} ${command.requestId}`
            // the open hold beside the answer is there only as long as it is open
            const answer = result.status === 'admitted' ? result.admission : result
            answers.set(key, (answers.get(key) ?? new Set()).add(JSON.stringify(answer)))
          }),
        )
        for (const [key, own] of answers) expect([key, ...own]).toEqual([key, [...own][0]])
        for (const count of (await chargesOf(database.pool, accountId)).values())
          expect(count).toBe(1)
        const seqs = (await journal(database.pool, accountId)).map(({ seq }) => seq)
        expect(seqs).toEqual(seqs.map((_, index) => index + 1))
        await clean(accountId)
      }),
      { numRuns: 25 },
    )
  })
})

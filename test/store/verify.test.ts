import { beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '../../src/store/pool.ts'
import { verify } from '../../src/store/verify/index.ts'
import { callOf, cap, record, refund, setCaps } from '../engine/support/commands.ts'
import { funded, post } from '../engine/support/journal.ts'
import { authorize, seedCatalogue, settle, startNode } from '../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase

/* Journal of `b`: 1 opened, 2 top-up, 3 paid use, 4 caps, 5 record c1, 6 settle c2, 7 refund c2; one open hold. */
const LAST = 7
const CALL = { memberId: 'm1' }

async function fill(): Promise<void> {
  const node = await startNode(database)
  const { engine } = node
  for (const id of ['a', 'b', 'c']) {
    await funded(engine, id, '1', id === 'b' ? 'pro@1' : 'payg@1')
    await post(
      engine,
      setCaps(id, 'caps', [
        cap('own', 'member', 'm1', '0.5'),
        cap('all', 'account', null, '0.9', 'lifetime'),
      ]),
      record(id, 'c1', Date.now() + 2_000, { call: { ...CALL, features: ['fast'] } }),
    )
    for (const call of ['c2', 'open'])
      await engine.execute({
        ...authorize(id, call),
        call: callOf(call, { ...CALL, features: ['fast'] }),
      })
    await post(engine, settle(id, 'c2'), refund(id, 'c2', 'goodwill', '0.001'))
  }
  await node.close()
}

beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  await fill()
})

const TABLES = [
  ...['account', 'entry', 'posting', 'hold', 'cap_counter', 'spend_cap', 'usage_hour'],
  'member_usage_hour',
]

/** Changes something, looks at what `verify` says, and puts everything back as it was. */
async function tampered(sql: string, changed = 1) {
  const { pool } = database
  for (const table of TABLES)
    await pool.query(`create table public.${table} as table accounts.${table}`)
  try {
    expect((await pool.query(sql)).rowCount).toBe(changed)
    return await verify(pool)
  } finally {
    for (const table of TABLES) {
      await pool.query(`truncate accounts.${table}`)
      await pool.query(`insert into accounts.${table} table public.${table}`)
      await pool.query(`drop table public.${table}`)
    }
  }
}

/** In the body of an entry of `b`, one text for another. */
const inBody = (seq: number, from: string, to: string) =>
  `update accounts.entry set body = replace(body::text, '${from}', '${to}')::json
   where account_id = 'b' and seq = ${seq} and body::text like '%${from}%'`

const inState = (from: string, to: string) =>
  `update accounts.account set state = replace(state::text, '${from}', '${to}')::json
   where account_id = 'b' and state::text like '%${from}%'`

describe('verify of untouched accounts', () => {
  it('needs no more than one connection', async () => {
    const pool = createPool(database.url, {
      max: 1,
      applicationName: 'test',
      connectTimeoutMs: 2_000,
    })
    try {
      expect((await verify(pool)).first).toBeNull()
    } finally {
      await pool.end()
    }
  })

  it('finds nothing, and says how much it has looked at', async () => {
    const report = await verify(database.pool)
    expect(report).toMatchObject({
      ok: true,
      first: null,
      accounts: 3,
      entries: 3 * LAST,
      open_holds: 3,
    })
    expect(report.postings).toBeGreaterThan(20)
    for (const { name, checked, failed } of report.checks) {
      expect(checked, name).toBeGreaterThan(0)
      expect(failed, name).toBe(0)
    }
  })

  it('can look at one account only, and says so when there is none', async () => {
    expect(await verify(database.pool, { accountId: 'b' })).toMatchObject({ ok: true, accounts: 1 })
    expect(await verify(database.pool, { accountId: 'nobody' })).toMatchObject({
      ok: false,
      first: { account_id: 'nobody', invariant: 2, message: 'there is no such account' },
    })
  })
})

/** Which invariant it is that fails, where that is not a matter of taste. */
type Case = [what: string, sql: string, seq: number, invariant: number | null]

const JOURNAL: Case[] = [
  [
    'a changed posting amount',
    `update accounts.posting set amount = amount + 1
     where account_id = 'b' and seq = 5 and line = 0`,
    5,
    1,
  ],
  [
    'a deleted posting',
    `delete from accounts.posting where account_id = 'b' and seq = 6 and line = 1`,
    6,
    1,
  ],
  [
    'a posting of another lot',
    `update accounts.posting set lot_id = 'lot_a_first'
     where account_id = 'b' and seq = 5 and lot_id is not null`,
    5,
    1,
  ],
  [
    'a posting without an entry',
    `insert into accounts.posting values ('b', 99, 0, 'customer:prepaid', 'USD', 5, null)`,
    99,
    1,
  ],
  [
    'a deleted entry',
    `with gone as (delete from accounts.posting where account_id = 'b' and seq = 5)
     delete from accounts.entry where account_id = 'b' and seq = 5`,
    6,
    3,
  ],
  ['a deleted first entry', `delete from accounts.entry where account_id = 'b' and seq = 1`, 2, 3],
  [
    'a deleted last entry',
    `with gone as (delete from accounts.posting where account_id = 'b' and seq = 7)
     delete from accounts.entry where account_id = 'b' and seq = 7`,
    6,
    2,
  ],
  ['a changed byte of a body', inBody(6, '"code":"succeeded"', '"code":"sucCeeded"'), 6, 3],
  [
    'a changed hash of the evidence in a body',
    inBody(6, '"evidence_sha256":"', '"evidence_sha256":"0'),
    6,
    3,
  ],
  ['a changed amount in a body', inBody(6, '"total":"0.002"', '"total":"0.003"'), 6, 3],
  ['an amount in a body that is none', inBody(6, '"total":"0.002"', '"total":"0.00l"'), 6, 3],
  ['a posting in a body that is none', inBody(5, '"0.002"]', '"0.0o2"]'), 5, null],
  ['a renamed body member', inBody(6, '"funding":', '"fundinG":'), 6, 3],
  ['another space in a body', inBody(3, '"seq":3', '"seq": 3'), 3, 3],
  [
    'a swapped hash',
    `update accounts.entry e set hash = (select hash from accounts.entry o
       where o.account_id = 'b' and o.seq = case e.seq when 5 then 6::bigint else 5::bigint end)
     where e.account_id = 'b' and e.seq = 5`,
    5,
    3,
  ],
  [
    'another request id beside the body',
    `update accounts.entry set request_id = 'c9' where account_id = 'b' and seq = 6`,
    6,
    3,
  ],
  [
    'an entry of another account',
    `update accounts.entry e set body = o.body, hash = o.hash from accounts.entry o
     where e.account_id = 'b' and e.seq = 5 and o.account_id = 'c' and o.seq = 5`,
    5,
    1,
  ],
]

/** What stood beside the settlement of c2, as if its retention had removed it so many days later. */
const removedAfter = (days: number) =>
  `update accounts.entry
   set evidence = null, evidence_removed_at = at + make_interval(days => ${days}::integer)
   where account_id = 'b' and seq = 6`

const EVIDENCE: Case[] = [
  [
    'changed evidence',
    `update accounts.entry set evidence = replace(evidence, '200', '201')
     where account_id = 'b' and seq = 6 and evidence like '%"upstream_status":200%'`,
    6,
    20,
  ],
  [
    'evidence that is gone',
    `update accounts.entry set evidence = null where account_id = 'b' and seq = 6`,
    6,
    20,
  ],
  [
    'evidence of another entry',
    `update accounts.entry set evidence = '{"upstream_status":200}' where account_id = 'b' and seq = 3`,
    3,
    20,
  ],
  ['evidence removed although no limit was ever in force', removedAfter(4_000), 6, 20],
]

const STATE: Case[] = [
  ['a changed balance', inState('"remaining":"0.997"', '"remaining":"0.998"'), LAST, 2],
  ['a changed hold on a lot', inState('"held":"0.011"', '"held":"0.001"'), LAST, 2],
  ['a switch that nobody turned', inState('"paid_use":true', '"paid_use":false'), LAST, 2],
  ['a changed cap', inState('"amount":"0.9"', '"amount":"9"'), LAST, 2],
  [
    'a changed counter in the state',
    inState('["lifetime","0.003"', '["lifetime","0.001"'),
    LAST,
    2,
  ],
  ['a state that cannot be read', inState('"lots":', '"Lots":'), LAST, 2],
  ['a deleted hold', `delete from accounts.hold where account_id = 'b'`, LAST, 2],
  [
    'a changed hold',
    `update accounts.hold set body = replace(body::text, '"drawn":"0.011"', '"drawn":"0.001"')::json
     where account_id = 'b'`,
    LAST,
    2,
  ],
  [
    'a changed spent counter of a cap',
    `update accounts.cap_counter set spent = spent - 1 where account_id = 'b'`,
    LAST,
    2,
  ],
  [
    'a changed held counter of a cap',
    `update accounts.cap_counter set held = 0 where account_id = 'b'`,
    LAST,
    2,
  ],
  [
    'a deleted counter of a cap',
    `delete from accounts.cap_counter where account_id = 'b'`,
    LAST,
    2,
  ],
  [
    'a changed cap beside the state',
    `update accounts.spend_cap set amount = 9000000000 where account_id = 'b'`,
    LAST,
    2,
  ],
  [
    'a deleted cap beside the state',
    `delete from accounts.spend_cap where account_id = 'b'`,
    LAST,
    2,
  ],
  ['a deleted account', `delete from accounts.account where account_id = 'b'`, LAST, 2],
]

/** c1 and c2 of `b`, and what came back of c2, are of one hour and model, or of two hours. */
const HOURS: Case[] = [
  [
    'an hour that counts for another model',
    `update accounts.usage_hour set model = 'other' where account_id = 'b'
     and hour = (select max(hour) from accounts.usage_hour where account_id = 'b')`,
    LAST,
    24,
  ],
  [
    'what came back in another hour than its call',
    `with own as (
       update accounts.usage_hour set paid = paid + 1000000 where account_id = 'b'
       and hour = (select max(hour) from accounts.usage_hour where account_id = 'b') returning *)
     insert into accounts.usage_hour (account_id, hour, model, attempts, not_billed_attempts, input_tokens,
       cache_read_tokens, cache_write_tokens, output_tokens, included, promotional, paid, overage, absorbed, calls)
     select account_id, hour + interval '1 day', model, 0, 0, 0, 0, 0, 0, 0, 0, -1000000, 0, 0, 0 from own`,
    LAST,
    24,
  ],
  [
    'a changed sum of a member',
    `update accounts.member_usage_hour set output_tokens = output_tokens + 1 where account_id = 'b'
     and hour = (select max(hour) from accounts.usage_hour where account_id = 'b')`,
    LAST,
    24,
  ],
  [
    'an hour that is gone',
    `delete from accounts.usage_hour where account_id = 'b'
     and hour = (select max(hour) from accounts.usage_hour where account_id = 'b')`,
    LAST,
    24,
  ],
]

describe('verify names the account and the entry of', () => {
  it.each([...JOURNAL, ...EVIDENCE, ...STATE, ...HOURS])(
    '%s',
    async (_what, sql, seq, invariant) => {
      const report = await tampered(sql)
      expect(report.ok).toBe(false)
      expect(report.first).toMatchObject({
        account_id: 'b',
        seq,
        invariant: invariant ?? expect.any(Number),
      })
      expect(report.first!.message).not.toBe('')
    },
  )

  it('the first of several', async () => {
    const report = await tampered(
      `update accounts.posting set amount = amount + 1
       where account_id in ('b', 'c') and seq in (5, 6) and line = 0`,
      4,
    )
    expect(report.first).toMatchObject({ account_id: 'b', seq: 5 })
    expect(report.checks.find((own) => own.invariant === 1)!.failed).toBe(4)
  })

  it('nothing once everything is as it was', async () => {
    expect((await verify(database.pool)).first).toBeNull()
  })
})

describe('evidence that its retention removed', () => {
  it.each([
    [40, true],
    [39, false],
  ])('%i days after its entry, where the shortest limit was 40 days: %s', async (days, ok) => {
    await database.pool.query(
      `insert into control.evidence_limit (days, first_used_at)
       values (40, '2026-01-01T00:00:00Z'::timestamptz), (400, '2026-01-01T00:00:00Z'::timestamptz)`,
    )
    try {
      const report = await tampered(removedAfter(days))
      expect(report.ok).toBe(ok)
      if (!ok) expect(report.first).toMatchObject({ account_id: 'b', seq: 6, invariant: 20 })
    } finally {
      await database.pool.query('delete from control.evidence_limit')
    }
  })
})

describe('verify beside live traffic', () => {
  it('finds nothing wrong with accounts that move while it reads', async () => {
    const live = await freshDatabase()
    await seedCatalogue(live)
    const nodes = await Promise.all([startNode(live), startNode(live)])
    const accounts = ['hot', 'warm', 'cool']
    for (const id of accounts) {
      await funded(nodes[0]!.engine, id, '10', id === 'warm' ? 'pro@1' : 'payg@1')
      await post(nodes[0]!.engine, setCaps(id, 'caps', [cap('own', 'member', 'm1', '5')]))
    }
    let running = true
    let calls = 0
    const worker = async (own: number) => {
      while (running) {
        const id = accounts[calls % accounts.length]!
        calls += 1
        const call = `c${calls}`
        const { engine } = nodes[own % 2]!
        await engine.execute({ ...authorize(id, call), call: callOf(call, CALL) })
        if (calls % 5 > 0) await post(nodes[(own + 1) % 2]!.engine, settle(id, call))
      }
    }
    const workers = Array.from({ length: 12 }, (_, index) => worker(index))
    const reports = []
    for (let round = 0; round < 12; round += 1) reports.push(await verify(live.pool))
    running = false
    await Promise.all(workers)
    await Promise.all(nodes.map((node) => node.close()))
    for (const report of reports) expect(report.first).toBeNull()
    const seen = reports.map(({ entries }) => entries)
    expect(seen.at(-1)).toBeGreaterThan(seen[0]!)
    expect((await verify(live.pool)).first).toBeNull()
  })
})

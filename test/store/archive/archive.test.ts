import type pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { instant } from '../../../src/core/time/index.ts'
import { knownFiles } from '../../../src/store/archive/segments.ts'
import { storedEntries } from '../../../src/store/billing/proofs.ts'
import { entriesUpTo } from '../../../src/store/billing/statements.ts'
import { outcomesOf } from '../../../src/store/campaigns/comparison.ts'
import { chargedBetween } from '../../../src/store/cases/scope.ts'
import { entriesToAudit } from '../../../src/store/findings/cursor.ts'
import { balanceHistory } from '../../../src/store/reads/balance-history.ts'
import {
  entriesAfter,
  entriesOfCalls,
  findRequest,
  listEntries,
} from '../../../src/store/reads/entries.ts'
import {
  entryBodies,
  entryBodiesBackwards,
  heldThen,
  seqAt,
} from '../../../src/store/reads/history.ts'
import { billableCalls } from '../../../src/store/reads/recent-calls.ts'
import { attemptsBetween } from '../../../src/store/reconciliation/attempts.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { rebuildState } from '../../../src/store/verify/rebuild.ts'
import { record, refund } from '../../engine/support/commands.ts'
import { nodeAt } from '../../engine/support/set-clock.ts'
import {
  archive,
  archiveFolder,
  BEFORE,
  lived,
  poolWith,
  START,
  type World,
  world,
} from './world.ts'

const IDS = ['a', 'b', 'c']
const from = instant(Date.parse(START))
const until = instant(Date.parse('2026-09-01T00:00:00Z'))

let own: World
let directory: string
let reader: pg.Pool
let before: unknown
let bytesBefore: number

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** Everything that reads bodies, of one account. */
async function everythingRead(pool: pg.Pool, id: string) {
  const page = { kind: null, from: null, to: null, beforeSeq: null, limit: 1_000 }
  const client = await pool.connect()
  try {
    const middle = (await seqAt(pool, id, BEFORE))!
    return {
      journal: await listEntries(pool, id, { ...page, memberId: null }),
      ofMember: await listEntries(pool, id, { ...page, memberId: 'm1' }),
      after: await entriesAfter(pool, id, { afterSeq: 3, limit: 50 }),
      calls: [...(await entriesOfCalls(pool, id, ['s5', 'r10', 'f15', 'big20', 's65']))],
      request: await findRequest(pool, { accountId: id, requestId: 's5', kind: 'settle' }),
      proof: await collected(storedEntries(pool, id, { after: 0, last: middle })),
      statement: await collected(entriesUpTo(pool, id, 0, middle)),
      bodies: await entryBodies(pool, id, { afterSeq: 0, throughSeq: middle, limit: 1_000 }),
      backwards: await entryBodiesBackwards(pool, id, { fromSeq: 1, beforeSeq: 30, from }),
      held: await heldThen(pool, id, { seq: 10, at: from, laterMax: 200 }),
      attempts: await collected(attemptsBetween(pool, { from, until })),
      audited: await entriesToAudit(client, id, { after: 0, limit: 1_000 }),
      billable: await billableCalls(pool, {
        ...{ accountIds: [id], from, until, currency: 'USD', perAccount: 1_000 },
      }),
      balance: await balanceHistory(pool, id, from),
      charged: await chargedBetween(pool, id, { from, until: BEFORE }),
      outcomes: [...(await outcomesOf(pool, [{ accountId: id, from }]))],
      verified: (await verify(pool, { accountId: id })).first,
      rebuilt: await rebuildState(pool, id, until),
    }
  } finally {
    client.release()
  }
}

const heapBytes = async (): Promise<number> => {
  const { rows } = await own.database.pool.query<{ bytes: string }>(
    'select sum(pg_column_size(body)) as bytes from accounts.entry',
  )
  return Number(rows[0]!.bytes)
}

beforeAll(async () => {
  own = await world()
  await lived(own, IDS)
  directory = archiveFolder()
  reader = poolWith(own.database, directory)
  before = await everythingRead(reader, 'b')
  bytesBefore = await heapBytes()
  await archive(own.database, directory)
})

describe('what is archived', () => {
  it('is the ends of calls, old and of closed statements, and nothing else', async () => {
    const { rows } = await own.database.pool.query<{ kind: string; gone: boolean; late: boolean }>(
      `select distinct e.kind, e.body is null as gone, e.at >= $1::timestamptz
         or e.seq > (select max(last_seq) from accounts.statement s where s.account_id = e.account_id) as late
       from accounts.entry e order by 1, 2, 3`,
      [new Date(BEFORE)],
    )
    const gone = rows.filter((row) => row.gone)
    expect(gone.map(({ kind }) => kind)).toEqual(['authorize', 'record', 'release', 'settle'])
    expect(gone.filter(({ late }) => late)).toEqual([])
    const kept = rows.filter((row) => !row.gone && !row.late).map(({ kind }) => kind)
    expect(kept).not.toContain('settle')
    expect(kept).toEqual(expect.arrayContaining(['top_up', 'refund', 'close_statement']))
  })

  it('leaves the database, but for what statements ask of it', async () => {
    const files = await knownFiles(reader, { after: '', limit: 10 })
    expect(files.map(({ file }) => file.split('/')[0])).toEqual(['2026-06', '2026-07'])
    expect(files.every(({ accounts }) => accounts === IDS.length)).toBe(true)
    expect(await heapBytes()).toBeLessThan(bytesBefore / 2)
  })

  it('is read as it was before, by everything that reads', async () => {
    expect(await everythingRead(reader, 'b')).toEqual(before)
  })

  it('is verified from its files, and the report says how much', async () => {
    const report = await verify(reader)
    const { rows } = await own.database.pool.query<{ gone: number }>(
      'select count(*)::integer as gone from accounts.entry where body is null',
    )
    expect(report).toMatchObject({ ok: true, first: null, archived: rows[0]!.gone })
    expect(report.archived).toBeGreaterThan(60)
    expect(report.checks.find(({ invariant }) => invariant === 23)?.checked).toBe(3 + 2)
  })

  it('is not looked at again', async () => {
    expect(await archive(own.database, directory)).toMatchObject({ entries: 0, files: 0 })
  })
})

describe('decisions about archived calls', () => {
  it('answer a repeat as before, refuse another content, and refund', async () => {
    const node = await nodeAt(own.database, own.clock, directory)
    const { engine } = node
    try {
      const asked = record('c', 'r10', Date.parse(START) + 10 * 86_400_000, {
        input: 510,
        call: { memberId: 'm1', keyId: 'key_1', features: ['tools'] },
      })
      const first = await engine.execute(asked)
      expect(first.replayed).toBe(true)
      const stored = await findRequest(reader, { accountId: 'c', requestId: 'r10', kind: 'record' })
      expect(first.result).toMatchObject({ status: 'posted', entry: stored })
      const other = await engine.execute(
        record('c', 'r10', Date.parse(START) + 10 * 86_400_000, { input: 999 }),
      )
      expect(other.result).toMatchObject({ refused: { code: 'request_conflict', field: 'usage' } })
      const back = await engine.execute(refund('c', 's10', 'late', '0.0001'))
      expect(back.result.status).toBe('posted')
      const tooMuch = await engine.execute(refund('c', 's15', 'late', '5'))
      expect(tooMuch.result.status).toBe('refused')
    } finally {
      await node.close()
    }
    expect((await verify(reader, { accountId: 'c' })).first).toBeNull()
  })
})

import { createHash } from 'node:crypto'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BodyOf, Routes } from '../../src/contract/routes/index.ts'
import { CALL_COLUMNS, type ColumnType, SUM_COLUMNS } from '../../src/contract/usage/index.ts'
import { formatNanos, type Nanos, readNanos } from '../../src/core/money/index.ts'
import { workOnExports } from '../../src/jobs/usage.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { takeTurn } from '../../src/store/usage/export-work.ts'
import { addExport, readExport } from '../../src/store/usage/exports.ts'
import { type Api, fund, OPERATOR, startStockedApi, urlOf } from '../api/support.ts'

let api: Api
let key: string
const params = { account_id: 'own' }
const CALLS = 12

beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('own', { plan: 'no_windows@1' })).key
  await fund(api, 'own', '50')
  for (let index = 0; index < CALLS; index += 1)
    await api.done('record', {
      body: {
        account_id: 'own',
        call_id: `call_${index}`,
        // what a spreadsheet would take for a formula
        model: index === 3 ? '=HYPERLINK("x"),"y"' : 'small',
        member_id: index % 2 === 0 ? '-bob' : 'ann',
        tags: ['team:search', 'env:prod'],
        usage: { tokens: { input: 1_001 + index, output: 7 } },
        event_at: new Date(Date.now() + 250).toISOString(),
      },
    })
  // until no call is in the future any more
  await new Promise((resolve) => setTimeout(resolve, 300))
})
afterAll(() => api.close())

type Body = BodyOf<Routes['createExport']>
const CURSOR = `select seq from accounts.call_fact_cursor where account_id = 'own'`
let made = 0
const create = (body: Body, as = key) =>
  api.done('createExport', { as, params, key: `export-${made++}`, body })

async function file(exportId: string): Promise<Buffer> {
  const reply = await api.app.inject({
    url: urlOf('downloadExport', { ...params, export_id: exportId }),
    headers: { authorization: `Bearer ${key}` },
  })
  expect(reply.statusCode).toBe(200)
  expect(reply.headers['content-disposition']).toMatch(/^attachment; filename="[\w.-]+"$/)
  return reply.rawPayload
}

/** RFC 4180, as a strict reader has it. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g,
  )) {
    rows.at(-1)!.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
    if (end === '') break
  }
  return rows.filter((row) => row.length > 1)
}

const explored = () => api.done('exploreUsage', { as: key, params })

/** A row of one file, and the same of the other. */
function expectSame(line: Record<string, unknown>, row: Record<string, unknown>): void {
  const seen: Readonly<Record<ColumnType, (value: unknown) => unknown>> = {
    text: (value) => value,
    flag: (value) => value,
    count: Number,
    amount: (value) => Number(value).toFixed(9),
    time: (value) => (value instanceof Date ? value.toISOString() : value),
  }
  for (const { name, type } of CALL_COLUMNS) {
    const own = line[name] ?? null
    if (own === null) expect(row[name] ?? null, name).toBeNull()
    else expect(seen[type](row[name]), name).toBe(seen[type](own))
  }
}

describe('an export of calls', () => {
  it('as CSV has the columns that are documented, and the sums of the explorer', async () => {
    const own = await create({ format: 'csv', kind: 'rows' })
    expect(own).toMatchObject({ state: 'ready', rows_total: CALLS, rows_done: CALLS })
    const bytes = await file(own.export_id)
    expect(bytes.byteLength).toBe(own.bytes)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(own.sha256)
    const [head, ...rows] = csvRows(bytes.toString('utf8'))
    expect(head).toEqual(CALL_COLUMNS.map(({ name }) => name))
    expect(rows.length).toBe(CALLS)
    const sum = (name: string) =>
      formatNanos(
        rows.reduce(
          (total, row) => total + readNanos(row[head!.indexOf(name)] || '0'),
          0n,
        ) as Nanos,
      )
    const { totals } = await explored()
    for (const name of ['list_price', 'charged', 'paid', 'covered_by_plan'] as const)
      expect(sum(name), name).toBe(totals[name])
  })

  it('as CSV holds nothing that a spreadsheet would run', async () => {
    const own = await create({ format: 'csv', kind: 'rows' })
    const [head, ...rows] = csvRows((await file(own.export_id)).toString('utf8'))
    const models = rows.map((row) => row[head!.indexOf('model')])
    expect(models).toContain(`'=HYPERLINK("x"),"y"`)
    expect(rows.map((row) => row[head!.indexOf('member_id')])).toContain(`'-bob`)
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+@\t\r]/)
  })

  it('as lines of JSON and as Parquet says the same', async () => {
    const lines = await create({ format: 'jsonl', kind: 'rows' })
    const objects = (await file(lines.export_id))
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(objects.length).toBe(CALLS)
    const table = await create({ format: 'parquet', kind: 'rows' })
    const bytes = new Uint8Array(await file(table.export_id)).buffer
    const { schema } = parquetMetadata(bytes)
    expect(schema.slice(1).map(({ name }) => name)).toEqual(CALL_COLUMNS.map(({ name }) => name))
    expect(schema.find(({ name }) => name === 'list_price')).toMatchObject({
      type: 'INT64',
      converted_type: 'DECIMAL',
      scale: 9,
      precision: 18,
    })
    const rows = await parquetReadObjects({ file: bytes })
    expect(rows.length).toBe(CALLS)
    for (const [index, row] of rows.entries()) expectSame(objects[index]!, row)
    expect(objects[0]?.tags).toBe('env:prod team:search')
  })

  it('has the calls that were chosen, and says as of which entry', async () => {
    const own = await create({ format: 'jsonl', kind: 'rows', filters: { member_id: 'ann' } })
    expect(own.rows_done).toBe(CALLS / 2)
    expect(own.seq).toBe((await explored()).seq)
    expect(own.filters).toEqual({ member_id: 'ann' })
  })
})

describe('an export of sums', () => {
  it.each([
    ['model', {}],
    ['source', {}],
    ['token_kind', {}],
    ['tag', { tag_key: 'team' }],
  ] as const)('by %s closes with the explorer', async (group_by, more) => {
    const own = await create({
      format: 'csv',
      kind: 'aggregates',
      group_by,
      ...more,
      bucket: 'hour',
    })
    const [head, ...rows] = csvRows((await file(own.export_id)).toString('utf8'))
    expect(head).toEqual(SUM_COLUMNS.map(({ name }) => name))
    const place = head!.indexOf('list_price')
    const sum = rows.reduce((total, row) => total + readNanos(row[place] || '0'), 0n) as Nanos
    expect(formatNanos(sum)).toBe((await explored()).totals.list_price)
  })
})

describe('exports', () => {
  it('asked for twice with one key are one, and other content is a conflict', async () => {
    const body: Body = { format: 'csv', kind: 'rows' }
    const first = await api.call('createExport', { as: key, params, key: 'same', body })
    const second = await api.call('createExport', { as: key, params, key: 'same', body })
    expect(second.body).toEqual(first.body)
    const other: Body = { format: 'jsonl', kind: 'rows' }
    const third = await api.call('createExport', { as: key, params, key: 'same', body: other })
    expect(third.body.code).toBe('request_conflict')
  })

  it('are for the account, and for no agent in its place', async () => {
    const staff = await api.done('addStaff', { body: { name: 'Sam', role: 'support' } })
    const reply = await api.call('createExport', {
      as: staff.token,
      params,
      key: 'support',
      body: { format: 'csv', kind: 'rows' },
    })
    expect(reply.status).toBe(403)
    expect((await api.call('listExports', { as: OPERATOR, params })).status).toBe(200)
  })

  it('that wait are written by the job, also after a node has gone', async () => {
    const body = await create({ format: 'csv', kind: 'rows' })
    const stored = (await readExport(api.pool, 'own', body.export_id))!
    await addExport(api.pool, { ...stored, exportId: 'exp_left', rowsTotal: null }, 10)
    const at = stored.createdAt
    const turn = { accountId: 'own', exportId: 'exp_left', workId: 'gone' }
    await inTransaction(api.pool, (client) => takeTurn(client, turn, { at, silentSince: at }))
    const asked = { as: key, params: { ...params, export_id: 'exp_left' } }
    expect(await api.done('getExport', asked)).toMatchObject({ state: 'working' })
    expect((await api.call('downloadExport', asked)).body.code).toBe('export_not_ready')
    expect(await workOnExports(api.pool, () => at + 30_000)).toBe(0)
    expect(await workOnExports(api.pool, () => at + 61_000)).toBe(1)
    const done = await api.done('getExport', asked)
    expect(done).toMatchObject({ state: 'ready', sha256: body.sha256, rows_done: CALLS })
  })

  it('whose account is further behind than several turns can follow is written once it is followed', async () => {
    const body = await create({ format: 'csv', kind: 'rows' })
    const stored = (await readExport(api.pool, 'own', body.export_id))!
    await addExport(api.pool, { ...stored, exportId: 'exp_behind', rowsTotal: null }, 10)
    await api.pool.query(`delete from accounts.call_fact_cursor where account_id = 'own'`)
    const read = () => readExport(api.pool, 'own', 'exp_behind')
    const { rows } = await api.pool.query(
      `update accounts.account a set seq = 90000 from accounts.account was
       where a.account_id = 'own' and was.account_id = 'own' returning was.seq`,
    )
    const work = () => workOnExports(api.pool, () => stored.createdAt).catch(() => {})
    for (const followed of ['20000', '40000', '60000', '80000']) {
      await work()
      expect((await api.pool.query(CURSOR)).rows).toEqual([{ seq: followed }])
      expect(await read()).toMatchObject({ state: 'waiting' })
    }
    // the entries that there are not
    for (const table of ['account', 'call_fact_cursor'])
      await api.pool.query(`update accounts.${table} set seq = $1 where account_id = 'own'`, [
        rows[0].seq,
      ])
    await work()
    expect(await read()).toMatchObject({ state: 'ready', sha256: body.sha256 })
  })

  it('lose their file when their time is over', async () => {
    const own = await create({ format: 'csv', kind: 'rows' })
    const late = Date.parse(own.expires_at)
    const asked = { as: key, params: { ...params, export_id: own.export_id } }
    await workOnExports(api.pool, () => late - 1)
    expect(await api.done('getExport', asked)).toMatchObject({ state: 'ready' })
    expect(await workOnExports(api.pool, () => late)).toBeGreaterThan(0)
    expect(await api.done('getExport', asked)).toMatchObject({ state: 'expired' })
    expect((await api.call('downloadExport', asked)).body.code).toBe('export_not_ready')
    const { rows } = await api.pool.query('select from accounts.usage_export_chunk')
    expect(rows.length).toBe(0)
  })
})

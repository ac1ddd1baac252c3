import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { SUM_COLUMNS } from '../../src/contract/usage/index.ts'
import { formatNanos, readNanos, sum } from '../../src/core/money/index.ts'
import { type Api, fund, OPERATOR, startStockedApi } from '../api/support.ts'
import { type Ran, run, temporaryFolder } from './support/run.ts'

/* `usage`, `views` and `export`, against a server: the same questions, the same sums, as text, JSON and a file. */

let api: Api
let cwd: string
const CALLS = 9

beforeAll(async () => {
  api = await startStockedApi()
  await api.account('own', { plan: 'no_windows@1' })
  await fund(api, 'own', '50')
  const at = Date.now() + 250
  for (let index = 0; index < CALLS; index += 1)
    await api.done('record', {
      body: {
        ...{ account_id: 'own', call_id: `call_${index}`, member_id: 'ann' },
        model: index % 3 === 0 ? 'large' : 'small',
        ...(index < 4 && { session_id: 's1' }),
        ...(index === 1 && { parent_call_id: 'call_0' }),
        ...(index % 2 === 0 && { tags: ['team:search'] }),
        usage: { tokens: { input: 1_000 + index, output: 10 } },
        event_at: new Date(at).toISOString(),
      },
    })
  // until no call is in the future any more
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, at + 100 - Date.now())))
  const url = await api.app.listen({ port: 0, host: '127.0.0.1' })
  cwd = temporaryFolder()
  writeLocalServer(cwd, { url, token: OPERATOR })
})
afterAll(() => api.close())

const ACCOUNT = ['--account', 'own']
const cli = (...argv: readonly string[]): Promise<Ran> => run([...argv, ...ACCOUNT], { cwd })

async function done(...argv: readonly string[]): Promise<string> {
  const ran = await cli(...argv)
  expect(ran).toMatchObject({ code: 0, err: '' })
  return ran.out
}
const json = async (...argv: readonly string[]) => JSON.parse(await done(...argv, '--json'))

test('usage splits the sums, and says the same as the API', async () => {
  const answer = await json('usage', '--by', 'model')
  const asked = { params: { account_id: 'own' }, query: { group_by: 'model' as const } }
  const explored = await api.done('exploreUsage', asked)
  expect(answer.rows).toEqual(explored.rows)
  expect(answer.totals).toEqual(explored.totals)
  const text = await done('usage', '--by', 'model')
  for (const part of ['large', 'small', 'total', String(CALLS)]) expect(text).toContain(part)
})

test('usage takes filters: several of one, all others, and those without', async () => {
  const calls = async (...argv: readonly string[]) => (await json('usage', ...argv)).totals.calls
  expect(await calls('--model', 'large', '--model', 'small')).toBe(CALLS)
  expect(await calls('--model', '!large')).toBe(6)
  expect(await calls('--session', '~')).toBe(5)
  expect(await calls('--tag', 'team:search', '--session', 's1')).toBe(2)
  expect(await calls('--parent', 'call_0')).toBe(1)
  expect(await done('usage', '--model', 'none-such')).toContain('No calls match')
  expect((await cli('usage', '--status', 'sold')).code).not.toBe(0)
})

test('usage shows the tree level by level', async () => {
  const sessions = await json('usage', '--tree')
  expect(sessions.items.map(({ id }: { id: string }) => id).sort()).toEqual(['s1', null].sort())
  const level = await json('usage', '--tree', '--in-session', 's1')
  expect(level.items.map(({ children }: { children: number }) => children).sort()).toEqual([
    0, 0, 1,
  ])
  expect(await done('usage', '--tree')).toContain('s1')
})

test('views are saved, listed, changed and deleted', async () => {
  const saved = await json('views', 'save', 'Models', 'group_by=model')
  expect(saved).toMatchObject({ name: 'Models', query: 'group_by=model', shared: false })
  const id: string = saved.view_id
  expect(await done('views', 'list')).toContain('Models')
  const changed = await json('views', 'change', id, '--name', 'By model', '--shared')
  expect(changed).toMatchObject({ view_id: id, name: 'By model', shared: true })
  expect(await done('views', 'delete', id)).toContain('Deleted By model.')
  expect(await done('views', 'list')).toContain('No saved views.')
  expect((await cli('views', 'delete', id)).err).toContain('view')
})

test('export writes the file that the server made, and lists it', async () => {
  const made = await json('export', '--out', 'calls.csv')
  expect(made).toMatchObject({ state: 'ready', rows_done: CALLS, file: 'calls.csv' })
  const lines = readFileSync(join(cwd, 'calls.csv'), 'utf8').trimEnd().split('\r\n')
  expect(lines.length).toBe(CALLS + 1)
  const shape = ['--kind', 'aggregates', '--by', 'model', '--format', 'jsonl']
  await done('export', ...shape, '--out', 'sums.jsonl')
  const rows: Record<string, string>[] = readFileSync(join(cwd, 'sums.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(Object.keys(rows[0]!)).toEqual(SUM_COLUMNS.map(({ name }) => name))
  const { totals } = await json('usage')
  expect(formatNanos(sum(rows.map((row) => readNanos(row.charged!))))).toBe(totals.charged)
  const listed = await done('export', '--list')
  for (const word of ['ready', 'csv', 'jsonl']) expect(listed).toContain(word)
})

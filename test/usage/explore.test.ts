import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { QueryOf, Routes } from '../../src/contract/routes/index.ts'
import { canSplit, USAGE_GROUPS, USAGE_MEASURES } from '../../src/contract/usage/index.ts'
import { readNanos } from '../../src/core/money/index.ts'
import { type Api, fund, startStockedApi } from '../api/support.ts'

/*
 * What used it: whatever is grouped, filtered and cut into pieces, the rows and the rest are the totals, and
 * nobody sees more than is its own.
 */

let api: Api
let key: string
let times: readonly string[]

beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('own')).key
  await fund(api, 'own', '50')
  // an account has no calls from before it was opened
  const now = Date.now()
  times = [now + 200, now + 300, now + 400].map((at) => new Date(at).toISOString())
  for (let index = 0; index < 24; index += 1) await call(index)
  await api.done('authorize', {
    body: {
      account_id: 'own',
      call_id: 'call_open',
      model: 'small',
      prompt_tokens_max: 100,
      max_output_tokens: 100,
      member_id: 'ann',
      parent_call_id: 'call_0',
      tags: ['team:search'],
    },
  })
  // until no call is in the future any more
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, now + 600 - Date.now())))
})
afterAll(() => api.close())

/** Every third call is below the one before it; the session of every fourth is not known. */
const call = (index: number) =>
  api.done('record', {
    body: {
      account_id: 'own',
      call_id: `call_${index}`,
      model: index % 3 === 0 ? 'large' : 'small',
      member_id: index % 2 === 0 ? 'ann' : 'bob',
      ...(index % 4 !== 3 && { session_id: `s${index % 8 < 4 ? 1 : 2}` }),
      ...(index % 3 === 1 && { parent_call_id: `call_${index - 1}` }),
      ...(index % 2 === 0 && { tags: [`team:${index % 4 === 0 ? 'search' : 'chat'}`] }),
      ...(index % 5 === 0 && { client: 'third_party' }),
      outcome: index % 7 === 6 ? 'upstream_failed_mid_stream' : 'succeeded',
      usage: { tokens: { input: 1_000 + index, output: 100 * index, cache_read: 0 } },
      event_at: times[index % 3]!,
    },
  })

type Query = QueryOf<Routes['exploreUsage']>
const explore = (query: Query = {}, as: string | null = key) =>
  api.done('exploreUsage', { as, params: { account_id: 'own' }, query })

type Explored = Awaited<ReturnType<typeof explore>>
const AMOUNTS = ['list_price', 'charged', 'covered_by_plan', 'absorbed', 'refunded'] as const
const COUNTS = ['calls', 'unpriced_calls', 'tokens'] as const

function expectClosed(answer: Explored): void {
  const parts = [...answer.rows, ...(answer.rest ? [answer.rest] : [])].map(({ sums }) => sums)
  for (const name of AMOUNTS) {
    if (parts.some((own) => own[name] === null)) continue
    const sum = parts.reduce((total, own) => total + readNanos(own[name]!), 0n)
    expect(sum, name).toBe(readNanos(answer.totals[name]!))
  }
  for (const name of COUNTS) {
    if (parts.some((own) => own[name] === null)) continue
    expect(parts.reduce((total, own) => total + own[name]!, 0)).toBe(answer.totals[name])
  }
  const { list_price, charged, covered_by_plan, absorbed, refunded } = answer.totals
  const { returned_to_plan, reversed } = answer.totals
  const carried = [charged, covered_by_plan, absorbed, refunded, returned_to_plan, reversed]
  expect(carried.reduce((total, own) => total + readNanos(own!), 0n)).toBe(readNanos(list_price!))
}

describe('sums of calls', () => {
  it.each(
    USAGE_GROUPS.flatMap((group_by) =>
      USAGE_MEASURES.filter((measure) => canSplit(group_by, measure)).map(
        (measure) => [group_by, measure] as const,
      ),
    ),
  )('by %s, in order of %s, add up to the totals', async (group_by, measure) => {
    const tag = group_by === 'tag' ? { tag_key: 'team' } : {}
    const answer = await explore({ group_by, measure, ...tag, bucket: 'hour', top: 2 })
    expect(answer.totals.calls).toBe(24)
    expect(answer.rows.length).toBeGreaterThan(0)
    expectClosed(answer)
    const isCount = measure === 'tokens' || measure === 'calls'
    const amountOf = (text: string) => (isCount ? BigInt(text) : BigInt(readNanos(text)))
    for (const { total, values, rest } of answer.buckets) {
      expect(values.length).toBe(answer.rows.length)
      const sum = [...values, ...(rest === null ? [] : [rest])].map(amountOf)
      expect(sum.reduce((a, b) => a + b, 0n)).toBe(amountOf(total))
    }
    const all = answer.buckets.reduce((sum, { total }) => sum + amountOf(total), 0n)
    expect(all).toBe(amountOf(String(answer.totals[measure])))
  })

  it('are those of the receipts, as of one entry', async () => {
    const answer = await explore()
    const { items } = await api.done('listCalls', { as: key, params: { account_id: 'own' } })
    const total = items.reduce((sum, own) => sum + readNanos(own.amounts.total.amount!), 0n)
    expect(readNanos(answer.totals.list_price!)).toBe(total)
    const state = await api.done('getState', { params: { account_id: 'own' } })
    expect(answer.seq).toBe(state.seq)
  })

  it('are of the calls that are chosen: some, all others, those without', async () => {
    const calls = async (query: Query) => (await explore(query)).totals.calls
    expect(await calls({ model: 'large' })).toBe(8)
    expect(await calls({ model: 'large,small' })).toBe(24)
    expect(await calls({ model: '!large' })).toBe(16)
    expect(await calls({ session_id: '~' })).toBe(6)
    expect(await calls({ session_id: '!~' })).toBe(18)
    expect(await calls({ session_id: 's1,~' })).toBe(15)
    expect(await calls({ tag: 'team:search' })).toBe(6)
    expect(await calls({ tag: 'team:search,team:chat' })).toBe(12)
    expect(await calls({ tag: '!team:search' })).toBe(18)
    expect(await calls({ parent_call_id: 'call_0' })).toBe(1)
    expect(await calls({ outcome: '!succeeded' })).toBe(3)
    expect(await calls({ model: 'large', member_id: 'ann' })).toBe(4)
    const bySource = await calls({ source: 'included' })
    expect(bySource! + (await calls({ source: '!included' }))!).toBe(24)
    expect(await calls({ model: 'nobody' })).toBe(0)
  })

  it('beside those of the period before', async () => {
    const [from, to] = [times[1]!, times[2]!]
    const answer = await explore({ from, to, compare: 'previous', group_by: 'model' })
    expect(answer.totals.calls).toBe(8)
    expect(answer.previous).toMatchObject({ from: times[0], to: from, totals: { calls: 8 } })
    const before = await explore({ from: times[0]!, to: from, group_by: 'model' })
    expect(answer.previous?.totals).toEqual(before.totals)
    for (const row of answer.rows)
      expect(row.previous?.calls ?? 0).toBe(
        before.rows.find((own) => own.key === row.key)?.sums.calls ?? 0,
      )
  })

  it('of a billing cycle, and in days of a time zone', async () => {
    const answer = await explore({ cycle: 'current', bucket: 'day', time_zone: 'Asia/Tokyo' })
    expect(answer.totals.calls).toBe(24)
    for (const { start } of answer.buckets.slice(1)) expect(start.slice(11)).toBe('15:00:00.000Z')
    expect(answer.buckets.length).toBeGreaterThan(20)
    expect(answer.buckets[0]?.start).toBe(answer.from)
    expect(answer.buckets.at(-1)?.end).toBe(answer.to)
  })

  it('of what cannot be asked are refused with the place', async () => {
    const faults: readonly [Query, string][] = [
      [{ status: 'sold' }, 'query/status'],
      [{ group_by: 'tag' }, 'query/tag_key'],
      [{ group_by: 'source', measure: 'calls' }, 'query/measure'],
      [{ from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }, 'query/from'],
      [{ from: '2025-11-01T00:00:00Z', bucket: 'minute' }, 'query/bucket'],
      [{ cycle: 'previous' }, 'query/cycle'],
      [{ time_zone: 'Mars/Olympus' }, 'query/time_zone'],
      [{ model: 'a,,b' }, 'query/model'],
    ]
    for (const [query, location] of faults) {
      const reply = await api.call('exploreUsage', {
        as: key,
        params: { account_id: 'own' },
        query,
      })
      expect(reply.status, location).toBe(400)
      expect(reply.body).toMatchObject({ code: 'invalid_request', errors: [{ location }] })
    }
  })
})

describe('one who sees its own use only', () => {
  let developer: string
  beforeAll(async () => {
    await api.done('addMember', {
      params: { account_id: 'own' },
      body: { member_id: 'ann', name: 'Ann', role: 'developer' },
    })
    const made = await api.done('createKey', {
      params: { account_id: 'own' },
      body: { name: 'ann', member_id: 'ann' },
    })
    developer = made.key
  })

  it('gets sums, trees, calls and exports of its own', async () => {
    const own = await explore({ group_by: 'member' }, developer)
    expect(own.rows.map(({ key: id }) => id)).toEqual(['ann'])
    expect(own).toMatchObject({ member_id: 'ann', totals: { calls: 12 } })
    expect(own.rows[0]?.name).toBe('Ann')
    const params = { account_id: 'own' }
    const tree = await api.done('getUsageTree', { as: developer, params })
    expect(tree.totals.calls).toBe(12)
    const { items } = await api.done('listCalls', { as: developer, params, query: { limit: 200 } })
    expect(items.map(({ member_id }) => member_id)).toEqual(Array(12).fill('ann'))
    const made = await api.done('createExport', {
      as: developer,
      params,
      key: 'mine',
      body: { format: 'csv', kind: 'rows' },
    })
    expect(made).toMatchObject({ state: 'ready', member_id: 'ann', rows_done: 12 })
  })

  it('does not know of another’s, nor of an export that is not its own', async () => {
    const params = { account_id: 'own' }
    const query = { member_id: 'bob' }
    for (const id of ['exploreUsage', 'getUsageTree', 'listCalls'] as const)
      expect((await api.call(id, { as: developer, params, query })).body.code).toBe(
        'member_unknown',
      )
    const whole = await api.done('createExport', {
      as: key,
      params,
      key: 'whole',
      body: { format: 'csv', kind: 'rows' },
    })
    const asked = { as: developer, params: { ...params, export_id: whole.export_id } }
    expect((await api.call('getExport', asked)).body.code).toBe('export_unknown')
    expect((await api.call('downloadExport', asked)).body.code).toBe('export_unknown')
  })
})

describe('the tree', () => {
  const tree = (query: QueryOf<Routes['getUsageTree']> = {}) =>
    api.done('getUsageTree', { as: key, params: { account_id: 'own' }, query })

  it('has the sessions, their first calls, and the calls below each', async () => {
    const top = await tree()
    expect(top.items.map(({ id }) => id).sort()).toEqual(['s1', 's2', null].sort())
    const whole = await explore()
    expect(top.totals).toEqual(whole.totals)
    for (const session of top.items) {
      const level = await tree({ in_session: session.id ?? '~' })
      expect(level.items.length).toBe(session.children)
      expect(level.totals).toEqual(session.total)
      const own = level.items.reduce((sum, node) => sum + readNanos(node.own.list_price!), 0n)
      expect(own).toBe(readNanos(session.own.list_price!))
      for (const node of level.items.filter(({ children }) => children > 0)) {
        const below = await tree({ under: node.id! })
        expect(below.items.length).toBe(node.children)
        const total = readNanos(node.own.list_price!) + readNanos(below.totals.list_price!)
        expect(total).toBe(readNanos(node.total.list_price!))
      }
    }
  })

  it('grows page by page to the same', async () => {
    const all = (await tree({ in_session: 's1', measure: 'tokens' })).items
    const seen: unknown[] = []
    for (let cursor: string | null = null; ; ) {
      const page = await tree({
        in_session: 's1',
        measure: 'tokens',
        limit: 2,
        ...(cursor !== null && { cursor }),
      })
      seen.push(...page.items)
      cursor = page.next_cursor
      if (cursor === null) break
    }
    expect(seen).toEqual(all)
    expect(seen.length).toBeGreaterThan(4)
  })
})

describe('the list of calls', () => {
  const list = (query: QueryOf<Routes['listCalls']>) =>
    api.done('listCalls', { as: key, params: { account_id: 'own' }, query })

  it.each(['ended', 'amount'] as const)(
    'sorted by %s comes in pages, each call once',
    async (sort) => {
      const ids: string[] = []
      const prices: bigint[] = []
      for (let cursor: string | null = null; ; ) {
        const page = await list({ sort, limit: 5, ...(cursor !== null && { cursor }) })
        ids.push(...page.items.map(({ call_id }) => call_id))
        prices.push(...page.items.map(({ amounts }) => BigInt(readNanos(amounts.total.amount!))))
        cursor = page.next_cursor
        if (cursor === null) break
      }
      expect(new Set(ids).size).toBe(24)
      expect(ids.length).toBe(24)
      if (sort === 'amount')
        expect(prices).toEqual(prices.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0)))
    },
  )

  it('takes the filters of the explorer', async () => {
    const page = await list({ model: '!large', tag: 'team:chat', limit: 200 })
    const { totals } = await explore({ model: '!large', tag: 'team:chat' })
    expect(page.items.length).toBe(totals.calls)
    for (const own of page.items) expect(own.tags).toEqual(['team:chat'])
  })

  it('has calls in flight apart, with what they hold', async () => {
    const page = await api.done('listRunningCalls', { as: key, params: { account_id: 'own' } })
    expect(page.items).toMatchObject([
      {
        call_id: 'call_open',
        parent_call_id: 'call_0',
        tags: ['team:search'],
        member_id: 'ann',
        attempt: 1,
      },
    ])
    const { money, included } = page.items[0]!.held
    expect(readNanos(money) + readNanos(included)).toBeGreaterThan(0n)
  })
})

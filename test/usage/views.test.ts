import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, soon, startStockedApi } from '../api/support.ts'

/* Questions that are kept: for oneself, or for everybody in the account; and what is said while sums are behind. */

let api: Api
let owner: string
let developer: string
const params = { account_id: 'own' }

beforeAll(async () => {
  api = await startStockedApi()
  owner = (await api.account('own')).key
  await api.done('addMember', {
    params,
    body: { member_id: 'ann', name: 'Ann', role: 'developer' },
  })
  developer = (await api.done('createKey', { params, body: { name: 'ann', member_id: 'ann' } })).key
})
afterAll(() => api.close())

const QUERY = 'group_by=model&measure=charged'
const save = (as: string, key: string, body: { name: string; query?: string; shared?: boolean }) =>
  api.done('createUsageView', { as, params, key, body: { query: QUERY, ...body } })
const names = async (as: string) =>
  (await api.done('listUsageViews', { as, params })).items.map(({ name, own }) => [name, own])
const viewOf = (id: string) => ({ ...params, view_id: id })

describe('saved views', () => {
  it('are seen by who made them, and by all where they are shared; changed, and deleted', async () => {
    const own = await save(owner, 'first', { name: 'Models' })
    expect(own).toMatchObject({ query: QUERY, shared: false, own: true, member_id: null })
    await save(owner, 'second', { name: 'All models', shared: true })
    await save(developer, 'third', { name: 'Mine' })
    expect(await names(owner)).toEqual([
      ['All models', true],
      ['Models', true],
    ])
    expect(await names(developer)).toEqual([
      ['All models', false],
      ['Mine', true],
    ])
    const changed = await api.done('changeUsageView', {
      ...{ as: owner, params: viewOf(own.view_id) },
      body: { name: 'Models by day', query: `${QUERY}&bucket=day` },
    })
    expect(changed).toMatchObject({ name: 'Models by day', query: `${QUERY}&bucket=day` })
    expect(changed.view_id).toBe(own.view_id)
    await api.done('deleteUsageView', { as: owner, params: viewOf(own.view_id) })
    expect(await names(owner)).toEqual([['All models', true]])
    const again = await api.call('deleteUsageView', { as: owner, params: viewOf(own.view_id) })
    expect(again).toMatchObject({ status: 404, body: { code: 'view_unknown' } })
  })

  it('of others are not changed, and not known where they are not shared', async () => {
    const own = await save(owner, 'hidden', { name: 'Hidden' })
    const shared = await save(owner, 'shown', { name: 'Shown', shared: true })
    for (const { view_id } of [own, shared]) {
      const asked = { as: developer, params: viewOf(view_id) }
      const body = { name: 'Taken' }
      expect((await api.call('changeUsageView', { ...asked, body })).body.code).toBe('view_unknown')
      expect((await api.call('deleteUsageView', asked)).body.code).toBe('view_unknown')
    }
    expect((await names(owner)).map(([name]) => name)).toEqual(
      expect.arrayContaining(['Hidden', 'Shown']),
    )
  })

  it('sent twice with one key are one, and other content is a conflict', async () => {
    const first = await save(owner, 'same', { name: 'Twice' })
    expect(await save(owner, 'same', { name: 'Twice' })).toEqual(first)
    const other = await api.call('createUsageView', {
      ...{ as: owner, params, key: 'same' },
      body: { name: 'Other', query: QUERY },
    })
    expect(other).toMatchObject({ status: 409, body: { code: 'request_conflict', field: 'name' } })
  })
})

describe('a call that is sent again', () => {
  const at = soon()
  const record = (more: { parent_call_id?: string; tags?: string[] }) =>
    api.call('record', {
      body: {
        ...{ account_id: 'own', call_id: 'call_labelled', model: 'small', ...more },
        usage: { tokens: { input: 100, output: 10 } },
        event_at: at,
      },
    })

  it('with the same parent and tags is the same, with others a conflict', async () => {
    const labels = { parent_call_id: 'call_parent', tags: ['env:prod', 'team:search'] }
    const first = await record(labels)
    expect(first.status).toBeLessThan(300)
    expect((await record(labels)).body).toEqual(first.body)
    const otherParent = await record({ ...labels, parent_call_id: 'call_other' })
    expect(otherParent).toMatchObject({ status: 409, body: { code: 'request_conflict' } })
    expect(otherParent.body.field).toBe('call')
    const otherTags = await record({ ...labels, tags: ['env:prod', 'team:chat'] })
    expect(otherTags).toMatchObject({ status: 409, body: { code: 'request_conflict' } })
    expect(otherTags.body.field).toBe('call')
  })
})

describe('an account whose journal is far ahead of its facts', () => {
  it('is told to ask again, and each time is nearer', async () => {
    const long = (await api.account('long')).key
    // as if very many entries had been written: what is followed first has nothing of a call in it
    await api.pool.query(`update accounts.account set seq = 30000 where account_id = 'long'`)
    const asked = { as: long, params: { account_id: 'long' } }
    for (const id of ['exploreUsage', 'getUsageTree', 'listCalls'] as const) {
      await api.pool.query(`delete from accounts.call_fact_cursor where account_id = 'long'`)
      const reply = await api.call(id, asked)
      expect(reply).toMatchObject({ status: 503, body: { code: 'usage_catching_up' } })
      expect(reply.headers['retry-after']).toBe('2')
    }
    const { rows } = await api.pool.query<{ seq: string }>(
      `select seq from accounts.call_fact_cursor where account_id = 'long'`,
    )
    expect(rows).toEqual([{ seq: '20000' }])
  })
})

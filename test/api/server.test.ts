import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROBLEMS } from '../../src/contract/problems.ts'
import { type Api, startStockedApi } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(() => api.close())

describe('the server, to anybody', () => {
  it('says where things are', async () => {
    const index = await api.done('index', { as: null })
    expect(index).toMatchObject({ name: 'everycent', openapi: '/openapi.json' })
  })

  it('is healthy and ready', async () => {
    expect(await api.done('healthz', { as: null })).toEqual({ status: 'ok' })
    expect(await api.done('readyz', { as: null })).toEqual({ status: 'ok' })
  })

  it('gives metrics that name no account and no key', async () => {
    const { key } = await api.account('acct-in-no-metric')
    await api.call('getState', { as: key, params: { account_id: 'acct-in-no-metric' } })
    await api.call('getState', { as: key, params: { account_id: 'other' } })
    const reply = await api.call('metrics', { as: null })
    expect(reply.headers['content-type']).toMatch(/^text\/plain/)
    expect(reply.text).toContain(
      'everycent_http_request_seconds_count{operation="getState",status="200"}',
    )
    expect(reply.text).toContain('everycent_http_problems_total{code="account_unknown"} 1')
    expect(reply.text).toMatch(/everycent_engine_decisions \d+/)
    expect(reply.text).not.toContain('acct-in-no-metric')
    expect(reply.text).not.toContain('ec_live_')
  })

  it('explains every problem code', async () => {
    for (const { code } of PROBLEMS)
      expect(await api.done('getProblem', { as: null, params: { code } })).toMatchObject({ code })
    expect((await api.call('getProblem', { as: null, params: { code: 'nope' } })).status).toBe(404)
  })
})

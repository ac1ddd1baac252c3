import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperationId, ROUTES, type Route } from '../../src/contract/routes/index.ts'
import { campaign, publish } from './campaign-support.ts'
import { approved, colleague, incident, step, work } from './incident-support.ts'
import { type Api, type Ask, startStockedApi } from './support.ts'

/* Sentences say their times in the zone of whoever asks, and name it; where none is asked for, in UTC. */

const params = { account_id: 'own' }
const TOKYO = 'Asia/Tokyo'
const POLICY = JSON.parse(readFileSync('data/support/policy.json', 'utf8'))
const PLAN = {
  id: 'pro',
  version: 1,
  name: 'Pro',
  currency: 'USD',
  windows: [],
  coverage: [],
  price: '20',
  fallback: 'test',
}

let api: Api
/** Each operation that writes sentences for a reader, asked so that it has something to tell. */
let asks: Readonly<Partial<Record<OperationId, Ask<never>>>>

beforeAll(async () => {
  api = await startStockedApi()
  const { key } = await api.account('own')
  await api.done('publishSupportPolicy', { body: POLICY })
  await subscribed()
  const { seq } = await api.done('grant', {
    params,
    key: 'gift',
    body: {
      name: 'Gift',
      amount: '5',
      effective_at: '2020-01-01T00:00:00Z',
      expires_at: '2099-12-31T22:00:00Z',
    },
  })
  const receipt_id = await charged('call_z')
  const { case_id } = await api.done('openDispute', {
    as: key,
    params,
    key: 'wrong',
    body: { about: { calls: ['call_z'] }, words: 'That failed.' },
  })
  await api.done('acceptOffer', { as: key, params: { ...params, case_id } })
  const agent = await colleague(api, 'support')
  await api.done('getState', { as: agent, params })
  await publish(api, campaign('open', { amounts: { by: 'plan', table: { pro: '5' } } }))
  const incident_id = await reported()
  const at = new Date().toISOString()
  asks = {
    getEntry: { params: { ...params, seq } },
    explainReceipt: { params: { receipt_id }, query: { ...params, length: 'long' } },
    getTimeline: { params },
    explainPeriod: { params },
    getStateAt: { params, query: { at } },
    listAlerts: { params },
    listAccountCampaigns: { params },
    getSubscription: { params },
    previewSubscription: { params, body: { action: 'change', plan: 'test' } },
    getDispute: { params: { ...params, case_id } },
    listAccess: { params },
    getIncidentReport: { params: { incident_id } },
    getPublicIncidentReport: { params: { incident_id } },
  } as unknown as typeof asks
})
afterAll(() => api.close())

async function subscribed(): Promise<void> {
  await api.done('createPlan', { body: PLAN })
  await api.done('publishPlan', { params: { plan_id: 'pro', version: 1 } })
  const payment = { payment_id: 'pi_start', tax: '2' }
  await api.done('changeSubscription', { params, key: 'start', body: { plan: 'pro', payment } })
}

/** A call that had failed, and was charged: its receipt. */
async function charged(call_id: string, account_id = 'own'): Promise<string> {
  const usage = { tokens: { input: 1_000_000 } }
  const evidence = { upstream_status: 429 }
  const body = {
    account_id,
    call_id,
    model: 'small',
    usage,
    evidence,
    event_at: new Date().toISOString(),
  }
  await api.done('record', { body })
  return call_id.replace('call_', 'rcpt_')
}

/** An incident whose report is public. */
async function reported(): Promise<string> {
  await api.account('harmed')
  await charged('call_y', 'harmed')
  const second = await colleague(api, 'operator')
  const outage = incident('outage')
  const scope = { ...outage.scope, accounts: ['harmed'] }
  const id = await approved(api, { ...outage, scope }, second)
  await step(api, id, 'run')
  await work(api)
  await step(api, id, 'publish')
  return id
}

const inputsOf = ({ query }: Route) => (query as { properties?: object } | undefined)?.properties
const asking = (Object.entries(ROUTES) as [OperationId, Route][])
  .filter(([, own]) => 'time_zone' in (inputsOf(own) ?? {}))
  .map(([id]) => id)
  // of these it says in which zone days begin
  .filter((id) => !['exploreUsage', 'createExport'].includes(id))

const ask = (id: OperationId, time_zone?: string) => {
  const own = asks[id] as Ask<OperationId> | undefined
  if (own === undefined) throw new Error(`nothing is asked of ${id}`)
  const query = { ...own.query, ...(time_zone !== undefined && { time_zone }) }
  return api.call(id, { ...own, query } as Ask<OperationId>)
}

describe.each(asking)('%s', (id) => {
  it('tells times in the zone that is asked for, and names it', async () => {
    const there = await ask(id, TOKYO)
    expect(there.status, there.text).toBe(200)
    expect(there.text).toMatch(/\d\d:\d\d \(Asia\/Tokyo\)/)
    expect(there.text).not.toContain('(UTC)')
    const plain = await ask(id)
    expect(plain.text).toMatch(/\d\d:\d\d \(UTC\)/)
    expect(plain.text).not.toContain(TOKYO)
  })

  it('refuses a zone that there is not', async () => {
    const { status, body } = await ask(id, 'Mars/Olympus')
    expect(status).toBe(400)
    expect(body).toMatchObject({
      code: 'invalid_request',
      errors: [{ location: 'query/time_zone' }],
    })
  })
})

import { expect, test } from 'vitest'
import { createClient, take } from '../../src/client/index.ts'
import { alertRoutes } from '../../src/contract/routes/alerts.ts'
import { campaignAudienceRoutes } from '../../src/contract/routes/campaign-audience.ts'
import { campaignRoutes } from '../../src/contract/routes/campaigns.ts'

type Client = ReturnType<typeof createClient>
type Sent = readonly [method: string, path: string, body?: object]

function recorder() {
  const sent: Sent[] = []
  const fetcher: typeof fetch = async (url, init) => {
    const { pathname, search } = new URL(String(url))
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined
    sent.push([
      init?.method ?? 'GET',
      pathname + search,
      ...(body === undefined ? [] : [body]),
    ] as never)
    return new Response(JSON.stringify({ items: [], next_cursor: null }), { status: 200 })
  }
  return { client: createClient({ baseUrl: 'http://test', token: 't', fetch: fetcher }), sent }
}

const A = '/v1/accounts/a'
const C = '/v1/campaigns/c'
const document = { id: 'c' } as never
const review = { reason: 'looked' }

/** Every method: what is called, and what is sent for it. */
const CAMPAIGNS: readonly [
  keyof Client['campaigns'],
  (of: Client['campaigns']) => unknown,
  Sent,
][] = [
  ['create', (of) => of.create(document), ['POST', '/v1/campaigns', { id: 'c' }]],
  ['validate', (of) => of.validate(document), ['POST', '/v1/campaigns/validate', { id: 'c' }]],
  ['list', (of) => take(of.list({ status: 'paused' }), 9), ['GET', '/v1/campaigns?status=paused']],
  ['get', (of) => of.get('c'), ['GET', C]],
  ['changes', (of) => of.changes('c'), ['GET', `${C}/changes`]],
  ['publish', (of) => of.publish('c'), ['POST', `${C}/publish`]],
  ['announce', (of) => of.announce('c'), ['POST', `${C}/announce`]],
  ['pause', (of) => of.pause('c'), ['POST', `${C}/pause`]],
  ['close', (of) => of.close('c'), ['POST', `${C}/close`]],
  [
    'raiseCeilings',
    (of) => of.raiseCeilings('c', { claims: 2 }),
    ['POST', `${C}/ceilings`, { claims: 2 }],
  ],
  ['funnel', (of) => of.funnel('c'), ['GET', `${C}/funnel`]],
  ['comparison', (of) => of.comparison('c', { lang: 'ja' }), ['GET', `${C}/comparison?lang=ja`]],
  [
    'accounts',
    (of) => take(of.accounts('c', { stage: 'told', seen: 'false' }), 9),
    ['GET', `${C}/accounts?stage=told&seen=false`],
  ],
  ['claims', (of) => take(of.claims('c', { state: 'held' }), 9), ['GET', `${C}/claims?state=held`]],
  [
    'releaseClaim',
    (of) => of.releaseClaim('c', 'a', review),
    ['POST', `${C}/claims/a/release`, review],
  ],
  [
    'rejectClaim',
    (of) => of.rejectClaim('c', 'a', review),
    ['POST', `${C}/claims/a/reject`, review],
  ],
  [
    'markTold',
    (of) => of.markTold('c', { account_ids: ['a'] }),
    ['POST', `${C}/told`, { account_ids: ['a'] }],
  ],
  ['ofAccount', (of) => of.ofAccount('a', { lang: 'ja' }), ['GET', `${A}/campaigns?lang=ja`]],
  ['claim', (of) => of.claim('a', 'c'), ['POST', `${A}/campaigns/c/claim`, {}]],
  ['markSeen', (of) => of.markSeen('a', 'c'), ['POST', `${A}/campaigns/c/seen`]],
  ['facts', (of) => of.facts('a'), ['GET', `${A}/facts`]],
  [
    'stateFacts',
    (of) => of.stateFacts('a', { region: 'EU' }),
    ['PATCH', `${A}/facts`, { region: 'EU' }],
  ],
]

const hook = { channel: 'webhook', name: 'ops', address: 'https://example.com/x' } as const
const E = `${A}/notification_endpoints`
const ALERTS: readonly [keyof Client['alerts'], (of: Client['alerts']) => unknown, Sent][] = [
  [
    'list',
    (of) => take(of.list('a', { kind: 'campaign_open' }), 9),
    ['GET', `${A}/alerts?kind=campaign_open`],
  ],
  ['unread', (of) => of.unread('a'), ['GET', `${A}/alerts/unread`]],
  [
    'markSeen',
    (of) => of.markSeen('a', { notification_id: 'm' }),
    ['POST', `${A}/alerts/seen`, { notification_id: 'm' }],
  ],
  [
    'deliveries',
    (of) => take(of.deliveries('a', { endpoint_id: 'e' }), 9),
    ['GET', `${A}/deliveries?endpoint_id=e`],
  ],
  [
    'redeliver',
    (of) => of.redeliver('a', 'm', { endpoint_id: 'e' }),
    ['POST', `${A}/alerts/m/redeliver`, { endpoint_id: 'e' }],
  ],
  ['settings', (of) => of.settings('a'), ['GET', `${A}/alert_settings`]],
  ['set', (of) => of.set('a', { muted: [] }), ['PATCH', `${A}/alert_settings`, { muted: [] }]],
  ['endpoints', (of) => of.endpoints('a'), ['GET', E]],
  ['addEndpoint', (of) => of.addEndpoint('a', hook), ['POST', E, hook]],
  [
    'changeEndpoint',
    (of) => of.changeEndpoint('a', 'e', { status: 'paused' }),
    ['PATCH', `${E}/e`, { status: 'paused' }],
  ],
  ['removeEndpoint', (of) => of.removeEndpoint('a', 'e'), ['DELETE', `${E}/e`]],
  ['rotateSecret', (of) => of.rotateSecret('a', 'e'), ['POST', `${E}/e/rotate`]],
  ['test', (of) => of.test('a', 'e'), ['POST', `${E}/e/test`]],
]

test.each(CAMPAIGNS)('campaigns.%s', async (_name, call, promise) => {
  const { client, sent } = recorder()
  await call(client.campaigns)
  expect(sent).toEqual([promise])
})

test.each(ALERTS)('alerts.%s', async (_name, call, promise) => {
  const { client, sent } = recorder()
  await call(client.alerts)
  expect(sent).toEqual([promise])
})

test('every method and every route of both is here', () => {
  const { client } = recorder()
  expect(CAMPAIGNS.map(([name]) => name).sort()).toEqual(Object.keys(client.campaigns).sort())
  expect(ALERTS.map(([name]) => name).sort()).toEqual(Object.keys(client.alerts).sort())
  const routes = Object.keys({ ...campaignRoutes, ...campaignAudienceRoutes })
  expect(CAMPAIGNS).toHaveLength(routes.length)
  expect(ALERTS).toHaveLength(Object.keys(alertRoutes).length)
})

test('what a repeat would do twice is tried once: a message, an endpoint, a secret', async () => {
  let tries = 0
  const client = createClient({
    baseUrl: 'http://test',
    fetch: async () => {
      tries += 1
      throw new TypeError('fetch failed')
    },
  })
  const calls = [
    () => client.alerts.addEndpoint('a', hook),
    () => client.alerts.rotateSecret('a', 'e'),
    () => client.alerts.test('a', 'e'),
    () => client.alerts.redeliver('a', 'm', { endpoint_id: 'e' }),
  ]
  for (const call of calls) await expect(call()).rejects.toThrow(/did not answer/)
  expect(tries).toBe(calls.length)
})

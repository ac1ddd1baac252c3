import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperationId, ROUTES, type Route } from '../../src/contract/routes/index.ts'
import { signed } from '../../src/payments/simulated/signature.ts'
import { PARAMS } from '../api/route-examples.ts'
import { type Api, startStockedApi, urlOf } from '../api/support.ts'
import {
  bearer,
  inLanes,
  OPERATOR,
  order,
  PAGE,
  signInToken,
  startWhole,
  tally,
  type Whole,
} from './support.ts'

/* What somebody sends again, sends changed, or sends from elsewhere. */

const told = tally('tampering')
let whole: Whole
let key: string
let otherKey: string
beforeAll(async () => {
  whole = await startWhole()
  key = await whole.account('own')
  otherKey = await whole.account('other')
  const member = { member_id: 'ann', name: 'Ann', role: 'owner' }
  await order(whole.ask, ['POST', '/v1/accounts/own/members'], member)
})
afterAll(async () => {
  told.print()
  await whole.close()
})

const ann = { account_id: 'own', member_id: 'ann' }

/** A text with one character changed, at each place in turn. */
const changed = (text: string): string[] =>
  [...text].map((one, at) => text.slice(0, at) + (one === 'A' ? 'B' : 'A') + text.slice(at + 1))

describe('a link or a cookie', () => {
  it('with any one character changed is worth nothing, and does not use up the true one', async () => {
    const token = await signInToken(whole.ask, ann)
    for (const body of changed(token)
      .slice(0, 8)
      .map((one) => ({ token: one }))) {
      const reply = await whole.ask('POST', '/v1/sign_in/link', { headers: PAGE, body })
      told.count('changed links')
      expect(reply.status).toBe(410)
      expect(reply.headers.get('set-cookie')).toBeNull()
    }
    const good = await whole.ask('POST', '/v1/sign_in/link', { headers: PAGE, body: { token } })
    expect(good.status).toBe(200)
  })

  it('with any one character changed opens no session', async () => {
    const cookie = await whole.cookie(ann)
    const [name, value] = cookie.split('=') as [string, string]
    for (const one of changed(value).slice(0, 12)) {
      const headers = { cookie: `${name}=${one}` }
      const { status } = await whole.ask('GET', '/v1/accounts/own/state', { headers })
      told.count('changed cookies')
      expect(status).toBe(401)
    }
  })

  it('that a visitor brings along is not the session that a sign-in makes', async () => {
    const planted = `everycent=${'A'.repeat(43)}`
    const token = await signInToken(whole.ask, ann)
    const reply = await whole.ask('POST', '/v1/sign_in/link', {
      headers: { ...PAGE, cookie: planted },
      body: { token },
    })
    expect(reply.headers.get('set-cookie')?.split(';')[0]).not.toBe(planted)
    const headers = { cookie: planted }
    expect((await whole.ask('GET', '/v1/accounts/own/state', { headers })).status).toBe(401)
  })
})

describe('a page of another site', () => {
  const changes = (Object.keys(ROUTES) as OperationId[]).filter((id) => {
    const { method, permission } = ROUTES[id] as Route
    return method !== 'GET' && permission !== 'public'
  })
  it.each([
    ['a form', { origin: 'https://evil.example', 'content-type': 'text/plain' }],
    ['a neighbour', { 'everycent-csrf': '1', 'sec-fetch-site': 'same-site' }],
  ])('with %s reaches no change with an owner’s cookie', async (_name, headers) => {
    const cookie = await whole.cookie(ann)
    const wrong: string[] = []
    await inLanes(changes, async (id) => {
      const path = urlOf(id, PARAMS)
      const { method } = ROUTES[id] as Route
      const reply = await whole.ask(method, path, { headers: { ...headers, cookie }, body: '{}' })
      told.count('cross-site requests')
      if (reply.status !== 403 || !reply.text.includes('cross_site_request'))
        wrong.push(`${id}: ${reply.status}`)
    })
    expect(wrong).toEqual([])
    expect(changes.length).toBeGreaterThan(60)
  })

  it('is told by no header that it may read', async () => {
    for (const method of ['OPTIONS', 'GET']) {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'GET' }
      const reply = await whole.ask(method, '/v1/accounts/own/state', { headers })
      const named = [...reply.headers.keys()].filter((name) => name.startsWith('access-control'))
      expect(named).toEqual([])
    }
  })
})

describe('what is in every answer', () => {
  const gets = (Object.keys(ROUTES) as OperationId[]).filter(
    (id) => (ROUTES[id] as Route).method === 'GET',
  )
  const WANTED: Readonly<Record<string, RegExp>> = {
    'x-content-type-options': /^nosniff$/,
    'content-security-policy': /frame-ancestors 'none'/,
    'referrer-policy': /^no-referrer$/,
  }
  const PRIVATE = { ...WANTED, 'cache-control': /no-store/ }

  async function lacking(id: OperationId, token: string): Promise<string[]> {
    const { headers } = await whole.ask('GET', urlOf(id, PARAMS), { headers: bearer(token) })
    told.count('answers looked at')
    const wanted = (ROUTES[id] as Route).permission === 'public' ? WANTED : PRIVATE
    return Object.entries(wanted)
      .filter(([name, value]) => !value.test(headers.get(name) ?? ''))
      .map(([name]) => `${id}: ${name}`)
  }

  it('no guess at its type, no frame, no referrer; and no cache keeps what is private', async () => {
    const wrong: string[] = []
    await inLanes(gets, async (id) => {
      for (const token of [OPERATOR, 'wrong']) wrong.push(...(await lacking(id, token)))
    })
    expect(wrong).toEqual([])
  })

  it('of a tool, too', async () => {
    const { status, headers } = await whole.ask('POST', '/mcp', {
      headers: { ...bearer(OPERATOR), accept: 'application/json, text/event-stream' },
      body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
    })
    expect(status).toBe(200)
    for (const [name, value] of Object.entries(WANTED)) expect(headers.get(name)).toMatch(value)
    expect(headers.get('cache-control')).toMatch(/no-store|no-cache/)
  })

  it.each(['/nothing', '/v1/nothing', '/mcp', '/v1/session', '/v1/accounts/%ff/state'])(
    'also of %s',
    async (path) => {
      const { headers } = await whole.ask('GET', path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toMatch(/no-store/)
    },
  )
})

describe('a cursor', () => {
  const LISTS = ['/v1/accounts', '/v1/accounts/own/entries', '/v1/accounts/own/calls']
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  it.each(LISTS)(
    'of %s that was made by hand is refused, and shows no other account',
    async (list) => {
      const forged = [
        encode(['accounts', "' or 1=1 --"]),
        encode(['entries', -1]),
        encode(['calls', 'other', 1]),
        encode({ toString: 1 }),
        encode(['__proto__']),
        'x'.repeat(3_000),
        '%00',
        '=',
      ]
      for (const cursor of forged) {
        const path = `${list}?cursor=${encodeURIComponent(cursor)}`
        const reply = await whole.ask('GET', path, {
          headers: bearer(list === LISTS[0] ? OPERATOR : key),
        })
        told.count('cursors')
        expect([200, 400]).toContain(reply.status)
        if (list !== LISTS[0]) expect(reply.text).not.toContain('other')
      }
    },
  )
})

describe('an Idempotency-Key', () => {
  it('of another account is another’s: neither its answer nor its order is met', async () => {
    const make = (account: string) =>
      whole.ask('POST', `/v1/accounts/${account}/notification_endpoints`, {
        headers: { ...bearer(account === 'own' ? key : otherKey), 'idempotency-key': 'the-same' },
        body: { channel: 'webhook', name: `of ${account}`, address: 'https://8.8.8.8/x' },
      })
    const [first, second] = [await make('own'), await make('other')]
    told.count('shared keys', 2)
    expect(first.status).toBe(second.status)
    expect(second.text).not.toContain('of own')
  })

  it('of a call of another account gives no answer of its', async () => {
    const body = {
      model: 'claude-haiku-5.5',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'x' }],
    }
    const call = (secret: string) =>
      whole.ask('POST', '/anthropic/v1/messages', {
        headers: { 'x-api-key': secret, 'idempotency-key': 'same-call' },
        body,
      })
    const before = whole.received.length
    const receipts = [(await call(key)).headers, (await call(otherKey)).headers].map((headers) =>
      headers.get('everycent-receipt'),
    )
    told.count('shared keys', 2)
    expect(whole.received.length).toBe(before + 2)
    expect(receipts).not.toContain(null)
  })
})

describe('a webhook of the processor', () => {
  let api: Api
  beforeAll(async () => {
    api = await startStockedApi()
    await api.account('own')
  })
  afterAll(() => api.close())

  const body = JSON.stringify({
    id: 'evt_1',
    type: 'charge.moved',
    subject: 'charge',
    ref: 'ch_x',
    payment_id: null,
  })
  const now = () => Math.floor(Date.now() / 1_000)
  const send = (payload: string, signature?: string) => {
    told.count('webhooks')
    return api.app.inject({
      method: 'POST',
      url: ROUTES.takePaymentWebhook.path,
      headers: {
        'content-type': 'application/json',
        ...(signature !== undefined && { 'stripe-signature': signature }),
      },
      payload,
    })
  }
  const entered = async () =>
    (await api.pool.query('select count(*)::integer as n from control.payment_event')).rows[0].n

  it('that is old, of tomorrow, unsigned, changed or signed by another is refused and not kept', async () => {
    const good = signed('whsec_tests', body, now())
    const bad: (string | undefined)[] = [
      undefined,
      '',
      't=,v1=',
      good.slice(0, -1),
      `${good}0`,
      good.replace('v1=', 'v0='),
      good.replace(/t=\d+/, `t=${now() - 1}`),
      signed('whsec_other', body, now()),
      signed('', body, now()),
      signed('whsec_tests', `${body} `, now()),
      signed('whsec_tests', body, now() - 3_600),
      signed('whsec_tests', body, now() + 3_600),
    ]
    for (const signature of bad) {
      const reply = await send(body, signature)
      expect(reply.statusCode, `${signature}`).toBe(400)
      expect(reply.body).not.toContain('whsec_')
    }
    expect(await entered()).toBe(0)
  })
})

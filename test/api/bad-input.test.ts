import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, expectVerified, journalOf, OPERATOR, startStockedApi } from './support.ts'

let api: Api
let key: string
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('acct')).key
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

interface Raw {
  readonly url?: string
  readonly method?: 'POST' | 'GET' | 'PUT' | 'DELETE'
  readonly payload?: string | Buffer
  readonly headers?: Record<string, string>
}

/** A request as somebody might send it by hand; what comes back, with the journal before and after. */
async function send({ url = '/v1/record', method = 'POST', payload, headers }: Raw) {
  const before = await journalOf(api.database.pool)
  const response = await api.app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${OPERATOR}`,
      'idempotency-key': 'k',
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload !== undefined && { payload }),
  })
  expect(await journalOf(api.database.pool), 'nothing was changed').toEqual(before)
  return response
}

const grants = '/v1/accounts/acct/grants'
const grant = { name: 'n', amount: '1', expires_at: null }
const record = {
  account_id: 'acct',
  call_id: 'c',
  model: 'small',
  usage: { tokens: { input: 1 } },
  event_at: '2026-01-01T00:00:00Z',
}

describe('a body that cannot be read', () => {
  const json = JSON.stringify(record)
  it.each([
    ['cut off', json.slice(0, 40)],
    ['not JSON', 'model=small'],
    ['two documents', `${json}${json}`],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['half a surrogate pair', json.replace('small', '\\ud800')],
    ['a NUL', json.replace('small', 'sm\\u0000all')],
    ['a NUL in a name', json.replace('"model"', '"mo\\u0000del"')],
    ['a prototype', '{"__proto__": {"account_id": "acct"}}'],
    ['a constructor', '{"constructor": {"prototype": {"x": 1}}}'],
    ['a number beyond all numbers', '{"model": 1e999}'],
  ])('(%s) is malformed, and says why', async (_name, payload) => {
    const response = await send({ payload })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'malformed_json', retryable: false })
    expect(response.json().detail.length).toBeGreaterThan(10)
  })

  it('of more than 10 MB is too large', async () => {
    const response = await send({ payload: `{"x": "${'x'.repeat(10_000_001)}"}` })
    expect(response.statusCode).toBe(413)
    expect(response.json().code).toBe('body_too_large')
  })

  it('of another media type is not taken', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      const response = await send({ payload: json, headers: { 'content-type': type } })
      expect(response.statusCode).toBe(415)
    }
  })

  it('that is missing, or where none is taken, is told so', async () => {
    expect((await send({})).json().errors).toMatchObject([
      { location: 'body', message: 'is missing' },
    ])
    const url = '/v1/plans/test/1/publish'
    const surplus = await send({ url, payload: '{"x": 1}' })
    expect(surplus.json().errors).toMatchObject([{ location: 'body' }])
  })

  it('that is 10,000 levels deep is refused', async () => {
    const response = await send({ payload: `${'['.repeat(10_000)}${']'.repeat(10_000)}` })
    expect(response.json().errors).toMatchObject([{ location: 'body' }])
  })

  it('with a million windows is refused quickly', async () => {
    const window = '{"id":"w","shape":"anchored","length":"PT5H","capacity":"1"}'
    const windows = `[${Array(150_000).fill(window).join(',')}]`
    const payload = `{"id":"p","name":"P","currency":"USD","coverage":[],"windows":${windows}}`
    const started = performance.now()
    const response = await send({ url: '/v1/plans', payload })
    expect(response.statusCode).toBe(400)
    expect(response.json().errors[0].message).toContain('150000 members')
    expect(performance.now() - started).toBeLessThan(2_000)
    const fewer = payload.replace(windows, `[${Array(1_000).fill(window).join(',')}]`)
    const reply = await send({ url: '/v1/plans', payload: fewer })
    expect(reply.json().errors[0]).toMatchObject({ location: 'body/windows' })
  })
})

describe('a field', () => {
  const faults = async (url: string, body: unknown) => {
    const response = await send({ url, payload: JSON.stringify(body) })
    expect(response.statusCode, response.body).toBe(400)
    for (const fault of response.json().errors)
      expect([fault.message.length > 3, fault.fix.length > 3]).toEqual([true, true])
    return response.json().errors.map((fault: { location: string }) => fault.location)
  }

  it.each([
    ['unknown', { ...grant, colour: 'red' }, 'body/colour'],
    ['missing', { name: 'n', amount: '1' }, 'body/expires_at'],
    ['of the wrong type', { ...grant, name: 7 }, 'body/name'],
    ['money as a float', { ...grant, amount: 1.5 }, 'body/amount'],
    ['money as a whole number', { ...grant, amount: 1 }, 'body/amount'],
    ['a negative amount', { ...grant, amount: '-1' }, 'body/amount'],
    ['an amount finer than a nano', { ...grant, amount: '0.0000000001' }, 'body/amount'],
    ['an amount with an exponent', { ...grant, amount: '1e3' }, 'body/amount'],
    ['a billion', { ...grant, amount: '1000000000' }, 'body/amount'],
    ['a time without a zone', { ...grant, expires_at: '2026-01-01T00:00:00' }, 'body/expires_at'],
    ['a day that is not', { ...grant, expires_at: '2026-02-30T00:00:00Z' }, 'body/expires_at'],
    ['the year zero', { ...grant, expires_at: '0000-01-01T00:00:00Z' }, 'body/expires_at'],
    ['a control character', { ...grant, name: 'a\u0007b' }, 'body/name'],
    ['an empty list', { ...grant, scope: { models: [] } }, 'body/scope/models'],
    ['an unknown field deep inside', { ...grant, scope: { colours: ['x'] } }, 'body/scope/colours'],
  ])('(%s) is refused with its place and how to mend it', async (_name, body, location) => {
    expect(await faults(grants, body)).toContain(location)
  })

  it.each([
    ['tokens as a float', { tokens: { input: 1.5 } }, 'body/usage/tokens/input'],
    ['negative tokens', { tokens: { input: -1 } }, 'body/usage/tokens/input'],
    ['an unknown kind', { tokens: { inputs: 1 } }, 'body/usage/tokens/inputs'],
    ['more tokens than a call can have', { tokens: { input: 1e12 } }, 'body/usage/tokens/input'],
    ['an unknown dialect', { dialect: 'cobol', response: {} }, 'body/usage/dialect'],
    ['a response without its dialect', { response: {} }, 'body/usage/dialect'],
    ['a number of fees as text', { tokens: {}, fees: { x: '1' } }, 'body/usage/fees/x'],
  ])('of usage (%s) too', async (_name, usage, location) => {
    expect(await faults('/v1/record', { ...record, usage })).toContain(location)
  })

  it('of a call id has only characters that a journal key may have', async () => {
    for (const call_id of ['', 'a b', 'a#2', 'a/b', 'é', 'x'.repeat(129)])
      expect(await faults('/v1/record', { ...record, call_id })).toContain('body/call_id')
  })

  it('in the address is checked like one in the body', async () => {
    const get = async (url: string) => (await send({ url, method: 'GET' })).json()
    expect((await get('/v1/accounts/acct/calls?limit=0')).errors[0].location).toBe('query/limit')
    expect((await get('/v1/accounts/acct/calls?limit=1.5')).errors[0].location).toBe('query/limit')
    expect((await get('/v1/accounts/acct/calls?colour=red')).errors[0].location).toBe(
      'query/colour',
    )
    expect((await get('/v1/accounts/acct/state?x=1')).errors[0].location).toBe('query/x')
    expect((await get('/v1/accounts/acct/calls?from=now')).errors[0].location).toBe('query/from')
    expect((await get('/v1/accounts/acct/calls?limit=1&limit=2')).errors[0].location).toBe(
      'query/limit',
    )
    expect((await get('/v1/accounts/a%20b/state')).errors[0].location).toBe('path/account_id')
  })
})

describe('usage', () => {
  it('that cannot be read in its dialect is refused, not taken for nothing', async () => {
    const before = await journalOf(api.database.pool)
    const now = new Date().toISOString()
    for (const response of [{}, { usage: null }, { model: 'small', usage: 'lots' }]) {
      const usage = { dialect: 'anthropic' as const, response }
      const body = { call_id: 'c', model: 'small', usage, event_at: now }
      expect(await api.call('record', { as: key, body })).toMatchObject({
        status: 422,
        body: { code: 'usage_invalid' },
      })
    }
    expect(await journalOf(api.database.pool)).toEqual(before)
  })

  it('with more counted than any call can have is refused', async () => {
    const response = { model: 'small', usage: { input_tokens: 9e15, output_tokens: 1 } }
    const body = {
      call_id: 'c',
      model: 'small',
      usage: { dialect: 'anthropic' as const, response },
      event_at: new Date().toISOString(),
    }
    const reply = await api.call('record', { as: key, body })
    expect(reply).toMatchObject({ status: 422, body: { code: 'usage_invalid' } })
  })

  it.each([
    ['size', 'x'.repeat(40_000)],
    ['depth', JSON.parse(`${'['.repeat(10)}${']'.repeat(10)}`)],
  ])('comes with evidence of a bounded %s', async (_what, prompt) => {
    const body = {
      call_id: 'c',
      model: 'small',
      usage: null,
      event_at: new Date().toISOString(),
      evidence: { prompt },
    }
    const reply = await api.call('record', { as: key, body })
    expect(reply.body.errors).toMatchObject([{ location: 'body/evidence' }])
  })
})

describe('an address', () => {
  it('that is not there is not found; with another method it says which there are', async () => {
    const absent = await send({ url: '/v1/nothing', method: 'GET' })
    expect(absent.statusCode).toBe(404)
    expect(absent.json().code).toBe('not_found')
    const method = await send({ url: '/v1/accounts/acct/grants', method: 'GET' })
    expect(method.statusCode).toBe(405)
    expect(method.headers.allow).toBe('POST')
    const put = await send({ url: '/v1/accounts', method: 'PUT' })
    expect(put.headers.allow).toBe('POST, GET')
  })

  it('that is not well formed is not found', async () => {
    for (const url of [
      '/v1/accounts/%',
      '/v1/accounts/%ff/state',
      `/v1/accounts/${'a'.repeat(900)}`,
    ])
      expect([400, 404]).toContain((await send({ url, method: 'GET' })).statusCode)
  })
})

describe('every answer', () => {
  it('carries a request id, and problems point to a page that is there', async () => {
    const response = await send({ url: '/v1/nothing', method: 'GET' })
    expect(response.headers['x-request-id']).toMatch(/^req_/)
    const page = await api.app.inject(response.json().type)
    expect(page.json()).toMatchObject({ code: 'not_found', status: 404 })
  })
})

it('a base date before there was a law, or of the year 0, is refused as a date', async () => {
  for (const base_date of ['0000-09-30', '0001-03-31', '1999-09-30']) {
    const refused = await api.call('getJapanReport', { query: { base_date } })
    expect([base_date, refused.status]).toEqual([base_date, 400])
  }
  const early = { from: '0000-01-01T00:00:00Z' } as const
  expect((await api.call('listOrders', { query: early })).status).toBe(400)
})

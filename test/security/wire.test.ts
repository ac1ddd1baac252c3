import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bearer, OPERATOR, PROVIDER_KEY, startWhole, tally, type Whole } from './support.ts'

/* What is wrong below HTTP, or at its edges: between clients and us, and between us and a provider. */

const SLOW_MS = 1_000
let whole: Whole
let key: string
const told = tally('wire')
beforeAll(async () => {
  whole = await startWhole({
    'server.headers_timeout_ms': SLOW_MS,
    'server.request_timeout_ms': SLOW_MS,
  })
  key = await whole.account('own')
})
afterAll(async () => {
  told.print()
  await whole.close()
})

const CALL = JSON.stringify({
  model: 'claude-haiku-5.5',
  max_tokens: 5,
  messages: [{ role: 'user', content: 'hello' }],
})

const raw = (bytes: string | readonly string[]) => {
  told.count('raw connections')
  return whole.raw(bytes)
}

const statuses = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

const head = (lines: readonly string[], target = '/anthropic/v1/messages') =>
  [`POST ${target} HTTP/1.1`, 'host: x', `x-api-key: ${key}`, ...lines, '', ''].join('\r\n')

const SMUGGLED = `GET /v1/accounts HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${OPERATOR}\r\n\r\n`
const length = (text: string) => `content-length: ${text.length}`

describe('a request that two readers could cut at two places', () => {
  it.each<[string, readonly string[]]>([
    ['a length beside chunks', [length(CALL), 'transfer-encoding: chunked']],
    ['chunks beside a length', ['transfer-encoding: chunked', 'content-length: 0']],
    ['two lengths', [length(CALL), 'content-length: 0']],
    ['two lengths in one', [`content-length: ${CALL.length}, ${CALL.length}`]],
    ['a length with a sign', [`content-length: +${CALL.length}`]],
    ['a length in hex', [`content-length: 0x${CALL.length.toString(16)}`]],
    ['a negative length', ['content-length: -1']],
    ['a space before the colon', [`content-length : ${CALL.length}`]],
    ['a folded line', ['x-folded: a', ' b', length(CALL)]],
    ['chunks that are not last', ['transfer-encoding: chunked, identity']],
    ['chunks in another spelling', ['transfer-encoding: xchunked']],
    ['a bare line feed in a value', [`x-a: b\n${length(CALL)}`]],
    ['a NUL in a value', ['x-a: b\0c', length(CALL)]],
    ['a bare carriage return', [`x-a: b\rtransfer-encoding: chunked`, length(CALL)]],
    ['chunks in two lines', ['transfer-encoding: chunked', 'transfer-encoding: identity']],
    ['a length beside no coding', ['transfer-encoding: identity', length(CALL)]],
    ['chunks in quotes', ['transfer-encoding: "chunked"', length(CALL)]],
    ['chunks with a parameter', ['transfer-encoding: chunked;x=1', length(CALL)]],
    ['chunks after a vertical tab', ['transfer-encoding: \x0bchunked', length(CALL)]],
    ['chunks before a space and a colon', ['transfer-encoding : chunked', length(CALL)]],
    ['chunks after a NUL in the name', ['transfer-encoding\0: chunked', length(CALL)]],
    ['chunks in a folded line', ['transfer-encoding:', ' chunked', length(CALL)]],
    ['chunks in a line that a bare line feed begins', [`x-a: b\ntransfer-encoding: chunked`]],
    ['a length in two parts', [`content-length: ${CALL.length} ${CALL.length}`]],
    ['a length that is empty', ['content-length: ']],
    ['a length as a power', ['content-length: 1e2']],
    ['a length beyond all numbers', ['content-length: 99999999999999999999999999']],
    ['a length in two lines that agree', [length(CALL), length(CALL)]],
    ['a name that is not one', [`(content-length): 5`, length(CALL)]],
    ['a line without a colon', ['transfer-encoding chunked', length(CALL)]],
  ])('%s is refused whole, and what follows is no request', async (_name, lines) => {
    const before = whole.received.length
    const text = await raw(head(lines) + CALL + SMUGGLED)
    expect(statuses(text)).toEqual([400])
    expect(text).not.toContain('Account own')
    expect(whole.received.length).toBe(before)
  })

  const size = CALL.length.toString(16)
  it.each<[string, string]>([
    ['with a sign', `+${size}\r\n${CALL}\r\n0\r\n\r\n`],
    ['below nothing', `-1\r\n${CALL}\r\n0\r\n\r\n`],
    ['with the mark of hex', `0x${size}\r\n${CALL}\r\n0\r\n\r\n`],
    ['beyond all numbers', `ffffffffffffffff1\r\n${CALL}\r\n0\r\n\r\n`],
    ['of nothing', `\r\n${CALL}\r\n0\r\n\r\n`],
    ['that is too small', `1\r\n${CALL}\r\n0\r\n\r\n`],
    ['after a bare line feed', `${size}\n${CALL}\r\n0\r\n\r\n`],
    ['with a bare line feed after it', `${size}\r\n${CALL}\n0\r\n\r\n`],
    ['with a line feed in an extension', `${size};a\nb\r\n${CALL}\r\n0\r\n\r\n`],
  ])('a chunk %s is refused whole, and what follows is no request', async (_name, chunks) => {
    const before = whole.received.length
    const text = await raw(head(['transfer-encoding: chunked']) + chunks + SMUGGLED)
    expect(statuses(text)).toEqual([400])
    expect(text).not.toContain('Account own')
    expect(whole.received.length).toBe(before)
  })

  it('lines that end in bare line feeds are no request', async () => {
    const before = whole.received.length
    const text = await raw((head([length(CALL)]) + CALL + SMUGGLED).replaceAll('\r\n', '\n'))
    expect(statuses(text)).toEqual([400])
    expect(whole.received.length).toBe(before)
  })

  it('chunks with extensions reach the provider as one plain body', async () => {
    const chunk = `${CALL.length.toString(16)};x="y"\r\n${CALL}\r\n0\r\nx-trailer: y\r\n\r\n`
    const before = whole.received.length
    const text = await raw(head(['transfer-encoding: chunked', 'connection: close']) + chunk)
    expect(statuses(text)).toEqual([200])
    const { req, body } = whole.received.at(-1)!
    expect(whole.received.length).toBe(before + 1)
    expect(body).toBe(CALL)
    const names = req.rawHeaders.filter((_value, index) => index % 2 === 0)
    const framing = names
      .map((name) => name.toLowerCase())
      .filter((name) => /length|encod/.test(name))
    expect(framing.sort()).toEqual(['accept-encoding', 'content-length'])
    expect(req.headers['content-length']).toBe(`${CALL.length}`)
    expect(req.headers).not.toHaveProperty('x-trailer')
  })

  it('credentials sent twice, or named in `connection`, reach no provider', async () => {
    const before = whole.received.length
    const twice = ['x-api-key: sk-mine', 'connection: close', length(CALL)]
    expect(statuses(await raw(head(twice) + CALL))).toEqual([401])
    expect(whole.received.length).toBe(before)
    await raw(head(['connection: close, x-api-key, authorization', length(CALL)]) + CALL)
    expect(whole.received.at(-1)!.req.headers['x-api-key']).toBe(PROVIDER_KEY)
    for (const { req, body } of whole.received) expect(req.rawHeaders + body).not.toContain(key)
  })
})

describe('a target', () => {
  it.each([
    'http://169.254.169.254/anthropic/v1/messages',
    '//evil.example/anthropic/v1/messages',
    '/anthropic/../v1/accounts',
    '/anthropic/v1/messages/..%2f..%2fadmin',
    '/anthropic/v1/models/%2e%2e%2fadmin',
    '/anthropic/v1/models/..%5cadmin',
    '/anthropic/v1/models/a%00b',
    '/anthropic/v1/%6dessages',
    '/anthropic//v1/messages',
    '/ANTHROPIC/v1/messages',
    '/anthropic/v1/messages;x=y',
    '/anthropic/v1/messages%20',
    '*',
  ])('%s reaches no provider', async (target) => {
    const before = whole.received.length
    const text = await raw(head(['connection: close', length(CALL)], target) + CALL)
    for (const status of statuses(text)) expect([400, 401, 404, 405]).toContain(status)
    expect(whole.received.length).toBe(before)
  })

  it.each([
    'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example:443\r\n\r\n',
    'TRACE /v1/accounts HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer marked\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/9.9\r\nhost: x\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  ])('%j opens nothing and echoes nothing', async (bytes) => {
    const text = await raw(bytes)
    for (const status of statuses(text)) expect(status).toBeGreaterThanOrEqual(400)
    expect(text).not.toContain('marked')
  })

  it('Host and X-Forwarded-* are believed by nobody: no link, header or log has them', async () => {
    const lies = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '203.0.113.66',
      forwarded: 'for=203.0.113.66;host=evil.example',
      'x-original-url': '/v1/accounts',
      'x-http-method-override': 'DELETE',
    }
    for (const path of ['/', '/healthz', '/v1/accounts/own/state', '/openapi.json', '/nothing']) {
      const reply = await whole.ask('GET', path, { headers: { ...lies, ...bearer(key) } })
      told.count('requests with lies')
      const shown = reply.text + JSON.stringify([...reply.headers])
      for (const lie of ['evil.example', '203.0.113.66']) expect(shown).not.toContain(lie)
    }
    expect(
      (await whole.ask('GET', '/v1/accounts/own/state', { headers: bearer(key) })).status,
    ).toBe(200)
  })
})

describe('too much', () => {
  it.each([
    ['one header of 64 KiB', [`x-a: ${'a'.repeat(65_536)}`]],
    ['5,000 headers', Array.from({ length: 5_000 }, (_value, index) => `x-${index}: ${index}`)],
    ['a target of 64 KiB', []],
  ])('%s is refused with 431 or 414', async (name, lines) => {
    const target = name.startsWith('a target') ? `/v1/${'a'.repeat(65_536)}` : '/v1/accounts'
    const text = await raw(head(lines, target))
    expect([414, 431]).toContain(statuses(text)[0])
  })

  it('a body that is announced as a gigabyte is refused before it comes', async () => {
    const text = await raw(head(['content-length: 1073741824', 'connection: close']))
    expect(statuses(text)).toEqual([413])
  })

  it('a body that is packed is not unpacked', async () => {
    const before = whole.received.length
    for (const target of ['/anthropic/v1/messages', '/v1/estimate']) {
      const lines = ['content-encoding: gzip', 'content-type: application/json', length(CALL)]
      const text = await raw(
        head([...lines, 'connection: close', `authorization: Bearer ${key}`], target) + CALL,
      )
      expect(statuses(text)).toEqual([415])
    }
    expect(whole.received.length).toBe(before)
  })

  it.each(['[', '{"a":'])(
    '%s a hundred thousand times is refused, and harms nobody',
    async (open) => {
      const deep = open.repeat(100_000)
      for (const [path, headers] of [
        ['/anthropic/v1/messages', { 'x-api-key': key }],
        ['/v1/estimate', bearer(key)],
      ] as const) {
        const { status } = await whole.ask('POST', path, { headers: { ...headers }, body: deep })
        expect(status).toBe(400)
      }
      expect((await whole.ask('GET', '/healthz')).status).toBe(200)
    },
  )
})

/** Sends a byte now and then for as long as the other end listens; resolves once it does not. */
const drip = (start: string) =>
  new Promise<string>((resolve) => {
    told.count('slow connections')
    let text = ''
    const socket = connect(whole.server.port, '127.0.0.1', () => socket.write(start))
    const timer = setInterval(() => socket.writable && socket.write('a'), 100)
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(timer)
      resolve(text)
    })
  })

const API = ['content-type: application/json', `authorization: Bearer ${OPERATOR}`]

describe('somebody slow', () => {
  it('with headers or a body is cut off, fifty at once, while others are served', async () => {
    const slow = Array.from({ length: 50 }, (_value, index) =>
      drip(
        [
          'POST /anthropic/v1/messages HTTP/1.1\r\nhost: x\r\nx-slow: ',
          head(['content-length: 100000']),
          `${head(['transfer-encoding: chunked'])}ffff\r\n{`,
          head(['content-length: 100000', ...API], '/v1/estimate'),
          `${head(['transfer-encoding: chunked', ...API], '/v1/estimate')}ffff\r\n{`,
        ][index % 5] ?? '',
      ),
    )
    const call = { headers: { 'x-api-key': key }, body: CALL }
    expect((await whole.ask('POST', '/anthropic/v1/messages', call)).status).toBe(200)
    const ends = await Promise.all(slow)
    for (const text of ends) expect(statuses(text)).toEqual([408])
    expect(ends).toHaveLength(50)
  })
})

describe('a body', () => {
  it.each([
    '{"account_id":"own","__proto__":{"role":"operator"}}',
    '{"account_id":"own","constructor":{"prototype":{"role":"operator"}}}',
    '{"account_id":"own","name":"a\\u0000b"}',
    '{"account_id":"own","name":"\\ud800"}',
    '{"account_id":"..%2fown","name":"x"}',
    '{"account_id":"own\\u202e","name":"x"}',
    '{"account_id":["own"],"name":"x"}',
  ])('%s is refused and changes no prototype', async (body) => {
    const headers = { ...bearer(OPERATOR), 'idempotency-key': 'proto' }
    const { status } = await whole.ask('POST', '/v1/accounts', { headers, body })
    expect(status).toBe(400)
    expect(({} as { role?: string }).role).toBeUndefined()
  })

  it.each([
    CALL.replace('"max_tokens":5', '"max_tokens":5,"max_tokens":64000'),
    CALL.replace('{', '{"model":"gpt-5.5",'),
    CALL.replace('{', '{"mod\\u0065l":"gpt-5.5",'),
  ])('with the same name twice reaches no provider: %s', async (body) => {
    const before = whole.received.length
    const headers = { 'x-api-key': key }
    expect((await whole.ask('POST', '/anthropic/v1/messages', { headers, body })).status).toBe(400)
    expect(whole.received.length).toBe(before)
  })

  it.each([
    'a%00b',
    '%ff%fe',
    '%F0%9F%8E%88',
    'own%0d%0aset-cookie:%20x=y',
    '..%2f..%2fetc',
    '__proto__',
    'constructor',
  ])('in its place an id of %s is nobody’s', async (id) => {
    const reply = await whole.ask('GET', `/v1/accounts/${id}/state`, { headers: bearer(OPERATOR) })
    expect([400, 404]).toContain(reply.status)
    expect(reply.headers.get('set-cookie')).toBeNull()
  })
})

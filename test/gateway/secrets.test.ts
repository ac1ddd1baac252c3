import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { message, PATHS, SURFACES, send } from './support/requests.ts'
import { type Account, closeServer, listen, UPSTREAM_KEY, useRig } from './support/rig.ts'

/** What reached the provider, and a provider that says too much. */
const received: { req: IncomingMessage; body: string }[] = []
const provider = createServer((req, res) => {
  let body = ''
  req.setEncoding('utf8')
  req.on('data', (chunk: string) => {
    body += chunk
  })
  req.on('end', () => {
    received.push({ req, body })
    res.writeHead(200, {
      'content-type': 'application/json',
      'set-cookie': 'session=provider',
      'openai-organization': 'org-ours',
      'anthropic-organization-id': 'org-ours',
      'everycent-cost': '-1',
      'request-id': 'req_1',
      connection: 'x-hop',
      'x-hop': 'by hop',
      'x-kept': 'yes',
    })
    res.end(
      JSON.stringify({
        id: 'msg_1',
        type: 'message',
        model: 'claude-haiku-5.5',
        content: [{ type: 'text', text: 'hello' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 1, output_tokens: 1 },
      }),
    )
  })
})
const providerUrl = await listen(provider)
const rig = useRig({ upstreamUrl: () => providerUrl })

beforeEach(() => {
  received.length = 0
})
afterAll(() => closeServer(provider))

const sent = async (account: Account, headers: Record<string, string>) => {
  const answer = await send(rig, account, { surface: 'anthropic', headers })
  return { answer, headers: received.at(-1)!.req.headers }
}

test('the client’s credentials stay here, and ours with the provider', async () => {
  const account = await rig.account()
  const { answer, headers } = await sent(account, {
    cookie: 'a=b',
    'everycent-session': 's',
    'everycent-parent-call': 'call_parent',
    'everycent-tags': 'team:search',
    'idempotency-key': 'k-1',
    'openai-organization': 'org-theirs',
    'x-forwarded-for': '10.0.0.1',
    'proxy-authorization': 'Basic eA==',
    'anthropic-beta': 'some-beta',
    'anthropic-version': '2023-06-01',
    'x-stainless-lang': 'js',
  })
  expect(headers).toMatchObject({
    'x-api-key': UPSTREAM_KEY,
    'accept-encoding': 'identity',
    'anthropic-beta': 'some-beta',
    'anthropic-version': '2023-06-01',
    'x-stainless-lang': 'js',
  })
  const theirs = ['cookie', 'authorization', 'idempotency-key', 'openai-organization']
  const hops = ['x-forwarded-for', 'proxy-authorization']
  const ours = ['everycent-session', 'everycent-parent-call', 'everycent-tags']
  for (const name of [...theirs, ...hops, ...ours]) expect(headers).not.toHaveProperty(name)
  expect(JSON.stringify(headers)).not.toContain(account.secret)
  expect(answer.headers.get('x-kept')).toBe('yes')
  expect(answer.headers.get('request-id')).toBe('req_1')
  expect(answer.headers.get('everycent-cost')).not.toBe('-1')
  for (const name of ['set-cookie', 'openai-organization', 'anthropic-organization-id', 'x-hop'])
    expect(answer.headers.get(name)).toBeNull()
})

test('the body reaches the provider byte for byte', async () => {
  const account = await rig.account()
  const body = `{ "max_tokens" :1e2,\n"model":"claude-haiku-5.5","messages":[{"role":"user","content":"\\u00e9 é 🎈"}],"big":12345678901234567890 }`
  await send(rig, account, { surface: 'anthropic', body })
  expect(received.at(-1)!.body).toBe(body)
})

test('neither answers nor logs nor the journal hold a key or a prompt', async () => {
  const account = await rig.account()
  const secretWords = 'the secret words of a prompt'
  const body = { ...message, messages: [{ role: 'user', content: secretWords }] }
  const answer = await send(rig, account, { surface: 'anthropic', body })
  const shown = JSON.stringify([...answer.headers]) + (await answer.text())
  await send(rig, account, { surface: 'anthropic', body: '{' })
  const journal = JSON.stringify(await rig.entries(account.accountId))
  for (const text of [shown, journal, rig.logged.join('\n')])
    for (const secret of [account.secret, UPSTREAM_KEY, secretWords])
      expect(text).not.toContain(secret)
})

test.each(SURFACES)('%s: no key, a wrong key, a key in the wrong place', async (surface) => {
  const account = await rig.account()
  const wrong = 'ec_live_000000000000000000000000000000000000AB'
  const headers: Record<string, string>[] = [
    {},
    { 'x-api-key': wrong, authorization: `Bearer ${wrong}` },
    { authorization: `Basic ${account.secret}` },
    { 'x-api-key': UPSTREAM_KEY, authorization: `Bearer ${UPSTREAM_KEY}` },
  ]
  for (const own of headers) {
    const answer = await fetch(rig.url + PATHS[surface], {
      method: 'POST',
      headers: own,
      body: '{}',
    })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject(
      surface === 'anthropic'
        ? { type: 'error', error: { type: 'authentication_error' } }
        : { error: { type: 'invalid_request_error' } },
    )
  }
  expect(received).toEqual([])
})

test.each([
  ['POST', '/anthropic/v1/messages/batches'],
  ['POST', '/anthropic/v1/complete'],
  ['GET', '/anthropic/v1/files'],
  ['POST', '/openai/v1/completions'],
  ['POST', '/openai/v1/images/generations'],
  ['GET', '/openai/v1/responses/resp_1'],
  ['POST', '/openai/v1/chat/completions/'],
  ['POST', '/openai//v1/chat/completions'],
  ['POST', '/openai/v1/models/../chat/completions'],
  ['GET', '/openai/v1/models/..%2fchat'],
  ['GET', '/openai/v1/models/gpt/permissions'],
])('%s %s is no way around the meter', async (method, path) => {
  const account = await rig.account()
  const headers = { 'x-api-key': account.secret, authorization: `Bearer ${account.secret}` }
  // as it is written: a URL would be tidied up first
  const answer = await new Promise<{ status: number | undefined; body: string }>((resolve) => {
    const req = httpRequest(rig.url, { path, method, headers }, (res) => {
      let body = ''
      res.on('data', (chunk: Buffer) => {
        body += chunk
      })
      res.on('end', () => resolve({ status: res.statusCode, body }))
    })
    req.end()
  })
  expect(answer.status).toBe(404)
  expect(JSON.parse(answer.body)).toMatchObject({ error: { everycent: { code: 'not_found' } } })
  expect(received).toEqual([])
})

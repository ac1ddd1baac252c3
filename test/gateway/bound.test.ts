import { expect, test } from 'vitest'
import { readMessages } from '../../src/gateway/dialects/anthropic/request.ts'
import { readChat, readResponses } from '../../src/gateway/dialects/openai/request.ts'
import { GATEWAY_POLICY } from '../../src/gateway/policy.ts'
import { type MeteredRequest, parseBody, type ReadContext } from '../../src/gateway/request.ts'
import { chat, message, response } from './support/requests.ts'

/** Only `known` is in the price book. */
const context: ReadContext = {
  ...GATEWAY_POLICY,
  maxOutputTokens: (model) => (model === 'known' ? 8_000 : null),
}

const READERS = { readMessages, readChat, readResponses }

function read(reader: keyof typeof READERS, body: object | string): MeteredRequest {
  const parsed = parseBody(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
  const request = parsed.ok ? READERS[reader](parsed, context) : parsed
  if (!request.ok) throw new Error(request.message)
  return request
}

const said = (block: object) => ({ ...message, messages: [{ role: 'user', content: [block] }] })
const source = { type: 'url', url: 'https://example.test/a' }

test.each([
  ['a document', said({ type: 'document', source }), '"document"', '"docu\\u006dent"'],
  ['an image', said({ type: 'image', source }), '"image"', '"\\u0069mage"'],
  [
    'a cache for five minutes',
    said({ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }),
    'cache_control',
    'cache\\u005Fcontrol',
  ],
  [
    'a cache for an hour',
    said({ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }),
    '"1h"',
    '"\\u0031h"',
  ],
])('%s whose name is written with an escape is held for all the same', (_, body, name, escaped) => {
  const plain = read('readMessages', body)
  const hidden = read('readMessages', JSON.stringify(body).replace(name, escaped))
  expect(hidden.features).toEqual(plain.features)
  expect(hidden.bound.promptKinds).toEqual(plain.bound.promptKinds)
  // the escape itself is a few bytes of text
  const more = hidden.bound.promptTokensMax - plain.bound.promptTokensMax
  expect([0, 1, 2, 3]).toContain(more)
})

const fetches = (more: object) => ({ ...message, tools: [{ type: 'web_fetch_20250910', ...more }] })

test.each([
  ['as often and as much as is said', { max_uses: 3, max_content_tokens: 20_000 }, 60_000],
  ['as often as tools are used otherwise', { max_content_tokens: 20_000 }, 200_000],
  ['one long document in all where nothing says how much', { max_uses: 20 }, 150_000],
])('pages that are fetched are held for: %s', (_, more, tokens) => {
  const most = (body: object) => read('readMessages', body).bound.promptTokensMax
  // a tool has its own allowance, and a few bytes of text
  const beside = most(fetches(more)) - most({ ...message, tools: [{ type: 'other' }] }) - tokens
  expect(beside).toBeGreaterThanOrEqual(0)
  expect(beside).toBeLessThan(50)
})

test.each([
  [{ type: 'item_reference', id: 'msg_1' }, true],
  [{ id: 'msg_1' }, true],
  [{ role: 'user', content: 'hello', id: 'msg_1' }, false],
])('what the provider has stored is held for: %j, %s', (item, isStored) => {
  const { bound } = read('readResponses', { ...response, input: [item] })
  expect(bound.promptTokensMax > 128_000).toBe(isStored)
})

test.each([
  ['nothing', 'readChat', { ...chat, model: 'unknown' }, 4_096],
  ['nothing, of a response', 'readResponses', { ...response, model: 'unknown' }, 4_096],
  ['the request', 'readChat', { ...chat, model: 'unknown', max_tokens: 50 }, null],
  ['the price book', 'readChat', { ...chat, model: 'known' }, null],
] as const)('where %s bounds the output, the limit that is assumed', (_, reader, body, assumed) => {
  expect(read(reader, body).limit!.assumed).toBe(assumed)
})

import { expect, test } from 'vitest'
import {
  BODIES,
  message,
  PATHS,
  SURFACES,
  type SurfaceName,
  send,
  sim,
} from './support/requests.ts'
import { type Account, clientsOf, entriesWhen, useRig } from './support/rig.ts'

const rig = useRig()

/** The simulator's ids and clock differ from call to call, and nothing else. */
const masked = (body: Buffer): string =>
  body
    .toString('latin1')
    .replace(/[0-9a-f]{12}[0-9a-z]{8}/g, 'ID')
    .replace(/"(created|created_at|completed_at)":\d+/g, '"$1":0')

const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer())

interface Asked {
  readonly surface: SurfaceName
  readonly stream: boolean
  readonly headers: Record<string, string>
  readonly body?: object
}

async function direct({ surface, stream, headers, body }: Asked): Promise<Buffer> {
  const path = PATHS[surface].replace(/^\/(anthropic|openai)/, '')
  const answer = await fetch(rig.upstream.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': 'k',
      authorization: 'Bearer k',
      ...headers,
    },
    body: JSON.stringify({ ...BODIES[surface], ...(stream && { stream: true }), ...body }),
  })
  return bytesOf(answer)
}

async function proxied(account: Account, asked: Asked): Promise<Buffer> {
  const { surface, stream, headers } = asked
  const body = { ...BODIES[surface], ...(stream && { stream: true }), ...asked.body }
  return bytesOf(await send(rig, account, { surface, body, headers }))
}

const FAULTS = ['none', 'split_bytes', 'invalid_utf8', 'malformed_sse', 'usage_every_chunk']
const CASES = SURFACES.flatMap((surface) =>
  FAULTS.flatMap((fault) => [true, false].map((stream) => ({ surface, fault, stream }))),
)

test.each(CASES)('$surface, $fault, stream $stream: the bytes of a direct call', async (row) => {
  const account = await rig.account()
  const headers = { 'x-sim-fault': row.fault, 'x-sim-output-tokens': '300' }
  const asked = { surface: row.surface, stream: row.stream, headers }
  expect(masked(await proxied(account, asked))).toBe(masked(await direct(asked)))
})

test.each([
  ['asked for', { stream_options: { include_usage: true } }],
  [
    'asked not to be sent',
    { stream_options: { include_usage: false, include_obfuscation: false } },
  ],
  ['two choices', { n: 2 }],
])('usage of a chat stream %s: the bytes of a direct call, and metered', async (_name, body) => {
  const account = await rig.account()
  const headers = { 'x-sim-output-tokens': '60' }
  const asked = { surface: 'openai_chat', stream: true, headers, body } as const
  expect(masked(await proxied(account, asked))).toBe(masked(await direct(asked)))
  const [entry] = await entriesWhen(rig, account.accountId)
  const output = (body as { n?: number }).n === 2 ? 120 : 60
  expect(entry).toMatchObject({ outcome: { code: 'succeeded' }, usage: { tokens: { output } } })
})

test('tools, thinking and searches reach the official client as they would directly', async () => {
  const account = await rig.account()
  const request = {
    ...message,
    stream: true,
    thinking: { type: 'enabled', budget_tokens: 500 },
    tools: [{ name: 'lookup', input_schema: { type: 'object' } }],
  } as const
  const wanted = sim({ 'output-tokens': 200, 'tool-use': 1, 'web-searches': 2 })
  const own = clientsOf(rig.upstream.url, 'k').anthropic
  own.baseURL = rig.upstream.url
  const [a, b] = await Promise.all(
    [account.anthropic, own].map((client) =>
      client.messages.stream(request as never, wanted).finalMessage(),
    ),
  )
  expect(a!.content.map(({ type }) => type)).toEqual(b!.content.map(({ type }) => type))
  expect(a!.usage).toEqual(b!.usage)
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({
    call: { features: ['reasoning', 'tools'] },
    usage: { fees: { web_search: 2 } },
  })
})

test('an official client streams every surface to the end', async () => {
  const { openai, anthropic } = await rig.account()
  const said = sim({ 'output-tokens': 30 })
  const chat = await openai.chat.completions
    .stream({ model: 'gpt-5.5', messages: message.messages as never }, said)
    .finalContent()
  const reply = await openai.responses
    .stream({ model: 'gpt-5.5', input: 'Say why.' }, said)
    .finalResponse()
  const text = await anthropic.messages.stream(message as never, said).finalText()
  for (const answer of [chat, reply.output_text, text])
    expect(Buffer.byteLength(answer ?? '')).toBe(4 * 30)
})

test('what costs nothing is passed on and not metered', async () => {
  const account = await rig.account()
  const { anthropic, openai } = account
  const counted = await anthropic.messages.countTokens({
    model: message.model,
    messages: message.messages as never,
  })
  expect(counted.input_tokens).toBe(9)
  expect((await anthropic.models.list()).data.length).toBeGreaterThan(2)
  expect((await anthropic.models.retrieve('claude-haiku-5.5')).id).toBe('claude-haiku-5.5')
  expect((await openai.models.list()).data.length).toBeGreaterThan(2)
  expect((await openai.models.retrieve('gpt-5.5')).id).toBe('gpt-5.5')
  expect(await rig.entries(account.accountId)).toEqual([])
})

test('embeddings are metered', async () => {
  const account = await rig.account()
  const { data, response } = await account.openai.embeddings
    .create({ model: 'text-embedding-3-small', input: ['every cent', 'explained'] })
    .withResponse()
  expect(data.data).toHaveLength(2)
  expect(response.headers.get('everycent-cost')).toBe('0.000006')
})

import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { EntryAnswer } from '../../../src/client/index.ts'
import { formatNanos, nanos, readNanos } from '../../../src/core/money/index.ts'
import { TOKEN_KINDS } from '../../../src/core/usage/index.ts'
import { MODEL } from '../prices.ts'
import type { Fields, Vector } from '../shapes.ts'
import { type Customer, drawn, stories, type World, wrongFigures } from './world.ts'

/** A dollar for each million tokens of any kind: a token more or less is seen in the charge. */
const FLAT = Object.fromEntries(TOKEN_KINDS.map((kind) => [kind, '1']))
const flatCharge = (tokens: Fields): string =>
  formatNanos(nanos(1_000n * Object.values(tokens).reduce((sum, n) => sum + BigInt(n), 0n)))

interface Sent {
  readonly signal?: AbortSignal
  readonly retry?: number
  readonly dialect?: 'anthropic' | 'openai'
  readonly text?: string
}

/** A request through the gateway, with the account's own key. */
function send(world: World, customer: Customer, own: Sent = {}): Promise<Response> {
  const openai = own.dialect === 'openai'
  const path = openai ? '/openai/v1/chat/completions' : '/anthropic/v1/messages'
  const messages = [{ role: 'user', content: own.text ?? 'Say why this call cost it.' }]
  return fetch(world.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(openai
        ? { authorization: `Bearer ${customer.secret}` }
        : { 'x-api-key': customer.secret }),
      ...(own.retry !== undefined && { 'x-stainless-retry-count': String(own.retry) }),
    },
    body: JSON.stringify({ model: MODEL, max_tokens: 20_000, stream: true, messages }),
    signal: own.signal ?? null,
  })
}

const streamOf =
  (events: readonly object[], end: (response: ServerResponse) => void = (own) => own.end()) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`)
    end(response)
  }

/** The entry that ended the call, once it is there. */
async function ended(customer: Customer): Promise<EntryAnswer> {
  for (let tries = 0; tries < 500; tries += 1) {
    for await (const entry of customer.client.accounts.entries(customer.id))
      if (entry.kind === 'settle' || entry.kind === 'release') return entry
    await sleep(10)
  }
  throw new Error('the call did not end')
}

const text = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'word ' } }

/** A row's events as the provider sends them, with text between. */
const anthropicEvents = (events: readonly Fields[]): object[] => [
  ...events.flatMap(({ event, usage }): object[] =>
    event === 'message_start'
      ? [{ type: event, message: { id: 'msg_1', model: MODEL, usage } }, text]
      : [{ type: event, delta: { stop_reason: 'end_turn' }, usage }],
  ),
  { type: 'message_stop' },
]

async function checkStream(vector: Vector, world: World, own: Sent): Promise<void> {
  const customer = await world.customer(vector)
  const before = await customer.credit()
  await (await send(world, customer, own)).text()
  const entry = await ended(customer)
  expect(entry.outcome?.code).toBe('succeeded')
  const tokens: Fields = entry.usage?.tokens ?? {}
  expect(tokens).toEqual(vector.expect.usage)
  expect(await drawn(customer, before)).toBe(flatCharge(vector.expect.usage))
  for (const [kind, wrong] of Object.entries(vector.observed_wrong ?? {}))
    expect(tokens[kind] ?? 0).not.toBe(wrong)
}

stories.register(
  'stream of Anthropic events',
  ({ given }) => Array.isArray(given.sse) && given.sse[0]?.event === 'message_start',
  async (vector, world) => {
    await world.prices(vector, FLAT)
    world.answer(streamOf(anthropicEvents(vector.given.sse)))
    await checkStream(vector, world, {})
  },
)

const CHUNKS = /^(\d+) chunks, usage\.output = 1,2,\.\.\.,\1; input = (\d+) on each$/

stories.register(
  'chunks with cumulative usage',
  ({ given }) => CHUNKS.test(given.chunks ?? ''),
  async (vector, world) => {
    const [, count = '', prompt = ''] = CHUNKS.exec(vector.given.chunks) ?? []
    const outputs = Array.from({ length: Number(count) }, (_, index) => index + 1)
    const input = Number(prompt)
    await world.prices(vector, FLAT)
    const start = { type: 'message_start', message: { id: 'msg_1', model: MODEL, usage: {} } }
    const deltas = outputs.map((output) => ({
      type: 'message_delta',
      delta: {},
      usage: { input_tokens: input, output_tokens: output },
    }))
    world.answer(streamOf([start, text, ...deltas, { type: 'message_stop' }]))
    await checkStream(vector, world, {})
    const chunk = { id: 'c', object: 'chat.completion.chunk', model: MODEL }
    world.answer(
      streamOf(
        outputs.map((output) => ({
          ...chunk,
          choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }],
          usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
        })),
        (response) => response.end('data: [DONE]\n\n'),
      ),
    )
    await checkStream(vector, world, { dialect: 'openai' })
  },
)

/** The provider is read to its end after its caller has left; here it ends without a word. */
const PROVIDER_GIVES_UP_MS = 50

const PRICES = { input: '3', output: '15' }

stories.register(
  'stream that the upstream broke',
  ({ given }) => typeof given.sse === 'string' && given.client_status !== undefined,
  async (vector, world) => {
    const [, count] = /~(\d+) output tokens, then in-band 429/.exec(vector.given.sse) ?? []
    await world.prices(vector, PRICES)
    const customer = await world.customer(vector)
    const before = await customer.credit()
    const words = { ...text, delta: { ...text.delta, text: 'word '.repeat(Number(count)) } }
    const usage = { input_tokens: 10, output_tokens: 1 }
    const failure = { type: 'error', error: { type: 'rate_limit_error', message: 'exhausted' } }
    world.answer(
      streamOf([
        { type: 'message_start', message: { id: 'msg_1', model: MODEL, usage } },
        words,
        failure,
      ]),
    )
    await (await send(world, customer)).text()
    const entry = await ended(customer)
    expect(entry.totals?.money).toBe(vector.expect.charge_usd)
    expect(wrongFigures(vector)).not.toContain(entry.totals?.money)
    expect(await drawn(customer, before)).toBe(vector.expect.charge_usd)
    expect(entry.totals?.absorbed).not.toBe('0')
    expect(entry.absorbed_reason).toContain(vector.expect.receipt_reason)
    expect(vector.expect.absorbed_by).toBe('platform')
  },
)

stories.register(
  'caller gone before the first token',
  ({ given }) => given.delivered_tokens === 0 && given.estimated_prompt !== undefined,
  async (vector, world) => {
    await world.prices(vector, vector.prices_usd_per_mtok ?? {})
    const customer = await world.customer(vector)
    const before = await customer.credit()
    const gone = new AbortController()
    // the provider has the request and says nothing; its caller leaves
    world.answer((response) => {
      gone.abort()
      setTimeout(() => response.destroy(), PROVIDER_GIVES_UP_MS)
    })
    const sent = { signal: gone.signal, text: 'word '.repeat(vector.given.estimated_prompt) }
    await expect(send(world, customer, sent)).rejects.toThrow()
    const entry = await ended(customer)
    expect(entry.outcome?.code).toBe('client_aborted_before_output')
    expect(await drawn(customer, before)).toBe(vector.expect.charge_usd)
    expect(wrongFigures(vector)).not.toContain(await drawn(customer, before))
    const state = await customer.client.accounts.state(customer.id)
    expect(state.open_holds).toBe(0)
    expect(state.lots.map(({ held }) => held)).toEqual(['0'])
    expect(vector.expect.hold_released).toBe(true)
  },
)

stories.register(
  'retry of a call whose answer was lost',
  ({ given }) => Array.isArray(given.requests) && given.requests[0]?.body_sha !== undefined,
  async (vector, world) => {
    const units = Number(vector.prices_usd_per_mtok?.per_call_units)
    // a tenth of a cent is a unit, and the answer is one token
    await world.prices(vector, { input: '0', output: `${units * 1_000}` })
    const customer = await world.customer(vector)
    const before = await customer.credit()
    const usage = { input_tokens: 5, output_tokens: 1 }
    const whole = [
      { type: 'message_start', message: { id: 'msg_1', model: MODEL, usage } },
      text,
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
      { type: 'message_stop' },
    ]
    world.answer(streamOf(whole))
    const start = world.clock.now()
    for (const [retry, request] of vector.given.requests.entries()) {
      world.clock.advance(start + request.t * 1_000 - world.clock.now())
      await (await send(world, customer, { retry, text: request.body_sha })).text()
      await ended(customer)
    }
    const spent = nanos(readNanos(await drawn(customer, before)) * 1_000n)
    expect(formatNanos(spent)).toBe(`${vector.expect.units}`)
    expect(formatNanos(spent)).not.toBe(`${vector.observed_wrong?.units}`)
  },
)

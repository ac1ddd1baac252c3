import { createServer, type ServerResponse } from 'node:http'
import { afterAll, describe, expect, test } from 'vitest'
import { authOf, PATHS, SURFACES, type SurfaceName } from './support/requests.ts'
import { closeServer, entriesWhen, listen, type Rig, useRig } from './support/rig.ts'

/** Words that must be found nowhere but on their way. Each is told apart, so that a leak has a name. */
const CANARY = (where: string) => `canary-${where}-7f3a`

/** How a provider answers, in the words of each dialect. */
type Answer = 'good' | 'status' | 'broken'

const USAGE = {
  anthropic: { input_tokens: 100, output_tokens: 9, service_tier: 'standard' },
  openai_chat: { prompt_tokens: 100, completion_tokens: 9, total_tokens: 109 },
  openai_responses: { input_tokens: 100, output_tokens: 9, total_tokens: 109 },
}
const ARGUMENTS = JSON.stringify({ path: CANARY('tool-call') })

const WHOLE: Record<SurfaceName, object> = {
  anthropic: {
    id: 'msg_1',
    type: 'message',
    model: 'claude-haiku-5.5',
    content: [
      { type: 'text', text: CANARY('output') },
      { type: 'tool_use', id: 't', name: CANARY('tool-name'), input: JSON.parse(ARGUMENTS) },
    ],
    stop_reason: 'end_turn',
    usage: USAGE.anthropic,
  },
  openai_chat: {
    id: 'chatcmpl_1',
    model: 'gpt-5.5',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: {
          content: CANARY('output'),
          tool_calls: [{ function: { name: CANARY('tool-name'), arguments: ARGUMENTS } }],
        },
      },
    ],
    usage: USAGE.openai_chat,
  },
  openai_responses: {
    id: 'resp_1',
    model: 'gpt-5.5',
    status: 'completed',
    output: [
      { type: 'message', content: [{ type: 'output_text', text: CANARY('output') }] },
      { type: 'function_call', name: CANARY('tool-name'), arguments: ARGUMENTS },
    ],
    usage: USAGE.openai_responses,
  },
}

const chunk = (delta: object, more: object = {}) => ({
  id: 'chatcmpl_1',
  model: 'gpt-5.5',
  choices: [{ index: 0, delta }],
  ...more,
})
const EVENTS: Record<SurfaceName, object[]> = {
  anthropic: [
    {
      type: 'message_start',
      message: {
        id: 'msg_1',
        model: 'claude-haiku-5.5',
        usage: { ...USAGE.anthropic, output_tokens: 1 },
      },
    },
    {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: CANARY('output') },
    },
    {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: CANARY('output') },
    },
    {
      type: 'content_block_delta',
      index: 1,
      delta: { type: 'input_json_delta', partial_json: ARGUMENTS },
    },
    {
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 't', name: CANARY('tool-name'), input: {} },
    },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: USAGE.anthropic },
    { type: 'message_stop' },
  ],
  openai_chat: [
    chunk({ role: 'assistant', content: CANARY('output') }),
    chunk({ content: CANARY('output') }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: ARGUMENTS } }] }),
    { ...chunk({}), choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    { id: 'chatcmpl_1', model: 'gpt-5.5', choices: [], usage: USAGE.openai_chat },
  ],
  openai_responses: [
    { type: 'response.created', response: { id: 'resp_1', model: 'gpt-5.5', usage: null } },
    { type: 'response.output_text.delta', delta: CANARY('output') },
    { type: 'response.output_text.delta', delta: CANARY('output') },
    { type: 'response.function_call_arguments.delta', delta: ARGUMENTS },
    { type: 'response.completed', response: WHOLE.openai_responses },
  ],
}
const FAILURE = { type: 'overloaded_error', message: CANARY('error') }
const IN_BAND: Record<SurfaceName, object> = {
  anthropic: { type: 'error', error: FAILURE },
  openai_chat: { error: FAILURE },
  openai_responses: { type: 'error', code: 'server_error', message: CANARY('error') },
}

const OF_PROVIDER = {
  'request-id': 'req_1',
  'x-ratelimit-remaining-tokens': '1999',
  'anthropic-ratelimit-tokens-remaining': '1998',
  'openai-processing-ms': '17',
  'retry-after': CANARY('two words'),
  'set-cookie': CANARY('set-cookie'),
  'openai-organization': CANARY('organization'),
  'anthropic-organization-id': CANARY('organization'),
  'x-whatever': CANARY('provider-header'),
}

let how: Answer = 'good'
const provider = createServer((req, res) => {
  let body = ''
  req.setEncoding('utf8')
  req.on('data', (text: string) => {
    body += text
  })
  req.on('end', () => {
    const surface = SURFACES.find((own) =>
      req.url!.endsWith(PATHS[own].slice(1).replace(/^[^/]+/, '')),
    )
    reply(res, surface!, JSON.parse(body).stream === true)
  })
})
const providerUrl = await listen(provider)
const rig = useRig({ upstreamUrl: () => providerUrl })
afterAll(() => closeServer(provider))

function reply(res: ServerResponse, surface: SurfaceName, stream: boolean): void {
  if (how === 'status') {
    res.writeHead(400, { ...OF_PROVIDER, 'content-type': 'application/json' })
    res.end(JSON.stringify({ type: 'error', error: FAILURE }))
  } else if (!stream) {
    res.writeHead(200, { ...OF_PROVIDER, 'content-type': 'application/json' })
    if (how === 'good') res.end(JSON.stringify(WHOLE[surface]))
    else res.write(JSON.stringify(WHOLE[surface]).slice(0, -9), () => res.destroy())
  } else {
    res.writeHead(200, { ...OF_PROVIDER, 'content-type': 'text/event-stream' })
    const events =
      how === 'good' ? EVENTS[surface] : [...EVENTS[surface].slice(0, 3), IN_BAND[surface]]
    for (const event of events) {
      const name = 'type' in event ? `event: ${event.type}\n` : ''
      res.write(`${name}data: ${JSON.stringify(event)}\n\n`)
    }
    res.end(surface === 'openai_chat' && how === 'good' ? 'data: [DONE]\n\n' : '')
  }
}

const tool = { name: CANARY('tool'), description: CANARY('tool') }
const schema = { type: 'object', properties: { [CANARY('schema')]: { type: 'string' } } }
const turn = { role: 'user', content: CANARY('prompt') }
const REQUESTS: Record<SurfaceName, object> = {
  anthropic: {
    model: 'claude-haiku-5.5',
    max_tokens: 100,
    system: CANARY('system'),
    messages: [
      turn,
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 't', name: 'f', input: { a: CANARY('tool-input') } }],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't', content: CANARY('tool-result') }],
      },
    ],
    tools: [{ ...tool, input_schema: schema }],
    metadata: { user_id: CANARY('user-id') },
  },
  openai_chat: {
    model: 'gpt-5.5',
    messages: [{ role: 'system', content: CANARY('system') }, turn],
    tools: [{ type: 'function', function: { ...tool, parameters: schema } }],
    user: CANARY('user'),
    metadata: { note: CANARY('metadata') },
  },
  openai_responses: {
    model: 'gpt-5.5',
    instructions: CANARY('system'),
    input: [turn, { type: 'function_call_output', call_id: 't', output: CANARY('tool-result') }],
    tools: [{ type: 'function', ...tool, parameters: schema }],
    user: CANARY('user'),
    metadata: { note: CANARY('metadata') },
  },
}

const OF_CLIENT = {
  'content-type': 'application/json',
  'user-agent': `Anthropic/JS 0.71.0 (${CANARY('user-agent')}; somebody@example.com)`,
  'x-stainless-lang': 'js',
  'x-stainless-package-version': '0.71.0',
  'x-stainless-runtime': 'node',
  'x-stainless-runtime-version': 'v20.19.0',
  'x-stainless-os': CANARY('os'),
  cookie: `session=${CANARY('cookie')}`,
  referer: `https://example.com/${CANARY('referer')}`,
  'x-forwarded-for': CANARY('address'),
  'x-user-email': CANARY('header'),
  'everycent-whatever': CANARY('own-header'),
}

async function asked(surface: SurfaceName, stream: boolean) {
  const account = await rig.account()
  const response = await fetch(rig.url + PATHS[surface], {
    method: 'POST',
    headers: { ...OF_CLIENT, ...authOf(surface, account.secret) },
    body: JSON.stringify({ ...REQUESTS[surface], ...(stream && { stream: true }) }),
  })
  await response.text().catch(() => '')
  const [entry] = await entriesWhen(rig, account.accountId)
  return { account, entry: entry! }
}

/** Every row of every table, as text. */
async function everythingStored({ database }: Rig): Promise<string> {
  const { rows: tables } = await database.pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  expect(tables.length).toBeGreaterThan(30)
  let all = ''
  for (const { name } of tables) {
    const { rows } = await database.pool.query<{ row: string }>(
      `select row_to_json(t)::text as row from ${name} t`,
    )
    all += rows.map(({ row }) => row).join('\n')
  }
  return all
}

describe.each(SURFACES)('nothing that was said is kept: %s', (surface) => {
  test.each([
    ['in one piece', 'good', false],
    ['streamed', 'good', true],
    ['refused with a status', 'status', false],
    ['cut off', 'broken', false],
    ['failed in the middle of the stream', 'broken', true],
  ] as const)('%s', async (_name, answer, stream) => {
    how = answer
    const { account, entry } = await asked(surface, stream)
    expect(entry.evidence?.upstream_status).toBe(answer === 'status' ? 400 : 200)
    const stored = await everythingStored(rig)
    expect(stored).toContain(account.accountId)
    const said = JSON.stringify([rig.reports, rig.events], (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    for (const kept of [stored, said, rig.logged.join('\n')]) {
      expect(/canary-[a-z -]+/.exec(kept)?.[0]).toBeUndefined()
      expect(kept).not.toContain('somebody@example.com')
      expect(kept).not.toContain(account.secret)
    }
  })
})

describe('what is kept of a call', () => {
  test('a stream: who asked, what was sent on, and each word of its usage', async () => {
    how = 'good'
    const { entry } = await asked('anthropic', true)
    expect(entry.evidence).toMatchObject({
      attempt: 1,
      retry_count: 0,
      stream: true,
      upstream_status: 200,
      upstream_request_id: 'req_1',
      client: {
        user_agent: 'Anthropic/JS',
        language: 'js',
        package_version: '0.71.0',
        runtime: 'node',
        runtime_version: 'v20.19.0',
      },
      provider_headers: {
        'x-ratelimit-remaining-tokens': '1999',
        'anthropic-ratelimit-tokens-remaining': '1998',
        'openai-processing-ms': '17',
      },
      events: 7,
      delivered_events: 7,
      output_blocks: 1,
      usage_frames: 2,
      first_usage: { input_tokens: 100, output_tokens: 1 },
      last_usage: USAGE.anthropic,
      provider_usage: USAGE.anthropic,
    })
    expect(Object.keys(entry.evidence!.provider_headers as object)).toHaveLength(3)
    expect(entry.evidence!.delivered_bytes).toBe(entry.evidence!.response_bytes)
    expect(entry.evidence!.first_byte_ms).toBeGreaterThanOrEqual(0)
    expect(entry.call?.fingerprint).toMatch(/^[0-9a-f]{64}$/)
  })

  test('of a stream with one frame of usage, that frame once', async () => {
    how = 'good'
    const { entry } = await asked('openai_chat', true)
    expect(entry.evidence).toMatchObject({ usage_frames: 1, provider_usage: USAGE.openai_chat })
    expect(entry.evidence).not.toHaveProperty('first_usage')
  })

  test('of an answer in one piece, its usage word for word', async () => {
    how = 'good'
    const { entry } = await asked('openai_responses', false)
    expect(entry.evidence).toMatchObject({ stream: false, provider_usage: USAGE.openai_responses })
    expect(entry.evidence).not.toHaveProperty('events')
  })

  test('an odd client says nothing of itself', async () => {
    how = 'good'
    const account = await rig.account()
    await fetch(rig.url + PATHS.anthropic, {
      method: 'POST',
      headers: {
        ...authOf('anthropic', account.secret),
        'user-agent': 'x'.repeat(200),
        'x-stainless-lang': 'two words',
      },
      body: JSON.stringify(REQUESTS.anthropic),
    })
    const [entry] = await entriesWhen(rig, account.accountId)
    expect(entry!.evidence).not.toHaveProperty('client')
  })

  test('usage of a provider that is too much is named, and not kept', async () => {
    how = 'good'
    const much = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`kind_${n}`, n]))
    const whole = WHOLE.anthropic as { usage: object }
    const usual = whole.usage
    whole.usage = { ...usual, much }
    const { entry } = await asked('anthropic', false).finally(() => {
      whole.usage = usual
    })
    expect(entry.evidence).toMatchObject({ cut: ['provider_usage'] })
    expect(entry.evidence).not.toHaveProperty('provider_usage')
    expect(entry.usage?.tokens).toMatchObject({ input: 100, output: 9 })
  })
})

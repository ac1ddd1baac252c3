import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { beforeEach, expect, test } from 'vitest'
import type { Command } from '../../src/core/decisions/index.ts'
import { readNanos } from '../../src/core/money/index.ts'
import { chat, message, response, send, sim } from './support/requests.ts'
import { useRig } from './support/rig.ts'

const rig = useRig()

beforeEach(() => rig.upstream.reset())

const failure = async (call: Promise<unknown>): Promise<Error> => {
  const error = await call.then(
    () => new Error('it was not refused'),
    (caught: unknown) => caught,
  )
  return error as Error
}

const cap = (accountId: string, amount: string): Command => ({
  kind: 'set_controls',
  accountId,
  requestId: 'cap',
  actor: { type: 'operator', id: 'test' },
  caps: [
    {
      id: 'cap_day',
      scope: 'account',
      scopeId: null,
      period: 'day',
      amount: readNanos(amount),
      counts: 'money',
    },
  ],
})

test('without funds: 402 in the words of each dialect, nothing sent, not retried', async () => {
  const account = await rig.account({ credit: '0' })
  const anthropic = await failure(account.anthropic.messages.create(message))
  expect(anthropic).toBeInstanceOf(Anthropic.APIError)
  expect(anthropic).toMatchObject({
    status: 402,
    type: 'billing_error',
    error: {
      error: { everycent: { code: 'funds_exhausted', charged: '0', changeable_by: 'owner' } },
    },
  })
  const openai = await failure(
    account.openai.chat.completions.create({ ...chat, messages: [...chat.messages] }),
  )
  expect(openai).toBeInstanceOf(OpenAI.APIError)
  expect(openai).toMatchObject({
    status: 402,
    code: 'insufficient_quota',
    type: 'insufficient_quota',
    error: { everycent: { code: 'funds_exhausted', charged: '0' } },
  })
  expect(rig.upstream.stats().requests).toBe(0)
  const entries = await rig.entries(account.accountId)
  expect(entries.map(({ kind, refused }) => [kind, refused!.code])).toEqual([
    ['authorize', 'funds_exhausted'],
    ['authorize', 'funds_exhausted'],
  ])
})

test('a window that is used up: 429, when it resets, and who can change it', async () => {
  const account = await rig.account({ plan: 'little@1', credit: '0' })
  const ask = () =>
    account.anthropic.messages.create({ ...message, max_tokens: 5 }, sim({ 'output-tokens': 5 }))
  const error = await failure(ask().then(ask).then(ask))
  expect(error).toBeInstanceOf(Anthropic.RateLimitError)
  const { headers, error: body } = error as InstanceType<typeof Anthropic.RateLimitError>
  expect(body).toMatchObject({
    error: {
      type: 'rate_limit_error',
      everycent: {
        code: 'window_exhausted',
        charged: '0',
        limit: { type: 'window', id: 'session', amount: '0.0002' },
        changeable_by: 'owner',
        receipt: headers!.get('everycent-receipt'),
      },
    },
  })
  // five hours are told, but no client is asked to sit through them
  expect(Number(headers!.get('retry-after'))).toBeGreaterThan(4 * 3600)
  expect(headers!.get('x-should-retry')).toBe('false')
})

test('a call that no window is large enough for is not told to wait', async () => {
  const account = await rig.account({ plan: 'tiny@1', credit: '0' })
  const answer = await send(rig, account, {
    surface: 'anthropic',
    headers: { 'everycent-fit': 'refuse' },
  })
  expect(answer.status).toBe(429)
  expect(answer.headers.get('retry-after')).toBeNull()
  const { error } = (await answer.json()) as { error: { everycent: object; message: string } }
  expect(error.everycent).toMatchObject({
    code: 'window_exhausted',
    retry_at: null,
    actions: ['buy_credit', 'shorten_request', 'change_plan'],
  })
  expect(error.message).toContain('has less left than this call could cost')
})

test('a cap: 402 with its numbers', async () => {
  const account = await rig.account({ more: (accountId) => [cap(accountId, '0.0000001')] })
  const answer = await send(rig, account, { surface: 'openai_responses' })
  expect(answer.status).toBe(402)
  expect(await answer.json()).toMatchObject({
    error: {
      code: 'insufficient_quota',
      everycent: { code: 'cap_reached', limit: { id: 'cap_day', amount: '0.0000001' } },
    },
  })
})

test('blocked by the plan: 403, with the plan’s own reason', async () => {
  const account = await rig.account({ plan: 'pro@1' })
  const body = { ...message, model: 'claude-opus-5.5' }
  const answer = await send(rig, account, { surface: 'anthropic', body })
  expect(answer.status).toBe(403)
  const { error } = (await answer.json()) as { error: { type: string; message: string } }
  expect(error.type).toBe('permission_error')
  expect(error.message).toContain('not part of the plan')
})

test('what the funds allow is asked for, and the answer says so', async () => {
  // one cent pays for some 990 tokens of output at most
  for (const [surface, body, member] of [
    ['anthropic', { ...message, max_tokens: 5_000 }, 'max_tokens'],
    ['openai_chat', { ...chat, max_tokens: 5_000 }, 'max_tokens'],
    ['openai_chat', chat, 'max_completion_tokens'],
    ['openai_responses', response, 'max_output_tokens'],
  ] as const) {
    const account = await rig.account({ credit: '0.01' })
    const headers = { 'x-sim-output-tokens': '4000' }
    const answer = await send(rig, account, { surface, body, headers })
    const clamped = Number(answer.headers.get('everycent-clamped'))
    expect(clamped).toBeGreaterThan(900)
    expect(clamped).toBeLessThan(1_000)
    expect(answer.status).toBe(200)
    const lines = rig.upstream.bill().lines
    expect(lines.at(-1)!.usage.output_tokens, member).toBe(clamped)
    const [entry] = await rig.entries(account.accountId)
    expect(entry).toMatchObject({
      totals: { absorbed: '0' },
      evidence: { max_output_tokens: { sent: clamped } },
    })
  }
})

test('choices share what the funds allow', async () => {
  const account = await rig.account({ credit: '0.01' })
  const headers = { 'x-sim-output-tokens': '4000' }
  const answer = await send(rig, account, {
    surface: 'openai_chat',
    body: { ...chat, n: 3 },
    headers,
  })
  expect(Number(answer.headers.get('everycent-clamped'))).toBeLessThan(340)
  const [entry] = await rig.entries(account.accountId)
  expect(entry!.totals!.absorbed).toBe('0')
})

test.each([1, 2])(
  'where nothing bounds it, %i choices get the output that is held for',
  async (n) => {
    const account = await rig.account()
    const headers = { 'x-sim-output-tokens': '9000' }
    const body = { ...chat, model: 'gpt-5.4', n }
    const answer = await send(rig, account, { surface: 'openai_chat', body, headers })
    expect(answer.headers.get('everycent-clamped')).toBe('4096')
    expect(rig.upstream.bill().lines.at(-1)!.usage.output_tokens).toBe(4_096 * n)
    const [entry] = await rig.entries(account.accountId)
    expect(entry).toMatchObject({
      hold: { max_output_tokens: 4_096 * n },
      usage: { flags: [] },
      evidence: { max_output_tokens: { requested: null, sent: 4_096 } },
    })
  },
)

test('a client can ask to be refused rather than cut short', async () => {
  const account = await rig.account({ credit: '0.01' })
  const body = { ...message, max_tokens: 5_000 }
  const headers = { 'everycent-fit': 'refuse' }
  const answer = await send(rig, account, { surface: 'anthropic', body, headers })
  expect(answer.status).toBe(402)
})

test('a limit that leaves no room beyond the thinking budget is no limit to set', async () => {
  const account = await rig.account({ credit: '0.01' })
  const body = {
    ...message,
    max_tokens: 5_000,
    thinking: { type: 'enabled', budget_tokens: 2_000 },
  }
  expect((await send(rig, account, { surface: 'anthropic', body })).status).toBe(402)
})

test('a covered call costs the plan, and its headers say so', async () => {
  const account = await rig.account({ plan: 'pro@1', credit: '0' })
  const answer = await send(rig, account, {
    surface: 'anthropic',
    headers: { 'x-sim-output-tokens': '100' },
  })
  expect(answer.headers.get('everycent-funding')).toBe('included=0.001009;promotional=0;paid=0')
  expect(answer.headers.get('everycent-balance')).toMatch(/^included=0\.99/)
})

test('the client class comes from the key before the request', async () => {
  const own = await rig.account({ plan: 'pro@1', credit: '1', client: 'third_party' })
  const headers = { 'everycent-client': 'first_party' }
  const answer = await send(rig, own, { surface: 'anthropic', headers })
  expect(answer.headers.get('everycent-funding')).toMatch(/^included=0;promotional=0;paid=0\.0/)
  const other = await rig.account({ plan: 'pro@1', credit: '1' })
  const said = await send(rig, other, {
    surface: 'anthropic',
    headers: { 'everycent-client': 'third_party' },
  })
  expect(said.headers.get('everycent-funding')).toMatch(/^included=0;promotional=0;paid=0\.0/)
})

test('an unpriced model is delivered, held open and not charged', async () => {
  const account = await rig.account()
  const answer = await send(rig, account, {
    surface: 'openai_chat',
    body: { ...chat, model: 'gpt-unheard-of' },
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('everycent-cost')).toBeNull()
  expect(answer.headers.get('everycent-pending')).toBe('unpriced')
  const [entry] = await rig.entries(account.accountId)
  expect(entry).toMatchObject({ pending: 'unpriced', rating: { status: 'unpriced' } })
})

test('the parent of a call and its tags come by headers; what cannot be kept says nothing', async () => {
  const account = await rig.account()
  const ask = (headers: Record<string, string>) =>
    send(rig, account, { surface: 'anthropic', headers })
  await ask({
    'everycent-parent-call': 'call_parent',
    'everycent-tags': 'team:search, env:prod ,team:chat,not a tag',
  })
  const answer = await ask({ 'everycent-parent-call': 'no id', 'everycent-tags': 'none' })
  expect(answer.status).toBe(200)
  const [labelled, plain] = (await rig.entries(account.accountId)).map(({ call }) => call!)
  expect(labelled).toMatchObject({
    parent_call_id: 'call_parent',
    tags: ['env:prod', 'team:search'],
  })
  expect(plain).not.toHaveProperty('parent_call_id')
  expect(plain).not.toHaveProperty('tags')
})

test('sessions are known by header or by the body', async () => {
  const account = await rig.account()
  const user = { metadata: { user_id: 'user_1_account_2_session_abc-1' } }
  await send(rig, account, { surface: 'anthropic', body: { ...message, ...user } })
  await send(rig, account, { surface: 'anthropic', headers: { 'everycent-session': 's-2' } })
  const entries = await rig.entries(account.accountId)
  expect(entries.map(({ call }) => call!.session_id)).toEqual(['abc-1', 's-2'])
})

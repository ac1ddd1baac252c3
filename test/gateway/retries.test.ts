import { setTimeout as sleep } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import { beforeEach, expect, test } from 'vitest'
import { chat, message, send, sim } from './support/requests.ts'
import { type Account, entriesWhen, eventually, useRig } from './support/rig.ts'

const rig = useRig({ policy: { attachWaitMs: 3_000 } })

beforeEach(() => rig.upstream.reset())

/** By then the gateway has heard that a client has gone. */
const HEARD_MS = 100

let serial = 0
const once = (fault: string, times = 1) => {
  serial += 1
  const wanted = { fault, 'fault-times': times, call: `call-${serial}`, 'output-tokens': 50 }
  return sim({ ...wanted, 'retry-after': 'none' })
}

const settled = async (account: Account) => {
  const entries = await rig.entries(account.accountId)
  return entries.filter(({ kind }) => kind === 'settle')
}

test.each(['rate_limit', 'server_error', 'overloaded', 'connection_reset'])(
  'an official client retries after %s: one call, charged once',
  async (fault) => {
    const account = await rig.account()
    await account.anthropic.messages.create(message, once(fault, 2))
    const entries = await rig.entries(account.accountId)
    const callId = entries[0]!.call!.call_id
    expect(entries.map(({ kind, call, request_id }) => [kind, call!.attempt, request_id])).toEqual([
      ['release', 1, callId],
      ['release', 2, `${callId}#2`],
      ['settle', 3, `${callId}#3`],
    ])
    expect(new Set(entries.map(({ call }) => call!.call_id)).size).toBe(1)
    expect(entries.map(({ totals }) => totals!.total)).toEqual(['0', '0', '0.000509'])
    expect(entries.map(({ evidence }) => evidence!.retry_count)).toEqual([0, 1, 2])
  },
)

test('streams are retried like whole answers', async () => {
  const account = await rig.account()
  const stream = account.openai.chat.completions.stream(
    { ...chat, messages: [...chat.messages] },
    once('server_error'),
  )
  await stream.done()
  const entries = await entriesWhen(rig, account.accountId, 2)
  expect(entries.map(({ kind }) => kind)).toEqual(['release', 'settle'])
})

test('the same request twice on purpose is two calls', async () => {
  const account = await rig.account()
  for (const _ of [1, 2])
    await account.anthropic.messages.create(message, sim({ 'output-tokens': 5 }))
  const entries = await settled(account)
  expect(new Set(entries.map(({ call }) => call!.call_id)).size).toBe(2)
})

test('a retry whose answer was lost gets the same bytes, and costs nothing', async () => {
  const account = await rig.account()
  const headers = { 'x-sim-output-tokens': '40', 'x-stainless-retry-count': '0' }
  const first = await send(rig, account, { surface: 'anthropic', headers })
  const body = await first.text()
  const again = await send(rig, account, {
    surface: 'anthropic',
    headers: { ...headers, 'x-stainless-retry-count': '1' },
  })
  expect(await again.text()).toBe(body)
  expect(again.headers.get('everycent-replayed')).toBe('true')
  expect(again.headers.get('everycent-cost')).toBe('0')
  expect(again.headers.get('everycent-receipt')).toBe(first.headers.get('everycent-receipt'))
  expect(await settled(account)).toHaveLength(1)
  expect(rig.upstream.bill().lines).toHaveLength(1)
})

test('a stream that was lost is replayed whole', async () => {
  const account = await rig.account()
  const headers = { 'x-sim-output-tokens': '40' }
  const ask = (retry: string) =>
    send(rig, account, {
      surface: 'openai_chat',
      stream: true,
      headers: { ...headers, 'x-stainless-retry-count': retry },
    })
  const first = await (await ask('0')).text()
  await entriesWhen(rig, account.accountId)
  const again = await ask('1')
  expect(await again.text()).toBe(first)
  expect(await settled(account)).toHaveLength(1)
})

test('a client that timed out and retries is given the answer of its first attempt', async () => {
  const account = await rig.account()
  const patient = new Anthropic({
    apiKey: account.secret,
    baseURL: `${rig.url}/anthropic`,
    timeout: 600,
    logLevel: 'off',
  })
  const answer = await patient.messages
    .create(message, sim({ 'first-byte-ms': 1_300, 'output-tokens': 20 }))
    .catch((error: unknown) => error)
  // the second attempt comes while the first is under way, and waits for its answer
  expect(answer).toMatchObject({ type: 'message' })
  const entries = await settled(account)
  expect(entries).toHaveLength(1)
  expect(rig.upstream.bill().lines).toHaveLength(1)
})

test('a retry while the attempt before is under way waits for it', async () => {
  const account = await rig.account()
  const headers = { 'x-sim-output-tokens': '20', 'x-sim-first-byte-ms': '400' }
  const ask = (retry: string) =>
    send(rig, account, {
      surface: 'anthropic',
      headers: { ...headers, 'x-stainless-retry-count': retry },
    })
  const first = ask('0')
  await eventually(async () => rig.gateway.stats().inFlight > 0)
  const [one, two] = await Promise.all([first, ask('1')])
  expect(await one.text()).toBe(await two.text())
  expect(two.headers.get('everycent-replayed')).toBe('true')
  expect(await settled(account)).toHaveLength(1)
})

test.each([true, false])(
  'a client that never got its answer asks again, unmarked: one call (stream %s)',
  async (stream) => {
    const account = await rig.account()
    const headers = { 'x-sim-output-tokens': '20', 'x-sim-first-byte-ms': '500' }
    const controller = new AbortController()
    const { signal } = controller
    const lost = send(rig, account, { surface: 'openai_chat', stream, headers, signal })
    setTimeout(() => controller.abort(), 150)
    await expect(lost).rejects.toThrow()
    // on a connection that is open already, the next request could overtake the end of the last one
    await sleep(HEARD_MS)
    const again = await send(rig, account, { surface: 'openai_chat', stream, headers })
    expect(await again.text()).toContain('chat.completion')
    const entries = await eventually(async () => {
      const found = await settled(account)
      return found.length > 0 && found
    })
    expect(entries).toHaveLength(1)
    expect(entries[0]!.outcome!.code).toBe('succeeded')
    expect(rig.upstream.bill().lines).toHaveLength(1)
    // now that it has its answer, the same request is another call
    await (await send(rig, account, { surface: 'openai_chat', stream, headers })).text()
    expect(rig.upstream.bill().lines).toHaveLength(2)
  },
)

test('a retry that waits and leaves is not waited for', async () => {
  const account = await rig.account()
  const headers = { 'x-sim-output-tokens': '20', 'x-sim-first-byte-ms': '600' }
  const leave = async (ms: number, retry: string) => {
    const signal = AbortSignal.timeout(ms)
    const own = { ...headers, 'x-stainless-retry-count': retry }
    await expect(
      send(rig, account, { surface: 'anthropic', headers: own, signal }),
    ).rejects.toThrow()
  }
  await leave(100, '0')
  await leave(200, '1')
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({
    kind: 'release',
    outcome: { code: 'client_aborted_before_output' },
  })
})

test('a client id of its own: once settled it is answered again, never charged again', async () => {
  const account = await rig.account()
  const headers = { 'idempotency-key': 'order-1', 'x-sim-output-tokens': '10' }
  const first = await send(rig, account, { surface: 'openai_responses', headers })
  const body = await first.text()
  const again = await send(rig, account, { surface: 'openai_responses', headers })
  expect(await again.text()).toBe(body)
  const entries = await settled(account)
  expect(entries.map(({ request_id }) => request_id)).toEqual(['order-1'])
  const other = await send(rig, account, {
    surface: 'openai_responses',
    body: { model: 'gpt-5.5', input: 'Something else.' },
    headers,
  })
  expect(other.status).toBe(409)
  expect(await other.json()).toMatchObject({ error: { code: 'request_conflict' } })
  expect(other.headers.get('x-should-retry')).toBe('false')
})

test('a client id that failed may be tried again', async () => {
  const account = await rig.account()
  const headers = { 'everycent-call-id': 'order-2', 'x-sim-output-tokens': '10' }
  const faulty = { ...headers, 'x-sim-fault': 'server_error' }
  expect((await send(rig, account, { surface: 'anthropic', headers: faulty })).status).toBe(500)
  expect((await send(rig, account, { surface: 'anthropic', headers })).status).toBe(200)
  const entries = await rig.entries(account.accountId)
  expect(entries.map(({ kind, request_id }) => [kind, request_id])).toEqual([
    ['release', 'order-2'],
    ['settle', 'order-2#2'],
  ])
})

test('an id that cannot be an id becomes one by its hash', async () => {
  const account = await rig.account()
  const headers = { 'idempotency-key': 'a b/c?', 'x-sim-output-tokens': '10' }
  await send(rig, account, { surface: 'anthropic', headers })
  const [entry] = await settled(account)
  expect(entry!.request_id).toMatch(/^ik_[0-9a-f]{40}$/)
})

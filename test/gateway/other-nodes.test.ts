import { createServer } from 'node:http'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createGateway, type GatewayDeps, type RecentCall } from '../../src/gateway/index.ts'
import { send } from './support/requests.ts'
import { closeServer, eventually, listen, useRig } from './support/rig.ts'

/** What the database would say of calls that another node has seen. */
let elsewhere: RecentCall | null = null
/** Who holds a call and is known to have died. */
let gone: string | null = null
let shared: GatewayDeps
const rig = useRig({
  policy: { replayTtlMs: 0, freeForwardsMax: 2, attachWaitMs: 1_200 },
  deps: (deps) => {
    shared = { ...deps, findRecentCall: async () => elsewhere, findGoneAsker: async () => gone }
    return shared
  },
})

/** Another gateway on the same database. */
async function another(): Promise<typeof rig> {
  const gateway = createGateway(shared)
  const server = createServer((req, res) => void gateway.handle(req, res))
  const url = await listen(server)
  onTestFinished(async () => {
    await gateway.close()
    await closeServer(server)
  })
  return { ...rig, gateway, url }
}

beforeEach(() => {
  elsewhere = null
  gone = null
  rig.upstream.reset()
})

const retry = { 'x-stainless-retry-count': '1', 'x-sim-output-tokens': '10' }

test('a settled call of another node is made again without a charge, a few times only', async () => {
  const account = await rig.account()
  elsewhere = { callId: 'call_elsewhere', attempt: 1, state: 'settled', outcome: 'succeeded' }
  const statuses: number[] = []
  for (let count = 0; count < 3; count += 1) {
    const answer = await send(rig, account, { surface: 'anthropic', headers: retry })
    statuses.push(answer.status)
    expect(answer.headers.get('everycent-receipt')).toBe('rcpt_elsewhere')
  }
  expect(statuses).toEqual([200, 200, 409])
  expect(await rig.entries(account.accountId)).toEqual([])
  expect(rig.events.filter((event) => event === 'forwarded_free')).toHaveLength(2)
})

test('retries of a settled call that come at once make it again no more often', async () => {
  const account = await rig.account()
  elsewhere = { callId: 'call_elsewhere', attempt: 1, state: 'settled', outcome: 'succeeded' }
  const all = await Promise.all(
    Array.from({ length: 20 }, () => send(rig, account, { surface: 'anthropic', headers: retry })),
  )
  expect(all.filter(({ status }) => status === 200)).toHaveLength(2)
  expect(rig.upstream.stats().requests).toBe(2)
})

test('a clamped call is made again with the limit that its funds allowed', async () => {
  const account = await rig.account()
  const of = { callId: 'call_clamped', attempt: 1, state: 'settled', outcome: 'succeeded' } as const
  elsewhere = { ...of, clampedTokens: 7 }
  const headers = { 'x-stainless-retry-count': '1', 'x-sim-output-tokens': '500' }
  const answer = await send(rig, account, { surface: 'anthropic', headers })
  expect(await answer.json()).toMatchObject({ usage: { output_tokens: 7 } })
})

test('retries of a failed call that come at once are one attempt', async () => {
  const account = await rig.account()
  elsewhere = { callId: 'call_failed', attempt: 1, state: 'failed', outcome: null }
  const headers = { ...retry, 'x-sim-first-byte-ms': '200' }
  await Promise.all(
    Array.from({ length: 10 }, () => send(rig, account, { surface: 'anthropic', headers })),
  )
  // this node keeps no answers, so that two of those who waited may have it made again
  expect(rig.upstream.stats().requests).toBeLessThanOrEqual(3)
  expect(await rig.entries(account.accountId)).toHaveLength(1)
})

test('retries of a call that nobody has seen are one call', async () => {
  const account = await rig.account()
  const headers = { ...retry, 'x-sim-first-byte-ms': '200' }
  await Promise.all(
    Array.from({ length: 10 }, () => send(rig, account, { surface: 'anthropic', headers })),
  )
  expect(await rig.entries(account.accountId)).toHaveLength(1)
})

test('a failed call of another node is continued', async () => {
  const account = await rig.account()
  elsewhere = { callId: 'call_failed', attempt: 2, state: 'failed', outcome: null }
  await send(rig, account, { surface: 'anthropic', headers: retry })
  const [entry] = await rig.entries(account.accountId)
  expect(entry).toMatchObject({ request_id: 'call_failed#3', call: { attempt: 3 } })
})

test('a call that is under way elsewhere is waited for', async () => {
  const account = await rig.account()
  const far = { callId: 'call_later', attempt: 1, outcome: null } as const
  elsewhere = { ...far, state: 'in_flight' }
  setTimeout(() => {
    elsewhere = { ...far, state: 'failed' }
  }, 200)
  const answer = await send(rig, account, { surface: 'anthropic', headers: retry })
  expect(answer.status).toBe(200)
  const [entry] = await rig.entries(account.accountId)
  expect(entry).toMatchObject({ request_id: 'call_later#2' })
})

test('a call that is under way elsewhere is not begun a second time', async () => {
  const account = await rig.account()
  elsewhere = { callId: 'call_far', attempt: 1, state: 'in_flight', outcome: null }
  const started = Date.now()
  const answer = await send(rig, account, { surface: 'openai_chat', headers: retry })
  expect(answer.status).toBe(409)
  expect(answer.headers.get('x-should-retry')).toBe('true')
  expect(Number(answer.headers.get('retry-after-ms'))).toBeGreaterThan(0)
  expect(Date.now() - started).toBeLessThan(5_000)
  expect(rig.upstream.stats().requests).toBe(0)
})

test('a client id that was settled elsewhere is not charged again', async () => {
  const account = await rig.account()
  const headers = { 'idempotency-key': 'order-9', 'x-sim-output-tokens': '10' }
  await send(rig, account, { surface: 'anthropic', headers })
  // this node keeps no answers
  const again = await send(rig, account, { surface: 'anthropic', headers })
  expect(again.status).toBe(409)
  expect(await again.json()).toMatchObject({
    error: { everycent: { code: 'call_already_settled', receipt: 'rcpt_order-9' } },
  })
  expect(rig.upstream.bill().lines).toHaveLength(1)
})

const keyed = (key: string) =>
  ({
    surface: 'anthropic',
    headers: { 'idempotency-key': key, 'x-sim-output-tokens': '10', 'x-sim-first-byte-ms': '1000' },
  }) as const

test('a client id that comes to several nodes at once is sent by one of them', async () => {
  const account = await rig.account()
  const nodes = [rig, await another(), await another(), await another()]
  const all = await Promise.all(nodes.map((node) => send(node, account, keyed('at-once'))))
  expect(all.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
  for (const answer of all.filter(({ status }) => status === 409)) {
    expect(answer.headers.get('x-should-retry')).toBe('true')
    expect(await answer.json()).toMatchObject({ error: { everycent: { code: 'call_in_flight' } } })
  }
  expect(rig.upstream.stats().requests).toBe(1)
  expect(await rig.entries(account.accountId)).toHaveLength(1)
})

test('a call whose node has died goes on at one other, under the same hold', async () => {
  const account = await rig.account()
  const [second, third] = [await another(), await another()]
  const first = send(rig, account, keyed('left'))
  gone = await eventually(async () => {
    const { rows } = await rig.database.pool.query(
      `select body->>'asked_by' as asked_by from accounts.hold where account_id = $1`,
      [account.accountId],
    )
    return rows[0]?.asked_by
  })
  const all = await Promise.all([second, third].map((node) => send(node, account, keyed('left'))))
  expect(all.map(({ status }) => status).sort()).toEqual([200, 409])
  expect((await first).status).toBe(200)
  expect(rig.upstream.stats().requests).toBe(2)
  expect(await rig.entries(account.accountId)).toHaveLength(1)
})

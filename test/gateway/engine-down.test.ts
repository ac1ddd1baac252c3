import { beforeEach, expect, test } from 'vitest'
import type { Command } from '../../src/core/decisions/index.ts'
import { type Executed, Overloaded, Unavailable } from '../../src/engine/index.ts'
import { message, SURFACES, send } from './support/requests.ts'
import { entriesWhen, eventually, useRig } from './support/rig.ts'

/** What the engine does with each command before it decides. */
let failing: (command: Command) => Error | null = () => null
let executed: Command[] = []

const rig = useRig({
  policy: { holdTtlMs: 600, endWaitMs: 200, endRetryMs: 3_000 },
  deps: (deps) => ({
    ...deps,
    engine: {
      execute: async (command: Command): Promise<Executed> => {
        executed.push(command)
        const error = failing(command)
        if (error) throw error
        return deps.engine.execute(command)
      },
    },
    keys: {
      authenticate: (secret) => {
        if (secret.startsWith('ec_live_down')) throw new Error('the database is gone')
        return deps.keys.authenticate(secret)
      },
    },
  }),
})

beforeEach(() => {
  failing = () => null
  executed = []
  rig.upstream.reset()
})

test.each(SURFACES)('%s: an engine that cannot decide lets nothing through', async (surface) => {
  const account = await rig.account()
  for (const error of [new Overloaded(1_500), new Unavailable('gone')]) {
    failing = ({ kind }) => (kind === 'authorize' ? error : null)
    const answer = await send(rig, account, { surface })
    const isOverload = error instanceof Overloaded
    expect(answer.status).toBe(isOverload && surface.startsWith('anthropic') ? 529 : 503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.headers.get('x-should-retry')).toBe('true')
  }
  expect(rig.upstream.stats().requests).toBe(0)
  expect(await rig.entries(account.accountId)).toEqual([])
})

test('an overloaded engine decided nothing: the retry is the same attempt', async () => {
  const account = await rig.account()
  failing = ({ kind }) => (kind === 'authorize' ? new Overloaded(10) : null)
  await send(rig, account, { surface: 'anthropic' })
  failing = () => null
  const headers = { 'x-stainless-retry-count': '1' }
  await send(rig, account, { surface: 'anthropic', headers })
  const [entry] = await rig.entries(account.accountId)
  expect(entry).toMatchObject({ kind: 'settle', call: { attempt: 1 } })
})

test('an end that cannot be posted is posted later, with the same id, once', async () => {
  const account = await rig.account()
  let failures = 5
  failing = ({ kind }) => {
    if (kind !== 'settle' || failures === 0) return null
    failures -= 1
    return new Unavailable('gone')
  }
  const answer = await send(rig, account, { surface: 'anthropic' })
  // the client is not kept waiting for the price
  expect(answer.status).toBe(200)
  expect(answer.headers.get('everycent-cost')).toBeNull()
  await answer.arrayBuffer()
  const [entry, ...others] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({ kind: 'settle', outcome: { code: 'succeeded' } })
  expect(others).toEqual([])
  const settles = executed.filter(({ kind }) => kind === 'settle')
  expect(new Set(settles.map(({ requestId }) => requestId)).size).toBe(1)
})

test('the hold of a long stream is lengthened for as long as it goes on', async () => {
  const account = await rig.account()
  const headers = { 'x-sim-output-tokens': '160', 'x-sim-chunk-delay-ms': '70' }
  const answer = await send(rig, account, { surface: 'anthropic', stream: true, headers })
  await answer.arrayBuffer()
  const extensions = executed.filter(({ kind }) => kind === 'extend')
  expect(extensions.length).toBeGreaterThan(3)
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({ outcome: { code: 'succeeded' } })
})

test('a key that cannot be looked up is no wrong key', async () => {
  const headers = { 'x-api-key': 'ec_live_down', 'content-type': 'application/json' }
  const url = `${rig.url}/anthropic/v1/messages`
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(message) })
  expect(answer.status).toBe(503)
  expect(answer.headers.get('x-should-retry')).toBe('true')
})

test('a hold that expired meanwhile: the client has its answer, and pays nothing', async () => {
  const account = await rig.account()
  failing = ({ kind }) => (kind === 'extend' ? new Unavailable('gone') : null)
  const headers = { 'x-sim-first-byte-ms': '900' }
  const asked = send(rig, account, { surface: 'anthropic', headers })
  await eventually(async () => (await rig.openHolds(account.accountId)) === 1)
  const authorized = executed.find(({ kind }) => kind === 'authorize')!
  await new Promise((resolve) => setTimeout(resolve, 700))
  await rig.engine.execute({
    kind: 'expire_hold',
    accountId: account.accountId,
    requestId: 'sweep',
    actor: { type: 'system', id: 'sweep' },
    callId: authorized.requestId,
  })
  const answer = await asked
  expect(answer.status).toBe(200)
  expect(rig.events).toContain('end_refused')
  const entries = await rig.entries(account.accountId)
  expect(entries.map(({ kind }) => kind)).toEqual(['expire_hold'])
})

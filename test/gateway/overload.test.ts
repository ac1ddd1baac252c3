import { once } from 'node:events'
import { connect } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { beforeEach, describe, expect, test } from 'vitest'
import { Overloaded } from '../../src/engine/index.ts'
import { authOf, chat, message, PATHS, SURFACES, send } from './support/requests.ts'
import { entriesWhen, eventually, useRig } from './support/rig.ts'

/*
 * A gateway with room for two calls and for little of their bodies. What is beyond is refused before it
 * costs anything, in the words that each provider's own clients wait and try again for.
 */

const HELD_MAX = 40_000
let overload: Overloaded | null = null
const rig = useRig({
  policy: { callsMax: 2, heldBytesMax: HELD_MAX },
  deps: (deps) => ({
    ...deps,
    engine: { execute: (command) => deps.engine.execute(command), overload: () => overload },
  }),
})

beforeEach(() => {
  overload = null
  rig.upstream.reset()
})

/** Nothing is being served or kept. */
const isQuiet = async (): Promise<boolean> => {
  const { inFlight, serving, heldBytes } = rig.gateway.stats()
  return inFlight + serving + heldBytes === 0
}

const SLOW = { 'x-sim-first-byte-ms': '400' }

describe('more calls than are served', () => {
  test.each(SURFACES)(
    '%s: the third is refused, the two are served and charged',
    async (surface) => {
      const account = await rig.account()
      const headers = (id: string) => ({ ...SLOW, 'idempotency-key': `${surface}${id}` })
      const two = ['a', 'b'].map((id) => send(rig, account, { surface, headers: headers(id) }))
      await eventually(async () => rig.upstream.stats().requests === 2)
      const third = await send(rig, account, { surface, headers: headers('c') })
      expect(third.status).toBe(surface === 'anthropic' ? 529 : 503)
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(third.headers.get('x-should-retry')).toBe('true')
      expect(third.headers.get('everycent-source')).toBe('gateway')
      expect(await third.json()).toMatchObject(
        surface === 'anthropic'
          ? {
              type: 'error',
              error: {
                type: 'overloaded_error',
                everycent: { code: 'gateway_overloaded', charged: '0' },
              },
            }
          : {
              error: {
                type: 'server_error',
                code: 'gateway_overloaded',
                everycent: { code: 'gateway_overloaded', charged: '0' },
              },
            },
      )
      for (const answer of await Promise.all(two)) {
        expect(answer.status).toBe(200)
        await answer.arrayBuffer()
      }
      await entriesWhen(rig, account.accountId, 2)
      await eventually(isQuiet)
      expect(await rig.entries(account.accountId)).toHaveLength(2)
      expect(rig.events).toContain('overloaded')
    },
  )

  test('official clients try again by themselves and get their answers', async () => {
    const account = await rig.account()
    const headers = { 'x-sim-first-byte-ms': '200' }
    const before = rig.upstream.stats().requests
    const anthropic = new Anthropic({
      ...{ apiKey: account.secret, baseURL: `${rig.url}/anthropic`, logLevel: 'off' },
      maxRetries: 8,
    })
    const openai = new OpenAI({
      ...{ apiKey: account.secret, baseURL: `${rig.url}/openai/v1`, logLevel: 'off' },
      maxRetries: 8,
    })
    const key = (index: number) => ({ headers: { ...headers, 'idempotency-key': `sdk${index}` } })
    const calls = [0, 1, 2].flatMap((index) => [
      anthropic.messages.create(message, key(index)),
      openai.chat.completions.create({ ...chat, messages: [...chat.messages] }, key(index + 10)),
    ])
    await Promise.all(calls)
    expect(rig.upstream.stats().requests - before).toBe(6)
    const entries = await entriesWhen(rig, account.accountId, 6)
    expect(entries.map(({ kind }) => kind)).toEqual(Array(6).fill('settle'))
  })
})

describe('an engine that would turn a call away', () => {
  test('is asked before the body is read', async () => {
    const account = await rig.account()
    overload = new Overloaded(3_200)
    const socket = connect(Number(new URL(rig.url).port), '127.0.0.1')
    await once(socket, 'connect')
    // a body is announced and never sent
    const auth = Object.entries(authOf('openai_chat', account.secret)).map((own) => own.join(': '))
    const lines = [`POST ${PATHS.openai_chat} HTTP/1.1`, 'host: x', ...auth, 'content-length: 9000']
    socket.write([...lines, '', ''].join('\r\n'))
    const [answer] = await once(socket, 'data')
    socket.destroy()
    expect(String(answer)).toMatch(/^HTTP\/1\.1 503 /)
    expect(String(answer)).toContain('retry-after: 4')
    expect(String(answer)).toContain('engine_overloaded')
    expect(await rig.entries(account.accountId)).toEqual([])
    await eventually(isQuiet)
  })
})

describe('bodies', () => {
  test('beyond their room are refused while others are served, and the room is given back', async () => {
    const account = await rig.account()
    const padded = (bytes: number) => ({ ...message, system: 'x'.repeat(bytes) })
    const first = send(rig, account, {
      ...{ surface: 'anthropic', body: padded(25_000), headers: SLOW },
    })
    await eventually(async () => rig.upstream.stats().requests === 1)
    expect(rig.gateway.stats().heldBytes).toBeGreaterThan(25_000)
    const second = await send(rig, account, { surface: 'anthropic', body: padded(20_000) })
    expect(second.status).toBe(529)
    expect(rig.gateway.stats().heldBytes).toBeLessThanOrEqual(HELD_MAX)
    expect((await first).status).toBe(200)
    await (await first).arrayBuffer()
    await eventually(isQuiet)
    const again = await send(rig, account, { surface: 'anthropic', body: padded(20_000) })
    expect(again.status).toBe(200)
    await again.arrayBuffer()
    await eventually(isQuiet)
  })

  test('of clients that leave in the middle are given back too', async () => {
    const account = await rig.account()
    for (let round = 0; round < 5; round += 1) {
      const socket = connect(Number(new URL(rig.url).port), '127.0.0.1')
      const auth = Object.entries(authOf('anthropic', account.secret)).map((own) => own.join(': '))
      const lines = [`POST ${PATHS.anthropic} HTTP/1.1`, 'host: x', ...auth]
      socket.write([...lines, 'content-length: 30000', '', 'x'.repeat(20_000)].join('\r\n'))
      await eventually(async () => rig.gateway.stats().heldBytes > 0)
      socket.destroy()
      await eventually(isQuiet)
    }
    expect(await rig.entries(account.accountId)).toEqual([])
  })
})

import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import Fastify from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import { faultAnswer } from '../../src/api/faults.ts'
import { createEngine, type Engine, Overloaded } from '../../src/engine/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { freshDatabase } from '../support/database.ts'
import { type Api, startApi, startStockedApi } from './support.ts'

const opened: Api[] = []
afterAll(async () => {
  for (const api of opened) await api.close()
})

const call = {
  account_id: 'a',
  call_id: 'c',
  model: 'm',
  prompt_tokens_max: 1,
  max_output_tokens: 1,
}

/** All of an engine but its decisions. */
const stubOf = (engine: Engine): Omit<Engine, 'execute'> => ({
  now: () => engine.now(),
  preview: (command) => engine.preview(command),
  previewAll: (commands) => engine.previewAll(commands),
  overload: () => engine.overload(),
  onCommit: (listener) => engine.onCommit(listener),
  reloadCatalogue: () => engine.reloadCatalogue(),
  stats: () => engine.stats(),
  close: () => engine.close(),
})

describe('a server that cannot decide', () => {
  it('because it is overloaded says when to try again, and that nothing was charged', async () => {
    const { url } = await freshDatabase()
    const pool = createPool(url, { max: 2, applicationName: 'overloaded' })
    // A queue without room: the real engine, at its limit.
    const engine = await createEngine({ pool, settings: { queueMax: 0 } })
    const api = await startApi({ engine })
    opened.push(api)
    const reply = await api.call('authorize', { body: call })
    expect(reply).toMatchObject({ status: 503, body: { code: 'overloaded', retryable: true } })
    expect(reply.headers['retry-after']).toBe('1')
    // at the door: who asks is not looked up for it, and it is counted
    expect(await api.call('authorize', { as: null, body: call })).toMatchObject({ status: 503 })
    expect(
      await api.call('release', { as: null, body: { account_id: 'a', call_id: 'c' } }),
    ).toMatchObject({ status: 401 })
    expect(engine.stats().refused).toBe(2)
    await engine.close()
    await pool.end()
  })

  it('because as much is under way as is served: ends of calls have room of their own', async () => {
    const { url } = await freshDatabase()
    const pool = createPool(url, { max: 2, applicationName: 'room' })
    // Commits that hang on a lock of somebody else: what is under way stays so.
    const engine = await createEngine({ pool })
    const waits: (() => void)[] = []
    const hanging = {
      ...stubOf(engine),
      execute: () =>
        new Promise<never>((_resolve, reject) => waits.push(() => reject(new Overloaded(1)))),
    }
    const api = await startApi({ engine: hanging, requestsMax: 2 })
    opened.push(api)
    const ask = (id: 'authorize' | 'release') =>
      api.call(id, { body: id === 'authorize' ? call : { account_id: 'a', call_id: 'c' } })
    const begun = [ask('authorize'), ask('authorize')]
    await expect.poll(() => waits.length).toBe(2)
    const third = await ask('authorize')
    expect(third).toMatchObject({ status: 503, body: { code: 'overloaded', retryable: true } })
    expect(third.headers['retry-after']).toBe('1')
    expect((await api.call('readyz', { as: null })).status).toBe(200)
    const ends = [ask('release'), ask('release')]
    await expect.poll(() => waits.length).toBe(4)
    expect(await ask('release')).toMatchObject({ status: 503, body: { code: 'overloaded' } })
    expect(waits).toHaveLength(4)
    for (const go of waits) go()
    await Promise.all([...begun, ...ends])
    // what has ended leaves its room to others
    const next = ask('authorize')
    await expect.poll(() => waits.length).toBe(5)
    waits[4]!()
    await next
    await engine.close()
    await pool.end()
  })

  it('asks to wait for whole seconds, never for less than the queue needs', () => {
    const { log } = Fastify()
    const headers = (ms: number) => faultAnswer(new Overloaded(ms), log).headers
    expect([1, 1_000, 1_001, 2_300].map((ms) => headers(ms)?.['retry-after'])).toEqual([
      '1',
      '1',
      '2',
      '3',
    ])
  })

  it('because the database is gone says so, is not ready, and is still healthy', async () => {
    const { url } = await freshDatabase()
    const pool = createPool(url, { max: 2, connectTimeoutMs: 500, applicationName: 'gone' })
    const engine = await createEngine({ pool })
    const gone = createPool('postgres://nobody@127.0.0.1:9/none', { connectTimeoutMs: 300 })
    const api = await startApi({ pool: gone, engine })
    opened.push(api)
    const state = await api.call('getState', { params: { account_id: 'a' } })
    expect(state).toMatchObject({ status: 503, body: { code: 'unavailable', retryable: true } })
    expect(state.text).not.toMatch(/127\.0\.0\.1|ECONN/)
    expect((await api.call('readyz', { as: null })).status).toBe(503)
    expect((await api.call('healthz', { as: null })).status).toBe(200)
    await engine.close()
    await pool.end()
    await gone.end()
  })

  it('because the engine has closed answers that it is unavailable', async () => {
    const api = await startStockedApi()
    opened.push(api)
    await api.account('a')
    await api.engine.close()
    const reply = await api.call('authorize', { body: { ...call, model: 'small' } })
    expect(reply).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  })
})

describe('a connection that does not speak HTTP', () => {
  it('is answered with a problem and closed', async () => {
    const api = await startApi()
    opened.push(api)
    await api.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = api.app.server.address() as AddressInfo
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GARBAGE\r\n\r\n'))
      let text = ''
      socket.setEncoding('utf8')
      socket.on('data', (chunk: string) => {
        text += chunk
      })
      socket.on('close', () => resolve(text))
      socket.on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(answer).toContain('"code":"invalid_request"')
    expect((await api.call('healthz', { as: null })).status).toBe(200)
  })
})

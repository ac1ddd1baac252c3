import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import Fastify from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import { faultAnswer } from '../../src/api/faults.ts'
import { createEngine, Overloaded } from '../../src/engine/index.ts'
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

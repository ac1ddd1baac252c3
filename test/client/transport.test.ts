import { execFile } from 'node:child_process'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { EverycentProblem, EverycentUnreachable, retryAfter } from '../../src/client/problem.ts'
import { createTransport, type TransportOptions } from '../../src/client/transport.ts'

interface Seen {
  readonly method: string
  readonly url: string
  readonly key: string | undefined
  readonly authorization: string | undefined
  readonly body: string
}

type Answer = (response: ServerResponse, seen: Seen) => void

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A server that gives the answers one after the other, the last one again and again. */
async function serving(answers: readonly Answer[]): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { method = '', url = '', headers } = request
      const key = headers['idempotency-key']
      const one = {
        method,
        url,
        key: key as string | undefined,
        authorization: headers.authorization,
        body,
      }
      seen.push(one)
      const answer = answers[Math.min(seen.length, answers.length) - 1]
      answer?.(response, one)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body))
const cut: Answer = (response) => response.destroy()

function transport(url: string, options: Partial<TransportOptions> = {}) {
  const waits: number[] = []
  const sleep = async (milliseconds: number): Promise<void> => {
    waits.push(milliseconds)
  }
  const made = createTransport({ baseUrl: url, token: 'tok', sleep, random: () => 1, ...options })
  return { ...made, waits }
}

describe('a request that changes something', () => {
  test('keeps its idempotency key over its own retries', async () => {
    const { url, seen } = await serving([
      cut,
      json(503, { code: 'overloaded' }),
      json(201, { ok: 1 }),
    ])
    const { request } = transport(url)
    expect(await request({ method: 'POST', path: '/v1/x', body: { a: '1' } })).toEqual({ ok: 1 })
    expect(seen.map(({ key }) => key)).toEqual([seen[0]?.key, seen[0]?.key, seen[0]?.key])
    expect(seen[0]?.key).toMatch(/^[0-9a-f-]{36}$/)
    expect(seen[0]?.authorization).toBe('Bearer tok')
    expect(seen[0]?.body).toBe('{"a":"1"}')
  })

  test('uses the key that is given', async () => {
    const { url, seen } = await serving([json(200, {})])
    await transport(url).request({
      method: 'POST',
      path: '/v1/x',
      body: {},
      idempotencyKey: 'mine',
    })
    expect(seen[0]?.key).toBe('mine')
  })

  test('two requests have two keys', async () => {
    const { url, seen } = await serving([json(200, {})])
    const { request } = transport(url)
    await request({ method: 'POST', path: '/v1/x', body: {} })
    await request({ method: 'POST', path: '/v1/x', body: {} })
    expect(seen[0]?.key).not.toBe(seen[1]?.key)
  })
})

describe('retries', () => {
  test('wait as long as the server asks', async () => {
    const { url } = await serving([json(503, {}, { 'retry-after': '2' }), json(200, {})])
    const made = transport(url)
    await made.request({ method: 'GET', path: '/v1/x' })
    expect(made.waits).toEqual([2_000])
  })

  test('are not made when the server asks for too long a wait', async () => {
    const { url, seen } = await serving([
      json(503, { code: 'unavailable' }, { 'retry-after': '3600' }),
    ])
    const problem = await transport(url)
      .request<EverycentProblem>({ method: 'GET', path: '/' })
      .catch((error: EverycentProblem) => error)
    expect(problem).toBeInstanceOf(EverycentProblem)
    expect(problem.retryAfterMs).toBe(3_600_000)
    expect(seen).toHaveLength(1)
  })

  test('end', async () => {
    const { url, seen } = await serving([cut])
    const made = transport(url, { retriesMax: 2 })
    await expect(made.request({ method: 'GET', path: '/' })).rejects.toThrow(EverycentUnreachable)
    expect(seen).toHaveLength(3)
    expect(made.waits).toEqual([250, 500])
  })

  test.each([400, 401, 402, 403, 404, 409, 422, 429])('are not made after %d', async (status) => {
    const { url, seen } = await serving([
      json(status, { code: 'cap_reached', title: 'Spend cap reached', detail: 'No room.' }),
    ])
    const problem = await transport(url)
      .request<EverycentProblem>({ method: 'POST', path: '/', body: {} })
      .catch((error: EverycentProblem) => error)
    expect(problem).toMatchObject({
      status,
      code: 'cap_reached',
      message: 'Spend cap reached: No room.',
    })
    expect(seen).toHaveLength(1)
  })
})

test('an answer that is no problem document is still a problem', async () => {
  const { url } = await serving([(response) => response.writeHead(404).end('<html>nginx</html>')])
  const problem = await transport(url)
    .request<EverycentProblem>({ method: 'GET', path: '/' })
    .catch((error: EverycentProblem) => error)
  expect(problem).toMatchObject({ code: 'http_404', status: 404 })
})

test('an answer that is cut off is asked for again', async () => {
  const half: Answer = (response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"a":')
    setTimeout(() => response.destroy(), 5)
  }
  const { url, seen } = await serving([half, json(200, { a: 1 })])
  expect(await transport(url).request({ method: 'GET', path: '/' })).toEqual({ a: 1 })
  expect(seen).toHaveLength(2)
})

test('a server that says nothing is given up', async () => {
  const { url } = await serving([() => {}])
  const made = transport(url, { timeoutMs: 50, retriesMax: 0 })
  await expect(made.request({ method: 'GET', path: '/' })).rejects.toThrow(/it took too long/)
})

test('one that cuts every connection is told as that by a program that does nothing else', async () => {
  const cutting = createTcpServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => cutting.listen(0, '127.0.0.1', resolve))
  const { port } = cutting.address() as AddressInfo
  const program = `
    import { createTransport } from ${JSON.stringify(import.meta.resolve('../../src/client/transport.ts'))}
    const made = createTransport({ baseUrl: 'http://127.0.0.1:${port}', timeoutMs: 300, retriesMax: 0 })
    const told = await made.request({ method: 'GET', path: '/' }).catch((error) => error.name)
    console.log('told:', told)
  `
  const argv = ['--import', 'tsx', '--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, argv)
  cutting.close()
  expect(stdout).toBe('told: EverycentUnreachable\n')
})

test('the own abort stops at once and is not retried', async () => {
  const { url, seen } = await serving([() => {}])
  const controller = new AbortController()
  const asked = transport(url).request({ method: 'GET', path: '/', signal: controller.signal })
  setTimeout(() => controller.abort(), 20)
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  expect(seen).toHaveLength(1)
})

test('queries: nothing for undefined, repeated for lists, escaped', async () => {
  const { url, seen } = await serving([json(200, {})])
  const query = { a: 'x y&z', b: undefined, c: ['1', '2'], d: 5, e: false }
  await transport(url).request({ method: 'GET', path: '/v1/x', query })
  expect(seen[0]?.url).toBe('/v1/x?a=x+y%26z&c=1&c=2&d=5&e=false')
})

test('Retry-After in seconds and as a date', () => {
  const now = Date.parse('2026-11-21T08:00:00Z')
  expect(retryAfter('1.5', now)).toBe(1_500)
  expect(retryAfter('Sat, 21 Nov 2026 08:00:03 GMT', now)).toBe(3_000)
  expect(retryAfter('soon', now)).toBeUndefined()
  expect(retryAfter(null)).toBeUndefined()
})

import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createClient, type EntryAnswer, take } from '../../src/client/index.ts'
import { OPERATIONS } from '../../src/client/operations.ts'
import { ROUTES } from '../../src/contract/routes/index.ts'

test('every route of the contract, and no other, with its method and path', () => {
  const routes = Object.entries(ROUTES).map(([id, { method, path }]) => [id, [method, path]])
  expect(Object.fromEntries(routes)).toEqual(OPERATIONS)
})

function recording(answers: readonly unknown[]) {
  const requests: { method: string; url: string; body: unknown; headers: Headers }[] = []
  const fetcher: typeof fetch = async (url, init) => {
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined
    const headers = new Headers(init?.headers)
    requests.push({ method: init?.method ?? 'GET', url: String(url), body, headers })
    const answer = answers[Math.min(requests.length, answers.length) - 1]
    return new Response(JSON.stringify(answer), { status: 200 })
  }
  return { client: createClient({ baseUrl: 'http://test/', token: 't', fetch: fetcher }), requests }
}

test('ids are escaped, and no id can leave its place', async () => {
  const { client, requests } = recording([{}])
  await client.credit.voidLot('acct_1', 'a/../b?c', { reason: 'x' })
  expect(requests[0]?.url).toBe('http://test/v1/accounts/acct_1/lots/a%2F..%2Fb%3Fc/void')
  expect(() => client.accounts.get('..')).toThrow(/account_id/)
  expect(() => client.accounts.get('')).toThrow(/account_id/)
})

test('lists go on page by page, and only as far as they are read', async () => {
  const page = (ids: string[], next: string | null) => ({
    items: ids.map((account_id) => ({ account_id })),
    next_cursor: next,
  })
  const { client, requests } = recording([
    page(['a', 'b'], 'c1'),
    page([], 'c2'),
    page(['c'], null),
  ])
  const all = await take(client.accounts.list({ limit: 2 }), 100)
  expect(all.map(({ account_id }) => account_id)).toEqual(['a', 'b', 'c'])
  expect(requests.map(({ url }) => url)).toEqual([
    'http://test/v1/accounts?limit=2',
    'http://test/v1/accounts?limit=2&cursor=c1',
    'http://test/v1/accounts?limit=2&cursor=c2',
  ])
  const first = recording([page(['a', 'b'], 'c1')])
  await take(first.client.accounts.list(), 2)
  expect(first.requests).toHaveLength(1)
})

test('a key is made once: a repeat would make another', async () => {
  let tries = 0
  const client = createClient({
    baseUrl: 'http://test',
    fetch: async () => {
      tries += 1
      throw new TypeError('fetch failed')
    },
  })
  await expect(client.keys.create('acct_1', { name: 'x' })).rejects.toThrow(/did not answer/)
  expect(tries).toBe(1)
})

describe('the feed of an account', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  /** Entries after the given one, two at most, and then the connection is cut. */
  function sendTwo(response: ServerResponse, after: number, length: number): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('retry: 1\n\n: beat\n\n')
    const until = Math.min(after + 2, length)
    for (let seq = after + 1; seq <= until; seq += 1)
      response.write(
        `id: ${seq}\nevent: settle\ndata: ${JSON.stringify({ seq, kind: 'settle' })}\n\n`,
      )
    if (until < length) setTimeout(() => response.destroy(), 5)
  }

  async function journal(length: number, options: { everySecondFails?: boolean } = {}) {
    const connections: { after: string | undefined; query: string }[] = []
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://test')
      if (url.pathname.endsWith('/state')) return response.end(JSON.stringify({ seq: 3 }))
      const after = request.headers['last-event-id'] as string | undefined
      connections.push({ after, query: url.searchParams.get('after_seq') ?? '' })
      if (options.everySecondFails && connections.length % 2 === 1)
        return response.writeHead(503, { 'retry-after': '0' }).end()
      return sendTwo(response, Number(after), length)
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return { client: createClient({ baseUrl: url, token: 't' }), connections }
  }

  test('every entry once and in order, over lost connections', async () => {
    const { client, connections } = await journal(9)
    const seen: number[] = []
    for await (const entry of client.accounts.events('acct_1', { afterSeq: 0 })) {
      seen.push(entry.seq)
      if (entry.seq === 9) break
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(connections.map(({ after }) => after)).toEqual(['0', '2', '4', '6', '8'])
  })

  test('begins after the present number, so that nothing falls into a gap', async () => {
    const { client, connections } = await journal(5)
    const first = await take<EntryAnswer>(client.accounts.events('acct_1'), 2)
    expect(first.map(({ seq }) => seq)).toEqual([4, 5])
    expect(connections[0]?.after).toBe('3')
  })

  test('a server that is away for a while is waited for, and said so', async () => {
    const { client } = await journal(6, { everySecondFails: true })
    const waits: number[] = []
    const options = {
      afterSeq: 0,
      onReconnect: ({ waitMs }: { waitMs: number }) => {
        waits.push(waitMs)
      },
    }
    const entries = await take<EntryAnswer>(client.accounts.events('a', options), 6)
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
    expect(waits.length).toBeGreaterThan(2)
  })

  test('ends when it is asked to', async () => {
    const { client } = await journal(2)
    const controller = new AbortController()
    const seen: number[] = []
    for await (const entry of client.accounts.events('a', {
      afterSeq: 0,
      signal: controller.signal,
    })) {
      seen.push(entry.seq)
      if (entry.seq === 2) controller.abort()
    }
    expect(seen).toEqual([1, 2])
  })

  test('a silent connection is taken for dead', async () => {
    const { client, connections } = await journal(0)
    const controller = new AbortController()
    const options = { afterSeq: 0, idleMs: 30, signal: controller.signal }
    setTimeout(() => controller.abort(), 400)
    for await (const _ of client.accounts.events('a', options)) expect.unreachable()
    expect(connections.length).toBeGreaterThan(1)
  })

  test('what waiting cannot heal is thrown', async () => {
    const client = createClient({
      baseUrl: 'http://test',
      fetch: async () => new Response(JSON.stringify({ code: 'account_unknown' }), { status: 404 }),
    })
    const events = client.accounts.events('a', { afterSeq: 0 })
    await expect(events.next()).rejects.toMatchObject({ code: 'account_unknown' })
  })
})

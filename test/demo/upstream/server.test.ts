import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type BillPage,
  FAULTS,
  type FaultRates,
  startUpstream,
  type UpstreamOptions,
  type UpstreamStats,
} from '../../../src/demo/upstream/index.ts'
import { chat, eventually, message, response, sim, useClients } from './clients.ts'

async function withUpstream<T>(
  options: Partial<UpstreamOptions>,
  use: (send: (prompt: string) => Promise<Response>, bill: () => BillPage) => Promise<T>,
): Promise<T> {
  const upstream = await startUpstream({ seed: 3, ...options })
  const send = (prompt: string) =>
    fetch(`${upstream.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'k', 'x-sim-retry-after': 'none' },
      body: JSON.stringify({ ...message, messages: [{ role: 'user', content: prompt }] }),
    })
  try {
    return await use(send, () => upstream.bill())
  } finally {
    await upstream.stop()
  }
}

/** The outcome of each of 200 requests under these rates. */
const history = (faults: FaultRates, seed: number) =>
  withUpstream({ faults, seed }, async (send, bill) => {
    for (let index = 0; index < 200; index += 1) {
      const answer = await send(`prompt ${index}`)
      await answer.text()
    }
    return bill().lines.map((line) => `${line.fault} ${line.status} ${line.usage.output_tokens}`)
  })

describe('seeds and rates', () => {
  const rates = { rate_limit: 0.2, server_error: 0.1, usage_missing: 0.1 }

  test('the same seed plays the same faults and lengths, another seed others', async () => {
    const first = await history(rates, 5)
    expect(await history(rates, 5)).toEqual(first)
    expect(await history(rates, 6)).not.toEqual(first)
  })

  test('faults come about as often as asked', async () => {
    const seen = await history(rates, 5)
    const share = (fault: string) => seen.filter((line) => line.startsWith(fault)).length / 200
    expect(share('rate_limit')).toBeGreaterThan(0.1)
    expect(share('rate_limit')).toBeLessThan(0.3)
    expect(share('null')).toBeGreaterThan(0.45)
  })

  test('rates above one in sum are refused', async () => {
    const impossible = startUpstream({ seed: 1, faults: { timeout: 0.7, slow: 0.4 } })
    await expect(impossible).rejects.toThrow(RangeError)
  })

  test('lengths follow the prompt: many short ones, few long ones', async () => {
    const lengths = (await history({}, 5)).map((line) => Number(line.split(' ')[2]))
    expect(new Set(lengths).size).toBeGreaterThan(100)
    expect(Math.min(...lengths)).toBeGreaterThan(0)
  })
})

describe('the book', () => {
  const clients = useClients()
  const page = async (query = ''): Promise<BillPage> =>
    (await fetch(`${clients.upstream.url}/sim/bill${query}`)).json() as Promise<BillPage>

  test('GET /sim/bill is read in pages', async () => {
    for (let index = 0; index < 5; index += 1) await clients.anthropic.messages.create(message)
    const first = await page('?limit=3')
    const second = await page(`?after=${first.next}`)
    expect([first.lines.length, second.lines.length]).toEqual([3, 2])
    const ids = [...first.lines, ...second.lines].map((line) => line.request_id)
    expect(new Set(ids).size).toBe(5)
    expect(await page(`?after=${second.next}`)).toMatchObject({ lines: [], next: 5 })
    expect(await page()).toEqual(clients.upstream.bill())
  })

  test('GET /sim/stats and POST /sim/reset', async () => {
    await clients.anthropic.messages.create(message, sim({ 'output-tokens': 25 }))
    const url = `${clients.upstream.url}/sim`
    const stats = (await (await fetch(`${url}/stats`)).json()) as UpstreamStats
    expect(stats).toEqual(clients.upstream.stats())
    expect(stats).toMatchObject({ requests: 1, aborted: 0, generated_tokens: 25 })
    expect(stats.bill).toMatchObject({ billed: 1, unbilled: 0 })
    expect((await fetch(`${url}/reset`, { method: 'POST' })).status).toBe(200)
    expect(clients.upstream.bill().lines).toEqual([])
    expect(clients.upstream.stats().requests).toBe(0)
    expect((await fetch(`${url}/nothing`)).status).toBe(404)
  })

  test('a hundred streams at once: the answers and the book agree in sum', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        clients.anthropic.messages
          .stream({ ...message, messages: [{ role: 'user', content: `stream ${index}` }] })
          .finalMessage(),
      ),
    )
    const { usage } = clients.upstream.stats().bill
    const sum = (read: (answer: (typeof answers)[number]) => number): number =>
      answers.reduce((total, answer) => total + read(answer), 0)
    expect(usage.output_tokens).toBe(sum((answer) => answer.usage.output_tokens))
    expect(usage.input_tokens).toBe(sum((answer) => answer.usage.input_tokens))
  })

  test('old lines are dropped, and their number is told; totals stay whole', async () => {
    await withUpstream({ billLines: 10 }, async (send, bill) => {
      for (let index = 0; index < 25; index += 1) await (await send(`p ${index}`)).text()
      const { lines, dropped, next } = bill()
      expect(next).toBe(25)
      expect(dropped + lines.length).toBe(25)
      expect(lines.length).toBeLessThanOrEqual(10)
    })
  })
})

/** Every fault on every surface, whole and streamed; every second client hangs up early. */
describe('endurance', () => {
  const clients = useClients()
  const cases = FAULTS.flatMap((fault) =>
    [
      { path: '/v1/messages', body: message },
      { path: '/v1/chat/completions', body: chat },
      { path: '/v1/responses', body: response },
    ].flatMap(({ path, body }) =>
      [false, true].flatMap((stream) =>
        [false, true].map((early) => ({ fault, path, body: { ...body, stream }, early })),
      ),
    ),
  )

  async function play({ fault, path, body, early }: (typeof cases)[number]): Promise<void> {
    const more = { fault, 'first-byte-ms': early ? 20 : 0, 'chunk-delay-ms': early ? 3 : 0 }
    const request = fetch(`${clients.upstream.url}${path}`, {
      method: 'POST',
      headers: { 'x-api-key': 'k', ...sim(more).headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(early || fault === 'timeout' ? 35 : 10_000),
    })
    await request.then((answer) => answer.arrayBuffer()).catch(() => undefined)
  }

  test('no fault and no client brings it down, and nothing stays in flight', async () => {
    const { upstream } = clients
    // A dozen at a time, so that those who leave early have at least arrived.
    for (let first = 0; first < cases.length; first += 12) {
      await Promise.all(cases.slice(first, first + 12).map(play))
    }
    await eventually(() => upstream.stats().in_flight === 0)
    expect((await clients.anthropic.messages.create(message)).stop_reason).toBe('end_turn')
    const { lines } = upstream.bill()
    expect(new Set(lines.map((line) => line.request_id)).size).toBe(lines.length)
    expect(lines.length).toBeGreaterThan(cases.length * 0.9)
  })
})

describe('paths', () => {
  const clients = useClients()

  test('an unknown path is refused in the shape of its dialect', async () => {
    const { url } = clients.upstream
    const openai = await fetch(`${url}/v1/nothing`, { headers: { authorization: 'Bearer k' } })
    expect(openai.status).toBe(404)
    expect(await openai.json()).toHaveProperty('error.message')
    const headers = { 'x-api-key': 'k' }
    const anthropic = await fetch(`${url}/v1/nothing`, { method: 'POST', headers, body: '{}' })
    expect(await anthropic.json()).toMatchObject({ type: 'error' })
  })

  test('stop closes open connections, so no test hangs on it', async () => {
    const upstream = await startUpstream({ seed: 1 })
    const hanging = fetch(`${upstream.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'k', 'x-sim-fault': 'timeout' },
      body: JSON.stringify(message),
    })
    const failed = expect(hanging).rejects.toThrow()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await upstream.stop()
    await failed
  })

  test('every fault is described in the README, and every described fault exists', async () => {
    const readme = readFileSync('src/demo/upstream/README.md', 'utf8')
    const table = readme.slice(readme.indexOf('## Faults'), readme.indexOf('## The book'))
    const described = [...table.matchAll(/^\| `([a-z0-9_]+)` *\|/gm)].map((match) => match[1])
    expect(described.sort()).toEqual([...FAULTS].sort())
  })
})

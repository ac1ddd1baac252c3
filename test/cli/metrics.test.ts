import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { type Client, createClient } from '../../src/client/index.ts'
import { loadConfig, Secret } from '../../src/config.ts'
import type { Receipt } from '../../src/contract/receipt/index.ts'
import { startUpstream, type Upstream } from '../../src/demo/upstream/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { temporaryFolder } from './support/run.ts'

/** The numbers at /metrics against the receipts of the calls that they count. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TOKEN = 'operator-token-of-the-test'
const ACCOUNTS = ['acct_metrics', 'acct_poor'] as const
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))

let database: TestDatabase
let upstream: Upstream
let server: RunningServer
let client: Client
const keys: Record<string, string> = {}

beforeAll(async () => {
  database = await freshDatabase()
  upstream = await startUpstream({ seed: 3 })
  const provider = { baseUrl: upstream.url, apiKey: new Secret('sk-simulated') }
  server = await startServer({
    config: loadConfig({ env: {}, cwd: temporaryFolder() }),
    databaseUrl: database.url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    upstreams: { anthropic: provider, openai: provider },
    port: 0,
  })
  client = createClient({ baseUrl: server.url, token: TOKEN })
  await client.priceBooks.publish(read('data/price-books/2026-10-07.json'))
  await client.plans.create(read('data/plans/pro.json'))
  await client.plans.publish('pro', 1)
  const empty = { id: 'empty', version: 1, name: 'Empty', currency: 'USD', windows: [] }
  await client.plans.create({ ...empty, coverage: [] })
  await client.plans.publish('empty', 1)
  for (const account_id of ACCOUNTS) {
    const plan = account_id === 'acct_poor' ? 'empty' : 'pro'
    await client.accounts.open({ account_id, name: account_id, currency: 'USD', plan })
    keys[account_id] = (await client.keys.create(account_id, { name: 'k' })).key
  }
})

afterAll(async () => {
  await server?.close()
  await upstream?.stop()
})

const messages = [{ role: 'user', content: 'Count what you write.' }]

interface Ask {
  readonly account?: (typeof ACCOUNTS)[number]
  readonly dialect?: 'anthropic' | 'openai'
  readonly body?: object
  readonly text?: string
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
}

function ask({ account = 'acct_metrics', dialect = 'anthropic', ...own }: Ask): Promise<Response> {
  const path = dialect === 'anthropic' ? 'anthropic/v1/messages' : 'openai/v1/chat/completions'
  const model = dialect === 'anthropic' ? 'claude-haiku-5.5' : 'gpt-5.5'
  const secret = keys[account]!
  return fetch(`${server.url}/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(dialect === 'anthropic'
        ? { 'x-api-key': secret }
        : { authorization: `Bearer ${secret}` }),
      ...own.headers,
    },
    body: own.text ?? JSON.stringify({ model, max_tokens: 60, messages, ...own.body }),
    signal: own.signal ?? null,
  })
}

const whole = async (own: Ask): Promise<number> => {
  const answer = await ask(own)
  await answer.text()
  return answer.status
}

/** Hangs up in the middle of a stream. */
async function hangUp(): Promise<void> {
  const controller = new AbortController()
  const headers = { 'x-sim-output-tokens': '60', 'x-sim-chunk-delay-ms': '30' }
  const answer = await ask({ body: { stream: true }, headers, signal: controller.signal })
  const reader = answer.body!.getReader()
  let text = ''
  while (!/delta.*(delta.*){4}/s.test(text)) {
    const { value, done } = await reader.read()
    if (done) break
    text += new TextDecoder().decode(value)
  }
  controller.abort()
}

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number }

/** The samples of a metric, read as Prometheus reads them. */
async function scrape(): Promise<(name: string) => Sample[]> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const samples = text.split('\n').flatMap((line) => {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line)
    if (!match) return []
    const labels = Object.fromEntries(
      [...(match[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    )
    return [{ name: match[1], labels, value: Number(match[3]) }]
  })
  return (name) => samples.filter((sample) => sample.name === name)
}

/** Sums by label values, in the order of the names. */
const byLabels = (samples: readonly Sample[], ...names: string[]): Record<string, number> =>
  Object.fromEntries(
    samples
      .map(({ labels, value }) => [names.map((name) => labels[name]).join(' '), value] as const)
      .toSorted(),
  )

function counted(keysOf: readonly (readonly [string, number])[]): Record<string, number> {
  const sums = new Map<string, number>()
  for (const [key, count] of keysOf) sums.set(key, (sums.get(key) ?? 0) + count)
  return Object.fromEntries([...sums].toSorted())
}

async function receipts(): Promise<Receipt[]> {
  const all: Receipt[] = []
  for (const account of ACCOUNTS)
    for await (const { receipt_id } of client.calls.list(account))
      all.push(await client.calls.receipt(receipt_id, { account_id: account }))
  return all
}

const dialectOf = ({ call }: Receipt): string => call.route!.split('/')[1]!

describe('after real calls', () => {
  let metric: Awaited<ReturnType<typeof scrape>>
  let told: Receipt[]

  beforeAll(async () => {
    expect(await whole({})).toBe(200)
    expect(await whole({ body: { stream: true } })).toBe(200)
    expect(await whole({ dialect: 'openai', body: { stream: true } })).toBe(200)
    expect(await whole({ dialect: 'openai' })).toBe(200)
    expect(await whole({ body: { model: 'claude-typo-1' } })).toBe(200)
    expect(await whole({ headers: { 'x-sim-fault': 'usage_missing' } })).toBe(200)
    expect(await whole({ headers: { 'x-sim-fault': 'overloaded' } })).toBe(529)
    expect(await whole({ headers: { 'x-sim-fault': 'refusal_before_output' } })).toBe(200)
    expect(await whole({ account: 'acct_poor' })).toBe(402)
    expect(await whole({ text: '{"model":' })).toBe(400)
    expect(await whole({ headers: { 'x-api-key': 'ec_live_nobody' } })).toBe(401)
    await hangUp()
    for (let tries = 0; tries < 500 && server.gateway.stats().inFlight > 0; tries += 1)
      await sleep(10)
    await server.jobs.runOnce()
    metric = await scrape()
    told = await receipts()
    expect(told).toHaveLength(10)
  })

  it('attempts are those of the receipts', () => {
    const attempts = told.flatMap((receipt) =>
      receipt.attempts.map((own) => {
        const outcome = own.state === 'refused' ? 'refused' : own.outcome
        return [`${dialectOf(receipt)} ${outcome}`, 1] as const
      }),
    )
    expect(byLabels(metric('everycent_gateway_attempts_total'), 'dialect', 'outcome')).toEqual(
      counted(attempts),
    )
  })

  it('tokens are those of the receipts, under models of the price book only', () => {
    const tokens = told.flatMap(({ rating, lines, usage }) =>
      rating?.status === 'priced'
        ? lines.flatMap((line) =>
            line.type === 'usage'
              ? [[`${line.model} ${line.kind}`, line.quantity ?? 0] as const]
              : [],
          )
        : Object.entries(usage?.tokens ?? {}).map(
            ([kind, count]) => [`none ${kind}`, count] as const,
          ),
    )
    const samples = metric('everycent_gateway_tokens_total')
    expect(byLabels(samples, 'model', 'kind')).toEqual(counted(tokens))
    expect(new Set(samples.map(({ labels }) => labels.model))).toEqual(
      new Set(['claude-haiku-5.5', 'gpt-5.5', 'none']),
    )
  })

  it('what is not billed has the reason of its receipt', () => {
    const unbilled = told.filter(({ status }) => status !== 'settled' && status !== 'refused')
    const reasons = unbilled.map(
      (own) =>
        [
          `${dialectOf(own)} ${own.status === 'not_billed' ? own.verdict.outcome : own.status}`,
          1,
        ] as const,
    )
    expect(reasons).toHaveLength(4)
    expect(byLabels(metric('everycent_gateway_not_billed_total'), 'dialect', 'reason')).toEqual(
      counted(reasons),
    )
  })

  it('refusals have their codes', () => {
    expect(byLabels(metric('everycent_gateway_refusals_total'), 'dialect', 'code')).toEqual({
      'anthropic funds_exhausted': 1,
      'anthropic invalid_key': 1,
      'anthropic invalid_request': 1,
    })
  })

  it('times are counted once for each attempt that the provider answered', () => {
    const answers = byLabels(
      metric('everycent_gateway_upstream_answers_total'),
      'dialect',
      'status',
    )
    expect(answers).toEqual({ 'anthropic 2xx': 6, 'anthropic 529': 1, 'openai 2xx': 2 })
    for (const name of ['first_byte', 'upstream', 'added'])
      expect(
        byLabels(metric(`everycent_gateway_${name}_seconds_count`), 'dialect', 'stream'),
        name,
      ).toEqual({ 'anthropic false': 5, 'anthropic true': 2, 'openai false': 1, 'openai true': 1 })
    // the stream that was broken off took longer at its provider than it took us
    const sum = (name: string) =>
      byLabels(metric(`everycent_gateway_${name}_seconds_sum`), 'dialect', 'stream')
    expect(sum('upstream')['anthropic true']).toBeGreaterThan(0.1)
    expect(sum('upstream')['anthropic true']).toBeGreaterThan(sum('first_byte')['anthropic true']!)
  })

  it('clients that left are counted, and nothing is in flight', () => {
    expect(metric('everycent_gateway_clients_left_total')).toMatchObject([{ value: 1 }])
    expect(metric('everycent_gateway_in_flight')).toMatchObject([{ value: 0 }])
  })

  it('the engine, the pool and the jobs say how they are', () => {
    const one = (name: string): number => metric(name)[0]!.value
    expect(one('everycent_engine_commit_seconds_count')).toBe(one('everycent_engine_commits'))
    expect(one('everycent_engine_commit_commands_sum')).toBeGreaterThanOrEqual(told.length)
    expect(one('everycent_engine_queued')).toBe(0)
    expect(one('everycent_database_up')).toBe(1)
    expect(one('everycent_database_connections')).toBeGreaterThan(0)
    expect(one('everycent_database_connections_max')).toBe(
      loadConfig({ env: {}, cwd: '/' }).numbers['database.connections_max'],
    )
    const jobs = metric('everycent_job_last_success_timestamp_seconds')
    expect(jobs.map(({ labels }) => labels.job)).toContain('holds')
    for (const { value } of jobs) expect(value).toBeGreaterThan(1_700_000_000)
    const failed = metric('everycent_job_failed_items')
    expect(failed.map(({ value }) => value)).toEqual(failed.map(() => 0))
  })
})

it('names no account, no key and nothing that a request chose', async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  expect(text.length).toBeGreaterThan(1_000)
  for (const word of ['acct_', 'ec_live', 'key_', 'claude-typo-1']) expect(text).not.toContain(word)
})

it('every number is on its page, and every number of the page exists', async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name)
  const page = readFileSync(join(ROOT, 'docs/operating/metrics.md'), 'utf8')
  const told = [...page.matchAll(/^\| `(everycent_\w+)`/gm)].map(([, name]) => name)
  expect(told.toSorted()).toEqual(names.toSorted())
})

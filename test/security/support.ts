import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { createLog } from '../../src/cli/serve/log.ts'
import { createClient } from '../../src/client/index.ts'
import { type Config, loadConfig, Secret } from '../../src/config.ts'
import { TEST_PLAN } from '../api/support.ts'
import { BOOK } from '../gateway/support/catalogue.ts'
import { closeServer, listen } from '../gateway/support/rig.ts'
import { freshDatabase } from '../support/database.ts'
import { TERMS_DIR } from '../support/terms.ts'

export const OPERATOR = 'operator-token-that-is-marked'
export const PROVIDER_KEY = 'sk-provider-key-that-is-marked'
export const ANSWER = 'the marked words of an answer'
const SECRET_KEY = Buffer.alloc(32, 7).toString('base64')

/** What pages of the web app send. */
export const PAGE = { 'everycent-csrf': '1', 'sec-fetch-site': 'same-origin' }

interface Received {
  readonly req: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders' | 'headers'>
  readonly body: string
}

export interface Whole {
  readonly server: RunningServer
  readonly url: string
  readonly operator: ReturnType<typeof createClient>
  /** What has reached the provider. */
  readonly received: Received[]
  /** Everything that was logged so far. */
  logged(): string
  /** An account that can pay, with a key of no member. */
  account(id: string): Promise<string>
  /** Signs somebody in by a link; the cookie as it is sent. */
  cookie(person: object): Promise<string>
  ask(method: string, path: string, sent?: Sent): Promise<Told>
  /** Bytes as they are, on a connection of their own; what came back until it was closed. */
  raw(bytes: string | readonly string[]): Promise<string>
  close(): Promise<void>
}

interface Sent {
  readonly headers?: Record<string, string>
  readonly body?: object | string
}

interface Told {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

/** The server as `serve` composes it, on a real port, before a provider that tells what it was sent. */
export async function startWhole(
  numbers: Partial<Config['numbers']> = {},
  env: Record<string, string> = {},
): Promise<Whole> {
  const received: Received[] = []
  const provider = startProvider(received)
  const upstream = { baseUrl: await listen(provider), apiKey: new Secret(PROVIDER_KEY) }
  const logFile = join(mkdtempSync(join(tmpdir(), 'everycent-security-')), 'log')
  const config = loadConfig({
    env: {
      EVERYCENT_PAYMENTS_PROVIDER: 'simulated',
      EVERYCENT_PAYMENTS_TERMS_DIR: TERMS_DIR,
      EVERYCENT_SECRET_KEY: SECRET_KEY,
      ...env,
    },
    cwd: '/',
  })
  const server = await startServer({
    config: { ...config, numbers: { ...config.numbers, ...numbers } },
    databaseUrl: (await freshDatabase()).url,
    operatorTokens: [OPERATOR],
    log: createLog('trace', logFile),
    upstreams: { anthropic: upstream, openai: upstream },
    port: 0,
  })
  const operator = createClient({ baseUrl: server.url, token: OPERATOR })
  await operator.priceBooks.publish({ ...BOOK, effective_from: '2020-01-01T00:00:00Z' } as never)
  await operator.plans.create(TEST_PLAN as never)
  await operator.plans.publish('test', 1)
  const ask: Whole['ask'] = (method, path, sent) => asked(server.url, method, path, sent)
  return {
    ...{ server, url: server.url, operator, received, ask },
    logged: () => readFileSync(logFile, 'utf8'),
    account: (id) => openAccount(ask, id),
    cookie: (person) => signedIn(ask, person),
    raw: (bytes) => rawly(server.port, bytes),
    close: async () => {
      await server.close()
      await closeServer(provider)
    },
  }
}

function startProvider(received: Received[]) {
  return createServer((req, res) => {
    let body = ''
    req.setEncoding('utf8')
    req.on('data', (chunk: string) => {
      body += chunk
    })
    req.on('end', () => {
      received.push({ req, body })
      res.writeHead(200, { 'content-type': 'application/json' })
      res.end(
        JSON.stringify({
          id: 'msg_1',
          type: 'message',
          model: 'claude-haiku-5.5',
          content: [{ type: 'text', text: ANSWER }],
          choices: [{ index: 0, finish_reason: 'stop', message: { content: ANSWER } }],
          output: [{ type: 'message', content: [{ type: 'output_text', text: ANSWER }] }],
          stop_reason: 'end_turn',
          usage: { input_tokens: 10, output_tokens: 5 },
        }),
      )
    })
  })
}

const FEED_SILENT_MS = 200

async function asked(url: string, method: string, path: string, sent: Sent = {}): Promise<Told> {
  const { headers = {}, body } = sent
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = isFeed(response) ? await beginningOf(response) : await response.text()
  return { status: response.status, text, headers: response.headers }
}

const isFeed = ({ headers }: Response): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') === true

/** A feed has no end: what it tells until it has been silent for a moment. */
async function beginningOf({ body }: Response): Promise<string> {
  if (!body) return ''
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const next = await Promise.race([reader.read(), sleep(FEED_SILENT_MS, null)])
    if (next === null || next.done) break
    text += next.value
  }
  await reader.cancel()
  return text
}

export const bearer = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
})

let serial = 0
/** The operator's order; throws when it was not done. */
export async function order(
  ask: Whole['ask'],
  [method, path]: readonly [method: string, path: string],
  body?: object,
): Promise<Record<string, never>> {
  serial += 1
  const headers = { ...bearer(OPERATOR), 'idempotency-key': `order-${serial}` }
  const told = await ask(method, path, { headers, ...(body && { body }) })
  if (told.status >= 300) throw new Error(`${method} ${path}: ${told.status} ${told.text}`)
  return told.text === '' ? {} : JSON.parse(told.text)
}

async function openAccount(ask: Whole['ask'], id: string): Promise<string> {
  const at = `/v1/accounts/${id}`
  const account = { account_id: id, name: `Account ${id}`, currency: 'USD', plan: 'test@1' }
  await order(ask, ['POST', '/v1/accounts'], account)
  const paid = { payment_id: `pay-${id}`, price: '50', expires_at: null }
  await order(ask, ['POST', `${at}/top_ups`], paid)
  await order(ask, ['PATCH', `${at}/controls`], { paid_use: true })
  const made = await order(ask, ['POST', `${at}/keys`], { name: 'main' })
  return `${made.key}`
}

export async function signInToken(ask: Whole['ask'], person: object): Promise<string> {
  const { path } = await order(ask, ['POST', '/v1/sign_in_links'], person)
  return `${path}`.split('#token=')[1] ?? ''
}

async function signedIn(ask: Whole['ask'], person: object): Promise<string> {
  return cookieOf(ask, await signInToken(ask, person))
}

/** The cookie that a link's token is worth. */
export async function cookieOf(ask: Whole['ask'], token: string): Promise<string> {
  const told = await ask('POST', '/v1/sign_in/link', { headers: PAGE, body: { token } })
  const cookie = told.headers.get('set-cookie')?.split(';')[0]
  if (cookie === undefined) throw new Error(told.text)
  return cookie
}

function rawly(port: number, bytes: string | readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => {
      for (const part of typeof bytes === 'string' ? [bytes] : bytes) socket.write(part, 'latin1')
    })
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('error', () => resolve(text))
    socket.on('close', () => resolve(text))
  })
}

/** How often a part has tried something, and what: printed once at its end. */
export function tally(part: string): { count(what: string, times?: number): void; print(): void } {
  const tried = new Map<string, number>()
  return {
    count: (what, times = 1) => tried.set(what, (tried.get(what) ?? 0) + times),
    print: () => console.log(`proof security ${part} ${JSON.stringify(Object.fromEntries(tried))}`),
  }
}

const LANES = 8

/** Does it for each of the items, some at once. */
export async function inLanes<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values()
  const lane = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'

/** How a request ended, as its caller saw it. */
export interface Told {
  readonly what: 'authorize' | 'settle' | 'gateway'
  readonly callId: string
  readonly status: number
  readonly code: string | null
  readonly retryAfter: number | null
}

export interface Customer {
  readonly accountId: string
  readonly key: string
}

export interface Flood {
  /** Calls begun in a second. */
  readonly perSecond: number
  /** Every call has its answers. */
  readonly ended: Promise<unknown>
}

const TICK_MS = 10
/** Calls of a flood under way at once: as many as there are connections for them, so that none waits here. */
const UNDER_WAY_MAX = 1_000
const SECOND_MS = 1_000
const SETTLE_AGAIN_MS = 100
const OVERLOADS = new Set([503, 529])

/** Callers of both kinds: those in front of the gateway, and those who authorize and settle by themselves. */
export class Load {
  readonly told: Told[] = []
  /** Calls that were let in and have been told that they are settled. */
  readonly settled = new Set<string>()
  readonly #url: string
  readonly #customers: readonly Customer[]
  readonly #agent = new Agent({ connections: UNDER_WAY_MAX, pipelining: 1, headersTimeout: 60_000 })
  #next = 0

  constructor(url: string, customers: readonly Customer[]) {
    this.#url = url
    this.#customers = customers
  }

  /** As many at once as are told, each after the other: what can be served. Calls settled in a second. */
  async steady(atOnce: number, ms: number): Promise<number> {
    const before = this.settled.size
    const from = performance.now()
    const work = async (): Promise<void> => {
      while (performance.now() - from < ms) await this.call()
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    return ((this.settled.size - before) * SECOND_MS) / (performance.now() - from)
  }

  /** New calls at a rate, whatever becomes of those before them, until the last was begun. */
  async flood(perSecond: number, ms: number): Promise<Flood> {
    const first = this.#next
    const calls = new Set<Promise<unknown>>()
    const from = performance.now()
    let due = 0
    for (let passed = 0; passed < ms; passed = performance.now() - from) {
      const now = (passed * perSecond) / SECOND_MS
      for (; due < now; due += 1) {
        // whoever finds no connection has not asked: it counts as nothing that was offered
        if (calls.size >= UNDER_WAY_MAX) continue
        const call = this.call().finally(() => calls.delete(call))
        calls.add(call)
      }
      await sleep(TICK_MS)
    }
    const took = performance.now() - from
    const begun = this.#next - first
    return { perSecond: (begun * SECOND_MS) / took, ended: Promise.all(calls) }
  }

  /** One call, by turns through the gateway and beside it. */
  call(): Promise<boolean> {
    const number = this.#next
    this.#next += 1
    const customer = this.#customers[number % this.#customers.length]!
    const callId = `call_load${number}`
    return number % 4 === 0 ? this.#through(customer, callId) : this.#beside(customer, callId)
  }

  async close(): Promise<void> {
    await this.#agent.close()
  }

  async #through({ key }: Customer, callId: string): Promise<boolean> {
    const { status } = await this.#ask('gateway', callId, {
      path: '/anthropic/v1/messages',
      headers: { 'x-api-key': key, 'idempotency-key': callId },
      body: { model: 'claude-haiku-5.5', max_tokens: 20, messages: MESSAGES },
    })
    if (status === 200) this.settled.add(callId)
    return status === 200
  }

  async #beside({ accountId, key }: Customer, callId: string): Promise<boolean> {
    const headers = { authorization: `Bearer ${key}` }
    const own = { account_id: accountId, call_id: callId }
    const admitted = await this.#ask('authorize', callId, {
      ...{ path: '/v1/authorize', headers },
      body: { ...own, model: 'claude-haiku-5.5', prompt_tokens_max: 50, max_output_tokens: 20 },
    })
    if (admitted.status !== 200) return false
    const usage = { dialect: 'anthropic', response: ANSWER }
    for (;;) {
      const { status } = await this.#ask('settle', callId, {
        ...{ path: '/v1/settle', headers },
        body: { ...own, usage },
      })
      if (status === 200) break
      if (!OVERLOADS.has(status)) return false
      await sleep(SETTLE_AGAIN_MS)
    }
    this.settled.add(callId)
    return true
  }

  async #ask(
    what: Told['what'],
    callId: string,
    asked: { path: string; headers: Record<string, string>; body: object },
  ): Promise<Told> {
    const told = await request(this.#url + asked.path, {
      method: 'POST',
      dispatcher: this.#agent,
      headers: { 'content-type': 'application/json', ...asked.headers },
      body: JSON.stringify(asked.body),
    }).then(
      async ({ statusCode, headers, body }) => {
        const text = await body.text()
        const code = /"code":"(\w+)"/.exec(text)?.[1] ?? null
        const wait = headers['retry-after']
        const retryAfter = wait === undefined ? null : Number(wait)
        return { what, callId, status: statusCode, code, retryAfter }
      },
      (error: Error & { code?: string }) => {
        const code = error.code ?? error.message
        return { what, callId, status: 0, code, retryAfter: null }
      },
    )
    this.told.push(told)
    return told
  }
}

const MESSAGES = [{ role: 'user', content: 'Count what you write.' }]
const ANSWER = {
  model: 'claude-haiku-5.5',
  usage: { input_tokens: 20, output_tokens: 9 },
}

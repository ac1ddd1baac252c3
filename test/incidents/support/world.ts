import { createServer, type Server } from 'node:http'
import { expect } from 'vitest'
import { takesRateLimitsForSuccesses } from '../../../src/cli/serve/fault.ts'
import type { BodyOf, Routes } from '../../../src/contract/routes/index.ts'
import { decodeState } from '../../../src/core/ledger/index.ts'
import { parsePriceBook } from '../../../src/core/pricing/index.ts'
import { startUpstream, type Upstream } from '../../../src/demo/upstream/index.ts'
import type { Engine } from '../../../src/engine/index.ts'
import { createGateway, type Gateway } from '../../../src/gateway/index.ts'
import { conclude } from '../../../src/gateway/outcome.ts'
import { sweepDue } from '../../../src/jobs/sweep.ts'
import { createIds } from '../../../src/store/control/index.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { type Api, startNode } from '../../api/support.ts'
import { nodeAt, SetClock } from '../../engine/support/set-clock.ts'
import type { Node } from '../../engine/support.ts'
import { closeServer, listen } from '../../gateway/support/rig.ts'
import { freshDatabase } from '../../support/database.ts'

/** Prices at which a short call costs dollars, so that losses are worth a word. */
const BOOK = {
  id: 'book-2026',
  currency: 'USD',
  effective_from: '2020-01-01T00:00:00Z',
  rows: [
    { model: 'claude-haiku-5.5', kind: 'input' as const, per_mtok: '100000' },
    { model: 'claude-haiku-5.5', kind: 'output' as const, per_mtok: '500000' },
  ],
}

type Plan = BodyOf<Routes['createPlan']>
const plan = (id: string, capacity: string | null): Plan => ({
  id,
  version: 1,
  name: id,
  currency: 'USD',
  windows:
    capacity === null
      ? []
      : [
          { id: 'session', shape: 'anchored', length: 'PT5H', capacity },
          { id: 'weekly', shape: 'anchored', length: 'P7D', capacity: '5000' },
        ],
  coverage: [],
})
const PLANS = [plan('payg', null), plan('pro', '2000'), plan('small', '60'), plan('max', '4000')]

/** When the defect is in the program, `[from, until)`. */
interface Bug {
  readonly from: string
  readonly until: string
}

export const START = '2026-03-27T09:00:00Z'

interface Parts {
  readonly node: Node
  readonly upstream: Upstream
  readonly gateway: Gateway
  readonly server: Server
  readonly url: string
}

/** A whole platform at a time of its own: provider, gateway, API, jobs. With the bug, or as it should be. */
export class World {
  readonly api: Api
  readonly clock: SetClock
  readonly #parts: Parts
  readonly #keys = new Map<string, string>()

  get engine(): Engine {
    return this.#parts.node.engine
  }

  private constructor(api: Api, clock: SetClock, parts: Parts) {
    this.api = api
    this.clock = clock
    this.#parts = parts
  }

  static async start(bug: Bug | null): Promise<World> {
    const database = await freshDatabase()
    const clock = new SetClock(START)
    const node = await nodeAt(database, clock)
    const nowMs = () => clock.now()
    const api = await startNode(database, { engine: node.engine, nowMs })
    await api.done('publishPriceBook', { body: BOOK })
    for (const body of PLANS) {
      await api.done('createPlan', { body })
      await api.done('publishPlan', { params: { plan_id: body.id, version: 1 } })
    }
    const parsed = parsePriceBook(BOOK)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const upstream = await startUpstream({ seed: 2026 })
    const ids = createIds(Date.now)
    const provider = { baseUrl: upstream.url, apiKey: { reveal: () => 'sk-upstream' } }
    const silent = () => {}
    const isBroken = () =>
      bug !== null && nowMs() >= Date.parse(bug.from) && nowMs() < Date.parse(bug.until)
    const gateway = createGateway({
      engine: node.engine,
      keys: api.keys,
      books: () => [parsed.book],
      upstreams: { anthropic: provider },
      nowMs,
      newCallId: () => ids('call'),
      log: { debug: silent, info: silent, warn: silent, error: silent },
      conclude: (seen) => (isBroken() ? takesRateLimitsForSuccesses(seen) : conclude(seen)),
    })
    const server = createServer((req, res) => {
      if (!gateway.handle(req, res)) res.writeHead(404).end()
    })
    const url = await listen(server)
    return new World(api, clock, { node, upstream, gateway, server, url })
  }

  async account(account_id: string, plan_id: string): Promise<void> {
    const { done } = this.api
    await done('openAccount', {
      body: { account_id, name: account_id, currency: 'USD', plan: `${plan_id}@1` },
    })
    const made = await done('createKey', { params: { account_id }, body: { name: 'main' } })
    this.#keys.set(account_id, made.key)
  }

  /** What an account's owner or the operator says, over HTTP. */
  controls = (account_id: string, body: BodyOf<Routes['setControls']>) =>
    this.api.done('setControls', {
      params: { account_id },
      body: { ...body, reason: 'set up' },
      key: 'controls',
    })

  grant = (account_id: string, body: Omit<BodyOf<Routes['grant']>, 'name'>) =>
    this.api.done('grant', {
      params: { account_id },
      body: { name: 'Gift', ...body },
      key: 'gift',
    })

  topUp = (account_id: string, price: string) =>
    this.api.done('topUp', {
      params: { account_id },
      body: { payment_id: `pi_${account_id}`, price, expires_at: null },
    })

  /** One call through the gateway. `fault`: what the provider does to it. */
  async call(
    account: string,
    call_id: string,
    options: { readonly fault?: 'rate_limit' | 'mid_stream_error'; readonly tokens?: number } = {},
  ): Promise<void> {
    const { fault } = options
    const response = await fetch(`${this.#parts.url}/anthropic/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': this.#keys.get(account)!,
        'everycent-call-id': call_id,
        'x-sim-output-tokens': String(options.tokens ?? 40),
        'x-sim-chunk-tokens': '4',
        'x-sim-fault': fault ?? 'none',
        ...(fault === 'mid_stream_error' && {
          'x-sim-error-type': 'rate_limit_error',
          'x-sim-fault-after': '6',
        }),
      },
      body: JSON.stringify({
        model: 'claude-haiku-5.5',
        max_tokens: 60,
        stream: fault !== 'rate_limit',
        messages: [
          { role: 'user', content: `Tell me about ${call_id}, and say why it cost that.` },
        ],
      }),
    })
    await response.text().catch(() => {})
    await this.#settled(account, call_id)
  }

  /** A stream ends at its client a moment before its end is posted. */
  async #settled(account: string, callId: string): Promise<void> {
    for (let tries = 0; tries < 500; tries += 1) {
      const { rows } = await this.api.database.pool.query(
        `select 1 from accounts.entry where account_id = $1::text
         and request_id = $2::text and kind in ('settle', 'release', 'authorize')`,
        [account, callId],
      )
      if (rows.length > 0) return
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    throw new Error(`${callId} was never ended`)
  }

  /** Lots that have ended, and draws that move back to windows with room. */
  housekeeping = () => sweepDue(this.api.pool, this.engine, this.clock.now())

  /** What jobs work with: the engine whose time is the world's. */
  get parts() {
    return { pool: this.api.pool, engine: this.engine }
  }

  /** What an account has to the nano, apart from how it came about: the fold of its journal. */
  async balances(account: string) {
    const { rows } = await this.api.database.pool.query<{ state: unknown }>(
      'select state from accounts.account where account_id = $1::text',
      [account],
    )
    const state = decodeState(rows[0]!.state)
    return {
      plan: state.plan,
      parked: state.parked,
      windows: state.windows,
      lots: state.lots.filter(({ remaining }) => remaining > 0n),
      caps: state.caps,
      overage: state.overage,
      openHolds: state.openHolds,
      waiting: state.paidDraws.filter(({ count }) => count > 0),
    }
  }

  async expectSound(): Promise<void> {
    const report = await verify(this.api.pool)
    expect(report).toMatchObject({ ok: true, open_holds: 0 })
  }

  async close(): Promise<void> {
    const { gateway, server, upstream, node } = this.#parts
    await gateway.close()
    await closeServer(server)
    await upstream.stop()
    await this.api.app.close()
    await node.close()
    await this.api.pool.end()
  }
}

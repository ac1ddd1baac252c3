import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startUpstream, type Upstream } from '../../../src/demo/upstream/index.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { temporaryFolder } from '../../cli/support/run.ts'
import { type Served, serve } from '../../cli/support/serve.ts'
import { journal } from '../../engine/support/journal.ts'
import { freshDatabase } from '../../support/database.ts'
import { stocked, TOKEN } from '../support/stock.ts'
import { Load, type Told } from './load.ts'
import { Watch } from './watch.ts'

/*
 * Ten times of what a server can decide, through the gateway and beside it. The engine takes one decision a
 * commit, so that this machine can ask for ten times as much; the bounds are small, so that all are met.
 * Bounds hold, memory stays, refusals are honest, and what was acknowledged is in the journal once.
 */

const IS_FULL = process.env.PROOF === 'full'
const STEADY_MS = IS_FULL ? 20_000 : 2_000
const FLOOD_MS = Number(process.env.PROOF_OVERLOAD_SECONDS ?? (IS_FULL ? 300 : 6)) * 1_000
const TIMES = 10
const TEST_MS = FLOOD_MS * 2 + 120_000
const MEGABYTE = 1024 * 1024
/** Of live objects: with more than this the server dies. Else a heap grows by whatever it has not cleared yet. */
const HEAP_MB = 256
/** Heap, code, buffers and stacks. */
const MEMORY_MAX = 640 * MEGABYTE

const BOUNDS = {
  EVERYCENT_ENGINE_QUEUE_MAX: '60',
  EVERYCENT_ENGINE_ENDS_QUEUE_MAX: '100',
  EVERYCENT_ENGINE_WAIT_MAX_MS: '1000',
  EVERYCENT_GATEWAY_CALLS_MAX: '24',
  EVERYCENT_SERVER_REQUESTS_MAX: '300',
  EVERYCENT_DATABASE_WAITING_MAX: '100',
}

let pool: pg.Pool
let upstream: Upstream
let server: Served
let load: Load
let watch: Watch
const facts: Record<string, number> = {}

beforeAll(async () => {
  const database = await freshDatabase()
  pool = database.pool
  upstream = await startUpstream({ seed: 9 })
  server = await serve(temporaryFolder(), {
    DATABASE_URL: database.url,
    ANTHROPIC_API_KEY: 'sk-simulated',
    EVERYCENT_ANTHROPIC_BASE_URL: upstream.url,
    EVERYCENT_OPERATOR_TOKEN: TOKEN,
    EVERYCENT_LOG_LEVEL: 'fatal',
    EVERYCENT_ENGINE_BATCH_MAX: '1',
    EVERYCENT_ENGINE_SPREAD_MAX: '1',
    EVERYCENT_ENGINE_LANES: '1',
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
    ...BOUNDS,
  })
  load = new Load(server.url, await stocked(server.url, 40))
  watch = new Watch(server.url, server.child.pid ?? 0)
}, 120_000)

afterAll(async () => {
  console.log(`proof overload ${JSON.stringify(facts)}`)
  await load?.close()
  server?.child.kill('SIGTERM')
  await server?.exited
  await upstream?.stop()
})

const OVERLOADED = new Set(['overloaded', 'engine_overloaded', 'gateway_overloaded'])
const isRefused = ({ code }: Told): boolean => code !== null && OVERLOADED.has(code)

describe('ten times of what can be decided', () => {
  test(
    'bounds hold, refusals are honest, and the first call after it is served',
    async () => {
      const sustainable = await load.steady(8, STEADY_MS)
      expect(load.told.filter(({ status }) => status !== 200)).toEqual([])
      const before = watch.memory()
      const from = load.told.length
      const watching = watch.start()
      const flood = await load.flood(sustainable * TIMES, FLOOD_MS)
      const ended = performance.now()
      while (!(await load.call())) await sleep(20)
      facts.seconds_until_served_again = Math.round((performance.now() - ended) / 100) / 10
      await flood.ended
      watch.stop()
      await watching
      const told = load.told.slice(from)
      const refused = told.filter(isRefused)
      Object.assign(facts, {
        sustainable_a_second: Math.round(sustainable),
        offered_a_second: Math.round(flood.perSecond),
        times: Math.round((flood.perSecond / sustainable) * 10) / 10,
        seconds: FLOOD_MS / 1_000,
        calls_refused: refused.length,
        memory_mb_before: Math.round(before / MEGABYTE),
        memory_mb_first_half: Math.round(watch.earlyMemory() / MEGABYTE),
        memory_mb_most: Math.round(watch.most.memory / MEGABYTE),
      })
      // far more than can be served was asked for, and some of it was served
      expect(refused.length).toBeGreaterThan(told.length / 4)
      expect(told.filter(({ what, status }) => what === 'settle' && status === 200)).not.toEqual([])
      // answered by what it is, never by a broken connection, a time-out or an error
      const others = told.filter((own) => own.status !== 200 && !isRefused(own))
      expect(others).toEqual([])
      for (const own of refused) {
        expect(own.status).toBe(own.what === 'gateway' ? 529 : 503)
        expect(own.retryAfter).toBeGreaterThanOrEqual(1)
      }
      const codes = new Set(refused.map(({ code }) => code))
      expect(codes.has('overloaded')).toBe(true)
      expect(codes.has('engine_overloaded') || codes.has('gateway_overloaded')).toBe(true)
    },
    TEST_MS,
  )

  test('no queue has grown beyond its bound, nor has memory', () => {
    const { most, looks } = watch
    facts.looks = looks
    expect(looks).toBeGreaterThan(5)
    expect(most.begins).toBeGreaterThan(0)
    expect(most.begins).toBeLessThanOrEqual(Number(BOUNDS.EVERYCENT_ENGINE_QUEUE_MAX))
    expect(most.ends).toBeLessThanOrEqual(Number(BOUNDS.EVERYCENT_ENGINE_ENDS_QUEUE_MAX))
    expect(most.calls).toBeLessThanOrEqual(Number(BOUNDS.EVERYCENT_GATEWAY_CALLS_MAX))
    expect(most.requests).toBeLessThanOrEqual(2 * Number(BOUNDS.EVERYCENT_SERVER_REQUESTS_MAX))
    expect(most.waiting).toBeLessThanOrEqual(Number(BOUNDS.EVERYCENT_DATABASE_WAITING_MAX))
    expect(most.memory).toBeLessThan(MEMORY_MAX)
    expect(server.child.exitCode).toBeNull()
  })

  test('what was acknowledged is in the journal once, no hold is left, and the books close', async () => {
    for (let tries = 0; tries < 300; tries += 1) {
      if ((await pool.query('select from accounts.hold')).rowCount === 0) break
      await sleep(100)
    }
    expect((await pool.query('select call_id from accounts.hold')).rows).toEqual([])
    const settles = new Map<string, number>()
    for (const { kind, body } of await journal(pool))
      if (kind === 'settle' && body.call)
        settles.set(body.call.call_id, (settles.get(body.call.call_id) ?? 0) + 1)
    const told = [...load.settled]
    facts.calls_acknowledged = told.length
    expect(told.filter((callId) => settles.get(callId) !== 1)).toEqual([])
    expect(settles.size).toBe(told.length)
    expect((await verify(pool)).first).toBeNull()
  }, 120_000)
})

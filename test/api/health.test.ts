import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Counter, Histogram, Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucketsOf, bucketsSince, quantile } from '../../src/api/health/buckets.ts'
import {
  judgeTile,
  runbookOf,
  TILE_IDS,
  TILES,
  type TileId,
} from '../../src/contract/health/index.ts'
import { type Api, startStockedApi } from './support.ts'

const ROOT = new URL('../../', import.meta.url)

let api: Api
let nowMs = Date.now()
const registry = new Registry()
const registers = [registry]
const added = new Histogram({
  ...{ name: 'everycent_gateway_added_seconds', help: 'added', registers },
  buckets: [0.01, 0.1, 1],
})
const attempts = new Counter({
  ...{ name: 'everycent_gateway_attempts_total', help: 'ends', registers },
  labelNames: ['outcome'],
})
beforeAll(async () => {
  api = await startStockedApi({ registry, nowMs: () => nowMs })
  await api.account('own')
})
afterAll(() => api.close())

const health = (lang?: 'en' | 'ja') => api.done('getHealth', { query: lang ? { lang } : {} })
const tile = async (id: TileId) => (await health()).items.find((own) => own.id === id)!
const MINUTE_MS = 60_000

describe('the tiles of health', () => {
  it('are all there, each with its thresholds, its words in both languages and its page', async () => {
    const [en, ja] = [await health(), await health('ja')]
    expect(en.items.map(({ id }) => id)).toEqual(TILE_IDS)
    for (const [index, own] of en.items.entries()) {
      const other = ja.items[index]!
      expect([own.name, own.means, own.first, own.says]).not.toEqual([
        ...[other.name, other.means, other.first, other.says],
      ])
      expect(existsSync(new URL(own.runbook, ROOT)), own.runbook).toBe(true)
      expect(readFileSync(new URL(own.runbook, ROOT), 'utf8')).toContain(`\`${own.id}\``)
    }
  })

  it('have no page that belongs to none', () => {
    const pages = readdirSync(new URL('docs/operating/runbooks/', ROOT))
    const rules = readFileSync(new URL('deploy/prometheus/everycent.rules.yml', ROOT), 'utf8')
    const ofAlerts = [...rules.matchAll(/runbook: (\S+)/g)].map(([, page]) => page)
    expect(ofAlerts.length).toBeGreaterThan(0)
    expect(pages.map((page) => `docs/operating/runbooks/${page}`).sort()).toEqual(
      [...new Set([...TILE_IDS.map(runbookOf), ...ofAlerts])].sort(),
    )
  })

  it('say what this server measured in the last five minutes, and forget what was before', async () => {
    expect(await tile('added_latency')).toMatchObject({ value: null, state: 'unknown' })
    for (let call = 0; call < 100; call += 1) {
      added.observe(call < 95 ? 0.005 : 0.5)
      attempts.inc({ outcome: call < 90 ? 'succeeded' : 'upstream_failed_mid_stream' })
    }
    expect(await tile('added_latency')).toMatchObject({
      state: 'alarm',
      details: { observed: 100 },
    })
    expect(await tile('stream_aborts')).toMatchObject({ value: 10, state: 'alarm' })
    nowMs += MINUTE_MS
    await health()
    nowMs += 5 * MINUTE_MS
    expect(await tile('stream_aborts')).toMatchObject({ value: null, state: 'unknown' })
    for (let call = 0; call < 10; call += 1) added.observe(0.005)
    expect(await tile('added_latency')).toMatchObject({ state: 'ok', details: { observed: 10 } })
  })

  it('count what the database knows: a call without a price, a hold that nobody releases', async () => {
    expect(await tile('unpriced_calls')).toMatchObject({ value: 0, state: 'ok' })
    await api.done('record', {
      body: {
        ...{ account_id: 'own', call_id: 'call_1', model: 'unheard-of' },
        usage: { tokens: { input: 10 } },
        event_at: new Date().toISOString(),
      } as never,
    })
    expect(await tile('unpriced_calls')).toMatchObject({ value: 1, state: 'warn' })
    await api.done('authorize', {
      body: {
        ...{ account_id: 'own', call_id: 'call_2', model: 'small' },
        ...{ prompt_tokens_max: 10, max_output_tokens: 10 },
      } as never,
    })
    expect(await tile('stale_holds')).toMatchObject({ value: 0, details: { open: 1 } })
    await api.database.pool.query(
      `update accounts.hold set expires_at = $1::timestamptz where call_id = 'call_2'`,
      [new Date(nowMs - 6 * MINUTE_MS).toISOString()],
    )
    expect(await tile('stale_holds')).toMatchObject({ value: 1, state: 'warn' })
  })

  it('count files of the archive that cannot be had: all, where its directory is not known', async () => {
    expect(await tile('archive')).toMatchObject({
      ...{ value: 0, state: 'ok' },
      details: { archive: 'off', waiting: 0 },
    })
    await api.database.pool.query(
      `insert into accounts.archive_segment (account_id, segment, file, file_sha256, file_bytes, first_row,
         file_rows, entries, first_seq, last_seq, body_bytes, archived_at)
       select 'own', n, '2026-06/' || (n / 2) || '.parquet', '', 1, 0, 1, 1, 1, 1, 1, $1::timestamptz
       from generate_series(2, 7) n`,
      [new Date(nowMs).toISOString()],
    )
    expect(await tile('archive')).toMatchObject({
      ...{ value: 3, state: 'warn' },
      details: { archive: 'away' },
    })
    await api.database.pool.query('delete from accounts.archive_segment')
  })

  it('say since when they are so, and keep a sample a minute', async () => {
    const first = await tile('stale_holds')
    nowMs += MINUTE_MS
    const next = await tile('stale_holds')
    expect(next.since).toBe(first.since)
    expect(next.history.length).toBe(first.history.length + 1)
    expect((await tile('stale_holds')).history.length).toBe(next.history.length)
    await api.database.pool.query('delete from accounts.hold')
    nowMs += MINUTE_MS
    const gone = await tile('stale_holds')
    expect(Date.parse(gone.since)).toBe(nowMs)
    for (let minute = 0; minute < 70; minute += 1) {
      nowMs += MINUTE_MS
      await health()
    }
    expect((await tile('stale_holds')).history.length).toBe(60)
  })

  it('count no server where none runs jobs, and take the worst tile for the whole', async () => {
    expect(await tile('nodes')).toMatchObject({ value: 0, state: 'alarm' })
    expect((await health()).state).toBe('alarm')
  })
})

describe('a threshold', () => {
  it.each(TILE_IDS)('of %s is bad on its own side only', (id) => {
    const { bad, warn, alarm } = TILES[id]
    const step = bad === 'above' ? 1 : -1
    expect(judgeTile(id, alarm + step * 1e9)).toBe('alarm')
    expect(judgeTile(id, warn - step * 1e9)).toBe('ok')
    expect(judgeTile(id, null)).toBe('unknown')
  })
})

describe('a quantile of a histogram', () => {
  it('lies inside the bucket where its rank falls', async () => {
    const own = new Registry()
    const histogram = new Histogram({
      ...{ name: 'h', help: 'h', labelNames: ['a'], registers: [own] },
      buckets: [1, 2, 4],
    })
    for (let i = 0; i < 50; i += 1) histogram.observe({ a: 'x' }, 0.5)
    for (let i = 0; i < 50; i += 1) histogram.observe({ a: 'y' }, 3)
    const all = await bucketsOf(own, 'h')
    expect(quantile(all, 0.5)).toBe(1)
    expect(quantile(all, 0.25)).toBe(0.5)
    expect(quantile(all, 0.75)).toBe(3)
    expect(quantile(bucketsSince(all, all), 0.5)).toBeNull()
    histogram.observe({ a: 'x' }, 100)
    expect(quantile(await bucketsOf(own, 'h'), 1)).toBe(4)
    expect(quantile(await bucketsOf(own, 'absent'), 0.5)).toBeNull()
  })
})

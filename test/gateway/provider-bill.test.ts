import { expect, test } from 'vitest'
import { formatNanos } from '../../src/core/money/index.ts'
import { parsePriceBook } from '../../src/core/pricing/index.ts'
import {
  type BillingProvider,
  dayOf,
  LATE_MS,
  OwnSide,
  ownCallOf,
  reconcileBill,
  totalsOf,
} from '../../src/core/reconciliation/index.ts'
import { DAY_MS, formatInstant, instant } from '../../src/core/time/index.ts'
import type { BillLine } from '../../src/demo/upstream/index.ts'
import { combineReports, readBill } from '../../src/imports/index.ts'
import { attemptsBetween } from '../../src/store/reconciliation/attempts.ts'
import { BOOK } from './support/catalogue.ts'
import { SURFACES, type SurfaceName, send, sim } from './support/requests.ts'
import { type Account, entriesWhen, useRig } from './support/rig.ts'

/* The provider bills by its own book, whatever it told us. Whatever happened to calls, its bill and our
   journal differ in nothing that is not explained. */

const rig = useRig({ policy: { drainMs: 1_500 } })

const FAULTS = [
  'none',
  'rate_limit',
  'server_error',
  'mid_stream_error',
  'mid_stream_cut',
  'refusal_before_output',
  'refusal_after_output',
  'usage_missing',
  'usage_zero',
  'duplicate_final_usage',
  'usage_every_chunk',
  'connection_reset',
] as const

const parsed = parsePriceBook(BOOK)
const books = parsed.ok ? [parsed.book] : []

const bucketOf = (line: BillLine) => dayOf(instant(line.at_ms))
const isAnthropic = (line: BillLine): boolean => line.surface.startsWith('anthropic')

/** The provider's own book as the provider would report it. */
function reportOf(provider: BillingProvider, lines: readonly BillLine[]): string {
  const billed = lines.filter((line) => line.billed)
  const days = [...new Set(lines.map(bucketOf))]
  const data = days.map((day) => {
    const results = billed
      .filter((line) => bucketOf(line) === day)
      .map((line) => (provider === 'anthropic' ? anthropicResult(line) : openaiResult(line)))
    return provider === 'anthropic'
      ? {
          starting_at: formatInstant(day),
          ending_at: formatInstant(instant(day + DAY_MS)),
          results: summed(results),
        }
      : { start_time: day / 1_000, end_time: (day + DAY_MS) / 1_000, results: summed(results) }
  })
  return JSON.stringify({ data, has_more: false, next_page: null })
}

type Result = Record<string, string | number>

/** One result a model, as reports group them. */
function summed(results: readonly Result[]): Result[] {
  const groups = new Map<string, Result>()
  for (const result of results) {
    const key = `${result.model}/${result.service_tier}`
    const group = groups.get(key) ?? {}
    groups.set(key, group)
    for (const [name, value] of Object.entries(result))
      group[name] = typeof value === 'number' ? Number(group[name] ?? 0) + value : value
  }
  return [...groups.values()]
}

const anthropicResult = ({ usage, model }: BillLine): Result => ({
  model,
  service_tier: 'standard',
  uncached_input_tokens: usage.input_tokens,
  cache_read_input_tokens: usage.cache_read_tokens,
  output_tokens: usage.output_tokens,
})

const openaiResult = ({ usage, model }: BillLine): Result => ({
  model,
  service_tier: 'default',
  input_tokens: usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens,
  input_cached_tokens: usage.cache_read_tokens,
  input_cache_write_tokens: usage.cache_write_tokens,
  output_tokens: usage.output_tokens,
})

async function ownSide(provider: BillingProvider): Promise<OwnSide> {
  const own = new OwnSide(books, LATE_MS)
  const time = { from: instant(0), until: instant(Date.now() + DAY_MS) }
  for await (const body of attemptsBetween(rig.database.pool, time)) {
    const found = ownCallOf(body)
    if (found?.provider === provider) own.add(found.call)
  }
  return own
}

async function reconciled(provider: BillingProvider, lines: readonly BillLine[]) {
  const read = readBill(reportOf(provider, lines))
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const settings = { provider, ownKeys: null, lateMs: LATE_MS, discounts: [] }
  const bill = combineReports([read.report])
  const { comparisons } = reconcileBill(bill, await ownSide(provider), { books, settings })
  const sums = totalsOf(comparisons)
  const causes = Object.fromEntries([...sums.causes].map(([cause, own]) => [cause, own > 0n]))
  return { unexplained: formatNanos(sums.unexplained), causes, comparisons, sums }
}

async function hangUp(account: Account, surface: SurfaceName): Promise<void> {
  const controller = new AbortController()
  const answer = await send(rig, account, {
    surface,
    stream: true,
    headers: sim({ 'output-tokens': 150, 'chunk-delay-ms': 20 }).headers,
    signal: controller.signal,
  })
  const reader = answer.body!.getReader()
  await reader.read()
  await reader.read()
  controller.abort()
}

test('a bill of everything that can happen to a call leaves nothing unexplained', async () => {
  const account = await rig.account({ credit: '1000' })
  let attempts = 0
  for (const surface of SURFACES) {
    for (const fault of FAULTS)
      for (const stream of [false, true]) {
        const headers = sim({ fault, 'output-tokens': 40, call: `${surface}/${fault}/${stream}` })
        const answer = await send(rig, account, { surface, stream, ...headers }).catch(() => null)
        await answer?.text().catch(() => '')
        attempts += 1
      }
    await hangUp(account, surface)
    attempts += 1
  }
  await entriesWhen(rig, account.accountId, attempts)
  const { lines } = rig.upstream.bill()
  expect(lines.filter(({ billed }) => billed).length).toBeGreaterThan(30)
  for (const provider of ['anthropic', 'openai'] as const) {
    const own = lines.filter((line) => isAnthropic(line) === (provider === 'anthropic'))
    const found = await reconciled(provider, own)
    expect(found.sums.billed).toBeGreaterThan(0n)
    expect(found.unexplained, JSON.stringify(found.comparisons, texts)).toBe('0')
    // what broke, was refused or said no usage is billed all the same, and nothing else is
    const open = ['client_aborted', 'upstream_failed', 'refused', 'usage_missing']
    expect(Object.keys(found.causes).length).toBeGreaterThan(0)
    expect(open).toEqual(expect.arrayContaining(Object.keys(found.causes)))
  }
})

test('one call more on the bill is found, and nothing else', async () => {
  const lines = rig.upstream.bill().lines.filter(isAnthropic)
  const one = lines.find((line) => line.fault === null && line.billed)!
  const extra = { ...one, usage: { ...one.usage, output_tokens: 1_000_000 } }
  const found = await reconciled('anthropic', [...lines, extra])
  const open = found.comparisons.filter(({ unexplained }) => unexplained !== 0n)
  expect(open.map(({ position }) => position.kind)).toContain('output')
  expect(found.sums.unexplained).toBeGreaterThan(9_000_000_000n)
})

const texts = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value

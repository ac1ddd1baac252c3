import type { CallDescription, Catalogue } from '../../../src/core/decisions/index.ts'
import {
  type CoverageRule,
  type Plan,
  planRef,
  type Scope,
} from '../../../src/core/funding/index.ts'
import { type Nanos, readNanos } from '../../../src/core/money/index.ts'
import {
  type PriceBook,
  type PriceBookDocument,
  parsePriceBook,
  type UsageBound,
} from '../../../src/core/pricing/index.ts'
import { type Instant, parseInstant } from '../../../src/core/time/index.ts'
import type { NormalisedCall, Usage } from '../../../src/core/usage/index.ts'

/** An amount of major units: `usd('0.50')`. */
export const usd = (text: string): Nanos => readNanos(text)

/** An instant: `at('2026-11-02T09:00:00Z')`, or `at('09:30')` on the day on which the stories play. */
export function at(text: string): Instant {
  const full = /^\d\d:\d\d/.test(text) ? `2026-11-02T${text.padEnd(8, ':00')}Z` : text
  const instant = parseInstant(full)
  if (instant === undefined) throw new Error(`not a time: ${text}`)
  return instant
}

export const plus = (instant: Instant, ms: number): Instant => (instant + ms) as Instant

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

export const NANOS_PER_CENT = 10_000_000n

/**
 * Prices in which any amount can be written: an output token costs one cent, a cache-read token one
 * nano. `modest` is expected to write 10 tokens only, so that its hold on windows is small.
 */
export const UNIT_BOOK: PriceBookDocument = {
  id: 'unit',
  currency: 'USD',
  effective_from: '2026-01-01T00:00:00Z',
  rows: ['unit', 'opus', 'modest', 'mini'].flatMap((model) => [
    { model, kind: 'output' as const, per_mtok: '10000' },
    { model, kind: 'cache_read' as const, per_mtok: '0.001' },
  ]),
  models: ['unit', 'opus', 'mini']
    .map((model) => ({ model, expected_output_tokens: 1_000_000 }))
    .concat([{ model: 'modest', expected_output_tokens: 10 }]),
  fees: [{ model: '*', fee: 'web_search', each: '0.01' }],
  aliases: [{ pattern: '-20\\d{6}$', rule: 'snapshot suffix' }],
}

/** Loads a price book; a fixture that does not load is a bug of the test. */
export function book(document: unknown): PriceBook {
  const parsed = parsePriceBook(document)
  if (!parsed.ok) throw new Error(parsed.problems.map((p) => `${p.path} ${p.message}`).join('\n'))
  return parsed.book
}

export interface WindowSketch {
  readonly id: string
  readonly capacity: string
  readonly length?: string
  readonly shape?: 'anchored' | 'calendar'
  readonly scope?: Scope
}

export interface PlanSketch {
  readonly id?: string
  readonly version?: number
  readonly windows?: readonly WindowSketch[]
  readonly coverage?: readonly CoverageRule[]
  readonly crossing?: Plan['crossing']
  readonly unpriced?: Plan['unpriced']
  readonly outcomes?: Plan['outcomes']
}

export const SESSION: WindowSketch = { id: 'session', capacity: '10', length: 'PT5H' }
export const WEEKLY: WindowSketch = { id: 'weekly', capacity: '50', length: 'P7D' }
export const OPUS_WEEKLY: WindowSketch = {
  id: 'weekly-opus',
  capacity: '20',
  length: 'P7D',
  scope: { models: ['opus*'] },
}

export const plan = (sketch: PlanSketch = {}): Plan => ({
  id: sketch.id ?? 'pro',
  version: sketch.version ?? 1,
  name: sketch.id ?? 'Pro',
  currency: 'USD',
  windows: (sketch.windows ?? [SESSION, WEEKLY]).map((own) => ({
    id: own.id,
    shape: own.shape ?? 'anchored',
    length: own.length ?? 'PT5H',
    scope: own.scope ?? {},
    capacity: usd(own.capacity),
  })),
  coverage: sketch.coverage ?? [],
  crossing: sketch.crossing ?? 'finish',
  unpriced: sketch.unpriced ?? 'deliver',
  ...(sketch.outcomes && { outcomes: sketch.outcomes }),
})

/** Plans and books that can grow while a history runs, as an operator publishes more of them. */
export class TestCatalogue implements Catalogue {
  readonly plans = new Map<string, Plan>()
  readonly books: PriceBook[]

  constructor(plans: readonly Plan[], books: readonly PriceBook[] = [book(UNIT_BOOK)]) {
    for (const own of plans) this.plans.set(planRef(own), own)
    this.books = [...books]
  }

  plan(ref: string): Plan | undefined {
    return this.plans.get(ref)
  }
}

export interface CallSketch {
  readonly model?: string
  readonly features?: readonly string[]
  readonly client?: string
  readonly key?: string
  readonly member?: string
  readonly project?: string
  readonly session?: string
  readonly tier?: string
  readonly speed?: string
  readonly attempt?: number
}

export const call = (callId: string, sketch: CallSketch = {}): CallDescription => ({
  callId,
  attempt: sketch.attempt ?? 1,
  model: sketch.model ?? 'unit',
  features: sketch.features ?? [],
  client: sketch.client ?? null,
  keyId: sketch.key ?? null,
  memberId: sketch.member ?? null,
  projectId: sketch.project ?? null,
  sessionId: sketch.session ?? null,
  tier: sketch.tier ?? null,
  speed: sketch.speed ?? null,
  region: null,
  dialect: null,
  route: null,
  fingerprint: null,
})

export const usage = (tokens: Usage['tokens'], fees: Usage['fees'] = {}): Usage => ({
  tokens,
  fees,
  estimated: [],
  flags: [],
})

export const served = (
  tokens: Usage['tokens'],
  more: Partial<NormalisedCall> & { readonly fees?: Usage['fees'] } = {},
): NormalisedCall => {
  const { fees, ...rest } = more
  return {
    model: null,
    tier: null,
    speed: null,
    region: null,
    usage: usage(tokens, fees),
    parts: [],
    ...rest,
  }
}

const split = (amount: Nanos) => ({
  cents: parseInt((amount / NANOS_PER_CENT).toString(), 10),
  rest: parseInt((amount % NANOS_PER_CENT).toString(), 10),
})

/** Usage that costs exactly this much in the unit book. */
export function costing(amount: Nanos): NormalisedCall {
  const { cents, rest } = split(amount)
  return served({ output: cents, cache_read: rest })
}

/** A bound whose worst case costs exactly this much in the unit book. */
export function boundOf(amount: Nanos): UsageBound {
  const { cents, rest } = split(amount)
  return {
    promptTokensMax: rest,
    promptTokensExpected: rest,
    promptKinds: ['cache_read'],
    maxOutputTokens: cents,
    outputKinds: ['output'],
    fees: {},
  }
}

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EVENT_AGE_MAX_MS, EVENT_SKEW_MAX_MS } from '../../src/core/decisions/index.ts'
import { parsePlan } from '../../src/core/funding/plan-document.ts'
import { formatNanos, type Nanos } from '../../src/core/money/index.ts'
import {
  type PriceBook,
  parsePriceBook,
  type RatedLine,
  rateCall,
} from '../../src/core/pricing/index.ts'
import { normalise } from '../../src/core/usage/normalise.ts'
import type { Dialect } from '../../src/core/usage/usage.ts'
import { type Block, blocksOf, pages, readPage } from './blocks.ts'
import { judged } from './campaign.ts'
import { run, type Scenario } from './scenario.ts'
import { instantOf, type World } from './world.ts'

const BOOK = loadBook()

function loadBook(): PriceBook {
  const file = new URL('../../docs/concepts/example-prices.json', import.meta.url)
  const parsed = parsePriceBook(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.book
}

interface Example {
  readonly name: string
  readonly input: Block
  readonly expected: Block
}

/** Every input is followed by what comes out of it. */
function examplesOf(page: string): Example[] {
  const blocks = blocksOf(page).filter(({ language }) => language === 'json')
  return blocks.flatMap((input, index) => {
    if (input.use === 'result') return []
    const expected = blocks[index + 1]
    if (expected?.use !== 'result') throw new Error(`${page}:${input.line}: no result follows`)
    return [{ name: `${page}:${input.line}`, input, expected }]
  })
}

const PAGES = pages()
const CONCEPTS = PAGES.filter((page) => page.startsWith('concepts/'))
const GUIDES = ['operating/campaigns.md', 'operating/plans.md', 'operating/prices.md']
const EXAMPLES = [...CONCEPTS, ...GUIDES].flatMap(examplesOf)

interface Expected {
  readonly receipts?: Readonly<Record<string, object>>
  readonly says?: Readonly<Record<string, string>>
  readonly says_ja?: Readonly<Record<string, string>>
  readonly cards?: Readonly<Record<string, object>>
  readonly blocked?: Readonly<Record<string, string>>
  readonly lots?: Readonly<Record<string, string>>
  readonly view?: { readonly at: string } & Readonly<Record<string, unknown>>
  readonly next_call?: { readonly at: string; readonly says: string }
  readonly statement?: object
  readonly timeline?: readonly string[]
  readonly timeline_ja?: readonly string[]
  readonly state_at?: readonly ({ readonly at: string } & Readonly<Record<string, unknown>>)[]
  readonly alerts?: readonly { readonly at: string; readonly tells: readonly string[] }[]
}

const CHECKED = [
  'receipts',
  'says',
  'says_ja',
  'cards',
  'blocked',
  'lots',
  'view',
  'next_call',
  'statement',
  'alerts',
  'timeline',
  'timeline_ja',
  'state_at',
]

/** Runs what the example expects of the world, in the example's own shape. */
function outcomeOf(world: World, expected: Expected): Record<string, unknown> {
  const each = (calls: object | undefined, of: (call: string) => unknown) =>
    Object.fromEntries(Object.keys(calls ?? {}).map((call) => [call, of(call)]))
  const { view, next_call: next } = expected
  return {
    receipts: each(expected.receipts, (call) => world.receipt(call)),
    says: each(expected.says, (call) => world.says(call)),
    says_ja: each(expected.says_ja, (call) => world.says(call, 'ja')),
    cards: each(expected.cards, (call) => world.card(call)),
    blocked: each(expected.blocked, (call) => world.blocked(call)),
    lots: each(expected.lots, (lot) => remaining(world, lot)),
    view: view && { ...world.view(instantOf(view.at)), at: view.at },
    next_call: next && { at: next.at, says: world.next(instantOf(next.at)) },
    statement: expected.statement && world.statement(),
    timeline: expected.timeline && world.timeline('en'),
    timeline_ja: expected.timeline_ja && world.timeline('ja'),
    state_at: expected.state_at?.map(({ at }) => ({ ...world.stateAt(instantOf(at)), at })),
    alerts: expected.alerts?.map(({ at }) => ({ at, tells: world.tells(instantOf(at)) })),
  }
}

function remaining(world: World, lotId: string): string | undefined {
  const lot = world.state.lots.find(({ id }) => id === lotId)
  return lot && formatNanos(lot.remaining)
}

interface RateInput {
  readonly at?: string
  readonly dialect: Dialect
  readonly response: { readonly model: string }
}

function rated({ at, dialect, response }: RateInput) {
  const call = normalise(dialect, response)
  const rating = rateCall(
    BOOK,
    {
      model: call.model ?? response.model,
      tier: call.tier,
      speed: call.speed,
      region: call.region,
      features: [],
      plan: null,
      eventAt: instantOf(at ?? '2026-11-26T09:00:00Z'),
    },
    call,
  )
  if (rating.status === 'unpriced') return rating
  const { lines, total, band } = rating.rated
  return { lines: lines.map(lineOf), total: formatNanos(total), band }
}

const lineOf = (line: RatedLine) => ({
  ...line,
  amount: formatNanos(line.amount),
  ...('multiplier' in line && {
    multiplier: formatNanos(
      ((line.multiplier.numerator * 1_000_000_000n) / line.multiplier.denominator) as Nanos,
    ),
  }),
})

describe('examples', () => {
  it('are on every page of concepts, and each JSON block is one that is run', () => {
    expect(CONCEPTS.length).toBeGreaterThanOrEqual(6)
    for (const page of CONCEPTS) {
      expect(examplesOf(page).length, page).toBeGreaterThan(0)
      for (const block of blocksOf(page)) {
        expect(['json', 'text'], `${page}:${block.line}`).toContain(block.language)
        const uses = block.language === 'json' ? ['scenario', 'rate', 'campaign', 'result'] : ['']
        expect(uses, `${page}:${block.line}`).toContain(block.use)
      }
    }
  })

  it.each(EXAMPLES)('$name', ({ input, expected }) => {
    if (input.use === 'campaign') {
      expect(judged(JSON.parse(input.text))).toMatchObject(JSON.parse(expected.text))
      return
    }
    if (input.use === 'book' || input.use === 'plan') {
      const parse = input.use === 'book' ? parsePriceBook : parsePlan
      const parsed = parse(JSON.parse(input.text))
      const problems: readonly object[] = parsed.ok ? [] : parsed.problems
      expect({ problems }).toMatchObject(JSON.parse(expected.text))
      return
    }
    const wanted = JSON.parse(expected.text) as Expected
    if (input.use === 'rate') {
      expect(rated(JSON.parse(input.text) as RateInput)).toMatchObject(wanted)
      return
    }
    expect(CHECKED).toEqual(expect.arrayContaining(Object.keys(wanted)))
    const world = run(JSON.parse(input.text) as Scenario, [BOOK])
    expect(outcomeOf(world, wanted)).toMatchObject(wanted)
  })
})

describe('figures in prose', () => {
  it('are those of the code', () => {
    expect(readPage('errors/event_too_old.md')).toContain(`${EVENT_AGE_MAX_MS / 86_400_000} days`)
    expect(EVENT_SKEW_MAX_MS).toBe(5 * 60_000)
    expect(readPage('errors/event_in_future.md')).toContain('five minutes')
  })
})

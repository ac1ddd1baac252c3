import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { formatNanos, readNanos } from '../../../src/core/money/index.ts'
import { parsePriceBook } from '../../../src/core/pricing/index.ts'
import { bookOf } from '../../vectors/prices.ts'
import type { Fields, Vector } from '../../vectors/shapes.ts'
import { Random } from '../simulation/random.ts'
import { findCcusage, type LoggedCall, type Rated, rate } from './ccusage.ts'
import { asPrinted, chargeOf, isSame, tokensOf } from './ours.ts'
import { drawCall } from './random-calls.ts'
import { DEVIATIONS, EXPRESSED, NOT_EXPRESSED } from './rows.ts'

/*
 * Second raters: what ccusage makes of the same calls, and what the providers themselves have printed. Two
 * programs that know nothing of each other come to the same money, or it is written down why they do not.
 */

const read = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'))
const vectors: readonly Vector[] = read('test/vectors/misbilling.json')
const DRAWN = process.env.PROOF === 'full' ? 20_000 : 400
const BATCH = 2_000
const SEED = 20_261_127
const DRAWN_MS = 300_000

interface Published {
  readonly id: string
  readonly source: string
  readonly prices_usd_per_mtok: Fields
  readonly usage: Fields
  readonly fees?: Fields
  /** As it is printed there; ours is rounded to as many digits. */
  readonly published: string
}
const published: readonly Published[] = read('test/vectors/published.json')

const tried: Record<string, number> = { vectors: vectors.length }
const count = (what: string, often = 1): void => {
  tried[what] = (tried[what] ?? 0) + often
}
afterAll(() => console.log(`proof raters ${JSON.stringify(tried)}`))

const ccusage = findCcusage()
if (!ccusage) {
  const missing = 'ccusage has no program for this machine: the second rater is not asked.'
  if (process.env.EVERYCENT_ALL_TOOLS === '1') throw new Error(missing)
  console.log(missing)
}

function rateOne(call: LoggedCall): Rated {
  const rated = rate(ccusage ?? '', [call]).get(call.id)
  if (!rated) throw new Error(`${call.id} is not in the answer`)
  return rated
}

test('every row is expressed, or it is said why not', () => {
  const placed = [...Object.keys(EXPRESSED), ...Object.keys(NOT_EXPRESSED)].sort()
  expect(placed).toEqual(vectors.map(({ id }) => id).sort())
  count('could_not_be_expressed', Object.keys(NOT_EXPRESSED).length)
})

const askCcusage = (): void => {
  const expressed = vectors.flatMap((vector) => {
    const own = EXPRESSED[vector.id]
    return own ? [[vector.id, vector, { id: vector.id, ...own(vector) }] as const] : []
  })

  test.each(expressed)('rates %s as we do, or otherwise as is known', (id, vector, call) => {
    const isMoney = vector.expect.charge_usd !== undefined
    const theirs = rateOne(call)
    const ours = isMoney ? formatNanos(chargeOf(call)) : JSON.stringify(tokensOf(call))
    if (isMoney) expect(ours).toBe(vector.expect.charge_usd)
    const known = DEVIATIONS[id]
    const said = isMoney ? theirs.cost : JSON.stringify(theirs.tokens)
    if (known) {
      expect({ ours, theirs: said }).toEqual({ ours: known.ours, theirs: known.theirs })
      count('known_deviations')
      return
    }
    if (isMoney) expect(isSame(readNanos(ours), said), `${ours} and ${said}`).toBe(true)
    else expect(said).toBe(ours)
    count('vectors_agreed')
  })

  test(
    'rates calls that chance has drawn as we do, to the nano',
    () => {
      const random = new Random(SEED)
      for (let from = 0; from < DRAWN; from += BATCH) {
        const calls = Array.from({ length: Math.min(BATCH, DRAWN - from) }, (_, index) =>
          drawCall(random, `call_${from + index}`),
        )
        const theirs = rate(ccusage ?? '', calls)
        expect(theirs.size).toBe(calls.length)
        for (const call of calls) {
          const [ours, said] = [chargeOf(call), theirs.get(call.id)]
          if (!said || !isSame(ours, said.cost))
            throw new Error(`${formatNanos(ours)}, not ${said?.cost}: ${JSON.stringify(call)}`)
        }
        count('drawn_calls_agreed', calls.length)
      }
    },
    DRAWN_MS,
  )

  test('knows the prices of our price book that it knows at all', () => {
    const parsed = parsePriceBook(read('data/price-books/2026-10-07.json'))
    if (!parsed.ok) throw new Error('the price book does not load')
    for (const model of SHARED_MODELS)
      for (const [kind, usage] of Object.entries(ONE_MTOK)) {
        if (kind.startsWith('cache_write') && !model.startsWith('claude')) continue
        const call: LoggedCall = { id: 'one', log: 'claude', usages: [usage], prices: null, model }
        const ours = chargeOf(call, { book: parsed.book, model })
        expect(isSame(ours, rateOne(call).cost), `${model} ${kind} ${formatNanos(ours)}`).toBe(true)
        count('prices_of_the_book_agreed')
      }
  })
}

/** Models of the price book that ccusage 20.0.24 has prices for. */
const SHARED_MODELS = [
  'claude-fable-5',
  'claude-fable-5.1',
  'claude-opus-5',
  'claude-haiku-4.5',
  'gpt-5.5',
  'gpt-5.4',
  'gpt-5.4-mini',
  'gpt-4o-mini',
]
/** Few enough that no band begins. */
const SOME = 10_000
const NONE = { input_tokens: 0, output_tokens: 0 }
const ONE_MTOK: Readonly<Record<string, Fields>> = {
  input: { ...NONE, input_tokens: SOME },
  output: { ...NONE, output_tokens: SOME },
  cache_read: { ...NONE, cache_read_input_tokens: SOME },
  cache_write_5m: { ...NONE, cache_creation_input_tokens: SOME },
  cache_write_1h: {
    ...NONE,
    cache_creation_input_tokens: SOME,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: SOME },
  },
}

if (ccusage) describe('ccusage', askCcusage)

describe('the providers’ own numbers', () => {
  test.each(published.map((own) => [own.id, own.source, own] as const))(
    '%s %s',
    (id, _from, own) => {
      const { prices_usd_per_mtok: prices, usage, fees = {} } = own
      const call: LoggedCall = { id, log: 'claude', usages: [usage], prices }
      const ours = chargeOf(call, { book: bookOf(prices), fees })
      expect(asPrinted(ours, own.published)).toBe(own.published)
      count('published_numbers_agreed')
      if (!ccusage) return
      // ccusage knows no fees: of those calls the tokens alone
      expect(isSame(chargeOf(call), rateOne(call).cost)).toBe(true)
    },
  )

  test('a number that is one digit off is found', () => {
    expect(isSame(readNanos('0.705'), '0.704999998')).toBe(false)
    expect(isSame(readNanos('0.705'), '0.705000002')).toBe(false)
    expect(isSame(readNanos('0.705'), '0.7049999999999999')).toBe(true)
    expect(asPrinted(readNanos('0.7055'), '0.705')).toBe('0.706')
  })
})

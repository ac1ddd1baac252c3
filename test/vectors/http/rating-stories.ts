import { expect } from 'vitest'
import type { EntryAnswer } from '../../../src/client/index.ts'
import { EverycentProblem } from '../../../src/client/index.ts'
import { formatNanos, nanos } from '../../../src/core/money/index.ts'
import { MINUTE_MS } from '../../../src/core/time/index.ts'
import { TOKEN_KINDS } from '../../../src/core/usage/index.ts'
import { documentOf, MODEL } from '../prices.ts'
import { dialectOf, familyOf, isBuckets } from '../rating-shapes.ts'
import type { Fields, Vector } from '../shapes.ts'
import { type Customer, drawn, stories, type World, wrongFigures } from './world.ts'

interface Reported {
  readonly usage: Fields
  readonly model?: string
  readonly tier?: string
  readonly eventAt?: string
}

/** Reports a call with the account's own key; the credit falls by what the entry says, to the nano. */
async function report(world: World, customer: Customer, own: Reported): Promise<EntryAnswer> {
  world.clock.advance(1)
  const before = await customer.credit()
  const entry = await customer.client.record({
    call_id: `call_${world.clock.now()}`,
    model: own.model ?? MODEL,
    ...(own.tier !== undefined && { tier: own.tier }),
    usage: own.usage as never,
    event_at: own.eventAt ?? world.now(),
  })
  expect(await drawn(customer, before)).toBe(entry.totals?.money ?? '0')
  return entry
}

function pricedOf({ rating }: EntryAnswer) {
  if (rating?.status !== 'priced') throw new Error(`not priced: ${JSON.stringify(rating)}`)
  return rating
}

function checkCharge(vector: Vector, entry: EntryAnswer): void {
  expect(entry.totals?.money).toBe(vector.expect.charge_usd)
  expect(wrongFigures(vector)).not.toContain(entry.totals?.money)
  const rating = pricedOf(entry)
  const { lines, tier, receipt_note: note } = vector.expect
  if (lines)
    expect(Object.fromEntries(rating.lines.map((line) => [line.kind, line.amount]))).toEqual(lines)
  const band = /^above_(\d+)k$/.exec(tier ?? '')?.[1]
  if (band) expect(rating.band).toBe(`prompt_tokens_above:${band}000`)
  if (note) expect(rating.flags).toContain('tier_differs_from_request')
}

/** A dollar for each million tokens of any kind: what is counted twice is charged twice. */
const FLAT = Object.fromEntries(TOKEN_KINDS.map((kind) => [kind, '1']))
const FLAT_NANOS_PER_TOKEN = 1_000n

stories.register(
  'usage of a dialect',
  ({ given }) =>
    given.dialect !== undefined || (given.usage?.prompt_tokens !== undefined && !given.calls),
  async (vector, world) => {
    const { request, response = {}, usage, attributes } = vector.given
    await world.prices(vector, vector.prices_usd_per_mtok ?? FLAT, familyOf(response.model))
    const entry = await report(world, await world.customer(vector), {
      ...(response.model !== undefined && { model: response.model }),
      ...(request?.service_tier !== undefined && { tier: request.service_tier }),
      usage: {
        dialect: dialectOf(vector),
        response: attributes ? { attributes } : { ...response, usage },
      },
    })
    if (!vector.expect.buckets) return checkCharge(vector, entry)
    expect(entry.usage?.tokens).toMatchObject(vector.expect.buckets)
    const right = BigInt(vector.expect.total_input) * FLAT_NANOS_PER_TOKEN
    expect(entry.totals?.money).toBe(formatNanos(nanos(right)))
  },
)

stories.register(
  'usage in disjoint buckets',
  ({ given, expect: right }) =>
    given.usage_buckets !== undefined ||
    (right.charge_usd != null && isBuckets(given.usage ?? { none: 0 }) && !given.call_at),
  async (vector, world) => {
    await world.prices(vector, vector.prices_usd_per_mtok ?? {})
    const tokens = vector.given.usage_buckets ?? vector.given.usage
    checkCharge(vector, await report(world, await world.customer(vector), { usage: { tokens } }))
  },
)

stories.register(
  'tool calls made, not declared',
  ({ given }) => given.response?.web_search_calls !== undefined,
  async (vector, world) => {
    await world.prices(vector, { ...vector.prices_usd_per_mtok, input: '1', output: '1' })
    const made: number = vector.given.response.web_search_calls
    const output = Array.from({ length: made }, (_, index) => ({
      type: 'web_search_call',
      id: `ws_${index}`,
      status: 'completed',
    }))
    const usage = { input_tokens: 0, output_tokens: 0, total_tokens: 0 }
    const response = { tools: vector.given.request.tools, output, usage }
    const entry = await report(world, await world.customer(vector), {
      usage: { dialect: 'openai_responses', response },
    })
    expect(entry.totals?.money ?? '0').toBe(vector.expect.tool_fee_usd)
    expect(wrongFigures(vector)).not.toContain(entry.totals?.money)
  },
)

stories.register(
  'calls of several served models',
  ({ given }) => Array.isArray(given.calls),
  async (vector, world) => {
    await world.prices(vector, vector.prices_usd_per_mtok ?? {})
    const customer = await world.customer(vector)
    expect(vector.given.calls.length).toBe(vector.expect.calls.length)
    for (const [index, given] of vector.given.calls.entries()) {
      const right = vector.expect.calls[index]
      const model = given.served_model
      const entry = await report(world, customer, { model, usage: { tokens: given.usage } })
      if (right.charge_usd === null) {
        expect(entry).toMatchObject({ rating: { status: right.status, missing: [model] } })
        // delivered, held back until there is a price, and neither free nor at a default
        expect(entry.pending).toBe(right.status)
        expect(right.held).toBe(true)
        continue
      }
      expect(entry.totals?.money).toBe(right.charge_usd)
      const rating = pricedOf(entry)
      expect(rating).toMatchObject({ model: right.resolved_as, model_rule: right.rule })
    }
  },
)

const VERSION = /^(v\d+) (?:until|from) (\d{4}-\d\d-\d\d)$/

stories.register(
  'price in force at the call',
  ({ given }) => given.call_at !== undefined && given.reported_at !== undefined,
  async (vector, world) => {
    const { call_at: calledAt, usage: tokens } = vector.given
    world.clock.set(new Date(Date.parse(calledAt) - MINUTE_MS).toISOString())
    const customer = await world.customer(vector)
    for (const [name, rows] of Object.entries(vector.prices_usd_per_mtok ?? {})) {
      const [, id = '', date] = VERSION.exec(name) ?? []
      const effectiveFrom = name.includes(' from ') ? `${date}T00:00:00Z` : world.now()
      await world.operator.priceBooks.publish(documentOf(rows, { id, effectiveFrom }) as never)
    }
    world.clock.set(calledAt)
    const entry = await report(world, customer, { usage: { tokens }, eventAt: calledAt })
    expect(pricedOf(entry).book).toBe(vector.expect.price_version)
    checkCharge(vector, entry)
    // looked at again whenever it is reported: the same call, the same price
    for (const day of vector.given.reported_at) {
      if (Date.parse(day) > world.clock.now()) world.clock.set(`${day}T00:00:00Z`)
      const receipt = await customer.client.calls.receipt(entry.receipt_id ?? '')
      expect(receipt.amounts.total.amount).toBe(vector.expect.charge_usd)
      expect(wrongFigures(vector)).not.toContain(receipt.amounts.total.amount)
    }
    expect(vector.expect.same_on_both_reports).toBe(true)
  },
)

stories.register(
  'price that must not load',
  ({ expect: right }) => right.price_row === 'rejected at load',
  async (vector, world) => {
    const publishing = world.prices(vector, vector.prices_usd_per_mtok ?? {})
    const problem = await publishing.then(() => null).catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(EverycentProblem)
    const at = Object.keys(vector.prices_usd_per_mtok ?? {}).map((_, row) => ({
      location: `body/rows/${row}/per_mtok`,
    }))
    expect(problem).toMatchObject({ status: 400, body: { errors: at } })
    const customer = await world.customer(vector)
    const entry = await report(world, customer, { usage: { tokens: vector.given.usage } })
    expect(entry.totals?.money ?? null).not.toMatch(/^-/)
    expect(entry.rating?.status === 'priced' ? pricedOf(entry).book : '').not.toBe(
      `book_${vector.id}`,
    )
  },
)

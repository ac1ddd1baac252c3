import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { explain, inUtc, LANGUAGES } from '../../../src/contract/explain/index.ts'
import { ReceiptSchema } from '../../../src/contract/receipt/index.ts'
import { OUTCOMES } from '../../../src/core/decisions/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import { parsePriceBook } from '../../../src/core/pricing/index.ts'
import { run, type Step } from '../../docs/scenario.ts'
import type { World } from '../../docs/world.ts'

const validator = Compile(ReceiptSchema)
const prices = new URL('../../../docs/concepts/example-prices.json', import.meta.url)
const parsed = parsePriceBook(JSON.parse(readFileSync(prices, 'utf8')))
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const BOOKS = [parsed.book]

const plan = {
  id: 'max',
  name: 'Max',
  currency: 'USD',
  coverage: [{ when: { features: ['fast'] }, effect: 'credits_only', reason: 'not in the plan' }],
  windows: [
    { id: 'session', shape: 'anchored', length: 'PT5H', capacity: '0.3' },
    { id: 'weekly', shape: 'calendar', length: 'P7D', capacity: '0.8' },
  ],
}

const START = Date.UTC(2026, 10, 26, 8)
const MINUTE_MS = 60_000

const funds = (own: { paidUse: boolean; cap: string; overage: string }): Step[] => {
  const at = new Date(START).toISOString()
  return [
    { at, grant: { lot: 'lot_promo', name: 'Promo', amount: '0.2' } },
    { at, grant: { lot: 'lot_first', name: 'First', amount: '0.05', position: 'before_windows' } },
    { at, top_up: { lot: 'lot_paid', name: 'Paid', amount: '0.3' } },
    {
      at,
      controls: {
        paid_use: own.paidUse,
        overage_limit: own.overage,
        caps: [{ id: 'cap_day', period: 'day', amount: own.cap }],
      },
    },
  ]
}

const CALLS = ['call_a', 'call_b', 'call_c', 'call_d', 'call_e', 'call_f'] as const
const call = fc.constantFrom(...CALLS)
const outcome = fc.constantFrom(...OUTCOMES)
const tokens = fc.option(
  fc.record({ input: fc.nat(20_000), output: fc.nat(40_000), cache_read: fc.nat(90_000) }),
  { nil: undefined, freq: 9 },
)
const end = fc.record({ outcome, tokens })
const features = fc.constantFrom<readonly string[]>([], [], ['fast'])
const model = fc.constantFrom('example-model', 'example-model', 'example-long', 'unknown-model')

const action: fc.Arbitrary<Omit<Step, 'at'>> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ call, features, model, end }).map(recorded) },
  { weight: 4, arbitrary: fc.record({ call, features, model }).map(authorized) },
  {
    weight: 4,
    arbitrary: fc
      .record({ call, end })
      .map((own) => ({ settle: { call: own.call, ...defined(own.end) } })),
  },
  { weight: 2, arbitrary: fc.record({ call, outcome }).map((release) => ({ release })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ call, amount: fc.constantFrom('0.001', '0.02', undefined) })
      .map((own) => ({
        refund: {
          call: own.call,
          reason: `r_${own.amount?.length ?? 0}`,
          ...defined({ amount: own.amount }),
        },
      })),
  },
)

/** Without members that are `undefined`. */
function defined<T extends object>(own: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}

type Described = { call: string; features: readonly string[]; model: string }

function recorded(own: Described & { end: object }): Omit<Step, 'at'> {
  const { end: ending, ...described } = own
  return { record: { ...described, ...defined(ending) } }
}

function authorized(own: Described): Omit<Step, 'at'> {
  return { authorize: { ...own, prompt_tokens: 2_000, max_tokens: 20_000, fit: 'clamp' } }
}

const world: fc.Arbitrary<World> = fc
  .record({
    funds: fc.record({
      paidUse: fc.boolean(),
      cap: fc.constantFrom('0', '0.1', '10'),
      overage: fc.constantFrom('0', '0.05'),
    }),
    actions: fc.array(action, { minLength: 1, maxLength: 25 }),
  })
  .map(({ funds: own, actions }) => lived(own, actions))

function lived(own: Parameters<typeof funds>[0], actions: readonly Omit<Step, 'at'>[]): World {
  const steps = actions.map(
    (step, index): Step => ({
      ...step,
      at: new Date(START + (index + 1) * MINUTE_MS).toISOString(),
    }),
  )
  return run({ plan, steps: [...funds(own), ...steps] }, BOOKS)
}

/** Seldom drawn, and always looked at. */
const REFUNDED = lived({ paidUse: true, cap: '10', overage: '0' }, [
  recorded({
    ...{ call: 'call_a', features: [], model: 'example-model' },
    end: { outcome: 'succeeded', tokens: { input: 9_000, output: 900, cache_read: 0 } },
  }),
  { refund: { call: 'call_a', reason: 'r_0' } },
])

const callsOf = (own: World): string[] => CALLS.filter((id) => own.entriesOf(id).length > 0)

describe('receipts of what the decisions write', () => {
  it('close, validate, can be said, and agree with the account', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(world, (own) => {
        let money = 0n
        let included = 0n
        for (const id of callsOf(own)) {
          const receipt = own.receipt(id)
          expect(validator.Check(receipt), JSON.stringify(validator.Errors(receipt))).toBe(true)
          seen.add(receipt.status)
          const { charged, covered_by_plan: covered } = receipt.amounts
          money += readNanos(charged.amount ?? '0')
          included += readNanos(covered.amount ?? '0')
          if (['not_billed', 'refused', 'unpriced', 'usage_missing'].includes(receipt.status)) {
            expect([charged.amount, covered.amount]).toEqual(['0', '0'])
          }
          for (const lang of LANGUAGES) {
            const said = explain(receipt, { ...inUtc(lang), length: 'long' }).join('\n')
            expect(said).not.toMatch(/undefined|null|NaN|\{\w+\}/)
          }
        }
        const { lots, overage, windows } = own.state
        const spent = lots.reduce((sum, lot) => sum + lot.face - lot.remaining, 0n) + overage.used
        expect(money).toBe(spent)
        const week = windows.find(({ windowId }) => windowId === 'weekly')
        expect(included).toBe((week?.used ?? 0n) + (week?.overshoot ?? 0n))
      }),
      { numRuns: 300, examples: [[REFUNDED]] },
    )
    expect([...seen]).toEqual(
      expect.arrayContaining(['settled', 'refused', 'not_billed', 'unpriced', 'usage_missing']),
    )
    expect([...seen].some((status) => status.endsWith('refunded'))).toBe(true)
  })
})

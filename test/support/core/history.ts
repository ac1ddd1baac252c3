import fc from 'fast-check'
import { type SubscriptionStep, subscriptionStep } from './subscriber.ts'

/** One thing that may happen to an account. Amounts are in cents, choices are taken modulo what is there. */
export type Step =
  | { readonly do: 'jump'; readonly to: number; readonly by: -1 | 0 | 1 }
  | { readonly do: 'wait'; readonly ms: number }
  | {
      readonly do: 'authorize'
      readonly model: string
      readonly cents: number
      readonly nanos: number
      readonly member: string | null
      readonly session: string | null
      readonly client: string | null
      readonly fit: 'clamp' | 'refuse'
      readonly ttlMs: number
    }
  | { readonly do: 'settle'; readonly pick: number; readonly percent: number; readonly end: string }
  | { readonly do: 'release' | 'retry' | 'extend' | 'expire_hold'; readonly pick: number }
  | {
      readonly do: 'record'
      readonly model: string
      readonly cents: number
      readonly member: string | null
      readonly client: string | null
      readonly lateMs: number
      readonly end: string
    }
  | {
      readonly do: 'grant' | 'top_up'
      readonly cents: number
      readonly lives: number | null
      readonly startsMs: number
      readonly priority: number
      readonly before: boolean
      readonly model: string | null
    }
  | { readonly do: 'void_lot' | 'expire_lot'; readonly pick: number }
  | { readonly do: 'refund'; readonly pick: number; readonly percent: number }
  | { readonly do: 'reverse' | 'complete' | 'repeat'; readonly pick: number }
  | { readonly do: 'publish' }
  | { readonly do: 'paid_use'; readonly on: boolean }
  | { readonly do: 'overage'; readonly cents: number | null }
  | { readonly do: 'cap'; readonly which: number; readonly cents: number }
  | { readonly do: 'remove_cap'; readonly which: number }
  | {
      readonly do: 'raise_cap'
      readonly which: number
      readonly cents: number
      readonly lives: number | null
      readonly decisions: readonly ('approved' | 'denied' | 'withdrawn')[]
    }
  | { readonly do: 'change_plan'; readonly pick: number }
  | { readonly do: 'park' }
  | SubscriptionStep

const pick = fc.nat({ max: 1_000 })
const cents = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 1_500 }))
const member = fc.constantFrom('m1', 'm2', null)
const client = fc.constantFrom(null, null, null, null, 'other')
const model = fc.constantFrom('unit', 'unit', 'opus', 'modest', 'mini', 'later')
const end = fc.constantFrom(
  'succeeded',
  'succeeded',
  'succeeded',
  'succeeded',
  'client_aborted',
  'refused_after_output',
  'upstream_failed_mid_stream',
  'refused_before_output',
  'usage_missing',
)
const MINUTE = 60_000

const lot = {
  cents: fc.integer({ min: 1, max: 900 }),
  lives: fc.option(fc.constantFrom(5 * MINUTE, 90 * MINUTE, 1_440 * MINUTE, 20_000 * MINUTE)),
  startsMs: fc.constantFrom(0, 0, 0, 30 * MINUTE),
  priority: fc.constantFrom(10, 50, 50),
  before: fc.constantFrom(false, false, false, true),
  model: fc.constantFrom(null, null, null, 'opus*'),
}

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('jump' as const),
      to: fc.nat({ max: 3 }),
      by: fc.constantFrom(-1 as const, 0 as const, 1 as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 1, MINUTE, 20 * MINUTE, 100 * MINUTE),
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('authorize' as const),
      model,
      cents,
      nanos: fc.constantFrom(0, 0, 1, 7_654_321),
      member,
      session: fc.constantFrom('s1', null),
      client,
      fit: fc.constantFrom('clamp' as const, 'refuse' as const),
      ttlMs: fc.constantFrom(10 * MINUTE, 10 * MINUTE, 1_440 * MINUTE),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      pick,
      percent: fc.constantFrom(0, 10, 50, 100, 100, 130),
      end,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'release' as const,
        'retry' as const,
        'extend' as const,
        'expire_hold' as const,
      ),
      pick,
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('record' as const),
      model,
      cents,
      member,
      client,
      lateMs: fc.constantFrom(0, 0, 0, 30 * MINUTE, 61 * MINUTE, -2 * MINUTE),
      end,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('grant' as const, 'top_up' as const), ...lot }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('void_lot' as const, 'expire_lot' as const, 'expire_lot' as const),
      pick,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('refund' as const),
      pick,
      percent: fc.constantFrom(1, 50, 100, 100),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'reverse' as const,
        'complete' as const,
        'complete' as const,
        'repeat' as const,
        'repeat' as const,
      ),
      pick,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'publish' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('paid_use' as const),
      on: fc.constantFrom(true, true, true, false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('overage' as const),
      cents: fc.option(fc.nat({ max: 500 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('cap' as const),
      which: fc.nat({ max: 6 }),
      cents: fc.nat({ max: 800 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('remove_cap' as const), which: fc.nat({ max: 6 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('raise_cap' as const),
      which: fc.nat({ max: 6 }),
      cents: fc.integer({ min: 100, max: 1_600 }),
      lives: fc.option(fc.constantFrom(1, 5 * MINUTE, 45 * MINUTE, 300 * MINUTE)),
      decisions: fc.array(fc.constantFrom('approved', 'approved', 'denied', 'withdrawn'), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('change_plan' as const), pick }) },
  { weight: 1, arbitrary: fc.constant({ do: 'park' as const }) },
  { weight: 16, arbitrary: subscriptionStep },
)

/** Many steps; a failing history shrinks to the few that matter. */
export const history = (length: number): fc.Arbitrary<Step[]> =>
  fc.array(step, { minLength: 1, maxLength: length, size: 'max' })

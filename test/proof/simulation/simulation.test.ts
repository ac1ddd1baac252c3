import { afterAll, describe, expect, test } from 'vitest'
import { type Simulated, simulate } from './simulate.ts'
import type { Plant } from './world.ts'

/*
 * Three servers with their gateways and jobs, their clients, the provider and the payment processor under one
 * seed, for forty days: messages lost, late and twice, connections cut, servers that die at any statement,
 * clocks that jump and differ; streams that break, cards that are declined, a server that charges wrongly. Then
 * nothing goes wrong any more, and all has to come to rest. One statement is under way at a time: a seed is a
 * trace.
 */

const GIVEN = process.env.PROOF_SEED
const IS_FULL = process.env.PROOF === 'full' || GIVEN !== undefined
/** In short, the seed that is simulated twice is the only one. */
const SEEDS = IS_FULL ? Number(process.env.PROOF_SEEDS ?? 200) : 0
const SEED_MS = 300_000
const CANARY = 1
/** Not every seed brings about what a planted bug is about: it shows itself under one of these. */
const CANARIES = [CANARY, 2, 3, 4]
/** The order in which rows happen to come depends on the plan, and the plan on statistics: nothing may go by it. */
const PLANS_OTHERWISE = [
  'enable_hashagg = off',
  'enable_indexscan = off',
  'enable_bitmapscan = off',
]
const IN_SHORT: readonly Plant[] = ['audits_nothing']

const tried: Record<string, number> = {
  seeds: 0,
  steps: 0,
  statements_and_events: 0,
  crashes: 0,
  letters: 0,
}
const add = (what: string, often: number): void => {
  tried[what] = (tried[what] ?? 0) + often
}
afterAll(() => console.log(`proof simulation ${JSON.stringify(tried)}`))

function count({ steps, trace, crashes, letters, faults, entries }: Simulated): void {
  add('seeds', 1)
  add('steps', steps)
  add('statements_and_events', trace.length)
  add('crashes', crashes)
  add('letters', letters)
  for (const [kind, often] of Object.entries(entries)) add(`entry_${kind}`, often)
  for (const [kind, often] of Object.entries(faults)) if (kind !== 'crash') add(kind, often)
}

const seeds = GIVEN ? [Number(GIVEN)] : Array.from({ length: SEEDS }, (_, index) => index + 1)

/** What is found of a planted bug; `null`: under no seed anything. */
async function firstFound(plant: Plant): Promise<string | null> {
  for (const seed of CANARIES) {
    const found = await simulate(seed, { plant }).then(
      () => null,
      (error: Error) => error.message,
    )
    if (found !== null) return found
  }
  return null
}

describe('the whole under one seed', () => {
  test.each(seeds)(
    'is safe, and comes to rest: seed %i',
    async (seed) => {
      const simulated = await simulate(seed)
      expect(simulated.steps).toBeGreaterThan(0)
      count(simulated)
    },
    SEED_MS,
  )

  test(
    'is safe, comes to rest, and gives the same trace and the same journal',
    async () => {
      const one = await simulate(CANARY)
      const two = await simulate(CANARY, { planner: PLANS_OTHERWISE })
      if (!IS_FULL) count(one)
      // a whole trace is more than anybody reads
      const first = one.trace.findIndex((line, index) => line !== two.trace[index])
      expect(first === -1 ? null : [one.trace[first], two.trace[first]]).toBeNull()
      expect(two.trace.length).toBe(one.trace.length)
      expect(two.journalHash).toBe(one.journalHash)
    },
    SEED_MS,
  )

  const plants: readonly (readonly [Plant, RegExp])[] = [
    ['new_id_on_retry', /charges of call_/],
    ['audits_nothing', /rate_limited/],
    ['charges_again', /charged for pay_/],
    ['pays_back_less', /with the processor/],
    ['renews_for_nothing', /fees of renewals/],
    ['higher_month', /reloaded by/],
    ['wider_windows', /window .* is over/],
    ['forgets_breakage', /lots that have ended/],
    ['grants_again', /claims/],
    ['drops_caps', /cap of account_0/],
    ['closes_nothing', /a cycle that has ended/],
    ['invoices_more', /invoices of statement/],
    ['refunds_less', /gave of what was decided/],
    ['makes_good_less', /what is left of/],
    ['tells_nobody', /nobody was told of/],
    ['sends_nothing', /not delivered/],
  ]
  const planted = plants.filter(([plant]) => IS_FULL || IN_SHORT.includes(plant))
  test.each(planted)(
    'finds the planted bug %s',
    async (plant, what) => {
      const found = await firstFound(plant)
      expect(found).toMatch(what)
    },
    SEED_MS * CANARIES.length,
  )
})

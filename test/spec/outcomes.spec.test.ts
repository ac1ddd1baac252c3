import { describe, expect, test } from 'vitest'
import { OUTCOMES, type OutcomeCode } from '../../src/core/decisions/index.ts'
import { plan, SESSION, served, usd } from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry } from '../support/core/ledger.ts'
import { carried, postings } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

interface Row {
  readonly outcome: OutcomeCode
  readonly usage: 'reported' | 'missing'
  readonly pays: string
  readonly carried: Readonly<Record<string, string>>
}

const FREE = { pays: 'nothing', carried: {} }
const PAID = { pays: 'delivered', carried: { money: '3' } }
const WAITS = { pays: 'after_reconciliation', carried: {} }

/** Who pays when a call goes wrong: one row an outcome, with usage reported and without. */
const ROWS: readonly Row[] = [
  { outcome: 'succeeded', usage: 'reported', ...PAID },
  { outcome: 'succeeded', usage: 'missing', ...WAITS },
  { outcome: 'error_before_output', usage: 'reported', ...FREE },
  { outcome: 'error_before_output', usage: 'missing', ...FREE },
  { outcome: 'refused_before_output', usage: 'reported', ...FREE },
  { outcome: 'refused_before_output', usage: 'missing', ...FREE },
  { outcome: 'refused_after_output', usage: 'reported', ...PAID },
  {
    outcome: 'upstream_failed_mid_stream',
    usage: 'reported',
    pays: 'nothing',
    carried: { absorbed: '3' },
  },
  { outcome: 'upstream_failed_mid_stream', usage: 'missing', ...FREE },
  { outcome: 'client_aborted', usage: 'reported', ...PAID },
  { outcome: 'client_aborted', usage: 'missing', ...WAITS },
  { outcome: 'client_aborted_before_output', usage: 'reported', ...FREE },
  { outcome: 'client_aborted_before_output', usage: 'missing', ...FREE },
  { outcome: 'usage_zero_with_output', usage: 'reported', ...FREE },
  { outcome: 'gateway_crashed', usage: 'missing', ...FREE },
  { outcome: 'served_from_cache', usage: 'reported', ...FREE },
]

const story = (outcomes?: Parameters<typeof plan>[0]) => {
  const ledger = new Ledger({ plans: [plan({ windows: [], ...outcomes })], paidUse: true })
  ledger.topUp('credits', '10')
  return ledger
}

describe('who pays, by outcome', () => {
  test('every outcome has a row here', () => {
    expect([...new Set(ROWS.map(({ outcome }) => outcome))].sort()).toEqual([...OUTCOMES].sort())
  })

  test.each(ROWS.map((row) => [row.outcome, row.usage, row] as const))(
    '%s, usage %s',
    (outcome, usage, row) => {
      const ledger = story()
      admitted(ledger.authorize('call', usd('3')))
      const entry = postedEntry(
        ledger.settle('call', usage === 'reported' ? usd('3') : null, outcome),
      )
      expect(entry.outcome).toEqual({
        code: outcome,
        policy: `default/${outcome}`,
        customer_pays: row.pays,
      })
      expect(carried(entry)).toEqual(row.carried)
      expect(ledger.lot('credits').held).toBe(0n)
      expect(entry.hold).toMatchObject({ settled: row.carried.money ?? '0' })
    },
  )

  test.each(ROWS.map((row) => [row.outcome, row.usage, row] as const))(
    'recorded afterwards: %s, usage %s',
    (outcome, usage, row) => {
      const entry = postedEntry(
        story().record('call', usage === 'reported' ? usd('3') : null, { outcome }),
      )
      expect(carried(entry)).toEqual(row.carried)
    },
  )
})

test('a stream that the provider cut costs the platform, although text was sent', () => {
  const entry = postedEntry(
    story().record('call', usd('3'), { outcome: 'upstream_failed_mid_stream' }),
  )
  expect(postings(entry)).toEqual(['house:platform_loss -3', 'house:revenue 3'])
  expect(entry.absorbed_reason).toBe('upstream_failed_mid_stream')
})

test('a failed call of a covered plan leaves the windows as they were', () => {
  const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })] })
  ledger.record('call', usd('3'), { outcome: 'upstream_failed_mid_stream' })
  expect(ledger.window('session')).toMatchObject({ used: 0n, overshoot: 0n })
})

describe('a row of the plan replaces the default, and the receipt names it', () => {
  test('the operator charges for what was delivered of a cut stream', () => {
    const ledger = story({ outcomes: { upstream_failed_mid_stream: 'delivered' } })
    const entry = postedEntry(
      ledger.record('call', usd('3'), { outcome: 'upstream_failed_mid_stream' }),
    )
    expect(entry.outcome).toEqual({
      code: 'upstream_failed_mid_stream',
      policy: 'pro@1/upstream_failed_mid_stream',
      customer_pays: 'delivered',
    })
    expect(carried(entry)).toEqual({ money: '3' })
  })

  test('the operator gives refusals after output away and carries them', () => {
    const ledger = story({ outcomes: { refused_after_output: 'nothing' } })
    const entry = postedEntry(ledger.record('call', usd('3'), { outcome: 'refused_after_output' }))
    expect(carried(entry)).toEqual({ absorbed: '3' })
  })
})

test('a failed call on a model without a price is not unpriced: it is not billed', () => {
  const entry = postedEntry(
    story().record('call', served({ output: 5 }), {
      model: 'nobody',
      outcome: 'upstream_failed_mid_stream',
    }),
  )
  expect(entry.pending).toBeUndefined()
  expect(entry.rating).toEqual({ status: 'not_billed' })
})

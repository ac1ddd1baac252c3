import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ContestedCall, lessUsed, offerOf, planRefund } from '../../../src/core/cases/index.ts'
import { type Nanos, nanos, parseNanos, readNanos } from '../../../src/core/money/index.ts'

const usd = (amount: string): Nanos => parseNanos(amount)!
const call = (callId: string, left: string, wrong?: string): ContestedCall => ({
  callId,
  left: usd(left),
  findings:
    wrong === undefined ? [] : [{ key: `rule:${callId}`, rule: 'rule', amount: usd(wrong) }],
})
const CALLS = [call('a', '10'), call('b', '8', '3'), call('c', '0', '5')]

describe('a refund', () => {
  it.each<[string, [string, string | null][], string]>([
    ['of all that is left', [['a', null]], 'a 10 goodwill'],
    ['of a part', [['a', '4']], 'a 4 goodwill'],
    ['of what a finding says', [['b', '3']], 'b 3 rule'],
    ['of more than a finding says', [['b', '5']], 'b 3 rule, b 2 goodwill'],
    [
      'of two calls',
      [
        ['a', '1'],
        ['b', null],
      ],
      'a 1 goodwill, b 3 rule, b 5 goodwill',
    ],
  ])('%s', (_what, wanted, lines) => {
    const planned = planRefund(
      wanted.map(([callId, amount]) => ({ callId, amount: amount === null ? null : usd(amount) })),
      CALLS,
      'goodwill',
    )
    expect(
      'plan' in planned &&
        planned.plan.lines
          .map(({ call_id, amount, reason }) => `${call_id} ${amount} ${reason}`)
          .join(', '),
    ).toBe(lines)
  })

  it.each<[string, [string, string | null][]]>([
    ['unknown', [['x', '1']]],
    ['nothing_left', [['c', null]]],
    ['above_left', [['a', '10.000000001']]],
    ['below_finding', [['b', '2.999999999']]],
    [
      'twice',
      [
        ['a', '1'],
        ['a', '1'],
      ],
    ],
    ['zero', [['a', '0']]],
  ])('is faulty: %s', (fault, wanted) => {
    const planned = planRefund(
      wanted.map(([callId, amount]) => ({ callId, amount: amount === null ? null : usd(amount) })),
      CALLS,
      'goodwill',
    )
    expect(planned).toMatchObject({ fault: { fault } })
  })
})

it('an offer is what the findings say, and never more than is left', () => {
  expect(offerOf([call('b', '8', '3'), call('d', '1', '3'), call('a', '10')])).toMatchObject({
    total: '4',
    lines: [
      { call_id: 'b', amount: '3', finding_key: 'rule:b' },
      { call_id: 'd', amount: '1' },
    ],
  })
  expect(offerOf([call('a', '10')])).toBeNull()
})

it('what was used of credit meanwhile comes off once, the last lines first, and never below zero', () => {
  const amounts = fc.array(fc.bigInt({ min: 1n, max: 1_000n }), { maxLength: 6 })
  fc.assert(
    fc.property(amounts, fc.bigInt({ min: 0n, max: 3_000n }), (each, used) => {
      const lines = each.map((amount, index) => ({
        call_id: `c${index}`,
        amount: `0.${amount.toString().padStart(9, '0')}`.replace(/0+$/, ''),
        reason: 'r',
        finding_key: null,
      }))
      const kept = lessUsed(lines, nanos(used))
      const total = each.reduce((sum, amount) => sum + amount, 0n)
      const left = kept.reduce((sum, { amount }) => sum + readNanos(amount), 0n)
      expect(left).toBe(total > used ? total - used : 0n)
      expect(kept.map(({ call_id }) => call_id)).toEqual(
        lines.slice(0, kept.length).map(({ call_id }) => call_id),
      )
    }),
  )
})

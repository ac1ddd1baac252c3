import { describe, expect, it } from 'vitest'
import { type ContestedCall, offerOf, planRefund } from '../../../src/core/cases/index.ts'
import { type Nanos, parseNanos } from '../../../src/core/money/index.ts'

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

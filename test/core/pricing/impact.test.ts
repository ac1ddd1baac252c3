import { describe, expect, it } from 'vitest'
import { readNanos } from '../../../src/core/money/index.ts'
import { type CallImpact, impactOf } from '../../../src/core/pricing/index.ts'

const n = readNanos

let calls = 0
const call = (own: Partial<CallImpact> & Pick<CallImpact, 'before' | 'after'>): CallImpact => {
  calls += 1
  return { accountId: 'a', callId: `call_${calls}`, model: 'opus', plan: 'pro@1', ...own }
}

describe('what another price book would have made of the calls', () => {
  it('of none is nothing', () => {
    const nothing = { calls: 0, before: 0n, after: 0n, difference: 0n }
    expect(impactOf([])).toEqual({
      totals: { ...nothing, dearer: 0, cheaper: 0, same: 0 },
      ...{ byModel: [], byPlan: [], accounts: [], calls: [] },
      becomeUnpriced: { calls: 0, before: 0n, missing: [], sample: [] },
      ...{ becomePriced: 0, stillUnpriced: 0 },
    })
  })

  it('sums calls up by model, by plan and by account, and says which moved most', () => {
    const impact = impactOf([
      call({ callId: 'up', before: n('1'), after: n('3') }),
      call({ callId: 'down', accountId: 'b', model: 'mini', before: n('5'), after: n('1') }),
      call({ callId: 'same', accountId: 'c', plan: 'max@1', before: n('2'), after: n('2') }),
      call({ callId: 'little', accountId: 'b', before: n('1'), after: n('1.5') }),
    ])
    const sums = (own: readonly { id: string; calls: number; difference: bigint }[]) =>
      own.map(({ id, calls, difference }) => [id, calls, difference])
    expect(impact.totals).toEqual({
      ...{ calls: 4, before: n('9'), after: n('7.5'), difference: n('-1.5') },
      ...{ dearer: 2, cheaper: 1, same: 1 },
    })
    expect(sums(impact.byModel)).toEqual([
      ['mini', 1, n('-4')],
      ['opus', 3, n('2.5')],
    ])
    expect(sums(impact.byPlan)).toEqual([
      ['max@1', 1, 0n],
      ['pro@1', 3, n('-1.5')],
    ])
    // b: 4 down and 0.5 up; what did not move is not there
    expect(sums(impact.accounts)).toEqual([
      ['b', 2, n('-3.5')],
      ['a', 1, n('2')],
    ])
    expect(impact.calls.map(({ callId, difference }) => [callId, difference])).toEqual([
      ['down', n('-4')],
      ['up', n('2')],
      ['little', n('0.5')],
    ])
    expect(impact.calls[0]).toEqual({
      ...{ accountId: 'b', callId: 'down', model: 'mini', plan: 'pro@1' },
      ...{ before: n('5'), after: n('1'), difference: n('-4') },
    })
  })

  it('tells calls that would have no price, what is missing, and calls that would get one', () => {
    const impact = impactOf([
      call({ callId: 'lost', before: n('2'), after: { missing: ['opus output', 'opus input'] } }),
      call({ callId: 'lost_too', before: n('3'), after: { missing: ['opus output'] } }),
      call({ callId: 'won', before: null, after: n('9') }),
      call({ before: null, after: { missing: ['mini input'] } }),
      call({ before: null, after: { missing: ['mini input'] } }),
    ])
    expect(impact.totals).toMatchObject({ calls: 0, before: 0n, after: 0n, dearer: 0, same: 0 })
    expect(impact.becomeUnpriced).toEqual({
      ...{ calls: 2, before: n('5') },
      missing: [
        { what: 'opus output', calls: 2 },
        { what: 'opus input', calls: 1 },
      ],
      sample: ['lost', 'lost_too'].map((callId) => ({
        ...{ accountId: 'a', callId, model: 'opus', plan: 'pro@1' },
      })),
    })
    expect([impact.becomePriced, impact.stillUnpriced]).toEqual([1, 2])
  })

  it('names as many as can be read: twenty of each, those that are missing most by name', () => {
    const many = Array.from({ length: 25 }, (_, index) => index + 10)
    const impact = impactOf([
      ...many.map((own) =>
        call({ accountId: `acct_${own}`, before: 0n as never, after: BigInt(own) as never }),
      ),
      ...many.map((own) => call({ before: n('1'), after: { missing: [`kind ${own}`] } })),
    ])
    expect(impact.calls.map(({ difference }) => difference)).toEqual(
      Array.from({ length: 20 }, (_, index) => BigInt(34 - index)),
    )
    expect(impact.accounts).toHaveLength(20)
    expect(impact.byModel).toHaveLength(1)
    expect(impact.becomeUnpriced.sample).toHaveLength(20)
    expect(impact.becomeUnpriced.missing.map(({ what }) => what)).toEqual(
      many.slice(0, 20).map((own) => `kind ${own}`),
    )
  })
})

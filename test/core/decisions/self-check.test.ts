import { describe, expect, it } from 'vitest'
import { selfCheck } from '../../../src/core/decisions/index.ts'
import type { AccountState, EntryBody } from '../../../src/core/ledger/index.ts'
import { usd } from '../../support/core/fixtures.ts'
import { Ledger } from '../../support/core/ledger.ts'

/* A change that breaks an invariant of the books is not made: each is looked at in the commit (DESIGN §7). */

const STATE = (() => {
  const ledger = new Ledger({ paidUse: true })
  ledger.topUp('lot', '10')
  ledger.record('call', usd('2'))
  return ledger.state!
})()

const check = (own: Partial<AccountState>, before: AccountState | null = STATE) =>
  selfCheck(before, { state: { ...STATE, ...own }, entry: null } as never)

const lot = (remaining: string, held: string) =>
  check({ lots: [{ ...STATE.lots[0]!, remaining: usd(remaining), held: usd(held) }] })

const window = (own: object) => check({ windows: [{ ...STATE.windows[0]!, ...own }] })

describe('a source', () => {
  it('is as it is', () => {
    expect(check({})).toBeNull()
  })

  it('of a lot is never below what is held of it', () => {
    expect(lot('5', '5')).toBeNull()
    expect(lot('5', '0')).toBeNull()
    expect(lot('5', '5.000000001')).toBe('lot lot: held 5000000001, remaining 5000000000')
    expect(lot('5', '-0.000000001')).toBe('lot lot: held -1, remaining 5000000000')
  })

  it('of a window is neither below nothing nor above its capacity', () => {
    const { windowId } = STATE.windows[0]!
    const capacity = usd('10')
    expect(window({ capacity, used: usd('10'), held: 0n, overshoot: 0n })).toBeNull()
    for (const [used, held, overshoot] of [
      ['10.000000001', '0', '0'],
      ['-0.000000001', '0', '0'],
      ['1', '-0.000000001', '0'],
      ['1', '0', '-0.000000001'],
    ] as const) {
      const own = { capacity, used: usd(used), held: usd(held), overshoot: usd(overshoot) }
      expect(window(own)).toBe(
        `window ${windowId}: held ${own.held}, used ${own.used} of ${capacity}`,
      )
    }
  })

  it('is never held less than nothing', () => {
    const below = 'overage or hold count below zero'
    expect(check({ overage: { ...STATE.overage, held: usd('-1') } })).toBe(below)
    expect(check({ openHolds: -1 })).toBe(below)
    expect(check({ openHolds: 0 })).toBeNull()
  })
})

describe('a cap', () => {
  const caps = (spent: string, held: string, bucket = 'b') =>
    ({
      ...STATE,
      caps: [
        {
          cap: { id: 'cap', scope: 'account', scopeId: null, amount: usd('10'), raises: [] },
          counters: [{ bucket, spent: usd(spent), held: usd(held) }],
        },
      ],
    }) as unknown as AccountState

  it('holds what is spent and held together', () => {
    expect(check(caps('6', '4'))).toBeNull()
    expect(check(caps('6', '4.000000001'))).toBe('cap cap: 10000000001 of 10000000000')
    expect(check(caps('6', '5'), null)).toBe('cap cap: 11000000000 of 10000000000')
  })

  it('that was lowered lets what is there run out, and takes nothing new', () => {
    expect(check(caps('6', '5'), caps('6', '5'))).toBeNull()
    expect(check(caps('11', '0'), caps('6', '5'))).toBeNull()
    expect(check(caps('6', '5'), caps('6', '4.5'))).toBe('cap cap: 11000000000 of 10000000000')
    expect(check(caps('6', '5'), caps('6', '5', 'yesterday'))).not.toBeNull()
  })
})

describe('an entry', () => {
  const entry = (own: object, before: AccountState | null = STATE) =>
    selfCheck(before, {
      state: STATE,
      entry: { seq: (before?.seq ?? 0) + 1, postings: [], ...own } as unknown as EntryBody,
    } as never)
  const totals = (total: string, money = '1', included = '2', absorbed = '3') => ({
    ...{ total, money, included, absorbed },
  })
  const funding = [{ drawn: '1' }, { drawn: '2' }]

  it('follows on the one before it', () => {
    expect(entry({})).toBeNull()
    expect(entry({ seq: STATE.seq })).toBe(`seq ${STATE.seq} after ${STATE.seq}`)
    expect(entry({ seq: 1 }, null)).toBeNull()
    expect(entry({ seq: 2 }, null)).toBe('seq 2 after 0')
  })

  it('has postings that sum to nothing in every asset', () => {
    const even = [
      ['a', 'USD', '1'],
      ['b', 'EUR', '4'],
      ['c', 'USD', '-1'],
      ['d', 'EUR', '-4'],
    ]
    expect(entry({ postings: even })).toBeNull()
    expect(entry({ postings: even.slice(0, 3) })).toBe('postings of EUR sum to 4000000000')
  })

  it('is carried whole, by draws and lines that add up', () => {
    const priced = (...amounts: readonly string[]) => ({
      rating: { status: 'priced', lines: amounts.map((amount) => ({ amount })) },
    })
    expect(entry({ totals: totals('6'), funding, ...priced('2', '4') })).toBeNull()
    expect(entry({ totals: totals('7'), funding })).toBe('the total is not what carries it')
    expect(entry({ totals: totals('6'), funding: funding.slice(1) })).toBe(
      'the draws do not add up to the charge',
    )
    expect(entry({ totals: totals('6') })).toBe('the draws do not add up to the charge')
    expect(entry({ totals: totals('6'), funding, ...priced('2', '3') })).toBe(
      'the lines do not add up to the total',
    )
    expect(entry({ totals: totals('0', '0', '0', '0'), ...priced('2') })).toBeNull()
  })
})

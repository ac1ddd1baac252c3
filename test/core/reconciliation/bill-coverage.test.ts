import { describe, expect, it } from 'vitest'
import {
  type Bill,
  type BillRow,
  type OwnCall,
  OwnSide,
  reconcileBill,
} from '../../../src/core/reconciliation/index.ts'
import { DAY_MS, type Interval, instant } from '../../../src/core/time/index.ts'
import { BOOK, call, compared, cost, DAY, hour, NEXT, SETTINGS, used } from './support.ts'

/* Of which time a bill speaks: only days are compared of which a report covers every hour, and each report
   counts only on the days that it covers itself. */

const AFTER = instant(NEXT + DAY_MS)

const hours = (from: number, until: number): Interval => ({ start: hour(from), end: hour(until) })
const whole = (day: number): Interval => ({ start: instant(day), end: instant(day + DAY_MS) })

interface Told {
  readonly calls?: readonly OwnCall[]
  readonly rows?: readonly BillRow[]
  readonly usage?: readonly Interval[]
  readonly cost?: readonly Interval[]
}

function reconciled({ calls = [], rows = [], usage = [], cost: costs = [] }: Told) {
  const own = new OwnSide([BOOK], SETTINGS.lateMs)
  for (const each of calls) own.add(each)
  const bill: Bill = { rows, covered: { usage, cost: costs } }
  return reconcileBill(bill, own, { books: [BOOK], settings: SETTINGS })
}

const daysOf = (usage: readonly Interval[]) => reconciled({ usage }).days

describe('a day is whole', () => {
  it.each<[string, readonly Interval[]]>([
    ['in one bucket', [whole(DAY)]],
    ['in buckets that follow on one another', [hours(0, 12), hours(12, 24)]],
    ['in buckets in any order', [hours(16, 24), hours(0, 8), hours(8, 16)]],
    ['in buckets that overlap', [hours(0, 15), hours(9, 24)]],
    ['where a bucket lies within another', [hours(0, 23), hours(2, 3), hours(23, 24)]],
    ['in a bucket that begins before it and ends after it', [hours(-5, 30)]],
  ])('%s', (_how, buckets) => {
    expect(daysOf(buckets)).toEqual([DAY])
  })

  it.each<[string, readonly Interval[]]>([
    ['without a bucket', []],
    ['without its first hour', [hours(1, 24)]],
    ['without its last hour', [hours(0, 23)]],
    ['with a gap', [hours(0, 11), hours(12, 24)]],
    ['where only a part of it hangs over', [hours(-24 - 12, -24 + 6)]],
  ])('not %s', (_how, buckets) => {
    expect(daysOf(buckets)).toEqual([])
  })

  it('on either side of a day that is not, in the order of time', () => {
    expect(daysOf([whole(AFTER), whole(DAY)])).toEqual([DAY, AFTER])
    expect(daysOf([whole(NEXT), whole(DAY)])).toEqual([DAY, NEXT])
  })
})

it('tells the days that are covered in part, in the order of time', () => {
  const part = (day: number) =>
    used('output', 5, { bucket: { start: instant(day), end: instant(day + 3_600_000) } })
  const { partDays } = reconciled({
    rows: [part(AFTER), part(DAY), part(NEXT), part(AFTER)],
    usage: [whole(NEXT)],
  })
  expect(partDays).toEqual([DAY, AFTER])
})

it('leaves out what a report says of a day that it covers in part, although another covers it', () => {
  const { comparisons } = reconciled({
    calls: [call({ tokens: { output: 1_000 } })],
    rows: [used('output', 1_000), cost('output', '0.004')],
    usage: [whole(DAY)],
    cost: [hours(0, 5)],
  })
  expect(comparisons).toMatchObject([
    { billed: { quantity: 1_000n, cost: null }, variance: { total: 0n } },
  ])
})

describe('a report of cost that has quantities too', () => {
  const calls = [call({ tokens: { output: 1_000 } })]
  const both = cost('output', '0.01', { quantity: 1_000n })

  it('does not count them where there is a report of use', () => {
    const { comparisons } = compared({ calls, rows: [used('output', 1_000), both] })
    expect(comparisons).toMatchObject([
      { billed: { quantity: 1_000n, cost: 10_000_000n }, variance: { total: 0n } },
    ])
  })

  it('counts them where there is none', () => {
    const { comparisons } = compared({ calls, rows: [both] })
    expect(comparisons).toMatchObject([
      { billed: { quantity: 1_000n }, variance: { total: 0n, quantity: 0n, unsplit: 0n } },
    ])
  })
})

it('counts amounts in a report of use where there is no report of cost', () => {
  const rows = [used('output', 1_000, { cost: 12_000_000n as never, currency: 'USD' })]
  const { comparisons } = compared({ calls: [call({ tokens: { output: 1_000 } })], rows })
  expect(comparisons).toMatchObject([
    { billed: { quantity: 1_000n, cost: 12_000_000n }, variance: { total: 2_000_000n } },
  ])
})

describe('is compared no finer than every row of the bill tells apart', () => {
  const calls = ['', 'batch'].map((tier) => call({ tier, tokens: { output: 1_000 } }))
  const placesOf = (rows: readonly BillRow[], own = calls) =>
    compared({ calls: own, rows })
      .comparisons.filter(({ position }) => position.kind === 'output')
      .map(({ position: { tier, speed, region } }) => [tier, speed, region])

  it('by tier where every row has one', () => {
    expect(placesOf([used('output', 1_000), used('output', 1_000, { tier: 'batch' })])).toEqual([
      ['', null, null],
      ['batch', null, null],
    ])
  })

  it('not by tier where one row has none', () => {
    const rows = [used('output', 1_000, { tier: null }), used('output', 1_000, { tier: 'batch' })]
    expect(placesOf(rows)).toEqual([[null, null, null]])
  })

  it('whatever is said of fees, which are of no place', () => {
    const rows = [used('output', 1_000), used('fee:web_search', 4, { tier: null })]
    expect(placesOf(rows)).toHaveLength(2)
  })

  it('not at all where only fees are billed', () => {
    expect(placesOf([used('fee:web_search', 4)])).toEqual([[null, null, null]])
  })

  it('by speed and by region', () => {
    const own = [call({ speed: 'fast', region: 'us', tokens: { output: 10 } })]
    const rows = [used('output', 10, { tier: null, speed: 'fast', region: 'us' })]
    expect(placesOf(rows, own)).toEqual([[null, 'fast', 'us']])
  })
})

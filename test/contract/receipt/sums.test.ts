import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildReceipt,
  type JournalEntry,
  ReceiptNotClosed,
} from '../../../src/contract/receipt/index.ts'
import type { EntryBody, FundingFacts, LineFacts } from '../../../src/core/ledger/entry.ts'
import { formatNanos, nanos, readNanos } from '../../../src/core/money/index.ts'
import { CASES } from './cases.ts'
import { body, CALL, call, chained, postingsOf, rating, settled, source } from './journal.ts'

const amount = (value: bigint): string => formatNanos(nanos(value))

const SOURCES = [
  ['included', 'included'],
  ['promotional', 'lot_a'],
  ['promotional', 'lot_b'],
  ['paid', 'lot_c'],
  ['overage', 'overage'],
] as const

interface Generated {
  readonly draws: readonly bigint[]
  readonly absorbed: bigint
  readonly lineCuts: readonly number[]
  readonly refunds: readonly number[]
  readonly end: 'open' | 'reverse' | 'reattribute'
}

const NANOS = fc.bigInt({ min: 0n, max: 5_000_000_000n })

const generated: fc.Arbitrary<Generated> = fc.record({
  draws: fc.array(NANOS, { minLength: SOURCES.length, maxLength: SOURCES.length }),
  absorbed: fc.oneof(fc.constant(0n), NANOS),
  lineCuts: fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 4 }),
  refunds: fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 3 }),
  end: fc.constantFrom('open', 'reverse', 'reattribute'),
})

/** Cuts a total into lines; the last one takes what is left, so that they add up. */
function linesOf(total: bigint, cuts: readonly number[]): LineFacts[] {
  let left = total
  const lines = cuts.map((percent, index): LineFacts => {
    const part = (left * BigInt(percent)) / 100n
    left -= part
    return { type: 'fee', fee: `fee_${index}`, quantity: 1, each: '0', amount: amount(part) }
  })
  return [...lines, { type: 'promotion', id: 'rest', multiplier: '1', amount: amount(left) }]
}

const traced = (draws: readonly bigint[]): FundingFacts[] =>
  SOURCES.map(([sourceClass, id], index) =>
    source(sourceClass, id, { drawn: amount(draws[index] ?? 0n), reason: null }),
  )

function correction(kind: EntryBody['kind'], seq: number, draws: readonly bigint[]): EntryBody {
  const funding = traced(draws).filter(({ drawn }) => drawn !== '0')
  return body(kind, seq, {
    call,
    request_id: `${CALL}#${kind}:${seq}`,
    ref_seq: 41,
    reason: 'generated',
    funding,
    postings: postingsOf(funding),
  })
}

/** A settlement, refunds of random shares, then perhaps a move to the windows or a reversal. */
function journalOf(own: Generated): { entries: JournalEntry[]; net: bigint[]; total: bigint } {
  const total = own.draws.reduce((sum, draw) => sum + draw, own.absorbed)
  const first = settled(41, traced(own.draws), { rating: rating(linesOf(total, own.lineCuts)) })
  const net = [...own.draws]
  const bodies = [first]
  const add = (kind: EntryBody['kind'], change: readonly bigint[]): void => {
    change.forEach((part, index) => {
      net[index] = (net[index] ?? 0n) + part
    })
    bodies.push(correction(kind, 42 + bodies.length, change))
  }
  for (const percent of own.refunds) {
    add(
      'refund',
      net.map((draw) => (-draw * BigInt(percent)) / 100n),
    )
  }
  if (own.end === 'reverse') {
    add(
      'reverse',
      net.map((draw) => -draw),
    )
  }
  if (own.end === 'reattribute') {
    const [included = 0n, ...money] = net
    const back = money.reduce((sum, draw) => sum + draw, 0n)
    add('reattribute', [back, ...money.map((draw) => -draw)])
    expect(included + back).toBe(net[0])
  }
  return { entries: chained(...bodies), net, total }
}

describe('sums of a receipt', () => {
  it('close whatever was drawn, refunded, moved and reversed', () => {
    fc.assert(
      fc.property(generated, (own) => {
        const { entries, net, total } = journalOf(own)
        const { amounts, postings } = buildReceipt(entries)
        const [included = 0n, lotA = 0n, lotB = 0n, paid = 0n, overage = 0n] = net
        expect(amounts.total.amount).toBe(amount(total))
        expect(amounts.covered_by_plan.amount).toBe(amount(included))
        expect(amounts.credit.promotional.amount).toBe(amount(lotA + lotB))
        expect(amounts.credit.paid.amount).toBe(amount(paid))
        expect(amounts.overage.amount).toBe(amount(overage))
        expect(amounts.charged.amount).toBe(amount(lotA + lotB + paid + overage))
        expect(postings.reduce((sum, leg) => sum + readNanos(leg.amount), 0n)).toBe(0n)
      }),
    )
  })

  it('throw when a single nano is missing anywhere', () => {
    const nano = (text: string): string => amount(readNanos(text) + 1n)
    const tampers: ((entry: EntryBody) => EntryBody)[] = [
      (entry) => ({ ...entry, totals: { ...entry.totals!, total: nano(entry.totals!.total) } }),
      (entry) => ({ ...entry, totals: { ...entry.totals!, money: nano(entry.totals!.money) } }),
      (entry) => ({ ...entry, hold: { ...entry.hold!, released: nano(entry.hold!.released) } }),
      (entry) => ({
        ...entry,
        funding: entry.funding!.map((own, index) =>
          index === 0 ? { ...own, drawn: nano(own.drawn) } : own,
        ),
      }),
      (entry) => ({
        ...entry,
        postings: entry.postings.map(([account, asset, value, lot], index) => {
          const changed = index === 0 ? nano(value) : value
          return lot === undefined ? [account, asset, changed] : [account, asset, changed, lot]
        }),
      }),
      (entry) => ({
        ...entry,
        rating: rating([
          ...(entry.rating?.status === 'priced' ? entry.rating.lines : []),
          { type: 'promotion', id: 'stray', multiplier: '1', amount: '0.000000001' },
        ]),
      }),
    ]
    const [covered] = CASES
    const [first] = covered?.entries ?? []
    for (const tamper of tampers) {
      expect(() => buildReceipt([{ ...first!, body: tamper(first!.body) }])).toThrow(
        ReceiptNotClosed,
      )
    }
  })
})

describe('entries of a receipt', () => {
  const of = (name: string): readonly JournalEntry[] =>
    CASES.find((own) => own.name === name)?.entries ?? []
  const two = of('failed attempt then success is one charge')

  it('are in order of seq', () => {
    expect(() => buildReceipt(two.toReversed())).toThrow(/order of seq/)
  })

  it('belong to one call of one account', () => {
    const [first, second] = two
    const otherCall = {
      ...second!,
      body: { ...second!.body, call: { ...call, call_id: 'call_2' } },
    }
    const otherAccount = { ...second!, body: { ...second!.body, account_id: 'acct_2' } }
    expect(() => buildReceipt([first!, otherCall])).toThrow(/another call or account/)
    expect(() => buildReceipt([first!, otherAccount])).toThrow(/another call or account/)
  })

  it('are entries of calls', () => {
    expect(() => buildReceipt([])).toThrow(/at least one/)
    const [first] = two
    const grant = { ...first!, body: { ...body('grant', 99) } }
    expect(() => buildReceipt([first!, grant])).toThrow(/not part of a call/)
  })

  it('name an attempt once, charged attempts included', () => {
    const { attempts } = buildReceipt(two)
    expect(attempts.map(({ attempt, state, charged }) => [attempt, state, charged])).toEqual([
      [1, 'failed', '0'],
      [2, 'settled', '0'],
    ])
  })
})

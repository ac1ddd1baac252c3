import { describe, expect, test } from 'vitest'
import { nextDue } from '../../src/core/decisions/index.ts'
import { at, DAY, HOUR, plan, plus, usd } from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried, postings, trace } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const noon = at('12:00')
const credits = (options: ConstructorParameters<typeof Ledger>[0] = {}) =>
  new Ledger({ plans: [plan({ windows: [] })], paidUse: true, ...options })

describe('a lot lives from effective_at until just before expires_at', () => {
  test.each([
    [-1, 'not_yet_effective'],
    [0, null],
    [HOUR - 1, null],
    [HOUR, 'expired'],
  ])('%i ms after it becomes effective: %s', (offset, reason) => {
    const ledger = credits()
    ledger.grant('hour', '5', { effectiveAt: noon, expiresAt: plus(noon, HOUR), priority: 1 })
    ledger.topUp('credits', '5')
    ledger.now = plus(noon, offset)
    const entry = postedEntry(ledger.record('call', usd('1')))
    expect(entry.funding![0]).toMatchObject({ source: 'hour', reason, drawn: reason ? '0' : '1' })
  })

  test('expiry is checked when spending, whether or not the sweep has run', () => {
    const ledger = credits()
    ledger.grant('promo', '5', { expiresAt: noon })
    ledger.now = noon
    expect(refused(ledger.authorize('call', usd('1'))).code).toBe('funds_exhausted')
    expect(ledger.lot('promo').remaining).toBe(usd('5'))
  })

  test('what a call in flight holds is still its own after the end, and what is left then expires', () => {
    const ledger = credits()
    ledger.grant('promo', '5', { expiresAt: noon })
    ledger.now = plus(noon, -1)
    admitted(ledger.authorize('call', usd('3')))
    ledger.now = plus(noon, HOUR)
    expect(postings(postedEntry(ledger.expireLot('promo')))).toEqual([
      'customer:promotional -2 promo',
      'house:breakage 2',
    ])
    expect(carried(postedEntry(ledger.settle('call', usd('1'))))).toEqual({ money: '1' })
    expect(nextDue(ledger.state!)).toBe(noon)
    postedEntry(ledger.expireLot('promo'))
    expect(ledger.lot('promo').remaining).toBe(0n)
    expect(refused(ledger.expireLot('promo')).code).toBe('lot_expired')
  })

  test('expiry is posted once, and never before its time', () => {
    const ledger = credits()
    ledger.grant('promo', '5', { expiresAt: noon })
    ledger.now = plus(noon, -1)
    expect(refused(ledger.expireLot('promo')).code).toBe('lot_not_expired')
    ledger.now = noon
    postedEntry(ledger.expireLot('promo'))
    expect(refused(ledger.expireLot('promo')).code).toBe('lot_expired')
    expect(refused(ledger.expireLot('other')).code).toBe('lot_unknown')
  })
})

describe('money in', () => {
  test('a purchase is posted with its tax on both sides', () => {
    const entry = postedEntry(credits().topUp('lot', '100', { tax: '10' }))
    expect(postings(entry)).toEqual([
      'customer:prepaid 100 lot',
      'house:tax_payable 10',
      'house:processor_clearing -110',
    ])
  })

  test('a bundle is paid credit; what it was cheaper is promotional expense of the house', () => {
    const ledger = credits()
    const entry = postedEntry(ledger.topUp('lot', '50', { price: '45' }))
    expect(postings(entry)).toEqual([
      'customer:prepaid 50 lot',
      'house:promotion_expense -5',
      'house:processor_clearing -45',
    ])
    expect(ledger.lot('lot')).toMatchObject({
      category: 'paid',
      face: usd('50'),
      pricePaid: usd('45'),
    })
  })

  test.each([
    ['nothing', () => credits().topUp('lot', '0'), 'face'],
    ['less than nothing', () => credits().topUp('lot', '-1'), 'face'],
    ['a price above the face', () => credits().topUp('lot', '5', { price: '6' }), 'price'],
    ['a price below zero', () => credits().topUp('lot', '5', { price: '-1' }), 'price'],
    ['a tax below zero', () => credits().topUp('lot', '5', { tax: '-1' }), 'tax'],
    [
      'an end in the past',
      () => credits().topUp('lot', '5', { expiresAt: at('08:59') }),
      'expires_at',
    ],
    ['a grant of nothing', () => credits().grant('lot', '0'), 'amount'],
    ['a grant below zero', () => credits().grant('lot', '-5'), 'amount'],
    [
      'a grant that ends as it begins',
      () => credits().grant('lot', '5', { effectiveAt: noon, expiresAt: noon }),
      'expires_at',
    ],
  ])('%s is refused and names the field', (_name, give, field) => {
    expect(refused(give())).toEqual({ code: 'amount_invalid', field })
  })
})

describe('voiding a lot', () => {
  test('takes back what is free at once; calls in flight keep what they hold', () => {
    const ledger = credits()
    ledger.topUp('lot', '10')
    admitted(ledger.authorize('call', usd('4')))
    ledger.wait(1)
    expect(postings(postedEntry(ledger.voidLot('lot')))).toEqual([
      'customer:prepaid -6 lot',
      'house:breakage 6',
    ])
    expect(refused(ledger.authorize('other', usd('1'))).code).toBe('funds_exhausted')
    expect(carried(postedEntry(ledger.settle('call', usd('4'))))).toEqual({ money: '4' })
    expect(refused(ledger.voidLot('lot')).code).toBe('lot_voided')
  })

  test('of a promotional lot undoes the expense', () => {
    const ledger = credits()
    ledger.grant('lot', '10')
    expect(postings(postedEntry(ledger.voidLot('lot')))).toEqual([
      'customer:promotional -10 lot',
      'house:promotion_expense 10',
    ])
  })
})

test('lots live independently of the plan: a change leaves them as they are, to the byte', () => {
  const ledger = credits({ plans: [plan({ id: 'free', windows: [] }), plan({ id: 'pro' })] })
  ledger.grant('promo', '5', { expiresAt: plus(noon, DAY) })
  ledger.topUp('credits', '10')
  admitted(ledger.authorize('call', usd('2')))
  const before = ledger.state!.lots
  for (const ref of ['pro@1', 'free@1', 'pro@1']) {
    postedEntry(ledger.changePlan(ref))
    expect(ledger.state!.lots).toEqual(before)
  }
})

test('an exhausted lot is named as such on the receipts of later calls', () => {
  const ledger = credits()
  ledger.grant('promo', '1')
  ledger.topUp('credits', '10')
  ledger.record('one', usd('1'))
  expect(trace(postedEntry(ledger.record('two', usd('1'))))).toEqual([
    'promo exhausted',
    'credits 1',
  ])
})

test('a source whose free part is held by other calls says held, not exhausted', () => {
  const ledger = credits()
  ledger.grant('promo', '5')
  ledger.topUp('credits', '10')
  admitted(ledger.authorize('other', usd('4')))
  expect(trace(postedEntry(ledger.record('call', usd('3'))))).toEqual(['promo 1 held', 'credits 2'])
})

test('many small lots do not pile up in the state, and nothing of value is dropped', () => {
  const ledger = credits()
  for (let n = 0; n < 30; n += 1) {
    ledger.grant(`lot_${n}`, '1')
    ledger.record(`call_${n}`, usd('1'))
  }
  ledger.grant('last', '7')
  expect(ledger.state!.lots.length).toBeLessThanOrEqual(10)
  expect(ledger.lot('last').remaining).toBe(usd('7'))
})

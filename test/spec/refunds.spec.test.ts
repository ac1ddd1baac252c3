import { describe, expect, test } from 'vitest'
import { at, DAY, HOUR, plan, plus, SESSION, usd } from '../support/core/fixtures.ts'
import { Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { postings, trace, windowsOf } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const inDays = (days: number) => plus(at('09:00'), days * DAY)

/** A call of 6.00: 1 from a welcome grant, 2 included, 1 promotional, 2 paid. */
function mixed(): Ledger {
  const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })], paidUse: true, overage: '5' })
  ledger.record('earlier', usd('8'))
  ledger.grant('welcome', '1', { before: true })
  ledger.grant('promo', '1')
  ledger.topUp('paid', '1')
  ledger.record('call', usd('6'))
  expect(trace(ledger.entry('call'))).toEqual([
    'welcome 1 exhausted',
    'included 2 exhausted',
    'promo 1 exhausted',
    'paid 1 exhausted',
    'overage 1',
  ])
  return ledger
}

describe('a refund goes back to where it came from, the last drawn first', () => {
  test.each([
    ['0.4', ['overage -0.4']],
    ['1', ['overage -1']],
    ['1.5', ['overage -1', 'paid -0.5']],
    ['2.5', ['overage -1', 'paid -1', 'promo -0.5']],
    ['4', ['overage -1', 'paid -1', 'promo -1', 'included -1']],
    ['5.5', ['overage -1', 'paid -1', 'promo -1', 'included -2', 'welcome -0.5']],
    ['6', ['overage -1', 'paid -1', 'promo -1', 'included -2', 'welcome -1']],
  ])('%s', (amount, given) => {
    const ledger = mixed()
    const entry = postedEntry(ledger.refund('call', usd(amount)))
    expect(trace(entry)).toEqual(given)
    expect(entry.totals!.total).toBe(`-${amount}`)
  })

  test('the house pays from its refund expense, and promotional credit stays promotional', () => {
    expect(postings(postedEntry(mixed().refund('call', usd('3'))))).toEqual([
      'customer:overage_receivable 1',
      'customer:prepaid 1 paid',
      'customer:promotional 1 promo',
      'house:refund_expense -3',
    ])
  })

  test('windows get their capacity back in the instance that gave it', () => {
    const ledger = mixed()
    const entry = postedEntry(ledger.refund('call'))
    expect(windowsOf(entry)).toEqual(['session -2'])
    expect(ledger.window('session').used).toBe(usd('8'))
  })

  test('overshoot goes back before capacity', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })] })
    ledger.record('call', usd('12'))
    expect(windowsOf(postedEntry(ledger.refund('call', usd('3'))))).toEqual(['session -1 +-2'])
    expect(ledger.window('session')).toMatchObject({ used: usd('9'), overshoot: 0n })
  })

  test('capacity of a window that is over goes nowhere, and the refund is posted all the same', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [SESSION] })] })
    ledger.record('call', usd('2'))
    ledger.wait(7 * HOUR)
    ledger.record('next', usd('1'))
    const entry = postedEntry(ledger.refund('call'))
    expect(windowsOf(entry)).toEqual([])
    expect(ledger.window('session').used).toBe(usd('1'))
  })
})

describe('never more than the charge', () => {
  test('partial refunds add up to the charge at most', () => {
    const ledger = mixed()
    postedEntry(ledger.refund('call', usd('4'), 'first'))
    expect(refused(ledger.refund('call', usd('2.000000001'), 'second'))).toMatchObject({
      code: 'refund_exceeds_charge',
      limit: { amount: '2' },
    })
    postedEntry(ledger.refund('call', usd('2'), 'third'))
    expect(refused(ledger.refund('call', undefined, 'fourth')).code).toBe('already_refunded')
  })

  test('the same reason twice is the same refund', () => {
    const ledger = mixed()
    const first = ledger.refund('call', usd('1'))
    expect(ledger.refund('call', usd('1'))).toEqual(first)
    expect(refused(ledger.refund('call', usd('2')))).toMatchObject({
      code: 'request_conflict',
      field: 'amount',
    })
  })

  test.each([['0'], ['-1']])('%s is not an amount', (amount) => {
    expect(refused(mixed().refund('call', usd(amount)))).toEqual({
      code: 'amount_invalid',
      field: 'amount',
    })
  })

  test('what was never charged is not refunded', () => {
    const ledger = mixed()
    expect(refused(ledger.refund('unknown')).code).toBe('charge_unknown')
    ledger.record('failed', usd('1'), { outcome: 'error_before_output' })
    expect(refused(ledger.refund('failed')).code).toBe('charge_not_settled')
  })
})

describe('a lot that has ended since lives on for the promised extension', () => {
  const story = (sweep: boolean) => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })] })
    ledger.grant('promo', '10', { expiresAt: inDays(1) })
    ledger.record('call', usd('4'))
    ledger.now = inDays(2)
    if (sweep) ledger.expireLot('promo')
    return ledger
  }

  test('30 days by default', () => {
    const ledger = story(true)
    postedEntry(ledger.refund('call'))
    expect(ledger.lot('promo')).toMatchObject({ remaining: usd('4'), expiresAt: inDays(32) })
  })

  test('or as the order says', () => {
    const ledger = story(true)
    postedEntry(ledger.refund('call', undefined, 'goodwill', 7 * DAY))
    expect(ledger.lot('promo').expiresAt).toBe(inDays(9))
  })

  test.each([[true], [false]])(
    'only what was refunded lives on, whether the sweep had run (%s) or not',
    (sweep) => {
      const ledger = story(sweep)
      postedEntry(ledger.refund('call', usd('1')))
      expect(trace(postedEntry(ledger.record('next', usd('5'))))[0]).toBe('promo 1 exhausted')
    },
  )

  test('a lot that the state has forgotten comes back with what was refunded', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })] })
    ledger.grant('old', '2', { expiresAt: inDays(1) })
    ledger.record('call', usd('2'))
    for (let n = 0; n < 12; n += 1) {
      ledger.grant(`lot_${n}`, '1')
      ledger.record(`call_${n}`, usd('1'))
    }
    expect(ledger.state!.lots.some((lot) => lot.id === 'old')).toBe(false)
    ledger.now = inDays(3)
    postedEntry(ledger.refund('call'))
    expect(ledger.lot('old')).toMatchObject({
      remaining: usd('2'),
      face: usd('2'),
      expiresAt: inDays(33),
    })
  })

  test('a lot that was voided since lives on too', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
    ledger.topUp('paid', '10')
    ledger.record('call', usd('4'))
    ledger.wait(1)
    ledger.voidLot('paid')
    ledger.refund('call')
    expect(ledger.lot('paid')).toMatchObject({ remaining: usd('4'), voidedAt: null })
  })
})

describe('a reversal mirrors an entry that should not have been', () => {
  test('of a charge gives everything back through revenue', () => {
    const ledger = mixed()
    const before = ledger.window('session').used
    const entry = postedEntry(ledger.reverse(ledger.entry('call').seq))
    expect(entry.ref_seq).toBe(ledger.entry('call', 'record').seq)
    expect(postings(entry)).toContain('house:revenue -4')
    expect(ledger.window('session').used).toBe(before - usd('2'))
    expect(ledger.lot('promo').remaining).toBe(usd('1'))
    expect(ledger.state!.overage.used).toBe(0n)
  })

  test('gives back only what refunds have left, and nothing after it', () => {
    const ledger = mixed()
    const { seq } = ledger.entry('call', 'record')
    ledger.refund('call', usd('2'))
    expect(postedEntry(ledger.reverse(seq)).totals!.total).toBe('-4')
    expect(refused(ledger.refund('call', usd('1'), 'late')).code).toBe('already_reversed')
  })

  test.each(['grant', 'top_up'] as const)('of a %s takes the lot as it came', (kind) => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
    const given = postedEntry(
      kind === 'grant'
        ? ledger.grant('lot', '5')
        : ledger.topUp('lot', '5', { price: '4', tax: '1' }),
    )
    const entry = postedEntry(ledger.reverse(given.seq))
    const mirror = postings(given).map((own) =>
      own.replace(/ (-?)/, (_, sign) => (sign ? ' ' : ' -')),
    )
    expect(postings(entry)).toEqual(mirror)
    expect(ledger.lot('lot').remaining).toBe(0n)
    expect(refused(ledger.authorize('call', usd('1'))).code).toBe('funds_exhausted')
  })

  test('of what a card was charged for is refused: the money would stay', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
    const method = { brand: 'visa', last4: '4242' }
    const { seq } = postedEntry(ledger.topUp('lot', '5', { requestId: 'pay_1', method }))
    expect(refused(ledger.reverse(seq))).toEqual({ code: 'not_reversible', message: 'pay_1' })
    expect(ledger.lot('lot').remaining).toBe(usd('5'))
    // credit that the audit finds to be of no payment of its own has no money behind it
    postedEntry(ledger.reverse(seq, 'finding'))
    expect(ledger.lot('lot').remaining).toBe(0n)
  })

  test('of a lot that somebody has drawn from, or holds, is refused', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
    const { seq } = postedEntry(ledger.topUp('lot', '5'))
    ledger.authorize('call', usd('1'))
    expect(refused(ledger.reverse(seq)).code).toBe('lot_already_used')
    ledger.settle('call', usd('1'))
    expect(refused(ledger.reverse(seq)).code).toBe('lot_already_used')
    ledger.refund('call')
    postedEntry(ledger.reverse(seq))
  })

  test('of a reversal, a refund or a setting is refused', () => {
    const ledger = mixed()
    const refund = postedEntry(ledger.refund('call', usd('1')))
    expect(refused(ledger.reverse(refund.seq)).code).toBe('not_reversible')
    expect(refused(ledger.reverse(2)).code).toBe('not_reversible')
    expect(refused(ledger.reverse(999)).code).toBe('charge_unknown')
  })

  test('happens once', () => {
    const ledger = mixed()
    const { seq } = ledger.entry('call', 'record')
    const first = ledger.reverse(seq)
    expect(ledger.reverse(seq)).toEqual(first)
  })
})

import { describe, expect, test } from 'vitest'
import type { Result } from '../../src/core/decisions/index.ts'
import { book, plan, UNIT_BOOK, usd } from '../support/core/fixtures.ts'
import { Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { useStories } from './stories.ts'

useStories()

const RULE = 'failed_call_charged'

/** A call of 6.00, paid from one lot. */
function charged(): Ledger {
  const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
  ledger.topUp('paid', '10')
  ledger.record('call', usd('6'))
  return ledger
}

const found = (ledger: Ledger, amount: string, rule = RULE): Result =>
  ledger.run({
    kind: 'refund',
    accountId: ledger.state!.accountId,
    requestId: `call#refund:${rule}`,
    actor: { type: 'system', id: 'detection' },
    callId: 'call',
    reason: rule,
    amount: usd(amount),
    finding: `${rule}:call`,
  })

/** The right price was three quarters of it. */
function rerated(ledger: Ledger): Result {
  const rows = UNIT_BOOK.rows.map((row) => ({ ...row, per_mtok: '7500' }))
  ledger.catalogue.books.push(book({ ...UNIT_BOOK, id: 'right', rows }))
  return ledger.run({
    kind: 'rerate',
    accountId: ledger.state!.accountId,
    requestId: 'call#rerate:price',
    actor: { type: 'system', id: 'incident' },
    callId: 'call',
    reason: 'price',
    book: 'right',
  })
}

/** What a refund gave, or why it gave nothing. */
function said(result: Result): string {
  if (result.status === 'refused') return result.refused.code
  return postedEntry(result).totals!.total
}

const person = (ledger: Ledger, amount?: string, reason = 'goodwill'): Result =>
  ledger.refund('call', amount === undefined ? undefined : usd(amount), reason)

describe('what was charged too much goes back once, whoever gave what before', () => {
  test.each<[string, (ledger: Ledger) => Result | undefined, amount: string, given: string]>([
    ['nothing before', () => undefined, '6', '-6'],
    ['a part is too much', () => undefined, '2.5', '-2.5'],
    ['more than the charge, of a finding that is wrong itself', () => undefined, '9', '-6'],
    ['a person gave a part for another reason', (own) => person(own, '1'), '2.5', '-1.5'],
    [
      'a person gave as much for another reason',
      (own) => person(own, '2.5'),
      '2.5',
      'already_refunded',
    ],
    ['a person gave more for another reason', (own) => person(own, '4'), '2.5', 'already_refunded'],
    ['a person gave it all for another reason', (own) => person(own), '6', 'already_refunded'],
    ['a rating anew gave a part', rerated, '2.5', '-1'],
    ['a rating anew gave as much', rerated, '1.5', 'already_refunded'],
    ['another finding of the charge', (own) => found(own, '2', 'tier_mispriced'), '2.5', '-2.5'],
    ['another finding took nearly all', (own) => found(own, '5', 'tier_mispriced'), '2.5', '-1'],
    [
      'another finding and a person',
      (own) => {
        found(own, '2', 'tier_mispriced')
        return person(own, '1')
      },
      '2.5',
      '-1.5',
    ],
    [
      'the charge was reversed',
      (own) => own.reverse(own.entry('call').seq),
      '6',
      'already_reversed',
    ],
    ['nothing is due', () => undefined, '0', 'amount_invalid'],
  ])('%s', (_name, before, amount, given) => {
    const ledger = charged()
    before(ledger)
    expect(said(found(ledger, amount))).toBe(given)
  })

  test('what is reckoned by the charge as it stands is given as it is, or not at all', () => {
    const ledger = charged()
    person(ledger, '1')
    const reckoned = (carried: string) =>
      ledger.run({
        kind: 'refund',
        accountId: ledger.state!.accountId,
        requestId: `call#refund:${RULE}`,
        actor: { type: 'system', id: 'cases' },
        callId: 'call',
        reason: RULE,
        amount: usd('2'),
        carried: usd(carried),
        finding: `${RULE}:call`,
      })
    expect(said(reckoned('6'))).toBe('preview_outdated')
    expect(said(reckoned('5'))).toBe('-2')
  })

  test('its entry names the finding', () => {
    const entry = postedEntry(found(charged(), '2'))
    expect(entry).toMatchObject({ finding: `${RULE}:call`, reason: RULE })
  })
})

describe('a charge is refunded once for one reason', () => {
  test.each<
    [string, first: (ledger: Ledger) => Result, second: (ledger: Ledger) => Result, string]
  >([
    ['the finding twice', (own) => found(own, '2'), (own) => found(own, '2'), 'same'],
    [
      'a person after the finding',
      (own) => found(own, '2'),
      (own) => person(own, undefined, RULE),
      'same',
    ],
    [
      'a person after it with that amount',
      (own) => found(own, '2'),
      (own) => person(own, '2', RULE),
      'same',
    ],
    [
      'a person after it with another',
      (own) => found(own, '2'),
      (own) => person(own, '3', RULE),
      'request_conflict',
    ],
    [
      'the finding after a person',
      (own) => person(own, undefined, RULE),
      (own) => found(own, '2'),
      'same',
    ],
    [
      'the finding after a person with another',
      (own) => person(own, '1', RULE),
      (own) => found(own, '2'),
      'same',
    ],
    [
      'a person twice with other amounts',
      (own) => person(own, '1', RULE),
      (own) => person(own, '2', RULE),
      'request_conflict',
    ],
    [
      'a person twice, then without one',
      (own) => person(own, '1', RULE),
      (own) => person(own, undefined, RULE),
      'request_conflict',
    ],
  ])('%s', (_name, first, second, outcome) => {
    const ledger = charged()
    const one = postedEntry(first(ledger))
    const two = second(ledger)
    if (outcome === 'same') expect(postedEntry(two)).toEqual(one)
    else expect(refused(two).code).toBe(outcome)
    expect(ledger.lot('paid').remaining).toBe(usd('4') - BigInt(usd(one.totals!.total)))
  })
})

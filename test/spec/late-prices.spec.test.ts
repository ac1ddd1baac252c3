import { describe, expect, test } from 'vitest'
import {
  at,
  book,
  DAY,
  HOUR,
  MINUTE,
  plan,
  SESSION,
  served,
  TestCatalogue,
  UNIT_BOOK,
  usd,
} from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried, windowsOf } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const PRICED_LATER = {
  ...UNIT_BOOK,
  id: 'later',
  rows: [...UNIT_BOOK.rows, { model: 'new', kind: 'output', per_mtok: '10000' }],
}

function story(windows = [SESSION]): Ledger {
  const catalogue = new TestCatalogue([plan({ windows })])
  const ledger = new Ledger({ catalogue, paidUse: true })
  ledger.topUp('credits', '10')
  return ledger
}

describe('a model without a price', () => {
  test('is delivered, charged nothing, and waits: never zero, never a default', () => {
    const ledger = story()
    expect(admitted(ledger.authorize('call', usd('5'), { model: 'new' }))).toMatchObject({
      book: null,
      worst: '0',
      money: '0',
      included: '0',
    })
    const entry = postedEntry(ledger.settle('call', served({ output: 300 })))
    expect(entry).toMatchObject({
      pending: 'unpriced',
      rating: { status: 'unpriced', reason: 'unknown_model', missing: ['new'] },
      totals: { total: '0' },
    })
    expect(refused(ledger.complete('call'))).toMatchObject({
      code: 'still_unpriced',
      message: 'new',
    })
  })

  test('is charged once a book that was in force at its time is published', () => {
    const ledger = story()
    ledger.record('call', served({ output: 300 }), { model: 'new' })
    ledger.catalogue.books.push(book(PRICED_LATER))
    ledger.wait(MINUTE)
    const entry = postedEntry(ledger.complete('call'))
    expect(entry).toMatchObject({
      ref_seq: ledger.entry('call', 'record').seq,
      rating: { book: 'later' },
    })
    expect(windowsOf(entry)).toEqual(['session 3'])
    expect(ledger.complete('call')).toMatchObject({ status: 'posted', entry: { seq: entry.seq } })
    expect(ledger.window('session').used).toBe(usd('3'))
  })

  test('a book of a later day does not price it', () => {
    const ledger = story()
    ledger.record('call', served({ output: 300 }), { model: 'new' })
    ledger.catalogue.books.push(
      book({ ...PRICED_LATER, effective_from: '2026-11-02T09:00:00.001Z' }),
    )
    expect(refused(ledger.complete('call')).code).toBe('still_unpriced')
  })

  test.each([
    ['within the hour, in the window of its own time', 30 * MINUTE, ['session 3']],
    ['later, in the window of the day on which it is priced', DAY, ['session 3']],
  ])('counts %s', (_name, ms, drawn) => {
    const ledger = story()
    ledger.record('call', served({ output: 300 }), { model: 'new' })
    ledger.catalogue.books.push(book(PRICED_LATER))
    ledger.wait(ms)
    expect(windowsOf(postedEntry(ledger.complete('call')))).toEqual(drawn)
  })

  test('is refunded and reversed like any other charge', () => {
    const ledger = story([])
    ledger.record('call', served({ output: 300 }), { model: 'new' })
    expect(refused(ledger.refund('call')).code).toBe('charge_not_settled')
    ledger.catalogue.books.push(book(PRICED_LATER))
    ledger.complete('call')
    postedEntry(ledger.refund('call', usd('1')))
    postedEntry(ledger.reverse(ledger.entry('call', 'record').seq))
    expect(ledger.lot('credits').remaining).toBe(usd('10'))
  })

  test('a reversal before the price came is final', () => {
    const ledger = story()
    const { seq } = postedEntry(ledger.record('call', served({ output: 300 }), { model: 'new' }))
    postedEntry(ledger.reverse(seq))
    ledger.catalogue.books.push(book(PRICED_LATER))
    expect(ledger.complete('call').status).toBe('refused')
    expect(ledger.lot('credits').remaining).toBe(usd('10'))
  })

  test('a call that the plan blocks is not charged by its late price', () => {
    const blocks = plan({
      windows: [],
      coverage: [{ when: { models: ['new'] }, effect: 'blocked', reason: 'no' }],
    })
    const ledger = new Ledger({ plans: [blocks], paidUse: true })
    ledger.topUp('credits', '10')
    ledger.record('call', served({ output: 300 }), { model: 'new' })
    ledger.catalogue.books.push(book(PRICED_LATER))
    expect(carried(postedEntry(ledger.complete('call')))).toEqual({ absorbed: '3' })
  })

  test('is delivered only where something could pay for it', () => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })] })
    expect(refused(ledger.authorize('call', usd('1'), { model: 'new' })).code).toBe(
      'funds_exhausted',
    )
  })

  test('is refused where the plan says so', () => {
    const ledger = new Ledger({ plans: [plan({ unpriced: 'refuse' })] })
    expect(refused(ledger.authorize('call', usd('1'), { model: 'new' }))).toMatchObject({
      code: 'model_unpriced',
      changeable_by: 'operator',
      message: 'new',
    })
  })

  test('opens the window like any admitted call', () => {
    const ledger = story()
    admitted(ledger.authorize('call', usd('5'), { model: 'new' }))
    expect(ledger.window('session').start).toBe(at('09:00'))
  })

  test('a hold of a whole day does not make its window whole again', () => {
    const ledger = story()
    ledger.record('earlier', usd('9'))
    admitted(ledger.authorize('call', usd('5'), { model: 'new', ttlMs: DAY }))
    ledger.wait(7 * HOUR)
    ledger.record('other', usd('0.01'))
    ledger.catalogue.books.push(book(PRICED_LATER))
    expect(carried(postedEntry(ledger.settle('call', served({ output: 300 }))))).toEqual({
      included: '1',
      money: '2',
    })
  })
})

describe('usage that the provider did not report', () => {
  test('is charged nothing until it is reconciled, then the figure that was given', () => {
    const ledger = story([])
    admitted(ledger.authorize('call', usd('5')))
    expect(postedEntry(ledger.settle('call', null))).toMatchObject({
      pending: 'usage_missing',
      outcome: { customer_pays: 'after_reconciliation' },
      totals: { total: '0' },
    })
    expect(ledger.lot('credits').held).toBe(0n)
    expect(refused(ledger.complete('call'))).toMatchObject({ code: 'not_pending', field: 'usage' })
    expect(carried(postedEntry(ledger.complete('call', served({ output: 200 }))))).toEqual({
      money: '2',
    })
  })

  test('is not that which is in doubt: it is kept, and charged only by a figure that is given', () => {
    const ledger = story([])
    admitted(ledger.authorize('call', usd('5')))
    const usage = { tokens: { output: 400 }, fees: {}, estimated: [] }
    const doubtful = served({}, { usage: { ...usage, flags: ['output_beyond_limit'] } })
    expect(postedEntry(ledger.settle('call', doubtful))).toMatchObject({
      pending: 'usage_missing',
      usage: { tokens: { output: 400 }, flags: ['output_beyond_limit'] },
      totals: { total: '0' },
    })
    expect(refused(ledger.complete('call'))).toMatchObject({ code: 'not_pending', field: 'usage' })
    expect(carried(postedEntry(ledger.complete('call', served({ output: 200 }))))).toEqual({
      money: '2',
    })
  })

  test('a second figure for the same call is a conflict', () => {
    const ledger = story([])
    ledger.record('call', null)
    ledger.complete('call', served({ output: 200 }))
    expect(refused(ledger.complete('call', served({ output: 100 })))).toMatchObject({
      code: 'request_conflict',
      field: 'usage',
    })
  })

  test('a call that is charged already has nothing to complete', () => {
    const ledger = story([])
    ledger.record('call', usd('1'))
    expect(refused(ledger.complete('call')).code).toBe('not_pending')
    expect(refused(ledger.complete('other')).code).toBe('charge_unknown')
  })
})

test('without any price book in force, every call waits', () => {
  const ledger = new Ledger({ catalogue: new TestCatalogue([plan()], []) })
  expect(postedEntry(ledger.record('call', usd('1'))).rating).toEqual({
    status: 'unpriced',
    reason: 'no_price_book',
    missing: ['unit'],
  })
})

import { describe, expect, it } from 'vitest'
import { auditJournal, type DatedBook } from '../../../src/core/audit/index.ts'
import { plan, SECOND, usd } from '../../support/core/fixtures.ts'
import { Ledger } from '../../support/core/ledger.ts'

/** A call of a server, and a book of double prices that was published so long before or after it. */
function findingsOf(publishedMs: number, taken: 'old' | 'new'): readonly string[] {
  const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
  ledger.topUp('lot_paid', '50')
  const old = ledger.catalogue.books[0]!.document
  const next = {
    ...old,
    id: 'next',
    rows: old.rows.map((row) => ({ ...row, per_mtok: double(row.per_mtok) })),
  }
  const called = ledger.now
  ledger.record('call_1', usd('3'))
  const entries = ledger.entries.map(({ body }) => ({ seq: body.seq, body }))
  const dated: Record<'old' | 'new', DatedBook[]> = {
    old: [
      { document: old, publishedAt: null },
      { document: next, publishedAt: (called + publishedMs) as typeof called },
    ],
    // whoever took the new one is priced by it: the fixture's own book is the later one here
    new: [
      { document: { ...next, id: 'before' }, publishedAt: null },
      { document: old, publishedAt: (called + publishedMs) as typeof called },
    ],
  }
  const { plans } = ledger.catalogue
  return auditJournal({
    plans,
    books: dated[taken],
    entries,
    openHolds: [],
    at: ledger.now,
  }).findings.map(({ rule, calls }) => `${rule}:${calls[0]}`)
}

const double = (price: string): string => String(2 * Number(price))

describe('a call around the publication of a book that is in force at once', () => {
  const wrong = ['price_version_wrong:call_1']
  it.each<[publishedMs: number, taken: 'old' | 'new', string, readonly string[]]>([
    [SECOND, 'old', 'before it, by the book that there was', []],
    [0, 'old', 'in the same millisecond, by the old one', []],
    [0, 'new', 'in the same millisecond, by the new one', []],
    [-SECOND, 'new', 'after it, by the new one', []],
    [-SECOND, 'old', 'on a server that had not yet heard of it', []],
    [SECOND, 'new', 'on a server whose clock is a second behind', []],
    [-60 * SECOND, 'old', 'a minute after it, by the old one', wrong],
    [60 * SECOND, 'new', 'a minute before it, by the new one', wrong],
  ])('%i ms, %s: %s', (publishedMs, taken, _what, expected) => {
    expect(findingsOf(publishedMs, taken)).toEqual(expected)
  })
})

import { expect, test } from 'vitest'
import { bookStates, diffBooks } from '../../../src/core/pricing/index.ts'
import { at, bookOf, row } from './fixtures.ts'

const book = (id: string, from: string, currency = 'USD') =>
  bookOf({ id, effective_from: from, currency })

test('of each currency one book is in force; those before it have been, those after it are to come', () => {
  const books = [
    book('old', '2026-01-01T00:00:00Z'),
    book('yen', '2026-01-01T00:00:00Z', 'JPY'),
    book('now', '2026-06-01T12:00:00Z'),
    book('yen later', '2026-09-01T00:00:00Z', 'JPY'),
    book('next', '2026-06-01T12:00:00.001Z'),
  ]
  expect([...bookStates(books, at('2026-06-01T12:00:00Z'))]).toEqual([
    ['old', 'retired'],
    ['now', 'active'],
    ['next', 'scheduled'],
    ['yen', 'active'],
    ['yen later', 'scheduled'],
  ])
})

test('rows that come and rows that change their price are told in the order of the book', () => {
  const [input, output] = [row('input', '1'), row('output', '2')]
  const [dearer, cheaper] = [row('input', '3'), row('output', '1.9')]
  const more = [row('cache_read', '0.1'), row('cache_write_5m', '0.2')]
  const difference = diffBooks(
    bookOf({ rows: [input, output] }),
    bookOf({ rows: [...more, dearer, cheaper] }),
  )
  expect(difference).toMatchObject({
    added: more,
    removed: [],
    changed: [
      { from: input, to: dearer },
      { from: output, to: cheaper },
    ],
  })
})

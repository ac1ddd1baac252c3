import { describe, expect, it } from 'vitest'
import { bookChanges } from '../../src/contract/price-changes.ts'
import { diffBooks } from '../../src/core/pricing/index.ts'
import { bookOf, row } from '../core/pricing/fixtures.ts'

const promotion = (until: string) => ({
  ...{ id: 'spring', multiplier: '0.5', from: '2026-03-01T00:00:00Z', until },
  plans: ['pro'],
})

describe('the lines of a difference', () => {
  it('tell each part of a book, what it was and what it is then', () => {
    const lines = bookChanges(
      diffBooks(
        bookOf({
          rows: [row('input', '1'), row('output', '5')],
          fees: [{ model: '*', fee: 'web_search', each: '0.01' }],
          weights: [{ id: 'long', multiplier: '2', when: { prompt_tokens_above: 9 } }],
          promotions: [promotion('2026-04-01T00:00:00Z')],
          aliases: [
            { pattern: '-a$', rule: 'a' },
            { pattern: '-b$', rule: 'b' },
          ],
        }),
        bookOf({
          rows: [row('input', '1.5'), row('cache_read', '3', { tier: 'batch' })],
          fees: [{ model: '*', fee: 'web_search', each: '0.02' }],
          weights: [{ id: 'long', multiplier: '2', when: { prompt_tokens_above: 99 } }],
          weights_rule: 'product',
          promotions: [promotion('2026-05-01T00:00:00Z')],
          aliases: [
            { pattern: '-b$', replace: '-c', rule: 'b' },
            { pattern: '-a$', rule: 'a' },
          ],
          models: [{ model: 'model', max_output_tokens: 64 }],
        }),
      ),
    )
    expect(lines.map((line) => [line.part, line.change, line.before, line.after])).toEqual([
      ['price', 'changed', '1', '1.5'],
      ['price', 'added', null, '3'],
      ['price', 'removed', '5', null],
      ['fee', 'changed', '0.01', '0.02'],
      ['multiplier', 'changed', '× 2', '× 2'],
      ['rule', 'changed', 'highest', 'product'],
      [
        'promotion',
        'changed',
        '× 0.5, 2026-03-01T00:00:00Z – 2026-04-01T00:00:00Z, pro',
        '× 0.5, 2026-03-01T00:00:00Z – 2026-05-01T00:00:00Z, pro',
      ],
      ['alias', 'changed', 'b', 'b (-c)'],
      ['order', 'changed', null, null],
      ['limits', 'added', null, '– / 64'],
    ])
    expect(lines.map(({ permille }) => permille)).toEqual([
      ...[500, null, null, 1_000, null, null, null, null, null, null],
    ])
    expect(lines[4]?.when).toEqual({
      before: { prompt_tokens_above: 9 },
      after: { prompt_tokens_above: 99 },
    })
    expect(lines[1]).toMatchObject({ name: 'model', detail: 'cache_read', when: { before: null } })
  })
})

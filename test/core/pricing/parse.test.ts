import { describe, expect, it } from 'vitest'
import { type Problem, parsePriceBook } from '../../../src/core/pricing/index.ts'
import { patternProblem } from '../../../src/core/pricing/patterns.ts'
import { documentOf, load, row } from './fixtures.ts'

function problemsOf(document: unknown): readonly Problem[] {
  const parsed = parsePriceBook(document)
  return parsed.ok ? [] : parsed.problems
}

/** The first problem as `path: message`. */
const firstOf = (own: Record<string, unknown>): string => {
  const [problem] = problemsOf({ ...documentOf(), ...own })
  return problem ? `${problem.path}: ${problem.message}` : ''
}

const priceOf = (per_mtok: unknown) => ({ rows: [{ model: 'm', kind: 'input', per_mtok }] })
const whenOf = (...conditions: unknown[]) => ({
  rows: conditions.map((when) => ({ model: 'm', kind: 'input', per_mtok: '1', when })),
})
const promotionOf = (own: Record<string, unknown>) => ({
  promotions: [
    {
      id: 'p',
      multiplier: '0.5',
      from: '2026-01-01T00:00:00Z',
      until: '2026-02-01T00:00:00Z',
      ...own,
    },
  ],
})

describe('a price book that loads', () => {
  it('keeps its document and knows its rows', () => {
    const document = documentOf({ rows: [row('input', '0.0375')] })
    const book = load(document)
    expect(book).toMatchObject({ id: 'book', currency: 'USD', effectiveFrom: 1_767_225_600_000 })
    expect(book.document).toBe(document)
    expect(book.rows.get('model')?.get('input')).toMatchObject([{ perMtok: 37_500_000n }])
  })

  it('a price of zero is a price', () => {
    expect(problemsOf(documentOf({ rows: [row('input', '0')] }))).toEqual([])
  })
})

describe('a text of a price book', () => {
  const said = (length: number) =>
    firstOf({ aliases: [{ pattern: '^a$', rule: 'x'.repeat(length) }] })

  it('has 500 characters at most', () => {
    expect(said(500)).toBe('')
    expect(said(501)).toMatch(/^aliases\[0\].rule: /)
  })
})

describe('a price book that does not load', () => {
  it.each([
    [priceOf('-1'), 'rows[0].per_mtok: is negative'],
    [priceOf('-0'), 'rows[0].per_mtok: is negative'],
    [priceOf('-0.00000000001'), 'rows[0].per_mtok: is negative'],
    [priceOf(0.25), 'rows[0].per_mtok: is the number 0.25: write it as a decimal string'],
    [priceOf('0.0000000001'), 'rows[0].per_mtok: has 10 decimals, and 9 are the most'],
    [priceOf('1e3'), 'rows[0].per_mtok: "1e3" is not a decimal number'],
    [priceOf('01'), 'rows[0].per_mtok: "01" is not written plainly'],
    [priceOf(undefined), 'rows[0].per_mtok: is missing'],
    [priceOf(null), 'rows[0].per_mtok: must be a decimal string'],
    [{ rows: undefined }, 'rows: is missing'],
    [{ rows: {} }, 'rows: must be a list'],
    [{ rows: [3] }, 'rows[0]: must be an object'],
    [
      { rows: Array(20_001).fill(row('input', '1')) },
      'rows: has 20001 items, and 20000 are allowed',
    ],
    [{ rows: [{ ...row('input', '1'), kind: 'tokens' }] }, 'rows[0].kind: unknown kind "tokens"'],
    [{ rows: [{ ...row('input', '1'), price: '1' }] }, 'rows[0].price: unknown field "price"'],
    [{ rows: [{ ...row('input', '1'), model: '' }] }, 'rows[0].model: must not be empty'],
    [
      { rows: [row('input', '1'), row('input', '2')] },
      'rows[1]: has the same model, kind and condition as rows[0]',
    ],
    [whenOf({ prompt_tokens_above: 9 }, { prompt_tokens_from: 10 }), 'rows[1]: has the same'],
    [whenOf({ tier: 'standard' }, {}), 'rows[1]: has the same'],
    [whenOf({ prompt_tokens_above: 1, prompt_tokens_from: 1 }), 'rows[0].when: has both'],
    [whenOf({ prompt_tokens_above: -1 }), 'rows[0].when.prompt_tokens_above: must be a whole'],
    [whenOf({ prompt_tokens_above: '1' }), 'rows[0].when.prompt_tokens_above: must be a whole'],
    [whenOf({ feature: 'tools' }), 'rows[0].when.feature: a price cannot depend on a feature'],
    [whenOf({ tiers: ['flex'] }), 'rows[0].when.tiers: unknown field "tiers"'],
    [whenOf('flex'), 'rows[0].when: must be an object'],
    [{ effective_from: '2026-13-01T00:00:00Z' }, 'effective_from: must be a date-time'],
    [{ effective_from: '2026-10-07' }, 'effective_from: must be a date-time'],
    [{ currency: 'usd' }, 'currency: must be an ISO 4217 code'],
    [{ id: undefined }, 'id: is missing'],
    [{ row: [] }, 'row: unknown field "row"'],
    [{ weights_rule: 'lowest' }, 'weights_rule: must be "highest" or "product"'],
    [{ fees: [{ model: '*', fee: 'Web Search', each: '1' }] }, 'fees[0].fee: must be a name'],
    [{ fees: [{ model: '*', fee: 'x', each: '-1' }] }, 'fees[0].each: is negative'],
    [
      { weights: [{ id: 'w', multiplier: '0', when: {} }] },
      'weights[0].multiplier: must be above 0',
    ],
    [
      { weights: [{ id: 'w', multiplier: '-2', when: {} }] },
      'weights[0].multiplier: must be a decimal',
    ],
    [
      { weights: [{ id: 'w', multiplier: 2, when: {} }] },
      'weights[0].multiplier: must be a decimal',
    ],
    [
      { weights: [{ id: 'w', multiplier: '1000.1', when: {} }] },
      'weights[0].multiplier: must be at most',
    ],
    [{ weights: [{ id: 'w', multiplier: '2' }] }, 'weights[0].when: must be an object'],
    [promotionOf({ until: '2026-01-01T00:00:00Z' }), 'promotions[0].until: must be after from'],
    [promotionOf({ from: 'today' }), 'promotions[0].from: must be a date-time'],
    [promotionOf({ plans: 'pro' }), 'promotions[0].plans: must be a list of ids'],
    [{ aliases: [{ pattern: '(a+)+', rule: 'x' }] }, 'aliases[0].pattern: must not repeat a group'],
    [{ models: [{ model: 'm' }, { model: 'm' }] }, 'models[1].model: "m" is there twice'],
  ])('%j', (own, problem) => {
    expect(firstOf(own as Record<string, unknown>)).toContain(problem)
  })

  it('names every problem, not only the first', () => {
    const rows = [row('input', '-1'), row('output', '1.0000000001'), { ...row('input', '1'), x: 1 }]
    expect(problemsOf(documentOf({ rows })).map(({ path }) => path)).toEqual([
      'rows[0].per_mtok',
      'rows[1].per_mtok',
      'rows[2].x',
    ])
  })

  it.each([null, 3, 'book', []])('%j is no document', (document) => {
    expect(problemsOf(document)).toMatchObject([{ path: '', message: 'must be an object' }])
  })
})

describe('alias patterns', () => {
  it.each([
    '-20\\d{6}$',
    '-\\d{4}-\\d{2}-\\d{2}$',
    '^(?:vendor|other)/',
    '@.*$',
    '[+*(]x?',
    '(ab){3}',
  ])('%s is safe', (pattern) => {
    expect(patternProblem(pattern)).toBeNull()
  })

  it.each([
    '',
    'x'.repeat(101),
    '(',
    '(a+)+$',
    '(a|a)*$',
    '(a?){30}',
    '((a)*b)+',
    '([a-z]{1,9})*',
    '(x)\\1',
    '(?=a)',
    '(?<n>a)\\k<n>',
    'a+a+a+',
    'a?a?a?a?a?',
    '.*.*.*=',
  ])('%s is not', (pattern) => {
    expect(patternProblem(pattern)?.code).toEqual(expect.any(String))
  })
})

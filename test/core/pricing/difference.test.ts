import { describe, expect, it } from 'vitest'
import { diffBooks, type PriceBookDocument } from '../../../src/core/pricing/index.ts'
import { bookOf, row } from './fixtures.ts'

const NONE = { added: [], removed: [], changed: [] }
const SAME = {
  ...NONE,
  models: { added: [], removed: [] },
  ...{ fees: NONE, weights: NONE, weights_rule: null, promotions: NONE, limits: NONE },
  aliases: { ...NONE, reordered: false },
}
const diff = (from: Partial<PriceBookDocument>, to: Partial<PriceBookDocument>) =>
  diffBooks(bookOf(from), bookOf(to))

const fee = (each: string, name = 'web_search', model = '*') => ({ model, fee: name, each })
const weight = (multiplier: string, when = {}) => ({ id: 'long', multiplier, when })
const promotion = (more: object = {}) => ({
  ...{ id: 'spring', multiplier: '0.5', from: '2026-03-01T00:00:00Z' },
  ...{ until: '2026-04-01T00:00:00Z', ...more },
})
const alias = (pattern: string, rule = 'a rule') => ({ pattern, rule })

describe('the difference of two books', () => {
  it('names prices that are new, gone and different, whatever their spelling', () => {
    const before = {
      rows: [row('input', '1'), row('output', '5'), row('output', '9', { prompt_tokens_above: 9 })],
    }
    const after = {
      rows: [
        row('input', '2'),
        row('cache_read', '3'),
        row('output', '9.0', { prompt_tokens_from: 10 }),
      ],
    }
    expect(diff(before, after)).toEqual({
      ...SAME,
      added: [row('cache_read', '3')],
      removed: [row('output', '5')],
      changed: [{ from: row('input', '1'), to: row('input', '2'), permille: 1_000 }],
    })
  })

  it('names models that come and go', () => {
    const old = row('input', '1', undefined, 'old')
    const young = row('input', '1', undefined, 'young')
    const found = diff({ rows: [row('input', '1'), old] }, { rows: [row('input', '1'), young] })
    expect(found).toEqual({
      ...SAME,
      added: [young],
      removed: [old],
      models: { added: ['young'], removed: ['old'] },
    })
  })

  it('names fees of tools, each by model and name', () => {
    const found = diff(
      { fees: [fee('0.01'), fee('0.02', 'container_second'), fee('1', 'web_fetch')] },
      { fees: [fee('0.012'), fee('0.020', 'container_second'), fee('1', 'web_fetch', 'small')] },
    )
    expect(found).toEqual({
      ...SAME,
      fees: {
        added: [fee('1', 'web_fetch', 'small')],
        removed: [fee('1', 'web_fetch')],
        changed: [{ from: fee('0.01'), to: fee('0.012'), permille: 200 }],
      },
    })
  })

  it.each<[name: string, from: object, to: object, permille: number | null]>([
    ['what it multiplies by', weight('1.5'), weight('3'), 1_000],
    ['when it applies', weight('2'), weight('2', { feature: 'tools' }), null],
    ['tier', weight('2', { tier: 'batch' }), weight('1', { tier: 'batch' }), -500],
    ['region', weight('1', { region: 'us' }), weight('1', { region: 'eu' }), null],
  ])('names a multiplier whose %s is another', (_name, from, to, permille) => {
    const found = diff({ weights: [from as never] }, { weights: [to as never] })
    expect(found).toEqual({ ...SAME, weights: { ...NONE, changed: [{ from, to, permille }] } })
  })

  it('takes two spellings of when a multiplier applies for the same', () => {
    const found = diff(
      { weights: [weight('2', { prompt_tokens_above: 99 })] },
      { weights: [weight('2.0', { prompt_tokens_from: 100 })] },
    )
    expect(found).toEqual(SAME)
  })

  it('says when several multipliers count in another way', () => {
    const found = diff(
      { weights: [weight('2')] },
      { weights: [weight('2')], weights_rule: 'product' },
    )
    expect(found).toEqual({ ...SAME, weights_rule: { from: 'highest', to: 'product' } })
    expect(diff({}, { weights_rule: 'highest' })).toEqual(SAME)
  })

  it.each<[name: string, more: object, permille: number | null]>([
    ['multiplier', { multiplier: '0.75' }, 500],
    ['end', { until: '2026-05-01T00:00:00Z' }, null],
    ['plans', { plans: ['pro'] }, null],
    ['models', { models: ['small'] }, null],
  ])('names a promotion whose %s is another', (_name, more, permille) => {
    const [from, to] = [promotion(), promotion(more)]
    const found = diff({ promotions: [from] }, { promotions: [to] })
    expect(found).toEqual({ ...SAME, promotions: { ...NONE, changed: [{ from, to, permille }] } })
  })

  it('takes the plans of a promotion in another order for the same', () => {
    const [from, to] = [promotion({ plans: ['a', 'b'] }), promotion({ plans: ['b', 'a'] })]
    expect(diff({ promotions: [from] }, { promotions: [to] })).toEqual(SAME)
  })

  it('names other names of models, and another order of them', () => {
    const [one, two, three] = [alias('-1$'), alias('-2$'), alias('-3$')]
    expect(diff({ aliases: [one, two] }, { aliases: [two, one, three] }).aliases).toEqual({
      ...NONE,
      added: [three],
      reordered: true,
    })
    const other = alias('-1$', 'another rule')
    expect(diff({ aliases: [one] }, { aliases: [other] }).aliases).toEqual({
      ...NONE,
      changed: [{ from: one, to: other, permille: null }],
      reordered: false,
    })
    expect(diff({ aliases: [one, two] }, { aliases: [one, three, two] }).aliases).toMatchObject({
      ...{ added: [three], reordered: false },
    })
    expect(diff({}, { aliases: [one] }).aliases).toMatchObject({ added: [one], reordered: false })
  })

  it('names what calls are held for', () => {
    const [from, to] = [100, 200].map((max_output_tokens) => ({ model: 'm', max_output_tokens }))
    expect(diff({ models: [from!] }, { models: [to!] }).limits.changed).toEqual([
      { from, to, permille: null },
    ])
  })

  it.each([
    ['3', '4', 333],
    ['3', '5', 667],
    ['3', '2', -333],
    ['3', '1', -667],
    ['2000', '2001', 1],
    ['2000', '1999', 0],
    ['0', '1', null],
    ['1', '0', -1_000],
  ])('from %s to %s is %s tenths of a percent', (from, to, permille) => {
    const found = diff({ rows: [row('input', from)] }, { rows: [row('input', to)] })
    expect(found.changed[0]!.permille).toBe(permille)
  })

  it('does not take where a price is from for a change', () => {
    const found = diff(
      { rows: [{ ...row('input', '1'), source: 'a', as_of: 'x' }], fees: [fee('1')] },
      { rows: [{ ...row('input', '1'), source: 'b' }], fees: [{ ...fee('1.0'), source: 'c' }] },
    )
    expect(found).toEqual(SAME)
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { formatNanos } from '../../src/core/money/index.ts'
import { formatInstant } from '../../src/core/time/index.ts'
import {
  type BillReport,
  combineReports,
  type ReadBill,
  readBill,
} from '../../src/imports/index.ts'

/* Reports as the providers give them: every figure exact, everything that is wrong named by its place. */

function reportOf(read: ReadBill): BillReport {
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.report
}

const told = ({ rows }: Pick<BillReport, 'rows'>) =>
  rows.map((row) => [
    row.model,
    row.kind,
    row.tier,
    row.quantity === null ? null : String(row.quantity),
    row.cost === null ? null : formatNanos(row.cost),
  ])

const problemsOf = (text: string): string[] => {
  const read = readBill(text)
  return read.ok ? [] : read.problems.map(({ location, message }) => `${location}: ${message}`)
}

const anthropicPage = (results: readonly object[], own: object = {}) => ({
  data: [{ starting_at: '2026-11-10T00:00:00Z', ending_at: '2026-11-11T00:00:00Z', results }],
  has_more: false,
  next_page: null,
  ...own,
})

const USED = {
  uncached_input_tokens: 1500,
  cache_creation: { ephemeral_1h_input_tokens: 1000, ephemeral_5m_input_tokens: 500 },
  cache_read_input_tokens: 200,
  output_tokens: 600,
  server_tool_use: { web_search_requests: 10 },
  api_key_id: 'apikey_1',
  workspace_id: null,
  model: 'claude-opus-5.5',
  service_tier: 'standard',
  context_window: '0-200k',
}

const openaiPage = (results: readonly object[]) => ({
  object: 'page',
  data: [{ object: 'bucket', start_time: 1762732800, end_time: 1762819200, results }],
  has_more: false,
  next_page: null,
})

describe('Anthropic', () => {
  it('usage_report/messages: each kind of token is a figure of its own', () => {
    const report = reportOf(readBill(JSON.stringify(anthropicPage([USED]))))
    expect(report).toMatchObject({
      provider: 'anthropic',
      form: 'anthropic_usage_report',
      report: 'usage',
      grouping: ['api_key_id', 'context_window', 'model', 'service_tier'],
    })
    expect(told(report)).toEqual([
      ['claude-opus-5.5', 'input', '', '1500', null],
      ['claude-opus-5.5', 'cache_read', '', '200', null],
      ['claude-opus-5.5', 'cache_write_5m', '', '500', null],
      ['claude-opus-5.5', 'cache_write_1h', '', '1000', null],
      ['claude-opus-5.5', 'output', '', '600', null],
      [null, 'fee:web_search', '', '10', null],
    ])
  })

  it('cost_report: cents as decimal texts come out exactly, never by way of a float', () => {
    const cost = { currency: 'USD', cost_type: 'tokens', model: 'm', service_tier: 'batch' }
    const report = reportOf(
      readBill(
        JSON.stringify(
          anthropicPage([
            { ...cost, amount: '123.45', token_type: 'output_tokens' },
            { ...cost, amount: '0.0000001', token_type: 'uncached_input_tokens' },
            { ...cost, amount: '1', cost_type: 'web_search', model: null, token_type: null },
            { ...cost, amount: '2', cost_type: 'code_execution', model: null, token_type: null },
          ]),
        ),
      ),
    )
    expect(report.form).toBe('anthropic_cost_report')
    expect(told(report)).toEqual([
      ['m', 'output', 'batch', null, '1.2345'],
      ['m', 'input', 'batch', null, '0.000000001'],
      [null, 'fee:web_search', 'batch', null, '0.01'],
      [null, 'other:code_execution', 'batch', null, '0.02'],
    ])
  })

  it('analytics: items with a group of their own, over all pages of a file', () => {
    const item = (day: string, cost: object) => ({
      starting_at: `2026-11-${day}T00:00:00Z`,
      ending_at: `2026-11-${day}T12:00:00Z`,
      group: { model: 'm', cost_type: 'tokens', token_type: 'output_tokens', speed: 'fast' },
      cost,
    })
    const price = { amount: '7.5', list_amount: '10', currency: 'USD', requests: null }
    const pages = [
      { data: [item('10', price)], has_more: true, next_page: 'x' },
      { data: [item('12', price)], has_more: false, next_page: null },
    ]
    const report = reportOf(readBill(pages.map((page) => JSON.stringify(page)).join('\n')))
    expect(report.form).toBe('anthropic_analytics_cost')
    expect(told(report).map((row) => row[4])).toEqual(['0.075', '0.075'])
    expect(report.rows.map(({ speed }) => speed)).toEqual(['fast', 'fast'])
    expect(report.covered.map(({ start, end }) => [start, end].map(formatInstant))).toEqual([
      ['2026-11-10T00:00:00.000Z', '2026-11-12T12:00:00.000Z'],
    ])
    expect(problemsOf(JSON.stringify(pages[0]))).toEqual([
      'file: the last page says has_more: true, so rows are missing',
    ])
  })
})

describe('OpenAI', () => {
  it('usage/completions: what the parts are counted in is taken out of the whole', () => {
    const result = {
      object: 'organization.usage.completions.result',
      input_tokens: 1000,
      input_cached_tokens: 300,
      input_cache_write_tokens: 100,
      input_uncached_tokens: 600,
      input_audio_tokens: 50,
      output_tokens: 400,
      output_audio_tokens: 40,
      num_model_requests: 5,
      model: 'gpt-5.5-2026-04-23',
      batch: true,
      project_id: null,
      api_key_id: null,
    }
    const report = reportOf(readBill(JSON.stringify(openaiPage([result]))))
    expect(report.form).toBe('openai_usage_completions')
    expect(told(report).map(([, kind, tier, quantity]) => [kind, tier, quantity])).toEqual([
      ['input', 'batch', '550'],
      ['input_audio', 'batch', '50'],
      ['cache_read', 'batch', '300'],
      ['cache_write', 'batch', '100'],
      ['output', 'batch', '360'],
      ['output_audio', 'batch', '40'],
    ])
    const sum = report.rows.reduce((all, { quantity }) => all + (quantity ?? 0n), 0n)
    expect(sum).toBe(1400n)
  })

  it('costs: the exported table, by the names of its line items', () => {
    const file = new URL('../fixtures/bills/openai-costs.csv', import.meta.url)
    const report = reportOf(readBill(readFileSync(file, 'utf8')))
    expect(report.form).toBe('openai_costs')
    expect(told(report)).toEqual([
      ['gpt-5.5-2026-04-23', 'input', '', null, '0.895874'],
      ['gpt-5.5-2026-04-23', 'cache_read', '', null, '0.0123'],
      ['gpt-5.5-2026-04-23', 'output', 'priority', null, '0.000015'],
      [null, 'fee:web_search', '', null, '0.04'],
      [null, 'other:vector storage', '', null, '0.2'],
    ])
    expect(report.covered).toHaveLength(2)
  })

  it('costs: a JSON number is read from its digits, and a quantity beside it counts', () => {
    const page = JSON.stringify(
      openaiPage([
        {
          amount: { value: 'AMOUNT', currency: 'usd' },
          line_item: 'gpt-5.5, input',
          quantity: 1_000,
        },
      ]),
    ).replace('"AMOUNT"', '0.1000000000000000055511151231257827')
    const report = reportOf(readBill(page))
    expect(told(report)).toEqual([['gpt-5.5', 'input', '', '1000', '0.1']])
  })
})

describe('what comes twice', () => {
  const page = JSON.stringify(anthropicPage([USED]))

  it('is harmless where it is the same page again', () => {
    expect(told(reportOf(readBill(`${page}\n${page}`)))).toEqual(told(reportOf(readBill(page))))
  })

  it('is refused where the figures differ', () => {
    const other = JSON.stringify(anthropicPage([{ ...USED, output_tokens: 601 }]))
    expect(problemsOf(`${page}\n${other}`)[0]).toMatch(/comes twice with other figures/)
  })

  const report = (own: object) =>
    reportOf(readBill(JSON.stringify(anthropicPage([{ ...USED, ...own }]))))
  const outputs = (...reports: BillReport[]) =>
    combineReports(reports)
      .rows.filter(({ kind }) => kind === 'output')
      .map(({ quantity }) => String(quantity))

  it('is replaced by a later report of the same grouping', () => {
    expect(outputs(report({}), report({ output_tokens: 700 }))).toEqual(['700'])
    expect(outputs(report({}), report({ api_key_id: 'apikey_2', output_tokens: 5 }))).toEqual([
      '600',
      '5',
    ])
  })

  it('is never added up with a report of another grouping', () => {
    expect(outputs(report({}), report({ api_key_id: null, output_tokens: 900 }))).toEqual(['900'])
  })
})

describe('what is wrong', () => {
  test.each<[string, string, RegExp]>([
    ['nothing', '', /it is empty/],
    ['another JSON', '{"a": 1}', /no report that is known/],
    ['broken JSON', '{"data": [', /is not JSON/],
    ['a broken line', `${JSON.stringify(anthropicPage([USED]))}\n{"data"`, /line 2: is not JSON/],
    ['another table', 'a,b\n1,2\n', /line 1: it is no report/],
    ['no bucket', '{"data": []}', /no report that is known/],
    ['no model', JSON.stringify(anthropicPage([{ ...USED, model: null }])), /group_by\[\]=model/],
    [
      'a count that is none',
      JSON.stringify(anthropicPage([{ ...USED, output_tokens: 1.5 }])),
      /results\[0\]\.output_tokens: is not a whole number/,
    ],
    [
      'a negative count',
      JSON.stringify(anthropicPage([{ ...USED, output_tokens: -1 }])),
      /is not a whole number from 0 on/,
    ],
    [
      'a cost of nothing',
      JSON.stringify(anthropicPage([{ amount: '1', currency: 'USD', cost_type: null }])),
      /group_by\[\]=description/,
    ],
    [
      'a bucket of a week',
      JSON.stringify({
        data: [{ ...anthropicPage([USED]).data[0], ending_at: '2026-11-17T00:00:00Z' }],
      }),
      /more than one UTC day/,
    ],
    [
      'an amount that is none',
      JSON.stringify(
        openaiPage([{ amount: { value: 'x', currency: 'usd' }, line_item: 'a, input' }]),
      ),
      /is not a decimal amount/,
    ],
    [
      'no line item',
      JSON.stringify(openaiPage([{ amount: { value: 1, currency: 'usd' }, line_item: null }])),
      /group_by=line_item/,
    ],
    [
      'parts above the whole',
      JSON.stringify(
        openaiPage([{ model: 'm', input_tokens: 5, input_cached_tokens: 6, output_tokens: 0 }]),
      ),
      /more than the whole/,
    ],
    [
      'pages of two reports',
      `[${JSON.stringify(anthropicPage([USED]))},${JSON.stringify(anthropicPage([{ amount: '1', currency: 'USD', cost_type: 'web_search' }]))}]`,
      /of another report/,
    ],
    [
      'two currencies',
      JSON.stringify(
        openaiPage([
          { amount: { value: 1, currency: 'usd' }, line_item: 'a, input' },
          { amount: { value: 1, currency: 'eur' }, line_item: 'b, input' },
        ]),
      ),
      /several currencies \(USD, EUR\)/,
    ],
    [
      'a short row',
      'start_time,end_time,amount_value,amount_currency,line_item\n1762732800,1762819200\n',
      /line 2: has 2 cells/,
    ],
    [
      'an open quote',
      'start_time,end_time,amount_value,amount_currency,line_item\n1,2,3,usd,"a\n',
      /line 2: has a quote that is never closed/,
    ],
  ])('%s: is said, and nothing is read', (_name, text, message) => {
    expect(problemsOf(text).join('\n')).toMatch(message)
  })
})

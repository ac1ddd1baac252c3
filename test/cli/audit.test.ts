import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { run, temporaryFolder } from './support/run.ts'

/* A buyer audits a bill with nothing but files: no server, no database. */

const EXAMPLES = new URL('../../examples/audit/', import.meta.url).pathname

function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const cwd = temporaryFolder()
  for (const name of [
    'calls.jsonl',
    'bill.csv',
    'claude-code-session.jsonl',
    'anthropic-cost-report.json',
  ])
    copyFileSync(join(EXAMPLES, name), join(cwd, name))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  return cwd
}

const MAP = [
  ...['--map', 'charge.id=line', '--map', 'charge.at=when', '--map', 'charge.call_id=request'],
  ...['--map', 'charge.amount=cost_usd', '--currency', 'USD'],
]
const BILL = ['audit', '--charges', 'bill.csv', '--calls', 'calls.jsonl', ...MAP]

const jsonOf = async (argv: readonly string[], cwd: string) => {
  const ran = await run([...argv, '--json'], { cwd })
  return { code: ran.code, ...JSON.parse(ran.out) }
}

describe('a bill with faults', () => {
  it('is taken apart: each fault with its rule and amount, and no other', async () => {
    const { code, findings, totals } = await jsonOf(BILL, folderWith())
    expect(code).toBe(6)
    const told = findings.map((own: Record<string, unknown>) => [
      own.rule,
      (own.calls as string[])[0],
      own.charged,
      own.right,
      own.difference,
      own.confidence,
    ])
    expect(told).toEqual([
      ['cache_double_counted', 'call-3', '0.092', '0.012', '0.08', 'certain'],
      ['failed_call_charged', 'call-2', '0.0125', '0', '0.0125', 'certain'],
      ['duplicate_charge', 'call-4', '0.02', '0.01', '0.01', 'certain'],
      ['charge_without_call', 'call-9', '0.0042', '0', '0.0042', 'likely'],
    ])
    expect(totals).toEqual([
      {
        currency: 'USD',
        charges: 7,
        charged: '0.1774',
        claimed: '0.1025',
        doubtful: '0.0042',
        under: '0',
      },
    ])
  })

  it('is shown as a table with its totals', async () => {
    const { out, code } = await run(BILL, { cwd: folderWith() })
    expect(code).toBe(6)
    expect(out).toMatch(/cache double counted +call-3 .*0\.092 .*0\.012 .*0\.08 /)
    expect(out).toContain('Too much, for certain: $0.1025.')
    expect(out).toContain('Too much, to be checked: $0.0042.')
  })

  test.each(['en', 'ja'])('makes a letter in %s', async (language) => {
    const { out } = await run([...BILL, '--letter', language], { cwd: folderWith() })
    const file = new URL(`../fixtures/audit/letter.${language}.md`, import.meta.url)
    expect(out).toBe(readFileSync(file, 'utf8'))
  })
})

it('finds nothing in a right bill', async () => {
  const cwd = folderWith()
  const lines = readFileSync(join(cwd, 'bill.csv'), 'utf8').split('\n')
  const right = lines.filter((line) => !/^L[2357],/.test(line)).join('\n')
  writeFileSync(join(cwd, 'bill.csv'), right)
  const { code, out } = await run(BILL, { cwd })
  expect(out).toContain('Every charge is right.')
  expect(code).toBe(0)
})

it('takes an amount of fewer digits for rounded, not for wrong', async () => {
  const bill = 'line,when,request,cost_usd\nL1,2026-11-10T09:00:04Z,call-1,0.05\n'
  const { code, findings, rounded } = await jsonOf(BILL, folderWith({ 'bill.csv': bill }))
  expect([code, findings, rounded]).toEqual([0, [], 1])
})

describe('a log of a known form', () => {
  it('of Claude Code: a message on several lines is one call, with the usage that it ended with', async () => {
    const bill = [
      'id,at,amount,currency,upstream_id',
      '1,2026-11-10T08:00:04Z,0.01504,USD,req_01',
      '2,2026-11-10T08:01:00Z,0.00248,USD,req_02',
    ].join('\n')
    const argv = ['audit', '--charges', 'own.csv', '--calls', 'claude-code-session.jsonl']
    const told = await jsonOf(argv, folderWith({ 'own.csv': bill }))
    expect(told).toMatchObject({ code: 0, calls: 2, findings: [], unreadable: [] })
  })

  it('of LiteLLM has both calls and charges', async () => {
    const row = (own: object) =>
      JSON.stringify({
        request_id: 'a',
        startTime: '2026-11-10 08:00:00.123456',
        model: 'gpt-5.5',
        prompt_tokens: 1000,
        completion_tokens: 100,
        total_tokens: 1100,
        spend: 0.008,
        ...own,
      })
    const log = [
      row({}),
      row({ request_id: 'b', spend: 8e-3, status: 'failure' }),
      row({ request_id: 'c', cache_hit: 'True' }),
    ].join('\n')
    const { findings } = await jsonOf(
      ['audit', '--charges', 'log.jsonl'],
      folderWith({ 'log.jsonl': log }),
    )
    expect(
      findings.map((own: { rule: string; calls: string[] }) => [own.rule, own.calls[0]]),
    ).toEqual([
      ['failed_call_charged', 'b'],
      ['zero_usage_charged', 'c'],
    ])
  })

  it('of OpenRouter is priced by the native counts, and only where a book has its models', async () => {
    const book = {
      id: 'router',
      currency: 'USD',
      effective_from: '2026-01-01T00:00:00Z',
      rows: [
        { model: 'a/b', kind: 'input', per_mtok: '1' },
        { model: 'a/b', kind: 'cache_read', per_mtok: '0.1' },
        { model: 'a/b', kind: 'output', per_mtok: '2' },
      ],
    }
    const one = {
      id: 'gen-1',
      created_at: '2026-11-10T08:00:00.000000+00:00',
      model: 'a/b',
      total_cost: 0.0013,
      native_tokens_prompt: 1000,
      native_tokens_completion: 100,
      native_tokens_cached: 0,
      native_tokens_reasoning: 0,
      finish_reason: 'stop',
      cancelled: false,
    }
    const data = [one, { ...one, id: 'gen-2', finish_reason: 'error' }]
    const cwd = folderWith({
      'gen.json': JSON.stringify({ data }, null, 2),
      'book.json': JSON.stringify(book),
    })
    const argv = ['audit', '--charges', 'gen.json', '--prices', 'book.json']
    const { findings } = await jsonOf(argv, cwd)
    expect(
      findings.map((own: { difference: string; calls: string[] }) => [
        own.calls[0],
        own.difference,
      ]),
    ).toEqual([
      ['gen-2', '0.0013'],
      ['gen-1', '0.0001'],
    ])
  })
})

describe('a report of the provider', () => {
  const argv = [
    ...['audit', '--charges', 'anthropic-cost-report.json'],
    ...['--calls', 'claude-code-session.jsonl'],
  ]

  it('is held against the sums of the log', async () => {
    const { code, reports } = await jsonOf(argv, folderWith())
    expect(code).toBe(6)
    expect(reports).toEqual([
      expect.objectContaining({
        provider: 'anthropic',
        billed: '0.03752',
        own: '0.01752',
        unexplained: '0.02',
        days: ['2026-11-10'],
        differences: [
          expect.objectContaining({ kind: 'output', total: '0.02', unexplained: '0.02' }),
        ],
      }),
    ])
  })

  it('passes within a threshold', async () => {
    const { code } = await run([...argv, '--threshold', '0.02'], { cwd: folderWith() })
    expect(code).toBe(0)
  })
})

describe('what cannot be read', () => {
  it('is listed with its line, and the rest is audited', async () => {
    const bill = [
      'line,when,request,cost_usd',
      'L1,2026-11-10T09:00:04Z,call-1,0.0478',
      'L2,yesterday,call-2,0.01',
      'L3,2026-11-10T09:00:04Z,call-3,free',
      'L4,2026-11-10T09:00:04Z',
    ].join('\n')
    const { code, unreadable } = await jsonOf(BILL, folderWith({ 'bill.csv': bill }))
    expect(code).toBe(0)
    expect(
      unreadable.map(({ source, reason }: Record<string, string>) => `${source}: ${reason}`),
    ).toEqual([
      'bill.csv:3: when is not a time with its zone: yesterday',
      'bill.csv:4: cost_usd is not a decimal amount: free',
      'bill.csv:5: it has 2 cells, and the header 4',
    ])
  })

  test.each<[string, readonly string[], Record<string, string>, RegExp]>([
    ['no such file', ['--charges', 'none.csv'], {}, /none\.csv cannot be read/],
    ['an empty file', ['--charges', 'e.csv'], { 'e.csv': '' }, /no charge that can be read/],
    [
      'no calls',
      ['--charges', 'b.csv'],
      { 'b.csv': 'id,at,amount,currency\n1,2026-11-10T00:00:00Z,1,USD\n' },
      /no call that can be read/,
    ],
    [
      'no currency',
      ['--charges', 'b.csv'],
      { 'b.csv': 'id,at,amount\n1,2026-11-10T00:00:00Z,1\n' },
      /name the currency/,
    ],
    [
      'a field that does not exist',
      ['--charges', 'b.csv', '--map', 'charge.price=x'],
      {},
      /charge\.FIELD=COLUMN/,
    ],
    [
      'a report without models',
      ['--charges', 'r.json'],
      {
        'r.json':
          '{"data":[{"starting_at":"2026-11-10T00:00:00Z","ending_at":"2026-11-11T00:00:00Z","results":[{"uncached_input_tokens":1,"model":null}]}]}',
      },
      /group_by\[\]=model/,
    ],
    [
      'records of another form',
      ['--charges', 'calls.jsonl', '--format', 'litellm'],
      {},
      /it is no record of litellm/,
    ],
  ])(
    '%s: says what, why and what next, and judges nothing',
    async (_name, argv, files, message) => {
      const { code, err, out } = await run(['audit', ...argv], { cwd: folderWith(files) })
      expect([code, out]).toEqual([2, ''])
      expect(err.replace(/\s+/g, ' ')).toMatch(message)
    },
  )
})

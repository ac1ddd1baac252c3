import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { rateResponse } from '../../src/contract/rate.ts'
import { parsePriceBook } from '../../src/core/pricing/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { run, temporaryFolder } from './support/run.ts'

const folder = temporaryFolder()

/** A book with one model, from prices by kind. */
function bookOf(prices: Readonly<Record<string, string>>, more: object = {}) {
  return {
    id: 'test-book',
    currency: 'USD',
    effective_from: '2026-01-01T00:00:00Z',
    rows: Object.entries(prices).map(([kind, per_mtok]) => ({ model: 'm', kind, per_mtok })),
    ...more,
  }
}

let books = 0
function bookFile(document: unknown): string {
  books += 1
  const file = join(folder, `book-${books}.json`)
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document))
  return file
}

const SONNET = {
  input: '3',
  output: '15',
  cache_write_5m: '3.75',
  cache_write_1h: '6',
  cache_read: '0.30',
}

const rate = (dialect: string, book: unknown, stdin: string, ...more: string[]) =>
  run(['rate', '--dialect', dialect, '--book', bookFile(book), ...more], { stdin, cwd: folder })

describe('the answer as JSON', () => {
  test('has exactly the agreed members, and the exact total', async () => {
    const usage = {
      input_tokens: 3,
      cache_creation_input_tokens: 12304,
      cache_read_input_tokens: 0,
      output_tokens: 550,
    }
    const ran = await rate(
      'anthropic',
      bookOf(SONNET),
      JSON.stringify({ model: 'm', usage }),
      '--json',
    )
    expect(ran.err).toBe('')
    expect(ran.code).toBe(0)
    expect(ran.out.endsWith('\n')).toBe(true)
    expect(JSON.parse(ran.out)).toEqual({
      quantities: { input: 3, cache_read: 0, cache_write: 12304, output: 550 },
      lines: [
        {
          type: 'usage',
          kind: 'input',
          model: 'm',
          quantity: 3,
          per_mtok: '3',
          amount: '0.000009',
        },
        {
          type: 'usage',
          kind: 'cache_write_5m',
          model: 'm',
          quantity: 12304,
          per_mtok: '3.75',
          amount: '0.04614',
        },
        {
          type: 'usage',
          kind: 'output',
          model: 'm',
          quantity: 550,
          per_mtok: '15',
          amount: '0.00825',
        },
      ],
      total: '0.054399',
      currency: 'USD',
      band: null,
      flags: ['cache_write_read_as_5m'],
    })
  })

  test('is what the pure function says', async () => {
    const response = {
      model: 'm',
      usage: {
        prompt_tokens: 262960,
        prompt_tokens_details: { cached_tokens: 257955 },
        completion_tokens: 1744,
      },
    }
    const prices = { input: '1.25', cache_read: '0.3125', output: '10' }
    const long = { input: '2.50', cache_read: '0.625', output: '15' }
    const document = bookOf(prices)
    for (const [kind, per_mtok] of Object.entries(long))
      document.rows.push({
        model: 'm',
        kind,
        per_mtok,
        when: { prompt_tokens_above: 200000 },
      } as never)
    const parsed = parsePriceBook(document)
    if (!parsed.ok) throw new Error('the book is not valid')
    const answer = rateResponse({
      dialect: 'openai_chat',
      response,
      book: parsed.book,
      at: instant(Date.now()),
    })
    const ran = await rate('openai_chat', document, JSON.stringify(response), '--json')
    expect(JSON.parse(ran.out)).toMatchObject({
      total: answer.total,
      lines: answer.lines,
      band: answer.band,
    })
    expect(answer.total).toBe('0.199894375')
  })

  test('counted fees are quantities too', async () => {
    const book = bookOf(SONNET, { fees: [{ model: '*', fee: 'web_search', each: '0.01' }] })
    const usage = { input_tokens: 1, output_tokens: 1, server_tool_use: { web_search_requests: 2 } }
    const ran = await rate('anthropic', book, JSON.stringify({ model: 'm', usage }), '--json')
    expect(JSON.parse(ran.out).quantities).toMatchObject({ web_search: 2 })
    expect(JSON.parse(ran.out).total).toBe('0.020018')
  })
})

test('Gemini in its own field names', async () => {
  const response = {
    modelVersion: 'm',
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
  }
  const ran = await rate('gemini', bookOf(SONNET), JSON.stringify(response), '--json')
  expect(JSON.parse(ran.out)).toMatchObject({
    quantities: { input: 10, output: 5 },
    total: '0.000105',
  })
})

test.each([
  ['anthropic', { usage: { input_tokens: 10, output_tokens: 5 } }],
  ['openai_chat', { usage: { prompt_tokens: 10, completion_tokens: 5 } }],
  ['openai_responses', { usage: { input_tokens: 10, output_tokens: 5 } }],
  ['gemini', { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5 } }],
  ['otel', { attributes: { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5 } }],
  ['otel', { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5 }],
  ['ai_sdk', { usage: { inputTokens: 10, outputTokens: 5 } }],
])('%s: --model stands in for a model that is not said', async (dialect, response) => {
  const ran = await rate(
    dialect,
    bookOf(SONNET),
    JSON.stringify(response),
    '--json',
    '--model',
    'm',
  )
  expect(ran.err).toBe('')
  expect(JSON.parse(ran.out).total).toBe('0.000105')
})

describe('a table for people', () => {
  const stdin = JSON.stringify({ model: 'm', usage: { input_tokens: 1200, output_tokens: 550 } })

  test('shows lines that add up', async () => {
    const ran = await rate('anthropic', bookOf(SONNET), stdin)
    expect(`\n${ran.out}`).toMatchInlineSnapshot(`
      "
      line    quantity         rate    amount
      ───────────────────────────────────────
      input      1,200   $3.00/MTok   $0.0036
      output       550  $15.00/MTok  $0.00825
      ───────────────────────────────────────
      total                          $0.01185
      model m (exact) - price book test-book
      "
    `)
  })
})

describe('what cannot be priced has no price, and says why', () => {
  test('an unknown model: exit 4, total null, never 0', async () => {
    const stdin = JSON.stringify({
      model: 'groq/llama',
      usage: { input_tokens: 3, output_tokens: 1 },
    })
    const ran = await rate('anthropic', bookOf(SONNET), stdin, '--json')
    expect(ran.code).toBe(4)
    expect(JSON.parse(ran.out)).toMatchObject({
      total: null,
      lines: [],
      status: 'unpriced',
      missing: ['groq/llama'],
      quantities: { input: 3, output: 1 },
    })
    expect(JSON.parse(ran.err).error.message).toBe('There is no price for groq/llama.')
  })

  test('a kind without a price', async () => {
    const stdin = JSON.stringify({
      model: 'm',
      usage: { input_tokens: 3, output_tokens: 1, cache_read_input_tokens: 5 },
    })
    const ran = await rate('anthropic', bookOf({ input: '3', output: '15' }), stdin)
    expect(ran.code).toBe(4)
    expect(ran.err).toMatch(/no price for cache_read/)
  })

  test('no model', async () => {
    const ran = await rate(
      'anthropic',
      bookOf(SONNET),
      '{"usage":{"input_tokens":3,"output_tokens":1}}',
    )
    expect(ran.code).toBe(4)
    expect(ran.err).toMatch(/does not say which model[\s\S]*--model/)
  })

  test('no usage: missing is not zero', async () => {
    const ran = await rate('anthropic', bookOf(SONNET), '{"model":"m"}')
    expect(ran.code).toBe(4)
    expect(ran.err).toMatch(/carries no usage[\s\S]*Missing is not zero/)
  })

  test('before any book that comes with the program', async () => {
    const stdin = '{"model":"m","usage":{"input_tokens":3,"output_tokens":1}}'
    const ran = await run(['rate', '-d', 'anthropic', '--at', '1999-01-01T00:00:00Z'], { stdin })
    expect(ran.code).not.toBe(0)
    expect(ran.err).toMatch(/No price book .* in force at 1999/)
  })
})

describe('bad input is refused with a sentence', () => {
  test.each([
    ['nothing', '', /Nothing came on standard input/],
    ['half an object', '{"model":"m","usage":{"input_tokens":3', /is not JSON/],
    ['NaN', '{"model":"m","usage":{"input_tokens":NaN}}', /NaN and Infinity are no counts/],
    ['an array', '[]', /not a JSON object/],
    ['a text', '"hello"', /not a JSON object/],
    ['null', 'null', /not a JSON object/],
    [
      'only malformed counts',
      '{"model":"m","usage":{"input_tokens":-3,"output_tokens":"x"}}',
      /No count of this usage can be read/,
    ],
  ])('%s', async (_name, stdin, expected) => {
    const ran = await rate('anthropic', bookOf(SONNET), stdin)
    expect(ran.code).toBe(2)
    expect(ran.out).toBe('')
    expect(ran.err).toMatch(expected)
    expect(ran.err).not.toMatch(/\bat .*\.ts:/)
  })

  test('bytes that are not UTF-8', async () => {
    const ran = await run(['rate', '-d', 'anthropic'], {
      stdin: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
    })
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/not UTF-8/)
  })

  test('one negative count: read as absent, flagged, never below zero', async () => {
    const stdin = '{"model":"m","usage":{"input_tokens":-3,"output_tokens":10}}'
    const ran = await rate('anthropic', bookOf(SONNET), stdin, '--json')
    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.out)).toMatchObject({ total: '0.00015', flags: ['malformed_count'] })
    expect(ran.err).toMatch(/read as absent/)
  })

  test.each([
    [
      'a negative price',
      bookOf({ input: '-1', output: '-1' }),
      /book-\d+\.json is not valid[\s\S]*rows\[0\]/,
    ],
    ['a float', bookOf({ input: 3 as never }), /decimal string/],
    ['no JSON', '{', /is not JSON/],
    ['no book', { hello: 1 }, /is not valid/],
  ])('a price book with %s never loads', async (_name, book, expected) => {
    const ran = await rate(
      'anthropic',
      book,
      '{"model":"m","usage":{"input_tokens":3,"output_tokens":1}}',
    )
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(expected)
    expect(ran.out).toBe('')
  })

  test('no such book', async () => {
    const ran = await run(['rate', '-d', 'anthropic', '--book', 'missing.json'], { stdin: '{}' })
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/There is no file missing\.json/)
  })

  test('no such dialect', async () => {
    const ran = await run(['rate', '-d', 'cohere'], { stdin: '{}' })
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/It is one of anthropic, openai_chat/)
  })
})

test('data cannot reach the terminal as commands', async () => {
  const stdin = JSON.stringify({
    model: 'evil\x1b[2J\x1b]0;x\x07',
    usage: { input_tokens: 1, output_tokens: 1 },
  })
  const ran = await rate('anthropic', bookOf(SONNET), stdin)
  expect(ran.out + ran.err).not.toContain('\x1b')
})

/** Slow: a process of its own, as a shell would run it. No server, no database, no home needed. */
test('as a program', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const book = bookFile(bookOf(SONNET))
  const input = '{"model":"m","usage":{"input_tokens":3,"output_tokens":550}}'
  const argv = ['--import', 'tsx', 'src/main.ts', 'rate', '--dialect', 'anthropic', '--book', book]
  const env = { PATH: process.env.PATH, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
  const done = spawnSync(process.execPath, [...argv, '--json'], {
    cwd: root,
    env,
    input,
    encoding: 'utf8',
  })
  expect(done.stderr).toBe('')
  expect(done.status).toBe(0)
  expect(JSON.parse(done.stdout).total).toBe('0.008259')
  const refused = spawnSync(process.execPath, argv, {
    cwd: root,
    env,
    input: '{',
    encoding: 'utf8',
  })
  expect(refused.status).toBe(2)
  expect(refused.stdout).toBe('')
  expect(refused.stderr).toMatch(/^error: Standard input is not JSON\./)
})

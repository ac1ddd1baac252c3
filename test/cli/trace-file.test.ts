import { expect, test } from 'vitest'
import { parseCap } from '../../src/cli/commands/accounts.ts'
import { parseTrace } from '../../src/cli/trace-file.ts'

test('JSON lines, with and without block ids', () => {
  const text =
    '{"timestamp":0,"input_length":700,"output_length":5,"hash_ids":[1,2]}\n\n{"timestamp":27,"input_length":1,"output_length":0}\n'
  expect(parseTrace(text, 't')).toEqual([
    { index: 0, offsetMs: 0, inputTokens: 700, outputTokens: 5, blockIds: [1, 2] },
    { index: 1, offsetMs: 27, inputTokens: 1, outputTokens: 0 },
  ])
})

test('CSV, with more digits of a second than a date holds', () => {
  const text =
    'TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109\r\n'
  expect(parseTrace(text, 't')).toEqual([
    { index: 0, offsetMs: 0, inputTokens: 374, outputTokens: 44 },
    { index: 1, offsetMs: 4315, inputTokens: 396, outputTokens: 109 },
  ])
})

test.each([
  ['', /holds no call/],
  ['{"timestamp":0,"input_length":-1,"output_length":5}', /Line 1 of the trace t cannot be read/],
  ['{"timestamp":0,"input_length":1,"output_length":5}\n{"time', /Line 2/],
  ['{"timestamp":0,"input_length":1.5,"output_length":5}', /Line 1/],
  ['A,B,C\n2023-11-16 18:15:46,x,1', /Line 2/],
  ['A,B,C\nyesterday,1,1', /Line 2/],
])('%j is refused by its line', (text, expected) => {
  expect(() => parseTrace(text, 't')).toThrow(expected)
})

test.each([
  ['account/cycle=50', { scope: 'account', period: 'cycle', amount: '50' }],
  ['key:key_1/day=5.25', { scope: 'key', scope_id: 'key_1', period: 'day', amount: '5.25' }],
  [
    'model:claude-*/call/paid=0',
    { scope: 'model', scope_id: 'claude-*', period: 'call', amount: '0', counts: 'paid' },
  ],
])('the cap %s', (text, cap) => {
  expect(parseCap(text)).toEqual(cap)
})

test.each([
  'account:x/day=5',
  'key/day=5',
  'key:k/hour=5',
  'account/day=-5',
  'account/day=1e3',
  'account/day',
])('%s is no cap', (text) => {
  expect(() => parseCap(text)).toThrow(/not a cap/)
})

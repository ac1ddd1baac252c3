import { describe, expect, test } from 'vitest'
import {
  aboutOf,
  callOf,
  type Draft,
  findingsAbout,
  receiptOf,
} from '../../../src/web/account/disputes/about.ts'
import type { Finding } from '../../../src/web/account/disputes/data.ts'

const EMPTY: Draft = { kind: 'calls', calls: '', from: '', until: '', payment: '' }
const manyCalls = (count: number): string =>
  Array.from({ length: count }, (_, at) => `rcpt_${at}`).join('\n')

describe('what a form of an objection means', () => {
  test.each<[what: string, draft: Partial<Draft>, about: ReturnType<typeof aboutOf>]>([
    ['nothing named', {}, undefined],
    ['one receipt', { calls: 'rcpt_a' }, { calls: ['call_a'] }],
    ['a call id', { calls: ' call_a ' }, { calls: ['call_a'] }],
    ['the same call twice', { calls: 'rcpt_a\ncall_a' }, { calls: ['call_a'] }],
    [
      'several, by lines and commas',
      { calls: 'rcpt_a, rcpt_b\n\nrcpt_c' },
      {
        calls: ['call_a', 'call_b', 'call_c'],
      },
    ],
    ['more than 200', { calls: manyCalls(201) }, undefined],
    ['a purchase', { kind: 'purchase', payment: ' pay_1 ' }, { payment_id: 'pay_1' }],
    ['no purchase', { kind: 'purchase' }, undefined],
    [
      'a period',
      { kind: 'period', from: '2026-11-01T00:00', until: '2026-11-02T00:00' },
      {
        period: { from: '2026-11-01T00:00:00.000Z', until: '2026-11-02T00:00:00.000Z' },
      },
    ],
    [
      'a period that ends first',
      {
        kind: 'period',
        from: '2026-11-02T00:00',
        until: '2026-11-01T00:00',
      },
      undefined,
    ],
    [
      'an empty period',
      {
        kind: 'period',
        from: '2026-11-01T00:00',
        until: '2026-11-01T00:00',
      },
      undefined,
    ],
    ['half a period', { kind: 'period', from: '2026-11-01T00:00' }, undefined],
  ])('%s', (_, draft, about) => {
    expect(aboutOf({ ...EMPTY, ...draft }, true)).toEqual(about)
  })

  test('exactly 200 calls are still one objection', () => {
    expect(aboutOf({ ...EMPTY, calls: manyCalls(200) }, true)).toMatchObject({
      calls: { length: 200 },
    })
  })
})

test('a receipt and its call are told apart by the prefix only', () => {
  expect(callOf('rcpt_call_rcpt_1')).toBe('call_call_rcpt_1')
  expect(receiptOf(callOf('rcpt_call_rcpt_1'))).toBe('rcpt_call_rcpt_1')
})

const finding = (over: Partial<Finding>): Finding =>
  ({
    finding_key: 'failed_call_charged:call_a',
    calls: ['call_a'],
    at: '2026-11-01T12:00:00.000Z',
    difference: '1.000000001',
    ...over,
  }) as Finding

describe('what our own check has found about just that', () => {
  const findings = [
    finding({}),
    finding({ calls: ['call_b'], difference: '0.000000002', at: '2026-11-02T00:00:00.000Z' }),
    finding({ calls: ['call_c'], difference: '-5', at: '2026-11-03T00:00:00.000Z' }),
  ]

  test('of calls: only theirs, summed to the last digit', () => {
    const found = findingsAbout({ calls: ['call_a', 'call_b'] }, findings)
    expect(found).toMatchObject({ total: '1.000000003', others: 1 })
  })

  test('of a period: its end is not part of it', () => {
    const period = { from: '2026-11-01T12:00:00.000Z', until: '2026-11-02T00:00:00.000Z' }
    expect(findingsAbout({ period }, findings)).toMatchObject({ total: '1.000000001', others: 2 })
  })

  test('what was charged too little is told and not added', () => {
    const found = findingsAbout({ calls: ['call_a', 'call_c'] }, findings)
    expect(found.own).toHaveLength(2)
    expect(found.total).toBe('1.000000001')
  })
})

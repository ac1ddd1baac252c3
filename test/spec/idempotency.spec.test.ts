import { describe, expect, test } from 'vitest'
import type { Result } from '../../src/core/decisions/index.ts'
import { at, DAY, plan, plus, SESSION, served, usd } from '../support/core/fixtures.ts'
import { ACCOUNT, admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { useStories } from './stories.ts'

useStories()

const story = () => {
  const ledger = new Ledger({
    plans: [plan({ windows: [SESSION] }), plan({ id: 'max' })],
    paidUse: true,
  })
  ledger.topUp('credits', '10', { requestId: 'pay_0' })
  ledger.record('done', usd('1'))
  return ledger
}

const bytes = (result: Result) =>
  JSON.stringify(result, (_, v) => (typeof v === 'bigint' ? `${v}` : v))

/** A command, a repeat of it, and the same id with something else: which field differs. */
const ROWS: readonly (readonly [string, (l: Ledger) => Result, (l: Ledger) => Result, string])[] = [
  [
    'grant',
    (l) => l.grant('g', '5', { requestId: 'r' }),
    (l) => l.grant('g', '6', { requestId: 'r' }),
    'amount',
  ],
  [
    'top_up',
    (l) => l.topUp('t', '5', { requestId: 'r' }),
    (l) => l.topUp('t', '5', { requestId: 'r', tax: '1' }),
    'tax',
  ],
  [
    'record',
    (l) => l.record('c', usd('1'), { eventAt: at('09:00') }),
    (l) => l.record('c', usd('2'), { eventAt: at('09:00') }),
    'usage',
  ],
  ['refund', (l) => l.refund('done', usd('1')), (l) => l.refund('done', usd('0.5')), 'amount'],
  ['authorize', (l) => l.authorize('c', usd('1')), (l) => l.authorize('c', usd('2')), 'bound'],
  [
    'a refused authorize',
    (l) => l.authorize('c', usd('99'), { features: ['x'], model: 'mini', fit: 'refuse' }),
    (l) => l.authorize('c', usd('99'), { features: ['y'], model: 'mini', fit: 'refuse' }),
    'call',
  ],
  [
    'settle',
    (l) => {
      if (!l.entries.some(({ body }) => body.call?.call_id === 'c')) l.authorize('c', usd('1'))
      return l.settle('c', usd('1'))
    },
    (l) => l.settle('c', usd('1'), 'client_aborted'),
    'outcome',
  ],
  [
    'release',
    (l) => {
      if (!l.entries.some(({ body }) => body.call?.call_id === 'c')) l.authorize('c', usd('1'))
      return l.release('c')
    },
    (l) => l.release('c', 'client_aborted_before_output'),
    'outcome',
  ],
]

describe('the same id with the same content gets the first answer, byte for byte', () => {
  test.each(ROWS.map((row) => [row[0], row] as const))('%s', (name, [, first]) => {
    const ledger = name.startsWith('a refused') ? new Ledger() : story()
    const answer = bytes(first(ledger))
    const { length } = ledger.entries
    ledger.wait(40 * DAY)
    expect(bytes(first(ledger))).toBe(answer)
    expect(ledger.entries).toHaveLength(length)
  })
})

describe('the same id with other content is a conflict that names the field', () => {
  test.each(ROWS.map((row) => [row[0], row] as const))('%s', (name, [, first, other, field]) => {
    const ledger = name.startsWith('a refused') ? new Ledger() : story()
    first(ledger)
    const before = ledger.state
    expect(refused(other(ledger))).toMatchObject({ code: 'request_conflict', field })
    expect(ledger.state).toEqual(before)
  })
})

test('an authorize that is repeated after the call has ended gets the first admission', () => {
  const ledger = story()
  const first = admitted(ledger.authorize('c', usd('1')))
  ledger.settle('c', usd('1'))
  expect(admitted(ledger.authorize('c', usd('1')))).toEqual(first)
  expect(refused(ledger.authorize('c', usd('2'))).code).toBe('request_conflict')
})

test('a refusal is an answer too: money that came since does not change it', () => {
  const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
  const first = ledger.authorize('c', usd('5'))
  expect(refused(first).code).toBe('funds_exhausted')
  ledger.topUp('credits', '10')
  expect(ledger.authorize('c', usd('5'))).toEqual(first)
  admitted(ledger.authorize('d', usd('5')))
})

test('idempotency comes before validation: a repeat of what is invalid by now is still a repeat', () => {
  const ledger = story()
  const end = plus(at('09:00'), DAY)
  const first = ledger.grant('g', '5', { requestId: 'r', expiresAt: end })
  ledger.wait(30 * DAY)
  expect(ledger.grant('g', '5', { requestId: 'r', expiresAt: end })).toEqual(first)
})

test('a payment is credited once, whatever is sent twice', () => {
  const ledger = story()
  ledger.topUp('lot_a', '100', { requestId: 'pay_1' })
  ledger.topUp('lot_a', '100', { requestId: 'pay_1' })
  expect(ledger.lot('lot_a').remaining).toBe(usd('100'))
  expect(ledger.state!.lots).toHaveLength(2)
})

test('evidence may differ in a repeat: timings always do', () => {
  const ledger = story()
  ledger.authorize('c', usd('1'))
  const command = {
    kind: 'settle',
    accountId: ACCOUNT,
    requestId: 'c',
    actor: { type: 'key', id: 'k' },
    callId: 'c',
    outcome: 'succeeded',
    usage: served({ output: 100 }),
  } as const
  const first = ledger.run({ ...command, evidence: { took_ms: 10 } })
  expect(ledger.run({ ...command, evidence: { took_ms: 11 } })).toEqual(first)
  expect(ledger.evidence.get(postedEntry(first).seq)).toEqual({ took_ms: 10 })
})

test('one id may serve two kinds: authorize and settle of one call', () => {
  const ledger = story()
  admitted(ledger.authorize('c', usd('1')))
  postedEntry(ledger.settle('c', usd('1')))
})

test('an account opens once', () => {
  const ledger = story()
  const open = (requestId: string, name: string) =>
    ledger.run({
      kind: 'open_account',
      accountId: ACCOUNT,
      requestId,
      actor: { type: 'operator', id: 'o' },
      name,
      currency: 'USD',
      plan: 'pro@1',
    })
  expect(postedEntry(open('open', 'Story')).seq).toBe(1)
  expect(refused(open('open', 'Other'))).toMatchObject({ code: 'request_conflict', field: 'name' })
  expect(refused(open('again', 'Story')).code).toBe('account_exists')
})

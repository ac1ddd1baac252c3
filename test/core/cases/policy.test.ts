import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  applyEvent,
  type CaseEvent,
  dueRow,
  dueTimes,
  foldCase,
  isSampled,
  limitsOf,
  nextDue,
  policyFaults,
  provisionalCredit,
  type SupportPolicy,
  tracker,
} from '../../../src/core/cases/index.ts'
import { parseNanos } from '../../../src/core/money/index.ts'
import { formatInstant, parseInstant } from '../../../src/core/time/index.ts'

const POLICY: SupportPolicy = JSON.parse(readFileSync('data/support/policy.json', 'utf8'))
const usd = (amount: string) => ({ nanos: parseNanos(amount)!, currency: 'USD' })
const T0 = parseInstant('2026-11-26T00:00:00Z')!

describe('times', () => {
  it.each([
    ['dispute', '99.99', '2026-11-28T00:10:00.000Z'],
    ['dispute', '100', '2026-11-27T00:10:00.000Z'],
    ['person_asked', null, '2026-11-27T04:00:00.000Z'],
    ['self_check', null, '2026-11-29T04:00:00.000Z'],
  ] as const)('of a %s of %s are those of its row', (origin, amount, decided) => {
    const row = dueRow(POLICY, origin, amount === null ? null : usd(amount))
    expect(dueTimes(row, 'received', T0).decided).toBe(decided)
  })

  it('of an amount in a currency that a row does not name are those of the next row', () => {
    const row = dueRow(POLICY, 'dispute', { nanos: parseNanos('5000')!, currency: 'KWD' })
    expect(row?.decided).toBe('P2D')
  })

  it('without a policy are none, and nothing is ever late', () => {
    const row = dueRow(null, 'dispute', usd('5'))
    expect(dueTimes(row, 'received', T0)).toEqual({})
    const view = foldCase('dispute', [
      { number: 1, kind: 'received', at: T0, actor: { type: 'key', id: 'k' }, facts: {} },
    ])
    expect(nextDue(view)).toBeNull()
    expect(
      tracker(view, parseInstant('2099-01-01T00:00:00Z')!).map(({ state }) => state),
    ).toContain('due')
  })

  it('run from the decision for what follows it, and are late at their instant and not before', () => {
    const due = dueTimes(dueRow(POLICY, 'dispute', usd('5')), 'received', T0)
    const received: CaseEvent = {
      number: 1,
      kind: 'received',
      at: T0,
      actor: { type: 'key', id: 'k' },
      facts: { due },
    }
    let view = foldCase('dispute', [received])
    expect(formatInstant(nextDue(view)!)).toBe('2026-11-26T00:10:00.000Z')
    const stateAt = (at: string) => tracker(view, parseInstant(at)!)[1]?.state
    expect(stateAt('2026-11-26T00:09:59.999Z')).toBe('due')
    expect(stateAt('2026-11-26T00:10:00.000Z')).toBe('overdue')
    const checkedAt = parseInstant('2026-11-26T00:00:01Z')!
    const facts = { findings: [], offer: null, returned: '0' }
    view = applyEvent(view, {
      number: 2,
      kind: 'checked',
      at: checkedAt,
      actor: { type: 'system', id: 's' },
      facts,
    })
    expect(formatInstant(nextDue(view)!)).toBe('2026-11-28T00:10:00.000Z')
  })
})

describe('limits', () => {
  it('are of the role and currency; where none is named, everything takes a second person', () => {
    expect(limitsOf(POLICY, 'support', 'USD')).toEqual({
      case: parseNanos('50'),
      day: parseNanos('500'),
    })
    expect(limitsOf(POLICY, 'support', 'KWD')).toBeNull()
    expect(limitsOf(null, 'support_lead', 'USD')).toBeNull()
  })

  it.each([
    ['0', null],
    ['50', '50'],
    ['50.000000001', null],
  ])('of credit meanwhile: %s at stake gives %s', (atStake, given) => {
    const credit = provisionalCredit(POLICY, usd(atStake), T0)
    expect(credit?.amount ?? null).toBe(given === null ? null : parseNanos(given))
    if (credit) expect(formatInstant(credit.from)).toBe('2026-11-27T00:00:00.000Z')
  })
})

describe('the sample', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => `case_${index.toString(16)}`)

  it.each([0, 10, 50, 100])('of %i percent holds about so many, and always the same', (percent) => {
    const chosen = ids.filter((id) => isSampled(id, 1, percent))
    expect(Math.abs(chosen.length / ids.length - percent / 100)).toBeLessThan(0.02)
    expect(ids.filter((id) => isSampled(id, 1, percent))).toEqual(chosen)
  })
})

it('durations that cannot be read are told by where they are', () => {
  expect(policyFaults(POLICY)).toEqual([])
  const wrong = {
    ...POLICY,
    appeal_within: 'P0D',
    provisional: { ...POLICY.provisional!, after: 'soon' },
  }
  expect(policyFaults(wrong).map(({ at }) => at)).toEqual(['appeal_within', 'provisional/after'])
})

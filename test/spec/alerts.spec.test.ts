import { describe, expect, test } from 'vitest'
import {
  type AlertSettingsDocument,
  type AlertSource,
  alertSettings,
  lookForAlerts,
  NO_SPEND,
  type Spend,
} from '../../src/core/alerts/index.ts'
import type { Cap } from '../../src/core/funding/index.ts'
import { type Instant, parseInstant } from '../../src/core/time/index.ts'
import { DAY, HOUR, MINUTE, plan, plus, SESSION, usd } from '../support/core/fixtures.ts'
import { Ledger } from '../support/core/ledger.ts'
import { useStories } from './stories.ts'

useStories()

/* The account of the stories opens at 09:00; its session window holds $10 for five hours. */

const PLAN = plan({ windows: [SESSION] })

interface Around {
  readonly settings?: AlertSettingsDocument
  readonly spend?: Partial<Spend>
  readonly armed?: AlertSource['armed']
}

function look(ledger: Ledger, at: Instant, around: Around = {}) {
  const source: AlertSource = {
    state: ledger.state!,
    plan: PLAN,
    scopedCaps: [],
    settings: alertSettings(around.settings ?? {}, 'USD'),
    spend: { ...NO_SPEND, ...around.spend },
    armed: around.armed ?? [],
    changes: [],
  }
  return lookForAlerts(source, at)
}

const keysOf = (ledger: Ledger, at: Instant, around?: Around): string[] =>
  look(ledger, at, around).crossings.map(({ alert }) => alert.key)

const cap = (amount: string, period: Cap['period'] = 'day'): Cap => ({
  id: 'own',
  scope: 'account',
  scopeId: null,
  period,
  amount: usd(amount),
  counts: 'money',
})

const used = (amount: string): Ledger => {
  const ledger = new Ledger({ plans: [PLAN] })
  if (amount !== '0') ledger.record('call', usd(amount))
  return ledger
}

describe('a level is crossed when it is reached; of several at once the highest is told', () => {
  test.each([
    ['4.99', null, []],
    ['5', 50, []],
    ['7.49', 50, []],
    ['7.5', 75, [50]],
    ['9.5', 90, [50, 75]],
    ['10', 100, [50, 75, 90]],
    ['12', 100, [50, 75, 90]],
  ])('$%s of $10: %j, which covers %j', (amount, level, covered) => {
    const ledger = used(amount)
    const found = look(ledger, ledger.now, { settings: { muted: ['window_forecast'] } }).crossings
    const [first] = found
    expect(found.length).toBe(level === null ? 0 : 1)
    const levelOf = (key: string) => parseInt(key.split(':').at(-1) ?? '', 10)
    expect(first ? levelOf(first.alert.key) : null).toBe(level)
    expect((first?.covers ?? []).map(levelOf)).toEqual(covered)
  })
})

describe('a cap', () => {
  const spent = (amount: string, caps: readonly Cap[]) => {
    const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true, caps })
    ledger.topUp('credit', '1000')
    ledger.record('call', usd(amount))
    return ledger
  }

  test.each([
    ['4', 'day', []],
    ['5', 'day', ['cap_level:own@2026-11-02T00:00:00.000Z/10:50']],
    ['9', 'week', ['cap_level:own@2026-11-02T00:00:00.000Z/10:90']],
    ['10', 'lifetime', ['cap_level:own@lifetime/10:100']],
    ['10', 'call', []],
  ] as const)('$%s of $10 a %s: %j', (amount, period, keys) => {
    const ledger = spent(amount, [cap('10', period)])
    expect(keysOf(ledger, ledger.now, { settings: { muted: ['cap_forecast'] } })).toEqual(keys)
  })

  test('of zero refuses everything and tells no level', () => {
    const ledger = new Ledger({ plans: [PLAN], caps: [cap('0')] })
    expect(keysOf(ledger, ledger.now)).toEqual([])
  })

  test('that is raised begins its levels anew; put back, it was told before', () => {
    const muted = { settings: { muted: ['cap_forecast' as const] } }
    const ledger = spent('9', [cap('10')])
    const first = keysOf(ledger, ledger.now, muted)
    ledger.controls({ caps: [cap('12')] })
    const raised = keysOf(ledger, ledger.now, muted)
    expect(raised).toEqual(['cap_level:own@2026-11-02T00:00:00.000Z/12:75'])
    ledger.controls({ caps: [cap('10')] })
    expect(keysOf(ledger, ledger.now, muted)).toEqual(first)
  })
})

describe('a forecast takes the pace so far, once there is one', () => {
  test.each([
    ['2', 20 * MINUTE, false],
    ['2', 30 * MINUTE, true],
    ['1.9', 30 * MINUTE, false],
    ['2', HOUR, false],
    ['2.1', HOUR, true],
    ['10', HOUR, false],
  ])('$%s of $10 after %d ms of five hours: %s', (amount, afterMs, told) => {
    const ledger = used(amount)
    const keys = keysOf(ledger, plus(ledger.now, afterMs), { settings: { window_levels: [] } })
    expect(keys.some((key) => key.startsWith('window_forecast:'))).toBe(told)
  })
})

describe('a reset is told of a window that somebody may be waiting for, within a day', () => {
  test.each([
    ['8.9', 5 * HOUR, false],
    ['9', 5 * HOUR - 1, false],
    ['9', 5 * HOUR, true],
    ['9', 28 * HOUR, true],
    ['9', 29 * HOUR, false],
  ])('$%s of $10, %d ms after it opened: %s', (amount, afterMs, told) => {
    const ledger = used(amount)
    const { armed } = look(ledger, ledger.now)
    const keys = keysOf(ledger, plus(ledger.now, afterMs), { armed })
    expect(keys.some((key) => key.startsWith('window_reset:'))).toBe(told)
  })
})

describe('a lot that expires with something in it', () => {
  test.each([
    [40, 9 * DAY, null],
    [40, 10 * DAY, 30],
    [40, 33 * DAY, 7],
    [40, 39 * DAY, 1],
    [40, 40 * DAY, null],
    [10, 0, null],
    [10, 3 * DAY, 7],
  ])('of %d days, after %d ms: the notice of %j days', (days, afterMs, notice) => {
    const ledger = new Ledger({ plans: [PLAN] })
    const from = ledger.now
    ledger.grant('promo', '5', { expiresAt: plus(from, days * DAY) })
    const keys = keysOf(ledger, plus(from, afterMs))
    expect(keys.map((key) => parseInt(key.split(':').at(-1) ?? '', 10))).toEqual(
      notice === null ? [] : [notice],
    )
  })
})

describe('an hour is unusual when it costs more than the factor and the floor', () => {
  test.each([
    ['50.01', '60', 6, true],
    ['50', '60', 6, false],
    ['50.01', '50', 5, false],
    ['5', '0.06', 6, false],
    ['5.01', '0.06', 6, true],
  ])('$%s, where $%s went before in %d hours: %s', (thisHour, before, hoursBefore, told) => {
    const ledger = new Ledger({ plans: [PLAN] })
    const spend = { thisHour: usd(thisHour), before: usd(before), hoursBefore }
    const keys = keysOf(ledger, ledger.now, { spend })
    expect(keys).toEqual(told ? ['spend_anomaly:2026-11-02T09:00:00.000Z'] : [])
  })
})

describe('paid use', () => {
  test('is told at the first paid call of each cycle', () => {
    const ledger = new Ledger({ plans: [PLAN] })
    const spend = { paidInCycle: usd('0.01') }
    const at = (text: string) => keysOf(ledger, parseInstant(text)!, { spend })
    expect(at('2026-11-20T00:00:00Z')).toEqual(at('2026-11-30T00:00:00Z'))
    expect(at('2026-12-20T00:00:00Z')).not.toEqual(at('2026-11-30T00:00:00Z'))
    expect(keysOf(ledger, ledger.now)).toEqual([])
  })
})

test('a kind that is muted is not told', () => {
  const ledger = used('10')
  expect(keysOf(ledger, ledger.now, { settings: { muted: ['window_level'] } })).toEqual([])
})

test('time alone is looked at when it can cross something next', () => {
  const ledger = used('9')
  const opened = ledger.now
  expect(look(ledger, opened).dueAt).toBe(plus(opened, 30 * MINUTE))
  const later = look(ledger, plus(opened, HOUR))
  expect(later.dueAt).toBe(plus(opened, 5 * HOUR))
  expect(look(used('0'), opened).dueAt).toBeNull()
})

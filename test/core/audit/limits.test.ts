import { describe, expect, it } from 'vitest'
import { limitFaults } from '../../../src/core/audit/limits.ts'
import type { SourceFault } from '../../../src/core/audit/sources.ts'
import { type AuditState, counterKey } from '../../../src/core/audit/state.ts'
import { formatNanos } from '../../../src/core/money/index.ts'
import { DAY_MS, HOUR_MS, instant } from '../../../src/core/time/index.ts'
import { usd } from '../../support/core/fixtures.ts'
import {
  drawing,
  drew,
  type Kept,
  kept,
  later,
  plan,
  run,
  SESSION,
  START,
  windows,
} from './entries.ts'

/* Caps hold, windows have the bounds of their rule, and both say rightly what they have counted. */

const brief = (faults: readonly SourceFault[]) =>
  faults.map(({ rule, amount, about }) => `${rule} ${formatNanos(amount)} ${about}`.trim())

describe('caps hold', () => {
  const use = (own: object = {}) => ({
    ...{ id: 'cap', scope: 'account', scope_id: null, period: 'day', bucket: 'b' },
    ...{ amount: '10', counts: 'money', spent: '0', held: '0', drawn: '0' },
    ...own,
  })
  const rule = (state: AuditState, body: object, lateAfterMs = HOUR_MS) =>
    brief(limitFaults({ ...drawing(state, body), lateAfterMs } as never))
  const cap = (own: object = {}) => ({
    amount: '10',
    scope: 'account',
    scope_id: null,
    period: 'day',
    counts: 'money',
    ...own,
  })
  const capped = (spent: string, own: object = {}) =>
    kept({ caps: { cap: cap(own) }, counters: { [counterKey('cap', 'b')]: spent } })
  const spends = (spent: string, drawn: string, own: object = {}, body: object = {}) => ({
    funding: [drew('money', 'paid', drawn)],
    caps: [use({ spent, ...own })],
    hold: {},
    ...body,
  })

  it('to the last nano', () => {
    expect(rule(capped('6'), spends('6', '4'))).toEqual([])
    expect(rule(capped('6'), spends('6', '5'))).toEqual(['cap_exceeded 1 cap'])
    expect(rule(capped('12'), spends('12', '5'))).toEqual(['cap_exceeded 5 cap'])
    expect(rule(capped('6'), spends('6', '4', { held: '1' }))).toEqual(['cap_exceeded 1 cap'])
    expect(rule(capped('12'), spends('12', '0'))).toEqual([])
  })

  it('but for what the hold of the call had been promised', () => {
    const promised = (amount: string, worst: string) =>
      rule(capped('6'), spends('6', '5', { promised: amount }, { hold: { worst } }))
    expect(promised('5', '5')).toEqual([])
    expect(promised('4.5', '5')).toEqual(['cap_exceeded 0.5 cap'])
    expect(promised('5', '4.8')).toEqual(['cap_exceeded 0.2 cap'])
  })

  it('each call by itself where they are of a call', () => {
    expect(rule(capped('99'), spends('0', '10', { period: 'call' }))).toEqual([])
    expect(rule(capped('99'), spends('0', '11', { period: 'call' }))).toEqual([
      'cap_exceeded 1 cap',
    ])
  })

  it.each<[string, string, string, readonly [string, object][]]>([
    ['all', 'included', '4', [['included', {}]]],
    [
      'money',
      'promotional',
      '4',
      [
        ['promotional', {}],
        ['before_windows', {}],
        ['paid', {}],
        ['overage', {}],
      ],
    ],
    [
      'paid',
      'paid',
      '4',
      [
        ['paid', {}],
        ['overage', {}],
        ['before_windows', { category: 'paid' }],
      ],
    ],
  ])('counting %s', (counts, _first, drawn, counted) => {
    const other = [
      ['included', {}],
      ['promotional', {}],
      ['before_windows', { category: 'promotional' }],
    ] as const
    const own = (kind: string, more: object) =>
      rule(capped('7', { counts }), {
        ...spends('7', '0', { counts }),
        funding: [drew('x', kind, drawn, more)],
      })
    for (const [kind, more] of counted) expect(own(kind, more)).toEqual(['cap_exceeded 1 cap'])
    for (const [kind, more] of counts === 'paid'
      ? other
      : counts === 'money'
        ? other.slice(0, 1)
        : [])
      expect(own(kind, more)).toEqual([])
  })

  it('raised for whom and until when they are raised', () => {
    const raised = (raise: object, scope: object = {}, own: object = {}) =>
      rule(
        capped('8', { raises: [{ for: null, to: '20', until: null, ...raise }], ...scope }),
        spends('8', '5', own),
      )
    expect(raised({})).toEqual([])
    expect(raised({ to: '9' })).toEqual(['cap_exceeded 3 cap'])
    expect(raised({ until: later(1) })).toEqual([])
    expect(raised({ until: later(0) })).toEqual(['cap_exceeded 3 cap'])
    expect(raised({ for: 'mia' })).toEqual(['cap_exceeded 3 cap'])
    const each = { scope: 'member', scope_id: '*' }
    expect(raised({ for: 'mia' }, each, { scope: 'member', scope_id: 'mia' })).toEqual([])
    expect(raised({ for: 'mia' }, each, { scope: 'member', scope_id: 'bob' })).toEqual([
      'cap_exceeded 3 cap',
    ])
    for (const scope of ['account', 'model'])
      expect(raised({}, { scope, scope_id: '*' }, { scope_id: 'opus' })).toEqual([])
  })

  it('also where the entry does not name them, as long as no hold was there', () => {
    const state = (own: object = {}, counters: Kept['counters'] = {}) =>
      kept({ caps: { cap: cap({ amount: '3', ...own }) }, counters })
    const body = (own: object = {}) => ({
      kind: 'record',
      funding: [drew('m', 'paid', '4')],
      ...own,
    })
    expect(rule(state(), body())).toEqual(['cap_exceeded 1 cap'])
    expect(rule(state(), body({ hold: {} }))).toEqual([])
    expect(rule(state(), body({ kind: 'settle' }))).toEqual([])
    expect(rule(state({ scope: 'key' }), body())).toEqual([])
    expect(rule(state({ period: 'session' }), body())).toEqual([])
    for (const period of ['lifetime', 'call', 'week', 'cycle'])
      expect(rule(state({ period }), body())).toEqual(['cap_exceeded 1 cap'])
    const day = { [counterKey('cap', '2026-11-02T00:00:00.000Z')]: '2' }
    expect(rule(state({ amount: '6' }, day), body())).toEqual([])
    expect(rule(state({ amount: '5' }, day), body())).toEqual(['cap_exceeded 1 cap'])
    // what is too late for its own day counts in the day of the entry
    const yesterday = { [counterKey('cap', '2026-11-01T00:00:00.000Z')]: '2' }
    const event_at = later(-10 * HOUR_MS)
    expect(rule(state({ amount: '5' }, yesterday), body({ event_at }), 10 * HOUR_MS)).toEqual([
      'cap_exceeded 1 cap',
    ])
    expect(rule(state({ amount: '5' }, yesterday), body({ event_at }), 10 * HOUR_MS - 1)).toEqual(
      [],
    )
  })

  it('and what they say to have counted is what was', () => {
    expect(rule(capped('6'), { caps: [use({ spent: '5' })], hold: {} })).toEqual([
      'counter_stale 0 cap',
    ])
    expect(rule(kept({ caps: { cap: cap() } }), { caps: [use({ spent: '0' })], hold: {} })).toEqual(
      [],
    )
  })
})

describe('windows have the bounds of their rule', () => {
  const spec = (own: object = {}) => ({
    id: 'session',
    shape: 'anchored',
    length: 'PT5H',
    capacity: usd('10'),
    scope: {},
    ...own,
  })
  const rule = (
    state: AuditState,
    own: object,
    body: object = {},
    specs: readonly object[] = [spec()],
  ) =>
    limitFaults({
      ...drawing(state, { windows: windows(own), ...body }, { plan: plan({ windows: specs }) }),
      lateAfterMs: HOUR_MS,
    } as never).map(({ rule: name, evidence }) => [name, evidence.expected_end ?? null])

  it('by the length of the plan, or as they were opened', () => {
    expect(rule(kept({}), {})).toEqual([])
    const end = later(5 * HOUR_MS)
    expect(rule(kept({}), { end: later(HOUR_MS) })).toEqual([['window_bounds_wrong', end]])
    expect(
      rule(kept({ runs: { [SESSION]: run('10', '0') } }), { end: later(HOUR_MS) }, {}, []),
    ).toEqual([['window_bounds_wrong', end]])
    expect(rule(kept({}), { end: later(HOUR_MS) }, {}, [])).toEqual([])
    expect(rule(kept({}), { end: later(HOUR_MS) }, {}, [spec({ id: 'other' })])).toEqual([])
    expect(rule(kept({}), { end: later(HOUR_MS) }, { kind: 'change_plan' })).toEqual([])
    for (const none of [{ start: null }, { end: null }]) expect(rule(kept({}), none)).toEqual([])
  })

  it('of calendar windows by the anchor of the account', () => {
    const calendar = [spec({ shape: 'calendar', length: 'P1D' })]
    const own = kept({}, { anchor: instant(START - 30 * DAY_MS - HOUR_MS) })
    const start = later(-HOUR_MS)
    expect(rule(own, { start, end: later(DAY_MS - HOUR_MS) }, {}, calendar)).toEqual([])
    expect(rule(own, { start, end: later(DAY_MS) }, {}, calendar)).toEqual([
      ['window_bounds_wrong', later(DAY_MS - HOUR_MS)],
    ])
  })

  it('and events count in the one of their own time', () => {
    const ran = (own: object = {}) => kept({ runs: { [SESSION]: run('10', '0'), ...own } })
    const at = (event: number, own: object = {}, now = event) =>
      rule(
        ran(own),
        { drawn: '1' },
        { kind: 'record', event_at: later(event), at: later(now) },
      )[0]?.[0]
    expect(at(5 * HOUR_MS - 1)).toBeUndefined()
    expect(at(5 * HOUR_MS)).toBe('event_misdated')
    expect(at(0)).toBeUndefined()
    expect(at(-1)).toBeUndefined()
    // what is more than an hour late counts when it comes
    expect(at(5 * HOUR_MS, {}, 6 * HOUR_MS)).toBe('event_misdated')
    expect(at(-1, {}, HOUR_MS)).toBeUndefined()
    const earlier = (own: object = {}) => ({
      before: run('10', '0', { start: instant(START - HOUR_MS), end: START, ...own }),
    })
    expect(at(-1, earlier())).toBe('event_misdated')
    expect(at(-HOUR_MS, earlier(), -HOUR_MS)).toBe('event_misdated')
    expect(at(-HOUR_MS - 1, earlier())).toBeUndefined()
    expect(at(-1, earlier({ end: instant(START - 1) }))).toBeUndefined()
    expect(at(-1, earlier({ id: 'other' }))).toBeUndefined()
    expect(
      rule(
        ran(),
        { drawn: '0' },
        { kind: 'record', event_at: later(9 * HOUR_MS), at: later(9 * HOUR_MS) },
      ),
    ).toEqual([])
    expect(
      rule(
        ran(),
        { drawn: '1' },
        { kind: 'settle', event_at: later(9 * HOUR_MS), at: later(9 * HOUR_MS) },
      ),
    ).toEqual([])
    const calendar = [spec({ shape: 'calendar' })]
    expect(
      rule(
        ran(),
        { drawn: '1' },
        { kind: 'record', event_at: later(-1), at: later(-1) },
        calendar,
      )[0]?.[0],
    ).toBe('event_misdated')
  })

  it('and what they say to have been used is what was', () => {
    const own = kept({ runs: { [SESSION]: run('10', '4') } })
    expect(rule(own, { used: '4' })).toEqual([])
    expect(rule(own, { used: '3' })).toEqual([['counter_stale', null]])
  })
})

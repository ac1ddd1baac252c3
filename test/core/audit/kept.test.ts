import { describe, expect, it } from 'vitest'
import { burnOf } from '../../../src/core/audit/burn.ts'
import { AUDIT_SETTINGS } from '../../../src/core/audit/external.ts'
import { addEntry, forget } from '../../../src/core/audit/fold.ts'
import { decodeAudit, encodeAudit, newState } from '../../../src/core/audit/state.ts'
import { HOUR_MS, instant } from '../../../src/core/time/index.ts'
import { usd } from '../../support/core/fixtures.ts'
import { charge, entry, later, START } from './entries.ts'

/* The audit adds an account up for itself, entry by entry, and keeps in mind what later ones are held against. */

describe('what is kept in mind', () => {
  const body = (own: object) => entry({ call: undefined, ...own })
  const lot = (id: string, own: object = {}) => ({ id, face: '10', expires_at: null, ...own })
  const lotsOf = (...bodies: readonly object[]) => {
    const state = newState('acct')
    for (const own of bodies) addEntry(state, body(own))
    return state.lots
  }

  it('are lots, by what was drawn from them', () => {
    const lots = lotsOf(
      { kind: 'top_up', lot: lot('a') },
      { funding: [{ source: 'a', class: 'paid', drawn: '3' }] },
      { funding: [{ source: 'a', class: 'paid', drawn: '-1' }], refused: undefined },
      { funding: [{ source: 'a', class: 'paid', drawn: '5' }], refused: { code: 'x' } },
    )
    expect(lots.get('a')).toMatchObject({ remaining: usd('8'), voidedAt: null, frozen: false })
  })

  it('is how a lot stands: frozen, given free, voided, charged back, revived', () => {
    const lots = (...kinds: readonly string[]) =>
      lotsOf({ lot: lot('a') }, ...kinds.map((kind) => ({ kind, lot_id: 'a' }))).get('a')
    expect(lots('freeze_lot')).toMatchObject({ frozen: true, voidedAt: null, chargedBack: false })
    expect(lots('freeze_lot', 'unfreeze_lot')).toMatchObject({ frozen: false })
    expect(lots('void_lot')).toMatchObject({ voidedAt: START, chargedBack: false })
    expect(lots('freeze_lot', 'charge_back')).toMatchObject({
      ...{ voidedAt: START, chargedBack: true, frozen: false },
    })
    const revived = { restored_lots: [lot('a', { face: '9' })] }
    const voided = { kind: 'void_lot', lot_id: 'a' }
    expect(lotsOf({ lot: lot('a') }, voided, revived).get('a')).toMatchObject({
      ...{ voidedAt: null, remaining: usd('10'), facts: { face: '9' } },
    })
    const bank = { kind: 'charge_back', lot_id: 'a' }
    expect(lotsOf({ lot: lot('a') }, bank, revived).get('a')?.voidedAt).toBe(START)
    expect(lotsOf(revived).get('a')).toMatchObject({ remaining: 0n })
  })

  const run = (drawn: string, own: object = {}) => ({
    windows: [
      { id: 'session', start: later(0), end: later(HOUR_MS), capacity: '10', drawn, ...own },
    ],
  })
  const runsOf = (...bodies: readonly object[]) => {
    const state = newState('acct')
    for (const own of bodies) addEntry(state, body(own))
    return [...state.runs.values()]
  }

  it('are runs of windows by what was drawn from them', () => {
    expect(runsOf(run('3'), { at: later(7), ...run('4') }, { at: later(9), ...run('0') })).toEqual([
      {
        ...{ id: 'session', start: START, end: START + HOUR_MS, capacity: usd('10') },
        ...{ used: usd('7'), resized: false, touchedAt: START + 7 },
      },
    ])
    expect(runsOf(run('3', { start: null }), run('3', { end: null }))).toEqual([])
  })

  it('are their bounds as they were opened, unless the plan or a reset moves them', () => {
    const moved = run('0', { end: later(2 * HOUR_MS), capacity: '20' })
    expect(runsOf(run('3'), { at: later(5), ...moved })[0]).toMatchObject({
      ...{ end: START + HOUR_MS, capacity: usd('10'), resized: false, touchedAt: START },
    })
    for (const kind of [
      'change_plan',
      'change_subscription',
      'cancel_subscription',
      'renew_subscription',
      'lapse_subscription',
      'redeem_reset',
    ])
      expect(runsOf(run('3'), { kind, at: later(5), ...moved }, run('0'))[0]).toMatchObject({
        ...{ end: START + 2 * HOUR_MS, capacity: usd('20'), resized: true, used: usd('3') },
        touchedAt: START + 5,
      })
    expect(runsOf(run('3'), { at: later(5), hold: {}, ...run('0') })[0]).toMatchObject({
      ...{ touchedAt: START + 5 },
    })
  })

  it('are counters of caps, and none of a single call', () => {
    const state = newState('acct')
    const use = (period: string, drawn: string) => ({
      caps: [{ id: 'cap', bucket: period, period, drawn }],
    })
    for (const own of [
      use('day', '2'),
      use('day', '3'),
      use('day', '0'),
      use('call', '7'),
      use('week', '0'),
    ])
      addEntry(state, body(own))
    expect([...state.counters]).toEqual([['cap\nday', usd('5')]])
  })

  it('are the controls and the plan', () => {
    const state = newState('acct')
    const account = { currency: 'EUR', anchor: later(3), plan: 'free@1' }
    addEntry(state, body({ kind: 'open_account', account }))
    expect(state).toMatchObject({
      currency: 'EUR',
      anchor: START + 3,
      plan: 'free@1',
      paidUse: false,
    })
    addEntry(state, body({ plan: 'pro@1' }))
    expect(state.plan).toBe('free@1')
    addEntry(state, body({ kind: 'change_plan', plan: 'pro@1' }))
    expect(state.plan).toBe('pro@1')
    addEntry(state, body({ subscription: { plan: 'team@2' } }))
    expect(state.plan).toBe('team@2')
    const caps = [{ id: 'a' }, { id: 'b' }]
    addEntry(state, body({ controls: { paid_use: true, overage_limit: '5', caps } }))
    addEntry(state, body({ controls: { removed_caps: ['a'] } }))
    expect(state).toMatchObject({ paidUse: true, overageLimit: usd('5') })
    expect([...state.caps.keys()]).toEqual(['b'])
    addEntry(state, body({ controls: { overage_limit: null, paid_use: false } }))
    expect(state).toMatchObject({ paidUse: false, overageLimit: null })
    addEntry(state, body({ funding: [{ source: 'overage', class: 'overage', drawn: '2' }] }))
    expect(state.overageUsed).toBe(usd('2'))
  })

  it('is for no longer than anything can be compared with it', () => {
    const state = newState('acct')
    const old = { at: instant(START - 1) }
    const kept = { at: START }
    for (const [id, own] of [
      ['old', old],
      ['kept', kept],
    ] as const) {
      state.charges.set(id, { ...own, seq: 1, net: usd('1'), money: usd('1'), runs: [] })
      state.upstreams.set(id, { ...own, callId: id })
      state.asks.set(id, { ...own, callId: id, lost: false })
      state.runs.set(id, { end: own.at } as never)
    }
    const lots = [
      ['spent', later(-1), '0'],
      ['left', later(-1), '1'],
      ['lasting', later(0), '0'],
      ['endless', null, '0'],
    ] as const
    for (const [id, expires_at, remaining] of lots)
      state.lots.set(id, { facts: { expires_at }, remaining: usd(remaining) } as never)
    forget(state, START, 10)
    for (const map of [state.charges, state.upstreams, state.asks, state.runs])
      expect([...map.keys()]).toEqual(['kept'])
    expect([...state.lots.keys()]).toEqual(['left', 'lasting', 'endless'])
  })

  it('is no more than so many calls, the latest', () => {
    const state = newState('acct')
    for (const id of ['a', 'b', 'c', 'd'])
      state.asks.set(id, { at: START, callId: id, lost: false })
    forget(state, START, 4)
    expect(state.asks.size).toBe(4)
    forget(state, START, 2)
    expect([...state.asks.keys()]).toEqual(['c', 'd'])
  })

  it('is the same when it is read again', () => {
    const state = newState('acct')
    addEntry(state, body({ lot: lot('a'), ...run('3') }))
    burnOf(state, charge('1', { call: { fingerprint: 'f' } }), AUDIT_SETTINGS.burn)
    expect(decodeAudit(encodeAudit(state))).toStrictEqual(state)
  })
})

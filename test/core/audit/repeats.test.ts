import { describe, expect, it } from 'vitest'
import { AUDIT_SETTINGS } from '../../../src/core/audit/external.ts'
import { noteCharge, repeatOf } from '../../../src/core/audit/repeats.ts'
import { type AuditState, newState } from '../../../src/core/audit/state.ts'
import type { EntryBody } from '../../../src/core/ledger/index.ts'
import { usd } from '../../support/core/fixtures.ts'
import { charge, entry, later, START } from './entries.ts'

/* A call is paid for once, under whatever id and however often it was asked. */

describe('a call that was paid for before', () => {
  const call = (id: string, own: object = {}, more: object = {}) =>
    charge('1', { call: { call_id: id, fingerprint: 'f', ...own }, ...more })
  const known = (...bodies: readonly EntryBody[]) => {
    const state = newState('acct')
    for (const body of bodies) {
      repeatOf(state, body, AUDIT_SETTINGS)
      noteCharge(state, body, [])
    }
    return state
  }
  const repeat = (state: AuditState, body: EntryBody) => repeatOf(state, body, AUDIT_SETTINGS)

  it('is known by its id, unless it is completed', () => {
    const state = known(call('a', {}, { seq: 3 }))
    expect(repeat(state, call('a'))).toEqual({
      ...{ rule: 'duplicate_charge', firstCallId: 'a', firstSeq: 3, posted: usd('1') },
      evidence: { how: 'call_id' },
    })
    expect(repeat(state, call('a', {}, { kind: 'complete' }))).toBeNull()
  })

  it('is known by the id of the answer, the message before the request', () => {
    const answer = (message_id: unknown, upstream_request_id?: string) => ({
      evidence: { message_id, upstream_request_id },
    })
    const of = (id: string, own: object, seq = 3) =>
      call(id, { fingerprint: null }, { seq, ...own })
    const state = known(of('a', answer('msg', 'req')), of('b', answer('', 'req_b'), 4))
    expect(repeat(state, of('c', answer('msg', 'req_c')))).toEqual({
      ...{ rule: 'duplicate_charge', firstCallId: 'a', firstSeq: 3, posted: usd('1') },
      evidence: { how: 'upstream_id', upstream_id: 'msg' },
    })
    expect(repeat(state, of('d', answer(null, 'req_b')))?.firstCallId).toBe('b')
    expect(repeat(state, of('e', answer('other', 'req')))).toBeNull()
    expect(repeat(state, of('f', answer(7, undefined)))).toBeNull()
    expect(repeat(state, of('g', {}))).toBeNull()
  })

  it('is nothing where nothing was paid', () => {
    const state = known(call('a'))
    expect(repeat(state, charge('0', { call: { call_id: 'a', fingerprint: 'f' } }))).toBeNull()
    expect(repeat(state, charge('-1', { call: { call_id: 'a', fingerprint: 'f' } }))).toBeNull()
  })

  const marked = { evidence: { retry_count: 1 } }

  it('asks the same again, and says so or never had the answer', () => {
    const state = known(call('a', {}, { seq: 3 }))
    expect(repeat(state, call('b', {}, { event_at: later(2_000), ...marked }))).toEqual({
      ...{ rule: 'retry_charged', firstCallId: 'a', firstSeq: 3, posted: usd('1') },
      evidence: { retry_count: 1, after_ms: 2_000 },
    })
    const lost = known(call('a', {}, { seq: 3, evidence: { answer_lost: true } }))
    expect(repeat(lost, call('b', {}, { event_at: later(5) }))?.evidence).toEqual({
      ...{ retry_count: 0, after_ms: 5 },
    })
  })

  it.each<[string, object, object]>([
    ['without a word of it', {}, {}],
    ['with a count of nothing', {}, { evidence: { retry_count: 0 } }],
    ['with a count that is none', {}, { evidence: { retry_count: '1' } }],
    ['that asks something else', { fingerprint: 'g' }, marked],
    ['that asks nobody knows what', { fingerprint: null }, marked],
    ['a minute later', {}, { ...marked, event_at: later(60_001) }],
    ['from before', {}, { ...marked, event_at: later(-1) }],
  ])('is not a call %s', (_what, own, more) => {
    const state = known(call('a'))
    expect(repeat(state, call('b', own, { event_at: later(2_000), ...more }))).toBeNull()
  })

  it('is one within a minute, to the millisecond', () => {
    for (const ms of [0, 60_000])
      expect(
        repeat(known(call('a')), call('b', {}, { ...marked, event_at: later(ms) })),
      ).not.toBeNull()
  })

  it('is held against the latest that was no retry', () => {
    const state = known(call('a'))
    repeat(state, call('b', {}, { event_at: later(40_000) }))
    const third = repeat(state, call('c', {}, { ...marked, event_at: later(80_000) }))
    expect(third?.firstCallId).toBe('b')
  })
})

describe('what later entries leave of a charge', () => {
  const funding = (...rows: readonly (readonly [string, string])[]) => ({
    funding: rows.map(([kind, drawn]) => ({ class: kind, drawn, source: kind })),
  })
  const note = (state: AuditState, own: object, runs: string[] = []) =>
    noteCharge(state, entry({ call: { call_id: 'a' }, ...own }), runs)

  it('is its sum over all of them, and of it what came after the windows', () => {
    const state = newState('acct')
    const all = funding(
      ['before_windows', '1'],
      ['included', '2'],
      ['promotional', '4'],
      ['paid', '8'],
    )
    note(state, { seq: 5, ...all }, ['run'])
    note(state, {
      seq: 6,
      kind: 'refund',
      at: later(9),
      ...funding(['paid', '-3'], ['included', '-1']),
    })
    expect(state.charges.get('a')).toEqual({
      ...{ seq: 5, at: START, net: usd('11'), money: usd('9'), runs: ['run'] },
    })
    note(state, { seq: 7, kind: 'complete', ...funding(['overage', '1']) }, ['other'])
    expect(state.charges.get('a')).toMatchObject({ seq: 5, net: usd('12'), runs: ['other'] })
  })

  it('is nothing of refusals, of entries of no call, and of calls that nobody charged', () => {
    const state = newState('acct')
    note(state, { refused: { code: 'x' } })
    note(state, { call: undefined })
    note(state, { kind: 'refund', ...funding(['paid', '-3']) })
    expect(state.charges.size).toBe(0)
    note(state, { kind: 'record', ...funding(['paid', '3']) })
    expect(state.charges.size).toBe(1)
  })
})

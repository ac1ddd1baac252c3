import { describe, expect, it } from 'vitest'
import { type OpenHold, restFaults } from '../../../src/core/audit/rest.ts'
import type { AuditState } from '../../../src/core/audit/state.ts'
import { formatNanos } from '../../../src/core/money/index.ts'
import { instant } from '../../../src/core/time/index.ts'
import { usd } from '../../support/core/fixtures.ts'
import { type Kept, kept, later, run, SESSION, START, windows } from './entries.ts'

/* What can be said of an account that stands still. */

describe('an account at rest', () => {
  const settings = { holdGraceMs: 1_000 } as never
  const hold = (own: object = {}): OpenHold => ({
    ...{ call_id: 'open', at: later(0), expires_at: later(10_000), money: '2', included: '1' },
    ...{ windows: [], funding: [] },
    ...own,
  })
  const rest = (state: AuditState, holds: readonly OpenHold[], ms: number) =>
    restFaults(state, holds, { at: instant(START + ms), settings })

  it('has leaked a hold that outlives its end, and the grace after it', () => {
    expect(rest(kept({}), [hold()], 10_999)).toEqual([])
    expect(rest(kept({}), [hold()], 11_000)).toEqual([
      {
        ...{ rule: 'hold_leaked', callId: 'open', seq: null, at: START },
        ...{ net: usd('3'), amount: usd('3') },
        evidence: { until: later(10_000), money: '2', included: '1' },
      },
    ])
    const long = hold({ lives_until: later(20_000) })
    expect(rest(kept({}), [long], 11_000)).toEqual([])
    expect(rest(kept({}), [long], 21_000)[0]?.evidence).toMatchObject({ until: later(20_000) })
  })

  const waiting = (own: object = {}, runs: Kept['runs'] = { [SESSION]: run('10', '4') }) => {
    const state = kept({ runs: runs! })
    state.charges.set('call', {
      ...{ seq: 5, at: START, net: usd('9'), money: usd('3'), runs: [SESSION] },
      ...own,
    })
    return state
  }
  const drawn = (state: AuditState, holds: readonly OpenHold[] = [], ms = 1_000) =>
    rest(state, holds, ms).map(({ amount }) => formatNanos(amount))

  it('owes what was paid beside a window with room, up to that room', () => {
    expect(rest(waiting(), [], 1_000)).toEqual([
      {
        ...{ rule: 'paid_before_included', callId: 'call', seq: 5, at: START },
        ...{ net: usd('9'), amount: usd('3') },
        evidence: { how: 'at_rest', room: '6', runs: [SESSION] },
      },
    ])
    expect(drawn(waiting({ money: usd('8') }))).toEqual(['6'])
    expect(drawn(waiting({ money: 1n }))).toEqual(['0.000000001'])
    expect(drawn(waiting({}, { [SESSION]: run('4.000000001', '4') }))).toEqual(['0.000000001'])
  })

  it('owes nothing else', () => {
    expect(drawn(waiting({ money: 0n }))).toEqual([])
    expect(drawn(waiting({ runs: [] }))).toEqual([])
    expect(drawn(waiting({}, {}))).toEqual([])
    expect(drawn(waiting({}, { [SESSION]: run('4', '4') }))).toEqual([])
    expect(drawn(waiting(), [], 999)).toEqual([])
  })

  it('counts as used what calls in flight hold', () => {
    const held = (start: string | null, amount: string) =>
      hold({ windows: windows({ start, drawn: amount }) as never })
    expect(drawn(waiting(), [held(later(0), '2'), held(later(0), '3.5')])).toEqual(['0.5'])
    expect(drawn(waiting(), [held(later(0), '6')])).toEqual([])
    expect(drawn(waiting(), [held(null, '6')])).toEqual(['3'])
    expect(drawn(waiting(), [held(later(1), '6')])).toEqual(['3'])
  })

  it('takes the window with the least room of all that the call drew from', () => {
    const both = { [SESSION]: run('10', '4'), weekly: run('10', '9') }
    expect(drawn(waiting({ runs: [SESSION, 'weekly'] }, both))).toEqual(['1'])
  })
})

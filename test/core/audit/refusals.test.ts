import { describe, expect, it } from 'vitest'
import { refusalFault } from '../../../src/core/audit/refusals.ts'
import type { AuditState } from '../../../src/core/audit/state.ts'
import { formatNanos } from '../../../src/core/money/index.ts'
import { instant } from '../../../src/core/time/index.ts'
import { usd } from '../../support/core/fixtures.ts'
import { drawing, drew, kept, later, lot, run, SESSION, START, windows } from './entries.ts'

/* Nobody is refused for want of funds that were there. */

describe('a call that was refused for want of funds', () => {
  const refused = (own: object = {}, state = kept({}), body: object = {}) => {
    const fault = refusalFault(
      drawing(state, {
        kind: 'authorize',
        refused: { code: 'funds_exhausted', needed: '5', limit: { id: 'lot' }, ...own },
        funding: [drew('gift', 'promotional', '0', { reason: 'exhausted', free: '4' })],
        ...body,
      }) as never,
    )
    return (
      fault && [
        formatNanos(
          fault.evidence.free === undefined ? (0n as never) : usd(String(fault.evidence.free)),
        ),
        fault.rule,
      ]
    )
  }
  const free = (reason: string | null, amount: string) => ({
    funding: [drew('gift', 'promotional', '0', { reason, free: amount })],
  })

  it.each([null, 'exhausted', 'held', 'cap_reached'])(
    'had them where its sources (%s) say so',
    (reason) => {
      expect(refused({}, kept({}), free(reason, '5'))).toEqual(['5', 'refused_with_funds'])
      expect(refused({}, kept({}), free(reason, '4.999999999'))).toBeNull()
    },
  )

  it('is not asked of sources that were passed over, nor of other refusals', () => {
    expect(refused({}, kept({}), free('out_of_scope', '9'))).toBeNull()
    expect(refused({ code: 'cap_reached' }, kept({}), free('held', '9'))).toBeNull()
    expect(refused({ needed: '0' }, kept({}), free('held', '9'))).toBeNull()
    expect(refused({}, kept({}), { kind: 'settle', ...free('held', '9') })).toBeNull()
    expect(refused({}, kept({}), { refused: undefined, ...free('held', '9') })).toBeNull()
    for (const code of ['window_exhausted', 'paid_use_off'])
      expect(refused({ code }, kept({}), free('held', '9'))).not.toBeNull()
  })

  it('had them where the sums of the audit say so: windows, lots and overage', () => {
    const said = (state: AuditState, body: object = {}) =>
      refused({}, state, { funding: [], ...body })?.[0]
    const gift = { gift: lot('5') }
    expect(said(kept({ lots: gift }))).toBe('5')
    expect(said(kept({ lots: { gift: lot('4') } }))).toBeUndefined()
    expect(said(kept({ lots: { gift: lot('4'), more: lot('2') } }))).toBe('6')
    expect(said(kept({ lots: { gift: lot('5', {}, { frozen: true }) } }))).toBeUndefined()
    expect(
      said(kept({ lots: { gift: lot('5', {}, { voidedAt: instant(START + 1) }) } })),
    ).toBeUndefined()
    expect(said(kept({ lots: { gift: lot('5', { expires_at: later(0) }) } }))).toBeUndefined()
    const bought = { bought: lot('5', { category: 'paid' }) }
    expect(said(kept({ lots: bought }))).toBeUndefined()
    expect(said(kept({ lots: bought }, { paidUse: true }))).toBe('5')
    const overage = { overageLimit: usd('9'), overageUsed: usd('3') }
    expect(said(kept({}, { ...overage, paidUse: true }))).toBe('6')
    expect(said(kept({}, overage))).toBeUndefined()
    expect(said(kept({}, { paidUse: true }))).toBeUndefined()
    const room = kept({ runs: { [SESSION]: run('10', '2') } })
    expect(said(room, { windows: windows() })).toBe('8')
    expect(said(room, { windows: windows(), coverage: { effect: 'credits_only' } })).toBeUndefined()
  })

  it('may have had none where others held some, or a cap stood before it', () => {
    const own = kept({ lots: { gift: lot('5') } })
    for (const reason of ['held', 'cap_reached'])
      expect(refused({}, own, free(reason, '0'))).toBeNull()
    expect(
      refused({}, own, { funding: [], windows: windows({ held: '1', capacity: '0' }) }),
    ).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import {
  barOf,
  isCovered,
  isInScope,
  roomOf,
  type SourceFault,
  sourceFaults,
} from '../../../src/core/audit/sources.ts'
import { type AuditState, counterKey, type OwnLot, runKey } from '../../../src/core/audit/state.ts'
import { formatNanos } from '../../../src/core/money/index.ts'
import { instant } from '../../../src/core/time/index.ts'
import { usd } from '../../support/core/fixtures.ts'
import {
  call,
  drawing,
  drew,
  type Kept,
  kept,
  later,
  lot,
  plan,
  run,
  SESSION,
  START,
  windows,
} from './entries.ts'

/*
 * Which source pays is a matter of the funding order (DESIGN §4), and no source gives more than it has: held against an
 * account as the audit has added it up.
 */

const brief = (faults: readonly SourceFault[]) =>
  faults.map(({ rule, amount, about }) => `${rule} ${formatNanos(amount)} ${about}`.trim())

const found = (state: AuditState, body: object, more: object = {}) =>
  brief(sourceFaults(drawing(state, body, more) as never))

describe('a scope', () => {
  it.each<[string, object, boolean]>([
    ['without lists takes every call', {}, true],
    ['takes a model by its name', { models: ['opus-5'] }, true],
    ['takes a model by how it begins', { models: ['sonnet*', 'opus*'] }, true],
    ['takes no model by a part of its name', { models: ['opus', 'us-5'] }, false],
    ['takes one of several features', { features: ['fast', 'tools'] }, true],
    ['takes no other feature', { features: ['fast'] }, false],
    ['takes a client', { clients: ['ours'] }, true],
    ['takes no other client', { clients: ['theirs'] }, false],
    ['has to match in each of its lists', { models: ['opus*'], clients: ['theirs'] }, false],
  ])('%s', (_what, scope, isIn) => {
    expect(isInScope(scope, call() as never)).toBe(isIn)
  })

  it('of clients takes no call of nobody', () => {
    expect(isInScope({ clients: ['ours'] }, call({ client: null }) as never)).toBe(false)
  })
})

describe('a call is covered', () => {
  const covered = (own: object | undefined, effect = 'covered') =>
    isCovered(drawing(kept({}), { coverage: { effect } }, { plan: own }) as never)

  it('by the first rule of its plan that fits, whatever the entry says', () => {
    const rule = (effect: string, when: object = {}) => ({ when, effect })
    expect(covered(plan())).toBe(true)
    expect(covered(plan({ coverage: [rule('blocked'), rule('covered')] }))).toBe(false)
    expect(covered(plan({ coverage: [rule('blocked', { models: ['x'] })] }), 'blocked')).toBe(true)
  })

  it('as the entry says where the plan is not known', () => {
    expect(covered(undefined)).toBe(true)
    expect(covered(undefined, 'credits_only')).toBe(false)
  })
})

describe('a lot may pay', () => {
  const bar = (own: object, more: Partial<OwnLot> = {}) =>
    barOf(lot('1', own, more), call() as never, START)

  it.each<[string, object, Partial<OwnLot>, string | null]>([
    ['from its beginning on', { effective_at: later(0) }, {}, null],
    ['not before it', { effective_at: later(1) }, {}, 'expired_lot_used'],
    ['until its end', { expires_at: later(1) }, {}, null],
    ['not at its end', { expires_at: later(0) }, {}, 'expired_lot_used'],
    ['not once it is voided', {}, { voidedAt: START }, 'expired_lot_used'],
    ['until it is voided', {}, { voidedAt: instant(START + 1) }, null],
    ['within its scope only', { scope: { models: ['x'] } }, {}, 'lot_out_of_scope'],
  ])('%s', (_when, own, more, rule) => {
    expect(bar(own, more)).toBe(rule)
  })

  it('and no more than it has', () => {
    const lots = {
      a: lot('5'),
      old: lot('5', { expires_at: later(0) }),
      other: lot('5', { scope: { clients: ['x'] } }),
    }
    const of = (source: string, drawn: string, kind = 'promotional') =>
      found(kept({ lots }), { funding: [drew(source, kind, drawn)] })
    expect(of('a', '5')).toEqual([])
    expect(of('a', '5.5')).toEqual(['source_overdrawn 0.5 a'])
    expect(of('old', '2')).toEqual(['expired_lot_used 2 old'])
    expect(of('other', '2')).toEqual(['lot_out_of_scope 2 other'])
    expect(of('unheard-of', '2')).toEqual(['source_overdrawn 2 unheard-of'])
    expect(of('old', '0')).toEqual([])
    expect(of('old', '2', 'included')).toEqual([])
  })

  it('tells what was left of it', () => {
    const body = { funding: [drew('a', 'paid', '7')] }
    const [fault] = sourceFaults(drawing(kept({ lots: { a: lot('5') } }), body) as never)
    expect(fault?.evidence).toEqual({ lot: 'a', drawn: '7', remaining: '5' })
  })
})

describe('included value comes first', () => {
  const paid = (drawn: string, own: object = {}) => drew('money', 'overage', drawn, own)
  const state = (used: string) =>
    kept({ runs: { [SESSION]: run('10', used) } }, { overageLimit: usd('99') })
  const rule = (own: object, body: object, more: object = {}) =>
    found(own as AuditState, { windows: windows(), ...body }, more)

  it('up to the room that its window had', () => {
    expect(rule(state('7'), { funding: [paid('2')] })).toEqual(['paid_before_included 2'])
    expect(rule(state('7'), { funding: [paid('5')] })).toEqual(['paid_before_included 3'])
    expect(rule(state('10'), { funding: [paid('5')] })).toEqual([])
    expect(rule(state('7'), { funding: [drew('session', 'included', '1'), paid('5')] })).toEqual([
      'paid_before_included 2',
    ])
    expect(rule(state('7'), { funding: [drew('session', 'included', '3'), paid('5')] })).toEqual([])
  })

  it.each(['promotional', 'paid', 'overage'])('before %s', (kind) => {
    const own = kept(
      { runs: { [SESSION]: run('10', '7') }, lots: { a: lot('9', { category: 'paid' }) } },
      { overageLimit: usd('99') },
    )
    expect(rule(own, { funding: [drew('a', kind, '2')] })).toEqual(['paid_before_included 2'])
  })

  it('but not before lots that stand before the windows', () => {
    const own = kept({ runs: { [SESSION]: run('10', '7') }, lots: { a: lot('9') } })
    expect(rule(own, { funding: [drew('a', 'before_windows', '2')] })).toEqual([])
  })

  it('less what others held, and not for calls that are not covered', () => {
    expect(rule(state('7'), { funding: [paid('5')], windows: windows({ held: '2' }) })).toEqual([
      'paid_before_included 1',
    ])
    expect(rule(state('7'), { funding: [paid('5')], windows: windows({ held: '3' }) })).toEqual([])
    const body = { funding: [paid('5')], coverage: { effect: 'credits_only' } }
    expect(rule(state('7'), body)).toEqual([])
  })

  it('by the capacity of the entry where the audit knows no run', () => {
    expect(rule(kept({}, { overageLimit: usd('99') }), { funding: [paid('5')] })).toEqual([
      'paid_before_included 5',
    ])
  })

  it('unless a cap that counts it leaves none', () => {
    const capped = {
      id: 'cap',
      bucket: 'b',
      period: 'day',
      amount: '10',
      held: '1',
      scope: 'account',
    }
    const trace = drew('session', 'included', '1', { reason: 'cap_reached', cap_id: 'cap' })
    const faults = (
      spent: string,
      own: object = {},
      use: object = {},
      more: readonly object[] = [],
    ) =>
      rule(
        kept(
          {
            runs: { [SESSION]: run('10', '2') },
            caps: { cap: { counts: 'all', amount: '10', ...own } },
            counters: { [counterKey('cap', 'b')]: spent },
            lots: { first: lot('9', { category: 'paid' }) },
          },
          { overageLimit: usd('99') },
        ),
        { funding: [trace, paid('5'), ...more], caps: [{ ...capped, ...use }] },
      )
    const first = [drew('first', 'before_windows', '1')]
    expect(faults('8')).toEqual([])
    expect(faults('7.9')).toEqual(['paid_before_included 5'])
    expect(faults('7', {}, {}, first)).toEqual([])
    expect(faults('8', { counts: 'money' })).toEqual(['paid_before_included 5'])
    expect(faults('8', {}, { id: 'other' })).toEqual(['paid_before_included 5'])
    expect(faults('8', {}, { period: 'call' })).toEqual(['paid_before_included 5'])
    expect(faults('8', {}, { period: 'call', amount: '2' })).toEqual([])
  })

  it('of windows of the plan that the entry does not name, where they were open all along', () => {
    const weekly = { id: 'weekly', capacity: usd('20'), scope: {} }
    const own = (runs: Kept['runs'], spec: object = {}, body: object = {}) =>
      brief(
        sourceFaults(
          drawing(
            kept({ runs: runs! }, { overageLimit: usd('99') }),
            { funding: [paid('50')], at: later(9), ...body },
            { plan: plan({ windows: [{ ...weekly, ...spec }] }) },
          ) as never,
        ),
      )
    const open = (more: object = {}) => ({ w: run('20', '5', { id: 'weekly', ...more }) })
    expect(own({})).toEqual(['paid_before_included 20'])
    expect(own(open())).toEqual(['paid_before_included 15'])
    expect(own(open({ end: instant(START + 9) }))).toEqual([])
    expect(own(open({ end: instant(START + 10) }))).toEqual(['paid_before_included 15'])
    expect(own(open({ start: instant(START + 1) }))).toEqual(['paid_before_included 20'])
    expect(own(open({ end: START }))).toEqual(['paid_before_included 20'])
    expect(own(open(), { scope: { models: ['x'] } })).toEqual([])
    expect(own(open(), {}, { windows: windows({ id: 'weekly', start: null }) })).toEqual([
      'paid_before_included 15',
    ])
  })

  it('and is the least of what all its windows had', () => {
    const own = kept({
      runs: { [SESSION]: run('10', '7'), [runKey('weekly', later(0))]: run('9', '8') },
    })
    const body = { windows: [...windows(), ...windows({ id: 'weekly' })] }
    expect(roomOf(drawing(own, body) as never)).toBe(usd('1'))
    expect(roomOf(drawing(own, {}) as never)).toBeNull()
  })
})

describe('promotional credit comes before paid', () => {
  const lots = { gift: lot('3'), bought: lot('9', { category: 'paid' }) }
  const paid = drew('bought', 'paid', '2')
  const rule = (own: Kept['lots'], ...funding: readonly object[]) =>
    found(kept({ lots: { ...lots, ...own } }), { funding })

  it('as far as it goes', () => {
    expect(rule({}, paid)).toEqual(['paid_before_promotional 2'])
    expect(rule({}, drew('bought', 'paid', '5'))).toEqual(['paid_before_promotional 3'])
    expect(rule({}, drew('gift', 'promotional', '2'), drew('bought', 'paid', '5'))).toEqual([
      'paid_before_promotional 1',
    ])
    expect(rule({}, drew('gift', 'promotional', '3'), drew('bought', 'paid', '5'))).toEqual([])
    expect(rule({ more: lot('1') }, drew('bought', 'paid', '5'))).toEqual([
      'paid_before_promotional 4',
    ])
    expect(rule({}, drew('gift', 'promotional', '2'))).toEqual([])
  })

  it.each<[string, OwnLot]>([
    ['frozen', lot('3', {}, { frozen: true })],
    ['over', lot('3', { expires_at: later(0) })],
    ['of another scope', lot('3', { scope: { models: ['x'] } })],
    ['paid for', lot('3', { category: 'paid' })],
    ['empty', lot('0')],
  ])('not where it is %s', (_what, gift) => {
    expect(rule({ gift }, paid)).toEqual([])
  })

  it('unless it was held, or a cap that counts it stands before it', () => {
    const standing = (reason: string | null, counts?: string, kind = 'record') =>
      found(kept({ lots, caps: counts ? { cap: { counts, amount: '0' } } : {} }), {
        kind,
        funding: [drew('gift', 'promotional', '0', { reason, cap_id: 'cap' }), paid],
      })
    expect(standing('held')).toEqual([])
    expect(standing('exhausted', 'all')).toEqual(['paid_before_promotional 2'])
    expect(standing('cap_reached', 'all')).toEqual([])
    expect(standing('cap_reached', 'money')).toEqual([])
    expect(standing('cap_reached', 'paid')).toEqual(['paid_before_promotional 2'])
    expect(standing('cap_reached')).toEqual(['paid_before_promotional 2'])
    expect(standing('cap_reached', 'paid', 'settle')).toEqual([])
  })
})

describe('no source gives more than it has', () => {
  it('no window', () => {
    const rule = (drawn: string, runs: Kept['runs'], own: object = {}) =>
      found(kept({ runs: runs! }), { windows: windows({ drawn, ...own }) })
    expect(rule('4', { [SESSION]: run('10', '6') })).toEqual([])
    expect(rule('5', { [SESSION]: run('10', '6') })).toEqual(['source_overdrawn 1 session'])
    expect(rule('5', { [SESSION]: run('10', '12') })).toEqual(['source_overdrawn 5 session'])
    expect(rule('11', {})).toEqual(['source_overdrawn 1 session'])
    expect(rule('0', { [SESSION]: run('10', '12') })).toEqual([])
    expect(rule('11', {}, { start: null })).toEqual([])
  })

  it('no overage beyond its limit, but what its own hold had', () => {
    const rule = (drawn: string, own: object, body: object = {}) =>
      found(kept({}, own), { funding: [drew('overage', 'overage', drawn)], ...body })
    const own = { overageLimit: usd('10'), overageUsed: usd('7') }
    expect(rule('3', own)).toEqual([])
    expect(rule('4', own)).toEqual(['source_overdrawn 1 overage'])
    expect(rule('4', { overageLimit: usd('10'), overageUsed: usd('12') })).toEqual([
      'source_overdrawn 4 overage',
    ])
    expect(rule('1', {})).toEqual(['source_overdrawn 1 overage'])
    expect(rule('4', own, { hold: { money: '4' } })).toEqual([])
    expect(rule('4', own, { hold: { money: '3.9' } })).toEqual(['source_overdrawn 1 overage'])
  })
})

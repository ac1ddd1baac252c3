import { describe, expect, it } from 'vitest'
import { categoryOf, chargeOf, type EntryBody, givenBack } from '../../../src/core/ledger/index.ts'
import { formatNanos, type Nanos } from '../../../src/core/money/index.ts'

/* What a call costs its customer by now: the entry that settled it, and every later one about it. */

const entry = (kind: string, own: object = {}): EntryBody =>
  ({ kind, seq: 1, call: { call_id: 'call' }, ref_seq: 1, ...own }) as unknown as EntryBody

const drew = (kind: string, drawn: string, own: object = {}) => ({
  ...{ class: kind, source: kind, drawn },
  ...own,
})
const funding = (...draws: readonly object[]) => ({ funding: draws })

const drawsOf = (...entries: readonly EntryBody[]) =>
  chargeOf(entries)?.draws.map(({ source, amount }) => `${source} ${formatNanos(amount)}`)

describe('a charge', () => {
  it('is of the entry that settled the call, refusals apart', () => {
    expect(chargeOf([])).toBeNull()
    expect(chargeOf([entry('authorize'), entry('release'), entry('complete')])).toBeNull()
    expect(chargeOf([entry('settle', { refused: {} })])).toBeNull()
    expect(chargeOf([entry('settle', { call: undefined })])).toBeNull()
    const record = entry('record', { seq: 4 })
    expect(chargeOf([entry('settle', { refused: {} }), record, entry('settle')])).toMatchObject({
      ...{ callId: 'call', settled: { seq: 4 }, reversed: false, pending: null, draw: null },
    })
  })

  it('is what each source gave in sum, in the order in which they give', () => {
    const settled = entry('settle', {
      ...funding(drew('overage', '5'), drew('paid', '4'), drew('promotional', '3')),
    })
    const more = entry('complete', {
      ...funding(drew('included', '2'), drew('before_windows', '1'), drew('paid', '0.5')),
    })
    expect(drawsOf(settled, more)).toEqual([
      ...['before_windows 1', 'included 2', 'promotional 3', 'paid 4.5', 'overage 5'],
    ])
    expect(
      drawsOf(settled, entry('refund', funding(drew('paid', '-4'), drew('overage', '-1')))),
    ).toEqual(['promotional 3', 'overage 4'])
    expect(drawsOf(entry('settle', funding(drew('paid', '0'))))).toEqual([])
  })

  it('is changed by corrections of it alone, and not by those that were refused', () => {
    const settled = entry('settle', funding(drew('paid', '4')))
    const back = funding(drew('paid', '-1'))
    for (const kind of ['complete', 'refund', 'rerate', 'reverse', 'reattribute'])
      expect(drawsOf(settled, entry(kind, back))).toEqual(['paid 3'])
    expect(drawsOf(settled, entry('extend', back))).toEqual(['paid 4'])
    expect(drawsOf(settled, entry('refund', { ...back, refused: {} }))).toEqual(['paid 4'])
    expect(drawsOf(settled, entry('refund', { ...back, ref_seq: 2 }))).toEqual(['paid 4'])
  })

  it('was refunded what refunds and new ratings gave back', () => {
    const back = (amount: string) => funding(drew('paid', `-${amount}`))
    const charge = chargeOf([
      ...[entry('settle', funding(drew('paid', '9'))), entry('refund', back('1'))],
      ...[entry('rerate', back('2')), entry('reattribute', back('4'))],
    ])
    expect(charge?.refunded).toBe(3_000_000_000n)
    expect(chargeOf([entry('settle'), entry('reverse')])?.reversed).toBe(true)
    expect(givenBack(entry('refund', funding(drew('paid', '-1'), drew('overage', '0.25'))))).toBe(
      750_000_000n as Nanos,
    )
  })

  it('waits until it is completed', () => {
    const waiting = entry('settle', { pending: 'unpriced' })
    expect(chargeOf([waiting])?.pending).toBe('unpriced')
    expect(chargeOf([waiting, entry('refund')])?.pending).toBe('unpriced')
    expect(chargeOf([waiting, entry('complete')])?.pending).toBeNull()
  })

  it('knows which of its entries drew beside the windows', () => {
    const later = entry('complete', { seq: 7, draw_key: 'session@x' })
    expect(chargeOf([entry('settle'), later])?.draw).toEqual({ key: 'session@x', seq: 7 })
  })

  it('has drawn from runs of windows, each in sum', () => {
    const facts = (start: string | null, drawn: string, overshoot = '0') => ({
      ...{ id: 'session', start, drawn, overshoot },
    })
    const windows = chargeOf([
      entry('settle', { windows: [facts('a', '3', '1'), facts(null, '9'), facts('b', '1')] }),
      entry('refund', { windows: [facts('a', '-2', '-1')] }),
      entry('refund'),
    ])?.windows
    expect(windows).toEqual([
      { id: 'session', start: 'a', drawn: 1_000_000_000n, overshoot: 0n },
      { id: 'session', start: 'b', drawn: 1_000_000_000n, overshoot: 0n },
    ])
  })

  it('keeps of each cap the first use', () => {
    const caps = chargeOf([
      entry('settle', { caps: [{ id: 'a', drawn: '1' }] }),
      entry('refund', {
        caps: [
          { id: 'a', drawn: '-1' },
          { id: 'b', drawn: '2' },
        ],
      }),
    ])?.caps
    expect(caps).toEqual([
      { id: 'a', drawn: '1' },
      { id: 'b', drawn: '2' },
    ])
  })
})

it.each([
  ['included', undefined, null],
  ['promotional', undefined, 'promotional'],
  ['paid', undefined, 'paid'],
  ['overage', undefined, 'paid'],
  ['before_windows', 'paid', 'paid'],
  ['before_windows', 'promotional', 'promotional'],
  ['before_windows', undefined, 'promotional'],
] as const)('a draw of %s (%s) is of %s money', (kind, category, money) => {
  expect(categoryOf({ class: kind, ...(category && { category }) })).toBe(money)
})

import { describe, expect, it } from 'vitest'
import type { CallListed } from '../../../src/client/index.ts'
import {
  heldRows,
  isKnown,
  KEPT_MAX,
  mergeCalls,
  rowsOf,
} from '../../../src/web/account/live/rows.ts'
import { type RunningCall, sourcesOf, tokenCounts } from '../../../src/web/parts/call-row.ts'

const call = (receipt_id: string, seq = 1): CallListed => ({ receipt_id, seq }) as CallListed
const running = (receipt_id: string, attempt = 1): RunningCall =>
  ({ receipt_id, attempt }) as RunningCall
const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id)

describe('calls that were read anew', () => {
  it('take the place of what was known, the latest first', () => {
    const merged = mergeCalls([call('b'), call('a')], [call('c'), call('a', 5)], true)
    expect(merged.map(({ receipt_id, seq }) => `${receipt_id}${seq}`)).toEqual(['c1', 'a5', 'b1'])
  })

  it('leave nothing older where they do not reach it: no gap looks like silence', () => {
    expect(mergeCalls([call('a')], [call('c')], false)).toEqual([call('c')])
  })

  it('never grow without end', () => {
    const many = Array.from({ length: KEPT_MAX }, (_, at) => call(`old${at}`))
    const merged = mergeCalls(many, [call('new')], true)
    expect(merged).toHaveLength(KEPT_MAX)
    expect(merged[0]?.receipt_id).toBe('new')
  })

  it('are known only where their last entry is', () => {
    const known = new Map([['a', 1]])
    expect(isKnown(known, [call('a')])).toBe(true)
    expect(isKnown(known, [call('a', 2)])).toBe(false)
    expect(isKnown(known, [call('b')])).toBe(false)
  })
})

describe('rows', () => {
  it('begin with calls in flight; one that has ended is not in flight', () => {
    expect(ids(rowsOf([call('a')], [running('a'), running('b')]))).toEqual(['b', 'a'])
  })

  it('show a call that is tried again once, as running', () => {
    const rows = rowsOf([call('a')], [running('a', 2)])
    expect(rows).toMatchObject([{ id: 'a', kind: 'running' }])
  })

  it('keep their places while they are held, but not how they stand', () => {
    const before = rowsOf([call('a')], [running('b')])
    const after = rowsOf([call('c'), call('b'), call('a')], [])
    const held = heldRows(after, ids(before))
    expect(ids(held.rows)).toEqual(['b', 'a'])
    expect(held.rows[0]?.kind).toBe('ended')
    expect(held.fresh).toBe(1)
    expect(heldRows(after, null)).toEqual({ rows: after, fresh: 0 })
  })
})

it('counts every token once, in, cached or out', () => {
  const tokens = { input: 1, input_image: 2, cache_read: 4, cache_write_1h: 8, output: 16 }
  expect(tokenCounts({ ...tokens, reasoning: 32, output_audio: 64 })).toEqual({
    input: 3,
    cached: 12,
    output: 112,
  })
})

it('names every source that was drawn from, and nobody where none was', () => {
  const of = (covered: string, paid: string) =>
    sourcesOf({
      amounts: {
        covered_by_plan: { amount: covered },
        credit: { promotional: { amount: '0' }, paid: { amount: paid } },
        overage: { amount: null },
      },
    } as unknown as CallListed)
  expect(of('1', '0.000000001')).toEqual(['plan', 'prepaid'])
  expect(of('0', '0.000')).toEqual(['not-billed'])
})

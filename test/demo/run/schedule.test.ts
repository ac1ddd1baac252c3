import { describe, expect, test } from 'vitest'
import type { PlannedCall } from '../../../src/demo/replay/call.ts'
import { CAST } from '../../../src/demo/run/cast.ts'
import { MISHAPS, mishapCount } from '../../../src/demo/run/mishaps.ts'
import { schedule } from '../../../src/demo/run/schedule.ts'
import { readTrace } from '../../../src/demo/traces.ts'

const mooncake = readTrace('mooncake')
const azure = readTrace('azure')

const plan = (seed: number, calls = 2_000): PlannedCall[] =>
  schedule({
    seed,
    name: 'test',
    mooncake: mooncake.slice(0, calls / 5),
    azure: azure.slice(0, (calls * 4) / 5),
    unpricedModel: 'claude-unpriced',
  })

describe('the plan of a replay', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(plan(7)).toEqual(plan(7))
    expect(plan(7)).not.toEqual(plan(8))
  })

  test('takes every call of both traces once, each trace in its order', () => {
    const calls = plan(1)
    expect(new Set(calls.map((call) => call.id)).size).toBe(2_000)
    for (const isMooncake of [true, false]) {
      const indexes = calls
        .filter((call) => (call.surface === 'messages') === isMooncake)
        .map((call) => call.traceCall.index)
      expect(indexes).toEqual(indexes.map((_, place) => place))
    }
  })

  test('keeps a conversation with one account and one model', () => {
    const seen = new Map<number, string>()
    for (const call of plan(3).filter(({ surface }) => surface === 'messages')) {
      const conversation = call.traceCall.blockIds?.[1]
      if (conversation === undefined || call.model === 'claude-unpriced') continue
      const place = `${call.account} ${call.model}`
      expect(seen.get(conversation) ?? place).toBe(place)
      seen.set(conversation, place)
    }
    expect(seen.size).toBeGreaterThan(100)
  })

  test('every account takes part, with keys of its own', () => {
    const calls = plan(5)
    for (const member of CAST) {
      const own = calls.filter((call) => call.account === member.id)
      expect(own.length).toBeGreaterThan(0)
      const names = member.keys.map((key) => key.name)
      for (const call of own) expect(names).toContain(call.key)
    }
  })

  test('about 2 % of the attempts get an error status', () => {
    const errors = ['rate_limit', 'overloaded', 'server_error']
    const hit = plan(2).filter((call) => errors.includes(call.wishes['x-sim-fault'] ?? ''))
    expect(hit).toHaveLength(40)
  })

  test('even a short plan has each mishap at least once', () => {
    const calls = plan(7, 300)
    for (const mishap of MISHAPS) expect(mishapCount(mishap, 300)).toBeGreaterThan(0)
    const faults = new Set(calls.map((call) => call.wishes['x-sim-fault']))
    for (const fault of ['rate_limit', 'mid_stream_cut', 'usage_missing', 'refusal_before_output'])
      expect(faults).toContain(fault)
    expect(calls.some((call) => call.model === 'claude-unpriced')).toBe(true)
    const manners = new Set(calls.map((call) => call.manner.type))
    expect(manners).toEqual(new Set(['patient', 'hangs_up', 'gives_up', 'loses_answer']))
  })
})

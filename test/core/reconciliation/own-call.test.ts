import { describe, expect, it, test } from 'vitest'
import type { EntryBody } from '../../../src/core/ledger/index.ts'
import { ownCallOf } from '../../../src/core/reconciliation/index.ts'
import { OfRecord } from '../../support/core/of-record.ts'

/* What an entry of ours says that a provider will bill, and how much more it could. */

const record = new OfRecord(new URL('own-calls.json', import.meta.url))

const TOKENS = { input: 100, cache_read: 40, output: 20, reasoning: 5 }
const REPORTED = { input_tokens: 90, cache_read_input_tokens: 30, output_tokens: 15 }

const entry = (own: object): EntryBody =>
  ({
    ...{ kind: 'settle', event_at: '2026-11-10T12:00:00.000Z', at: '2026-11-10T12:00:01.000Z' },
    call: { call_id: 'c', model: 'asked', dialect: 'anthropic' },
    outcome: { code: 'succeeded' },
    usage: { tokens: TOKENS, fees: { web_search: 2 }, estimated: [], absent: [] },
    ...own,
  }) as unknown as EntryBody

const own = (more: object) => ownCallOf(entry(more))?.call

describe('our side of an attempt', () => {
  it('is the usage, at the time and under the names as served', () => {
    const served = { model: 'served', tier: 'batch', speed: 'fast', region: 'us' }
    expect(ownCallOf(entry({ served }))).toEqual({
      provider: 'anthropic',
      call: {
        ...{ at: Date.parse('2026-11-10T12:00:00Z'), ...served },
        ...{ tokens: TOKENS, fees: { web_search: 2 }, open: null },
      },
    })
    expect(own({})).toMatchObject({ model: 'asked', tier: null, speed: null, region: null })
  })

  it('is what the provider reported, where that was kept', () => {
    expect(own({ evidence: { provider_usage: REPORTED } })?.tokens).toEqual({
      ...{ input: 90, cache_read: 30, output: 15 },
    })
  })

  it('does not count what we have only estimated', () => {
    const usage = { tokens: TOKENS, fees: {}, estimated: ['output', 'reasoning'], absent: [] }
    expect(own({ usage })?.tokens).toEqual({ input: 100, cache_read: 40 })
  })

  it('says nothing of kinds that the usage does not have', () => {
    expect(own({})?.tokens).toStrictEqual(TOKENS)
  })

  it.each<[string, object]>([
    ['an entry that is no end of a call', { kind: 'authorize', outcome: undefined }],
    ['no call', { call: undefined }],
    ['a dialect of no provider that bills', { call: { model: 'm', dialect: 'gemini' } }],
    ['no dialect', { call: { model: 'm', dialect: null } }],
    ['a refusal of ours', { refused: { code: 'funds_exhausted' } }],
    ['an outcome that is not known', { outcome: { code: 'of_tomorrow' } }],
    ['a request that was not sent', { evidence: { flags: ['not_sent'] } }],
  ])('is not there for %s', (_what, more) => {
    expect(ownCallOf(entry(more))).toBeNull()
  })

  it.each([
    ['anthropic', 'anthropic'],
    ['openai_chat', 'openai'],
    ['openai_responses', 'openai'],
  ])('of %s is billed by %s', (dialect, provider) => {
    const call = { model: 'm', dialect }
    expect(ownCallOf(entry({ call, evidence: { flags: ['retried'] } }))?.provider).toBe(provider)
  })
})

const OUTCOMES = [
  ...['succeeded', 'refused_after_output', 'refused_before_output', 'client_aborted'],
  ...['client_aborted_before_output', 'upstream_failed_mid_stream', 'error_before_output'],
  ...['usage_zero_with_output', 'gateway_crashed'],
]
const LIMITS = { request_bytes: 400, max_output_tokens: { sent: 64 } }

const AROUND: Readonly<Record<string, object>> = {
  'nothing else': {},
  'no usage': { usage: null },
  'usage that is waited for': { pending: 'usage_missing' },
  'limits of the request': { evidence: LIMITS },
  'limits, and no usage': { usage: null, evidence: LIMITS },
  'limits that are no numbers': {
    usage: null,
    evidence: { request_bytes: -1, max_output_tokens: 7 },
  },
  'the limit of its hold': { hold: { max_output_tokens: 32 } },
  'its stream read to the end': { evidence: { stop_reason: 'end_turn', provider_usage: REPORTED } },
  'a stop without a report': { evidence: { stop_reason: 'end_turn' } },
  'an error of the provider': { evidence: { upstream_status: 400 } },
  'an answer of the provider': { evidence: { upstream_status: 399 } },
  'an answer alone': { usage: { tokens: { output: 9 }, fees: {}, estimated: [], absent: [] } },
}

describe.each(OUTCOMES)('an attempt that ended as %s', (code) => {
  test.each(Object.keys(AROUND))('with %s is counted, and left open, as on record', (name) => {
    const said = own({ outcome: { code }, ...AROUND[name] })
    if (said?.open)
      for (const most of Object.values(said.open.most)) expect(most).toBeGreaterThanOrEqual(0)
    record.expectSame(
      `${code}, ${name}`,
      said && { tokens: said.tokens, fees: said.fees, open: said.open },
    )
  })
})

test('a hold that ran out is left open', () => {
  const ran = { kind: 'expire_hold', outcome: undefined, usage: undefined, evidence: undefined }
  expect(own({ ...ran, hold: { max_output_tokens: 32 } })).toMatchObject({
    tokens: {},
    fees: {},
    open: { cause: 'usage_missing', most: { input: 0, output: 32 } },
  })
})

test('a prompt of one token is a prompt, and a request of one byte can have been one', () => {
  const code = 'client_aborted_before_output'
  const most = (more: object) => own({ outcome: { code }, ...more })?.open?.most
  const usage = (tokens: object) => ({ usage: { tokens, fees: {}, estimated: [], absent: [] } })
  const evidence = { request_bytes: 1 }
  expect(most({ ...usage({ input: 1, cache_read: 0 }), evidence })).toEqual({ input: 1, output: 0 })
  expect(most({ ...usage({}), evidence })).toEqual({ input: 1, output: 0 })
  expect(most({ ...usage({ output: 3, reasoning: 2 }) })).toEqual({ input: 0, output: 5 })
})

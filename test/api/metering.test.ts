import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, expectVerified, fund, startStockedApi } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

const CALL = { model: 'small', prompt_tokens_max: 1_000, max_output_tokens: 100 }
const USAGE = { tokens: { input: 1_000, output: 50 } }

describe('a call, authorized and settled over HTTP', () => {
  it('is held, charged once for what was delivered, and drawn from the plan', async () => {
    const { key } = await api.account('held')
    const admitted = await api.done('authorize', { as: key, body: { ...CALL, call_id: 'call_1' } })
    expect(admitted).toMatchObject({
      status: 'admitted',
      receipt_id: 'rcpt_1',
      worst: '0.002',
      clamped: false,
      held: { money: '0', included: '0.002' },
      seq: 1,
    })
    const settled = await api.done('settle', { as: key, body: { call_id: 'call_1', usage: USAGE } })
    expect(settled).toMatchObject({
      kind: 'settle',
      receipt_id: 'rcpt_1',
      totals: { total: '0.0015', money: '0', included: '0.0015', absorbed: '0' },
      seq: 2,
    })
    const state = await api.done('getState', { as: key, params: { account_id: 'held' } })
    expect(state).toMatchObject({ seq: 2, open_holds: 0, holds: [] })
    expect(state.windows[0]).toMatchObject({
      id: 'session',
      used: '0.0015',
      held: '0',
      left: '0.9985',
    })
    expect(state.windows[0]?.resets_at).not.toBeNull()
  })

  it('shows in the state while it is in flight', async () => {
    const { key } = await api.account('flying')
    await api.done('authorize', { as: key, body: { ...CALL, call_id: 'c' } })
    const state = await api.done('getState', { as: key, params: { account_id: 'flying' } })
    expect(state.open_holds).toBe(1)
    expect(state.holds).toMatchObject([{ call_id: 'c', model: 'small', included: '0.002' }])
    expect(state.windows[0]).toMatchObject({ used: '0', held: '0.002', left: '0.998' })
  })

  it('reads the provider’s own response, and keeps only its usage', async () => {
    const { key } = await api.account('raw')
    await api.done('authorize', { as: key, body: { ...CALL, call_id: 'c' } })
    const response = {
      id: 'msg_1',
      model: 'small',
      content: [{ type: 'text', text: 'a secret thing that was said' }],
      usage: {
        ...{ input_tokens: 1_000, output_tokens: 50, cache_read_input_tokens: 0 },
        ...{ service_tier: 'standard', notes: ['a secret of the user'] },
      },
    }
    const { notes: _notes, ...words } = response.usage
    const settled = await api.done('settle', {
      as: key,
      body: { call_id: 'c', usage: { dialect: 'anthropic', response } },
    })
    expect(settled.totals?.total).toBe('0.0015')
    const receipt = await api.done('getReceipt', { as: key, params: { receipt_id: 'rcpt_c' } })
    expect(receipt.evidence.provider_usage).toEqual({
      ...{ id: 'msg_1', model: 'small' },
      usage: { ...words, notes: [] },
    })
    expect(receipt.evidence_sha256).toBe(settled.evidence_sha256)
    expect(JSON.stringify([settled, receipt])).not.toContain('secret')
  })

  it('costs nothing when it failed, and can be tried again', async () => {
    const { key } = await api.account('failing')
    await api.done('authorize', { as: key, body: { ...CALL, call_id: 'c' } })
    const released = await api.done('release', {
      as: key,
      body: { call_id: 'c', outcome: 'error_before_output', evidence: { upstream_status: 529 } },
    })
    expect(released).toMatchObject({ kind: 'release', totals: { total: '0' } })
    await api.done('authorize', { as: key, body: { ...CALL, call_id: 'c', attempt: 2 } })
    const late = await api.call('settle', { as: key, body: { call_id: 'c', usage: USAGE } })
    expect(late, 'the first attempt was released').toMatchObject({ status: 404 })
    const settled = await api.done('settle', {
      as: key,
      body: { call_id: 'c', attempt: 2, usage: USAGE },
    })
    expect(settled.totals?.included).toBe('0.0015')
    const receipt = await api.done('getReceipt', { as: key, params: { receipt_id: 'rcpt_c' } })
    expect(receipt.attempts).toHaveLength(2)
    expect(receipt.amounts.covered_by_plan.amount).toBe('0.0015')
  })

  it('can have its hold lengthened, and never shortened', async () => {
    const { key } = await api.account('long')
    const body = { ...CALL, call_id: 'c', ttl_seconds: 100 }
    const { expires_at } = await api.done('authorize', { as: key, body })
    const longer = await api.done('extend', { as: key, body: { call_id: 'c', ttl_seconds: 500 } })
    expect(Date.parse(longer.expires_at)).toBeGreaterThan(Date.parse(expires_at) + 300_000)
    const same = await api.done('extend', { as: key, body: { call_id: 'c', ttl_seconds: 1 } })
    expect(same.expires_at).toBe(longer.expires_at)
    const unknown = await api.call('extend', { as: key, body: { call_id: 'd', ttl_seconds: 1 } })
    expect(unknown).toMatchObject({ status: 404, body: { code: 'hold_unknown' } })
  })

  it('is clamped to what can be paid when it asks for that', async () => {
    const { key } = await api.account('clamped', { plan: 'no_windows@1' })
    await fund(api, 'clamped', '0.0015')
    const refused = await api.call('authorize', { as: key, body: { ...CALL, call_id: 'a' } })
    expect(refused).toMatchObject({ status: 402, body: { code: 'funds_exhausted', charged: '0' } })
    const body = { ...CALL, call_id: 'b', fit: 'clamp' as const }
    const admitted = await api.done('authorize', { as: key, body })
    expect(admitted).toMatchObject({ clamped: true, max_output_tokens: 50, worst: '0.0015' })
  })
})

describe('usage reported afterwards', () => {
  const record = { ...CALL, call_id: 'r1', usage: USAGE, event_at: new Date().toISOString() }
  const { prompt_tokens_max: _p, max_output_tokens: _m, ...body } = record

  it('is rated, funded and posted at once', async () => {
    const { key } = await api.account('recorded')
    const posted = await api.done('record', { as: key, body })
    expect(posted).toMatchObject({ kind: 'record', totals: { included: '0.0015' }, seq: 2 })
  })

  it('waits for the provider’s figure when usage is missing, and charges nothing meanwhile', async () => {
    const { key } = await api.account('missing')
    const posted = await api.done('record', { as: key, body: { ...body, usage: null } })
    expect(posted).toMatchObject({ pending: 'usage_missing', totals: { total: '0' } })
  })

  it('is delivered without a price, and never charged zero in silence', async () => {
    const { key } = await api.account('unpriced')
    const posted = await api.done('record', { as: key, body: { ...body, model: 'nobody-knows' } })
    expect(posted).toMatchObject({
      pending: 'unpriced',
      rating: { status: 'unpriced', reason: 'unknown_model', missing: ['nobody-knows'] },
    })
  })

  it('is refused when it happened too long ago or has not happened yet', async () => {
    const { key } = await api.account('times')
    const at = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()
    const late = await api.call('record', { as: key, body: { ...body, event_at: at(-365) } })
    expect(late).toMatchObject({ status: 422, body: { code: 'event_too_old' } })
    const early = await api.call('record', { as: key, body: { ...body, event_at: at(1) } })
    expect(early).toMatchObject({ status: 422, body: { code: 'event_in_future' } })
    const state = await api.done('getState', { as: key, params: { account_id: 'times' } })
    expect(state.windows[0]?.used).toBe('0')
  })
})

describe('blocks', () => {
  it('name the limit, where it stands, who can change it, and that nothing was charged', async () => {
    const { key } = await api.account('blocked')
    const body = { model: 'large', prompt_tokens_max: 200_000, max_output_tokens: 10, call_id: 'c' }
    await api.done('authorize', { as: key, body })
    const usage = { tokens: { input: 200_000 } }
    await api.done('settle', { as: key, body: { call_id: 'c', usage } })
    const refused = await api.call('authorize', { as: key, body: { ...body, call_id: 'd' } })
    expect(refused.status).toBe(429)
    expect(refused.body).toMatchObject({
      code: 'window_exhausted',
      retryable: true,
      charged: '0',
      block: { limit_type: 'window', limit_id: 'session', limit: '1', spent: '1', left: '0' },
    })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(17_000)
    expect(refused.body.detail).toContain('Nothing was charged.')
  })

  it('a blocked model is refused by the plan, and a refusal has a receipt', async () => {
    const { key } = await api.account('forbidden')
    const body = { ...CALL, model: 'blocked-x', call_id: 'call_b' }
    const refused = await api.call('authorize', { as: key, body })
    expect(refused).toMatchObject({ status: 403, body: { code: 'blocked_by_plan' } })
    expect(refused.headers['retry-after']).toBeUndefined()
    const receipt = await api.done('getReceipt', { as: key, params: { receipt_id: 'rcpt_b' } })
    expect(receipt.status).toBe('refused')
  })

  it('a cap of a key holds at every instant', async () => {
    const { id, key } = await api.account('capped', { plan: 'no_windows@1' })
    await fund(api, id, '10')
    const [own] = (await api.done('listKeys', { as: key, params: { account_id: id } })).items
    await api.done('setControls', {
      params: { account_id: id },
      key: 'cap',
      body: { caps: [{ scope: 'key', scope_id: own!.key_id, period: 'day', amount: '0.003' }] },
    })
    const ask = (call_id: string) => api.call('authorize', { as: key, body: { ...CALL, call_id } })
    expect((await ask('a')).status).toBe(200)
    const refused = await ask('b')
    expect(refused).toMatchObject({ status: 402, body: { code: 'cap_reached' } })
    expect(refused.body.block).toMatchObject({ scope: 'key', period: 'day', held: '0.002' })
    const state = await api.done('getState', { as: key, params: { account_id: id } })
    expect(state.caps).toMatchObject([{ scope: 'key', scope_id: own!.key_id, held: '0.002' }])
  })
})

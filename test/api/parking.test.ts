import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCasesOfParked } from '../../src/jobs/parked.ts'
import { verify } from '../../src/store/verify/index.ts'
import { type Api, startNode, startStockedApi } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(() => api.close())

const casesOf = async (account_id: string) =>
  (await api.done('listCases', { query: { account_id } })).items

async function funded(id: string): Promise<string> {
  const { key } = await api.account(id)
  await api.done('grant', {
    params: { account_id: id },
    body: { name: 'Gift', amount: '1000', expires_at: null },
    key: `gift:${id}`,
  })
  return key
}

const record = (as: string, call_id: string) =>
  api.done('record', {
    as,
    body: {
      call_id,
      model: 'small',
      usage: { tokens: { input: 1_000_000 } },
      event_at: new Date().toISOString(),
    },
  })

const parked = async (account_id: string) =>
  (await api.done('getAccount', { params: { account_id } })).parked

const unpark = (account_id: string, key: string) =>
  api.call('unparkAccount', { params: { account_id }, key, body: { reason: 'looked into' } })

/** Changes the stored state behind everybody's back, as a bug would. */
const spoil = (accountId: string) =>
  api.database.pool.query(
    `update accounts.account
     set state = jsonb_set(state::jsonb, '{lots,0,held}', '"0.000001"')::json, version = version + 1
     where account_id = $1::text`,
    [accountId],
  )

describe('an account that a self-check has parked', () => {
  it('has a case with what led there, is made whole, and is billed again from then on', async () => {
    const key = await funded('spoilt')
    const held = {
      call_id: 'call_held',
      model: 'small',
      prompt_tokens_max: 1_000_000,
      max_output_tokens: 1_000,
    }
    await api.done('authorize', { as: key, body: held })
    await spoil('spoilt')
    const other = await startNode(api.database)
    const end = {
      call_id: 'call_held',
      outcome: 'succeeded',
      usage: { tokens: { input: 9 } },
    } as const
    expect((await other.call('settle', { as: key, body: end })).body.code).toBe('account_parked')
    // that server dies as it has parked: the case is opened by whoever looks next
    await other.close()
    expect(await openCasesOfParked(api.pool, Date.now())).toBe(1)
    expect(await openCasesOfParked(api.pool, Date.now())).toBe(0)
    const [own] = await casesOf('spoilt')
    expect(own).toMatchObject({
      origin: 'self_check',
      facts: {
        violation: expect.stringContaining('settle: lot'),
        verify: { status: 'difference', first: { invariant: 2 } },
      },
    })
    expect(own!.facts).toHaveProperty('last_entries.0.kind', 'park')

    const free = await record(key, 'call_free')
    expect(free).toMatchObject({ absorbed_reason: 'account_parked', totals: { money: '0' } })
    const sums = `update accounts.usage_hour set paid = paid + 1 where account_id = 'spoilt'`
    expect((await api.pool.query(sums)).rowCount).toBe(1)
    const reply = await unpark('spoilt', 'up')
    expect(reply.status, reply.text).toBe(200)
    expect(reply.body).toMatchObject({
      entry: { kind: 'unpark', reason: 'looked into' },
      not_billed: {
        count: 1,
        total: free.totals!.total,
        currency: 'USD',
        calls: [{ call_id: 'call_free', receipt_id: 'rcpt_free', amount: free.totals!.total }],
      },
    })
    const again = await unpark('spoilt', 'up')
    expect([again.status, again.text]).toEqual([200, reply.text])
    expect(again.headers).toHaveProperty('idempotency-replayed', 'true')

    expect(await parked('spoilt')).toBeNull()
    expect((await record(key, 'call_billed')).totals!.absorbed).toBe('0')
    expect((await api.call('settle', { as: key, body: end })).status, 'the held call').toBe(200)
    expect((await verify(api.pool, { accountId: 'spoilt' })).first).toBeNull()
  })

  it('stays parked while its journal says something else than its postings', async () => {
    const key = await funded('torn')
    const { seq } = await record(key, 'call_torn')
    await api.done('parkAccount', {
      params: { account_id: 'torn' },
      key: 'stop',
      body: { reason: 'odd' },
    })
    const change = (by: number) =>
      api.database.pool.query(
        `update accounts.posting set amount = amount + $2::bigint
         where account_id = 'torn' and seq = $1::bigint and line = 0`,
        [seq, by],
      )
    expect((await change(1)).rowCount).toBe(1)
    const reply = await unpark('torn', 'too-early')
    expect(reply).toMatchObject({ status: 409, body: { code: 'books_differ' } })
    expect(reply.text).toContain(`entry ${seq}`)
    expect(await parked('torn')).toBe('odd')
    await change(-1)
    expect((await unpark('torn', 'too-early')).status, 'put right').toBe(200)
  })
})

describe('an account that a person has parked', () => {
  it('costs nothing until it is taken up again, once, by the operator only', async () => {
    const key = await funded('stopped')
    const params = { account_id: 'stopped' }
    const body = { reason: 'a customer reports odd charges' }
    for (const as of [
      key,
      (await api.done('addStaff', { body: { name: 'A', role: 'support' } })).token,
    ])
      expect((await api.call('parkAccount', { as, params, key: 'k', body })).status).toBe(403)
    const first = await api.call('parkAccount', { params, key: 'k', body })
    expect(first.body).toMatchObject({ kind: 'park', actor: { type: 'operator' } })
    expect((await api.call('parkAccount', { params, key: 'k', body })).text).toBe(first.text)
    const twice = await api.call('parkAccount', { params, key: 'other', body })
    expect(twice).toMatchObject({ status: 423, body: { code: 'account_parked' } })
    await openCasesOfParked(api.pool, Date.now())
    expect(await casesOf('stopped')).toMatchObject([
      { origin: 'person_asked', facts: { reason: body.reason, verify: { status: 'ok' } } },
    ])
    expect((await record(key, 'call_stopped')).totals).toMatchObject({ money: '0', included: '0' })
    const both = await Promise.all([unpark('stopped', 'one'), unpark('stopped', 'two')])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(both.find(({ status }) => status === 409)!.body.code).toBe('account_not_parked')
    expect((await verify(api.pool, { accountId: 'stopped' })).first).toBeNull()
  })
})

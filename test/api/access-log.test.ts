import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, fund, soon, startStockedApi, urlOf } from './support.ts'

/* Every look of the operator's people at an account is in its log before anything is shown, and the account reads it. */

let api: Api
let key: string
const tokens = { support: '', support_lead: '', operator: '' }
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('own')).key
  await api.account('other')
  await fund(api, 'own', '100')
  for (const role of ['support', 'support_lead', 'operator'] as const)
    tokens[role] = (
      await api.done('addStaff', { body: { staff_id: `a_${role}`, name: role, role } })
    ).token
  await api.done('addMember', {
    params,
    body: { member_id: 'ann', name: 'Ann Berg', email: 'ann@example.com', role: 'developer' },
  })
})
afterAll(() => api.close())

const params = { account_id: 'own' }
const looks = async (query: { lang?: 'ja' } = {}) =>
  (await api.done('listAccess', { as: key, params, query })).items
const latest = async () => (await looks())[0]

describe('a look at an account', () => {
  it.each(['support', 'support_lead', 'operator'] as const)('of %s is in its log', async (role) => {
    await api.done('getState', { as: tokens[role], params })
    expect(await latest()).toMatchObject({
      staff_id: `a_${role}`,
      role,
      operation: 'getState',
      objects: {},
      case_id: null,
    })
  })

  it('says at what, for which case, and in plain words of both languages', async () => {
    await api.done('record', {
      as: key,
      body: {
        call_id: 'call_l1',
        model: 'small',
        usage: { tokens: { input: 9 } },
        event_at: soon(),
      },
    })
    const { case_id } = await api.done('askForPerson', {
      as: key,
      params,
      key: 'one',
      body: { words: 'Hello.' },
    })
    const response = await api.app.inject({
      method: 'GET',
      url: urlOf('getReceipt', { receipt_id: 'rcpt_l1' }, params),
      headers: { authorization: `Bearer ${tokens.support}`, 'everycent-case': case_id },
    })
    expect(response.statusCode).toBe(200)
    const look = await latest()
    expect(look).toMatchObject({ objects: { receipt_id: 'rcpt_l1' }, case_id })
    expect(look?.sentence).toMatch(
      /^Viewed by support \(a_support\) at .+: rcpt_l1\. For case case_/,
    )
    expect((await looks({ lang: 'ja' }))[0]?.sentence).toContain('が閲覧しました: rcpt_l1。')
    await api.done('getCase', { as: tokens.support, params: { case_id } })
    expect(await latest()).toMatchObject({ operation: 'getCase', case_id, objects: { case_id } })
  })

  it('names no case of another account, and none that is not one', async () => {
    const other = await api.done('askForPerson', {
      params: { account_id: 'other' },
      key: 'one',
      body: { words: 'Hello.' },
    })
    const look = (header: string) =>
      api.app.inject({
        method: 'GET',
        url: urlOf('getState', params),
        headers: { authorization: `Bearer ${tokens.support}`, 'everycent-case': header },
      })
    await look(other.case_id)
    expect((await latest())?.case_id).toBeNull()
    const before = (await looks()).length
    expect((await look('not a case')).statusCode).toBe(400)
    expect((await looks()).length).toBe(before)
  })

  it('that fails leaves its entry all the same; one at no account leaves none', async () => {
    const before = (await looks()).length
    const absent = { as: tokens.support, params: { ...params, member_id: 'none' } }
    expect((await api.call('getMemberHistory', absent)).status).toBe(404)
    expect(await latest()).toMatchObject({
      operation: 'getMemberHistory',
      objects: { member_id: 'none' },
    })
    await api.call('getState', { as: tokens.support, params: { account_id: 'absent' } })
    expect((await looks()).length).toBe(before + 1)
    const { rows } = await api.database.pool.query(
      'select distinct account_id from accounts.access_log',
    )
    expect(rows.map(({ account_id: id }) => id)).not.toContain('absent')
  })

  it('by whose answer an account is shown is in its log, too', async () => {
    await api.done('listFindings', { as: tokens.support_lead })
    const { items } = await api.done('listAccess', { params: { account_id: 'other' } })
    expect(items.every(({ operation }) => operation !== 'listFindings')).toBe(true)
    await api.done('record', {
      as: key,
      body: {
        call_id: 'call_l2',
        model: 'small',
        usage: { tokens: { input: 1_000_000 } },
        event_at: soon(),
        evidence: { upstream_status: 429 },
      },
    })
    await api.done('checkAccount', { as: key, params })
    await api.done('listFindings', { as: tokens.support_lead })
    expect(await latest()).toMatchObject({ operation: 'listFindings', role: 'support_lead' })
  })

  it('is not shown where the log cannot be written', async () => {
    await api.database.pool.query('alter table accounts.access_log rename to access_log_away')
    const reply = await api.call('getState', { as: tokens.support, params })
    expect(reply.status).toBeGreaterThanOrEqual(500)
    expect(reply.text).not.toContain('lots')
    const own = await api.call('getState', { as: key, params })
    await api.database.pool.query('alter table accounts.access_log_away rename to access_log')
    expect(own.status).toBe(200)
  })

  it('of the account itself, and of an operator token that is nobody’s, is not logged', async () => {
    const before = (await looks()).length
    await api.done('getState', { as: key, params })
    await api.done('getState', { params })
    expect((await looks()).length).toBe(before)
  })
})

describe('the log', () => {
  it('is read by who looks after the account, and by no other', async () => {
    for (const [role, status] of [
      ['owner', 200],
      ['billing', 200],
      ['admin', 200],
      ['developer', 403],
      ['usage_viewer', 403],
    ] as const) {
      const member_id = `m_${role}`
      await api.done('addMember', { params, body: { member_id, name: role, role } })
      const made = await api.done('createKey', { params, body: { name: role, member_id } })
      expect((await api.call('listAccess', { as: made.key, params })).status, role).toBe(status)
    }
    const foreign = { as: key, params: { account_id: 'other' } }
    expect((await api.call('listAccess', foreign)).body.code).toBe('account_unknown')
  })

  it('is paged, the latest first, each look once', async () => {
    const all = await looks()
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const query = { limit: 3, ...(cursor && { cursor }) }
      const page = await api.done('listAccess', { as: key, params, query })
      seen.push(...page.items.map(({ log_id }) => log_id))
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(all.map(({ log_id }) => log_id))
  })
})

describe('names and addresses', () => {
  const names = async (as: string) =>
    (await api.done('listMembers', { as, params })).items.find(
      ({ member_id }) => member_id === 'ann',
    )

  it('are masked for support until it says why it needs them, for half an hour and this account', async () => {
    expect(await names(tokens.support)).toMatchObject({ name: 'A***', email: 'a***@e***' })
    expect(await names(tokens.operator)).toMatchObject({
      name: 'Ann Berg',
      email: 'ann@example.com',
    })
    const body = { reason: 'has to be called' }
    const { until } = await api.done('unmaskAccount', { as: tokens.support, params, body })
    expect(Date.parse(until)).toBeGreaterThan(Date.now() + 29 * 60_000)
    expect(await latest()).toMatchObject({ operation: 'unmaskAccount', reason: 'has to be called' })
    expect((await latest())?.sentence).toContain('Reason: “has to be called”')
    expect(await names(tokens.support)).toMatchObject({ name: 'Ann Berg' })
    expect(await names(tokens.support_lead), 'somebody else').toMatchObject({ name: 'A***' })
    await api.database.pool.query(
      "update accounts.access_log set at = at - interval '31 minutes' where operation = 'unmaskAccount'",
    )
    expect(await names(tokens.support)).toMatchObject({ name: 'A***' })
  })
})

describe('the list of accounts', () => {
  it('has masked names for support, and finds an account by its id or its name', async () => {
    const find = async (as: string, q: string) =>
      (await api.done('listAccounts', { as, query: { q } })).items
    for (const as of [tokens.support, tokens.support_lead])
      expect(await find(as, 'oTh')).toMatchObject([{ account_id: 'other', name: 'A***' }])
    expect(await find(tokens.operator, 'count oth')).toMatchObject([
      { account_id: 'other', name: 'Account other' },
    ])
    expect(await find(tokens.support, '%')).toEqual([])
    expect((await api.call('listAccounts', { as: key })).status).toBe(403)
  })
})

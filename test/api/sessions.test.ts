import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperationId, ROUTES } from '../../src/contract/routes/index.ts'
import { needsStepUp } from '../../src/contract/step-up.ts'
import { instant } from '../../src/core/time/index.ts'
import { createLink } from '../../src/store/control/index.ts'
import { type Api, startStockedApi } from './support.ts'

/* Browsers: how one gets a session, what it may do, and what other sites may not do with it. */

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
  for (const id of ['own', 'other']) {
    await api.account(id)
    await api.done('addMember', {
      params: { account_id: id },
      body: { member_id: 'ann', name: 'Ann', role: 'owner', email: 'ann@example.com' },
    })
  }
  await api.done('addStaff', { body: { staff_id: 'sam', name: 'Sam', role: 'support' } })
})
afterAll(() => api.close())

const PAGE = { 'everycent-csrf': '1', 'sec-fetch-site': 'same-origin' }

interface Sent {
  readonly cookie?: string
  readonly headers?: Record<string, string>
  readonly body?: object
}

async function send(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, sent: Sent = {}) {
  const { cookie, headers = PAGE, body } = sent
  const response = await api.app.inject({
    method,
    url,
    headers: { ...headers, ...(cookie !== undefined && { cookie }) },
    ...(body && { payload: body }),
  })
  return {
    status: response.statusCode,
    body: response.json(),
    cookie: `${response.headers['set-cookie'] ?? ''}`,
    headers: response.headers,
  }
}

const pairOf = (cookie: string): string => cookie.split(';')[0] ?? ''
const tokenOf = (path: string): string => path.split('#token=')[1] ?? ''

async function signIn(person: object = { account_id: 'own', member_id: 'ann' }): Promise<string> {
  const { path } = await api.done('createSignInLink', { body: person as never })
  const { status, cookie } = await send('POST', '/v1/sign_in/link', {
    body: { token: tokenOf(path) },
  })
  expect(status).toBe(200)
  return pairOf(cookie)
}

describe('a link', () => {
  it('signs its person in, once, with a cookie that no script and no other site can use', async () => {
    const { path } = await api.done('createSignInLink', {
      body: { account_id: 'own', member_id: 'ann' },
    })
    const body = { token: tokenOf(path) }
    const first = await send('POST', '/v1/sign_in/link', { body })
    expect(first.cookie).toMatch(/; HttpOnly/)
    expect(first.cookie).toMatch(/; SameSite=Strict/)
    expect(first.body.session).toMatchObject({ kind: 'member', role: 'owner' })
    const again = await send('POST', '/v1/sign_in/link', { body })
    expect([again.status, again.body.code]).toEqual([410, 'link_over'])
  })

  it('is taken by one of two browsers that open it at once', async () => {
    const { path } = await api.done('createSignInLink', { body: { staff_id: 'sam' } })
    const open = () => send('POST', '/v1/sign_in/link', { body: { token: tokenOf(path) } })
    const both = await Promise.all([open(), open()])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 410])
  })

  it('is kept as a hash only, and so is the session', async () => {
    const { path } = await api.done('createSignInLink', { body: { staff_id: 'sam' } })
    const cookie = await signIn()
    const { rows } = await api.database.pool.query(
      'select l::text as row from control.sign_in_link l union all select s::text from control.session s',
    )
    expect(rows.length).toBeGreaterThan(1)
    for (const { row } of rows) {
      expect(row).not.toContain(tokenOf(path))
      expect(row).not.toContain(cookie.split('=')[1])
    }
  })

  it('of somebody who was removed meanwhile is over', async () => {
    await api.done('addStaff', { body: { staff_id: 'gone', name: 'Gone', role: 'support' } })
    const { path } = await api.done('createSignInLink', { body: { staff_id: 'gone' } })
    await api.done('removeStaff', { params: { staff_id: 'gone' } })
    const { status } = await send('POST', '/v1/sign_in/link', { body: { token: tokenOf(path) } })
    expect(status).toBe(410)
  })
})

describe('a session', () => {
  it('does what its person may, and sees the own account only', async () => {
    const cookie = await signIn()
    expect((await send('GET', '/v1/accounts/own/state', { cookie })).status).toBe(200)
    expect((await send('GET', '/v1/accounts/other/state', { cookie })).status).toBe(404)
    const me = await send('GET', '/v1/whoami', { cookie })
    expect(me.body).toMatchObject({ principal: 'owner' })
    const staff = await signIn({ staff_id: 'sam' })
    expect((await send('GET', '/v1/accounts/other/state', { cookie: staff })).status).toBe(200)
    expect((await send('GET', '/v1/staff', { cookie: staff })).status).toBe(403)
  })

  it('ends when it is ended, and when its person is removed', async () => {
    const cookie = await signIn()
    await send('DELETE', '/v1/session', { cookie })
    expect((await send('GET', '/v1/accounts/own/state', { cookie })).status).toBe(401)
    await api.done('addStaff', { body: { staff_id: 'tim', name: 'Tim', role: 'support' } })
    const tim = await signIn({ staff_id: 'tim' })
    expect((await send('GET', '/v1/accounts/own/state', { cookie: tim })).status).toBe(200)
    await api.done('removeStaff', { params: { staff_id: 'tim' } })
    expect((await send('GET', '/v1/accounts/own/state', { cookie: tim })).status).toBe(401)
  })

  it('lists the own sessions and ends the others', async () => {
    const [one, two] = [await signIn(), await signIn()]
    const { body } = await send('GET', '/v1/sessions', { cookie: one })
    expect(body.items.filter(({ current }: { current: boolean }) => current)).toHaveLength(1)
    await send('DELETE', '/v1/sessions/others', { cookie: one })
    expect((await send('GET', '/v1/accounts/own/state', { cookie: two })).status).toBe(401)
    expect((await send('GET', '/v1/accounts/own/state', { cookie: one })).status).toBe(200)
  })

  /** By a link that came to the address. */
  async function byEmail(member = { accountId: 'own', memberId: 'ann' }): Promise<string> {
    const at = instant(Date.now())
    const token = await createLink(api.pool, {
      ...{ person: member, kind: 'email', role: null, email: 'ann@example.com', at },
      expiresAt: instant(at + 60_000),
    })
    return pairOf((await send('POST', '/v1/sign_in/link', { body: { token } })).cookie)
  }

  it('changes to no account of an address that only stands in it: an owner may write down anybody’s', async () => {
    await api.account('thief')
    await api.done('addMember', {
      params: { account_id: 'thief' },
      body: { member_id: 'eve', name: 'Eve', role: 'owner', email: 'ann@example.com' },
    })
    const cookie = await signIn({ account_id: 'thief', member_id: 'eve' })
    const { body } = await send('GET', '/v1/session', { cookie })
    expect(body.session.accounts).toEqual([])
    const taken = await send('POST', '/v1/session/account', {
      cookie,
      body: { account_id: 'own' },
    })
    expect([taken.status, taken.body.code]).toEqual([404, 'account_unknown'])
  })

  it('is no fresher after it has changed to another account', async () => {
    const cookie = await byEmail()
    await api.database.pool.query(
      "update control.session set authenticated_at = authenticated_at - interval '1 hour'",
    )
    const { body } = await send('POST', '/v1/session/account', {
      cookie,
      body: { account_id: 'other' },
    })
    expect(body.session).toMatchObject({ account: { id: 'other' }, stepped_up_until: null })
  })

  it('changes to another account of the same address, and to no other', async () => {
    const cookie = await byEmail()
    const refused = await send('POST', '/v1/session/account', { cookie, body: { account_id: 'x' } })
    expect(refused.status).toBe(404)
    const changed = await send('POST', '/v1/session/account', {
      cookie,
      body: { account_id: 'other' },
    })
    expect(changed.body.session.account.id).toBe('other')
    expect((await send('GET', '/v1/accounts/own/state', { cookie })).status).toBe(401)
  })

  it('a token that is wrong is not replaced by the cookie beside it', async () => {
    const cookie = await signIn()
    const headers = { ...PAGE, authorization: 'Bearer wrong' }
    expect((await send('GET', '/v1/accounts/own/state', { cookie, headers })).status).toBe(401)
  })
})

describe('a page of another site', () => {
  const CHANGE = { method: 'PATCH', url: '/v1/accounts/own/alert_settings', body: {} } as const
  it.each([
    ['without the header', { 'sec-fetch-site': 'same-origin' }],
    ['from another site', { 'everycent-csrf': '1', 'sec-fetch-site': 'cross-site' }],
    [
      'from a neighbour under the same domain',
      { 'everycent-csrf': '1', 'sec-fetch-site': 'same-site' },
    ],
    ['from another origin', { 'everycent-csrf': '1', origin: 'https://evil.example' }],
    ['from nowhere', { 'everycent-csrf': '1', origin: 'null' }],
  ])('%s changes nothing with the cookie', async (_name, headers) => {
    const cookie = await signIn()
    const { status, body } = await send(CHANGE.method, CHANGE.url, {
      cookie,
      headers,
      body: CHANGE.body,
    })
    expect([status, body.code]).toEqual([403, 'cross_site_request'])
    const login = await send('POST', '/v1/sign_in/link', { headers, body: { token: 'x' } })
    expect([login.status, login.body.code]).toEqual([403, 'cross_site_request'])
  })
})

describe('a password', () => {
  const GOOD = 'teapot gravel nineteen harbour'

  it('is set with a fresh session, and is refused where it is easy to guess', async () => {
    const cookie = await signIn()
    for (const password of ['short', 'password1234', 'aaaaaaaaaaaaaa', 'ann@example.com!!']) {
      const weak = await send('POST', '/v1/session/password', { cookie, body: { password } })
      expect([password, weak.body.code]).toEqual([password, 'password_weak'])
    }
    expect(
      (await send('POST', '/v1/session/password', { cookie, body: { password: GOOD } })).status,
    ).toBe(200)
    const entered = await send('POST', '/v1/sign_in/password', {
      body: { name: 'ANN@example.com', password: GOOD },
    })
    expect(entered.body.session.account.id).toBe('own')
    const { rows } = await api.database.pool.query('select hash from control.password')
    expect(rows[0].hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it('of any account of the address opens that account, and wrong tries count for each', async () => {
    const OTHER = 'lantern orchard twelve gables'
    // Two accounts of one address, each with a password of its own.
    for (const [account_id, password] of [
      ['two_a', GOOD],
      ['two_b', OTHER],
    ] as const) {
      await api.account(account_id)
      await api.done('addMember', {
        params: { account_id },
        body: { member_id: 'two', name: 'Two', role: 'owner', email: 'two@example.com' },
      })
      const cookie = await signIn({ account_id, member_id: 'two' })
      await send('POST', '/v1/session/password', { cookie, body: { password } })
    }
    const enter = (password: string) =>
      send('POST', '/v1/sign_in/password', { body: { name: 'two@example.com', password } })
    expect((await enter(GOOD)).body.session.account.id).toBe('two_a')
    expect((await enter(OTHER)).body.session.account.id).toBe('two_b')
    expect((await enter('neither of them')).status).toBe(401)
    const { items } = await api.done('listSignIns', { query: { kind: 'sign_in_failed', limit: 2 } })
    expect(items.map(({ person }) => person.account_id).sort()).toEqual(['two_a', 'two_b'])
    for (let tries = 0; tries < 5; tries += 1) await enter('neither of them')
    expect((await enter(OTHER)).body.code).toBe('sign_in_locked')
  })

  it('of a person of the operator is taken with the e-mail address too', async () => {
    await api.done('addStaff', {
      body: { staff_id: 'eve', name: 'Eve', role: 'support', email: 'eve@house.example' },
    })
    const cookie = await signIn({ staff_id: 'eve' })
    await send('POST', '/v1/session/password', { cookie, body: { password: GOOD } })
    const entered = await send('POST', '/v1/sign_in/password', {
      body: { name: 'Eve@house.example', password: GOOD },
    })
    expect(entered.body.session).toMatchObject({ kind: 'staff', role: 'support' })
  })

  it('answers alike for a name that nobody has and a password that is wrong', async () => {
    const wrong = await send('POST', '/v1/sign_in/password', {
      body: { name: 'ann@example.com', password: 'wrong' },
    })
    const nobody = await send('POST', '/v1/sign_in/password', {
      body: { name: 'nobody@example.com', password: 'wrong' },
    })
    const noStaff = await send('POST', '/v1/sign_in/password', {
      body: { name: 'sam', password: 'x' },
    })
    expect(wrong.status).toBe(401)
    for (const other of [nobody, noStaff]) expect(other.body.code).toBe(wrong.body.code)
  })

  it('after several wrong ones the next try waits, also the right one', async () => {
    const body = { name: 'ann@example.com', password: 'wrong' }
    let last = await send('POST', '/v1/sign_in/password', { body })
    for (let tries = 0; tries < 6 && last.status === 401; tries += 1)
      last = await send('POST', '/v1/sign_in/password', { body })
    expect(last.body.code).toBe('sign_in_locked')
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
    const right = await send('POST', '/v1/sign_in/password', { body: { ...body, password: GOOD } })
    expect(right.body.code).toBe('sign_in_locked')
  })
})

describe('before money moves', () => {
  it('a session of before is asked for the password, does the same request then, and a key is not', async () => {
    await api.done('addMember', {
      params: { account_id: 'own' },
      body: { member_id: 'bob', name: 'Bob', role: 'owner' },
    })
    const cookie = await signIn({ account_id: 'own', member_id: 'bob' })
    const password = 'walnut ferry under cloudless'
    await send('POST', '/v1/session/password', { cookie, body: { password } })
    await api.database.pool.query(
      "update control.session set authenticated_at = authenticated_at - interval '16 minutes' where member_id = 'bob'",
    )
    const order = {
      cookie,
      body: { paid_use: true },
      headers: { ...PAGE, 'idempotency-key': 'one' },
    }
    const asked = await send('PATCH', '/v1/accounts/own/controls', order)
    expect([asked.status, asked.body.code]).toEqual([403, 'step_up_required'])
    expect((await send('GET', '/v1/accounts/own/state', { cookie })).body.paid_use).toBe(false)
    expect(
      (await send('POST', '/v1/session/step_up', { cookie, body: { password: 'x' } })).status,
    ).toBe(401)
    expect((await send('POST', '/v1/session/step_up', { cookie, body: { password } })).status).toBe(
      200,
    )
    expect((await send('PATCH', '/v1/accounts/own/controls', order)).status).toBe(200)
  })

  it('is asked for whatever moves money or says who may, and for nothing that only looks', () => {
    const asked = (Object.keys(ROUTES) as OperationId[]).filter((id) =>
      needsStepUp({ id, method: ROUTES[id].method, permission: ROUTES[id].permission }),
    )
    for (const id of [
      'confirmPurchase',
      'setAutoReload',
      'setControls',
      'createKey',
      'grant',
      'refund',
    ])
      expect(asked).toContain(id)
    for (const id of asked) expect(ROUTES[id].method, id).not.toBe('GET')
    expect(asked.filter((id) => id.startsWith('preview'))).toEqual([])
  })
})

describe('a portal', () => {
  it('shows one account to a reader who is no member, and changes nothing', async () => {
    const { path } = await api.done('createPortalLink', { params: { account_id: 'own' }, body: {} })
    const { cookie, body } = await send('POST', '/v1/sign_in/link', {
      body: { token: tokenOf(path) },
    })
    expect(body.session).toMatchObject({ kind: 'portal', role: 'usage_viewer', accounts: [] })
    const own = pairOf(cookie)
    expect((await send('GET', '/v1/accounts/own/state', { cookie: own })).status).toBe(200)
    expect((await send('GET', '/v1/accounts/other/state', { cookie: own })).status).toBe(404)
    const change = await send('PATCH', '/v1/accounts/own/controls', {
      cookie: own,
      body: { paid_use: true },
      headers: { ...PAGE, 'idempotency-key': 'p' },
    })
    expect(change.status).toBe(403)
  })
})

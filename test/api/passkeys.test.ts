import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PasskeyDevice } from '../support/passkey-device.ts'
import { type Sent, send as sendTo, signIn } from './browser.ts'
import { type Api, startNode, startStockedApi } from './support.ts'

/* Passkeys: how they are added, what they open, and everything with which they do not. */

const ORIGIN = 'http://localhost'
const ANN = { account_id: 'own', member_id: 'ann' }
const SAM = { staff_id: 'sam' }
const GOOD = 'teapot gravel nineteen harbour'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
  await api.account('own')
  await api.done('addMember', {
    params: { account_id: 'own' },
    body: { member_id: 'ann', name: 'Ann', role: 'owner', email: 'ann@example.com' },
  })
  for (const id of ['sam', 'tom', 'uma'])
    await api.done('addStaff', { body: { staff_id: id, name: id, role: 'support' } })
})
afterAll(() => api.close())

const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, sent?: Sent) =>
  sendTo(api, method, url, sent)

const ask = async (purpose: string, cookie?: string) => {
  const { status, body } = await send('POST', '/v1/passkeys/challenges', {
    body: { for: purpose },
    ...(cookie !== undefined && { cookie }),
  })
  expect(status, JSON.stringify(body)).toBe(200)
  return body.options
}

/** Adds a passkey to whoever has the cookie. */
async function added(cookie: string, name = 'laptop') {
  const device = new PasskeyDevice(ORIGIN)
  const credential = device.make(await ask('register', cookie))
  const { status, body } = await send('POST', '/v1/passkeys', {
    cookie,
    body: { name, credential },
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return { device, passkeyId: body.passkey_id as string }
}

const enter = (credential: object) => send('POST', '/v1/sign_in/passkey', { body: { credential } })

const old = (cookie: string) =>
  api.database.pool.query(
    `update control.session set authenticated_at = now() - interval '1 hour'
     where token_hash = sha256($1::bytea)`,
    [Buffer.from(cookie.split('=')[1] ?? '')],
  )

describe('a passkey', () => {
  it('is added, signs its person in, and is named and removed', async () => {
    const cookie = await signIn(api, ANN)
    const { device, passkeyId } = await added(cookie)
    const { device: second } = await added(cookie, 'phone')
    const entered = await enter(device.show(await ask('sign_in')))
    expect(entered.body.session).toMatchObject({ kind: 'member', has_passkey: true })
    const renamed = await send('PATCH', `/v1/passkeys/${passkeyId}`, {
      cookie,
      body: { name: 'old laptop' },
    })
    expect(renamed.body.name).toBe('old laptop')
    expect((await send('DELETE', `/v1/passkeys/${passkeyId}`, { cookie })).status).toBe(200)
    const gone = await enter(device.show(await ask('sign_in')))
    expect([gone.status, gone.body.code]).toEqual([401, 'passkey_refused'])
    expect((await enter(second.show(await ask('sign_in')))).status).toBe(200)
  })

  it('is added only after a sign-in of the last minutes, and not from a portal', async () => {
    const cookie = await signIn(api, ANN)
    await old(cookie)
    const stale = await send('POST', '/v1/passkeys/challenges', {
      cookie,
      body: { for: 'register' },
    })
    expect([stale.status, stale.body.code]).toEqual([403, 'step_up_required'])
    const { path } = await api.done('createPortalLink', {
      params: { account_id: 'own' },
      body: { member_id: 'ann' },
    })
    const portal = await send('POST', '/v1/sign_in/link', {
      body: { token: path.split('#token=')[1] },
    })
    const refused = await send('POST', '/v1/passkeys/challenges', {
      cookie: portal.cookie,
      body: { for: 'register' },
    })
    expect([refused.status, refused.body.code]).toEqual([409, 'session_needed'])
  })

  it('steps its own session up, and no other person’s', async () => {
    const ann = await signIn(api, ANN)
    const { device } = await added(ann)
    await old(ann)
    const options = await ask('step_up', ann)
    const done = await send('POST', '/v1/session/step_up/passkey', {
      cookie: ann,
      body: { credential: device.show(options) },
    })
    expect(done.body.session.stepped_up_until).not.toBeNull()
    const sam = await signIn(api, SAM)
    const forSam = await ask('step_up', sam)
    const other = await send('POST', '/v1/session/step_up/passkey', {
      cookie: sam,
      body: { credential: device.show(forSam) },
    })
    expect(other.body.code).toBe('passkey_refused')
    const swapped = await send('POST', '/v1/session/step_up/passkey', {
      cookie: sam,
      body: { credential: device.show(await ask('step_up', ann)) },
    })
    expect(swapped.body.code).toBe('passkey_refused')
  })
})

describe('what does not open', () => {
  let device: PasskeyDevice
  beforeAll(async () => {
    ;({ device } = await added(await signIn(api, ANN), 'strict'))
    expect((await enter(device.show(await ask('sign_in')))).status).toBe(200)
  })

  it.each([
    ['for another site', { origin: 'https://evil.example' }],
    ['of another relying party', { rpId: 'evil.example' }],
    ['without having verified its holder', { verified: false }],
    ['whose device has counted backwards', { counter: 1 }],
  ])('an answer %s', async (_name, ways) => {
    const refused = await enter(device.show(await ask('sign_in'), ways))
    expect([refused.status, refused.body.code]).toEqual([401, 'passkey_refused'])
    expect(refused.cookie).toBe('')
  })

  it('an answer that was given before, or by two at once', async () => {
    const credential = device.show(await ask('sign_in'))
    const both = await Promise.all([enter(credential), enter(credential)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
    expect((await enter(credential)).status).toBe(401)
  })

  it('an answer that comes too late', async () => {
    const credential = device.show(await ask('sign_in'))
    await api.database.pool.query(
      "update control.sign_in_challenge set expires_at = now() - interval '1 second'",
    )
    expect((await enter(credential)).body.code).toBe('passkey_refused')
  })

  it('an answer to something that this server has not asked', async () => {
    const own = Buffer.alloc(32, 7).toString('base64url')
    expect((await enter(device.show({ challenge: own }))).body.code).toBe('passkey_refused')
    for (const credential of [{}, { id: 7 }, { id: 'x', response: { clientDataJSON: '!' } }])
      expect((await enter(credential)).body.code).toBe('passkey_refused')
  })

  it('an answer to a question of another kind', async () => {
    const cookie = await signIn(api, ANN)
    const refused = await enter(device.show(await ask('step_up', cookie)))
    expect(refused.body.code).toBe('passkey_refused')
  })

  it('anything, under an address to which browsers bind no passkey', async () => {
    const refused = await send('POST', '/v1/passkeys/challenges', {
      headers: { 'everycent-csrf': '1', host: '127.0.0.1:8787' },
      body: { for: 'sign_in' },
    })
    expect([refused.status, refused.body.code]).toEqual([409, 'passkey_unavailable'])
  })
})

describe('people of the operator', () => {
  async function withPassword(staffId: string): Promise<string> {
    const cookie = await signIn(api, { staff_id: staffId })
    const { status } = await send('POST', '/v1/session/password', {
      cookie,
      body: { password: GOOD },
    })
    expect(status).toBe(200)
    return cookie
  }
  const password = (name: string) =>
    send('POST', '/v1/sign_in/password', { body: { name, password: GOOD } })

  it('come in with a password alone until they have a passkey, then with both', async () => {
    const cookie = await withPassword('tom')
    expect((await password('tom')).body.session.kind).toBe('staff')
    const { device } = await added(cookie)
    const { device: other } = await added(await signIn(api, ANN), 'other')
    const half = await password('tom')
    expect([half.status, half.body.session, half.cookie]).toEqual([200, null, ''])
    const { options } = half.body.second_factor
    // The passkey of somebody else is no second factor for this password.
    expect((await enter(other.show(options))).body.code).toBe('passkey_refused')
    const again = (await password('tom')).body.second_factor.options
    expect((await enter(device.show(again))).body.session).toMatchObject({ kind: 'staff' })
  })

  it('need one where the operator says so, and come to it by a link', async () => {
    await withPassword('uma')
    const strict = await startNode(api.database, { signIn: { staffPasskeys: 'required' } })
    const refused = await sendTo(strict, 'POST', '/v1/sign_in/password', {
      body: { name: 'uma', password: GOOD },
    })
    expect([refused.status, refused.body.code]).toEqual([403, 'passkey_required'])
    const cookie = await signIn(strict, { staff_id: 'uma' })
    const { passkeyId } = await added(cookie)
    // Here the password alone would not be a way in.
    const last = await sendTo(strict, 'DELETE', `/v1/passkeys/${passkeyId}`, { cookie })
    expect([last.status, last.body.code]).toEqual([409, 'last_way_in'])
    expect((await send('DELETE', `/v1/passkeys/${passkeyId}`, { cookie })).status).toBe(200)
    await strict.close()
  })

  it('keep the last of two passkeys, also when both are removed at once', async () => {
    await api.done('addStaff', { body: { staff_id: 'vic', name: 'Vic', role: 'support' } })
    const cookie = await signIn(api, { staff_id: 'vic' })
    const ids = [await added(cookie), await added(cookie, 'two')].map(({ passkeyId }) => passkeyId)
    const both = await Promise.all(
      ids.map((id) => send('DELETE', `/v1/passkeys/${id}`, { cookie })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  })
})

describe('what happened at the doors', () => {
  it('is listed to its person and to the operator, with browsers and addresses in part', async () => {
    await api.done('addStaff', { body: { staff_id: 'wim', name: 'Wim', role: 'support' } })
    const cookie = await signIn(api, { staff_id: 'wim' })
    await send('POST', '/v1/session/password', { cookie, body: { password: GOOD } })
    await send('POST', '/v1/sign_in/password', { body: { name: 'wim', password: 'wrong' } })
    await added(cookie)
    const { body } = await send('GET', '/v1/session/sign_ins', { cookie })
    expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual([
      'passkey_added',
      'sign_in_failed',
      'password_set',
      'signed_in',
      'link_made',
    ])
    expect(body.items[1]).toMatchObject({ way: 'password', address: '127.0.0.x' })
    const all = await api.done('listSignIns', { query: { staff_id: 'wim', limit: 2 } })
    expect(all.items.map(({ person }) => person.name)).toEqual(['Wim', 'Wim'])
    const rest = await api.done('listSignIns', {
      query: { staff_id: 'wim', cursor: all.next_cursor ?? '' },
    })
    expect(rest.items).toHaveLength(3)
    const failed = await api.done('listSignIns', { query: { kind: 'sign_in_failed' } })
    expect(failed.items.every(({ kind }) => kind === 'sign_in_failed')).toBe(true)
    const refused = await send('GET', '/v1/sign_ins', { cookie })
    expect(refused.status).toBe(403)
  })
})

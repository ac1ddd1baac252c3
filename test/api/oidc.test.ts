import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OidcConfig, Secret } from '../../src/config.ts'
import { OidcProvider, type Wrong } from '../support/oidc-provider.ts'
import { type Sent, send as sendTo, signIn } from './browser.ts'
import { type Api, startNode, startStockedApi } from './support.ts'

/* Signing in by a provider: whom it means, and everything that is not taken from it. */

let api: Api
let first: Api
let provider: OidcProvider
const settings = (own: Partial<OidcConfig> = {}) => ({
  staffPasskeys: 'optional' as const,
  oidc: {
    issuer: provider.issuer,
    clientId: provider.client.id,
    clientSecret: new Secret(provider.client.secret),
    scopes: 'openid email profile',
    label: 'House key',
    for: 'both' as const,
    firstTime: 'known' as const,
    domains: [],
    ...own,
  },
})

beforeAll(async () => {
  provider = await new OidcProvider().start()
  first = await startStockedApi()
  api = await startNode(first.database, { signIn: settings() })
  await api.account('own')
  await api.done('addMember', {
    params: { account_id: 'own' },
    body: { member_id: 'ann', name: 'Ann', role: 'owner', email: 'ann@example.com' },
  })
  await api.done('addStaff', {
    body: { staff_id: 'sam', name: 'Sam', role: 'support', email: 'sam@house.example' },
  })
})
afterAll(async () => {
  await api.close()
  await first.close()
  await provider.close()
})
beforeEach(() => {
  provider.persona = { sub: 'ann-1', email: 'Ann@example.com', email_verified: true }
  provider.wrong = {}
})

const send = (method: 'GET' | 'POST' | 'DELETE', url: string, sent?: Sent) =>
  sendTo(api, method, url, sent)

/** Asks, and comes back from the provider: what is left is to hand on the answer. */
async function asked(own: object = {}, cookie?: string) {
  const begun = await send('POST', '/v1/sign_in/oidc', {
    body: { connect: false, ...own },
    ...(cookie !== undefined && { cookie }),
  })
  expect(begun.status, JSON.stringify(begun.body)).toBe(200)
  const query = provider.follow(begun.body.url).search.slice(1)
  const cookies = [cookie, begun.cookie].filter(Boolean).join('; ')
  return { query, cookies, url: new URL(begun.body.url) }
}

const answer = ({ query, cookies }: { query: string; cookies: string }) =>
  send('POST', '/v1/sign_in/oidc/answer', { cookie: cookies, body: { query } })

const enter = async (body?: object) => answer(await asked(body))

describe('a provider', () => {
  it('signs in the member whose address it has verified, and goes on where it was wanted', async () => {
    const { status, body, headers } = await enter({ next: '/a/own/receipts' })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({
      session: { kind: 'member', account: { id: 'own' }, accounts: [{ id: 'own' }] },
      next: '/a/own/receipts',
    })
    expect(String(headers['set-cookie'])).toMatch(/HttpOnly.*SameSite=Strict/)
    const { items } = await api.done('listSignIns', { query: { member_id: 'ann', limit: 1 } })
    expect(items[0]).toMatchObject({ kind: 'signed_in', way: 'oidc' })
  })

  it('signs in a person of the operator by the address that the operator has written down', async () => {
    provider.persona = { sub: 'sam-1', email: 'sam@house.example', email_verified: true }
    expect((await enter()).body.session).toMatchObject({ kind: 'staff', role: 'support' })
  })

  it('is asked with PKCE, state and nonce, and anew where that is wanted', async () => {
    const { url } = await asked({ again: true })
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      code_challenge_method: 'S256',
      response_type: 'code',
      scope: 'openid email profile',
      redirect_uri: 'http://localhost/sign-in/oidc',
    })
    expect(provider.lastPrompt).toBe('login')
    for (const name of ['state', 'nonce']) expect(url.searchParams.get(name)).toMatch(/^[\w-]{43}$/)
  })

  it('does not make a session fresher than it says that its person was seen', async () => {
    const hourAgo = Math.floor(Date.now() / 1_000) - 3_600
    provider.wrong = { claims: { auth_time: hourAgo } }
    expect((await enter()).body.session.stepped_up_until).toBeNull()
  })

  it('signs in whoever its subject is connected to, whatever the address', async () => {
    await api.done('addMember', {
      params: { account_id: 'own' },
      body: { member_id: 'bob', name: 'Bob', role: 'developer' },
    })
    const cookie = await signIn(api, { account_id: 'own', member_id: 'bob' })
    provider.persona = { sub: 'bob-1', email: 'bob@private.example', email_verified: false }
    const connected = await answer(await asked({ connect: true }, cookie))
    expect(connected.status, JSON.stringify(connected.body)).toBe(200)
    expect((await enter()).body.session).toMatchObject({ person: { name: 'Bob' } })
    const listed = await send('GET', '/v1/identities', { cookie })
    expect(listed.body.items).toMatchObject([{ shown: 'bob@private.example' }])
    // Nobody else takes the subject.
    const sam = await signIn(api, { staff_id: 'sam' })
    const taken = await answer(await asked({ connect: true }, sam))
    expect([taken.status, taken.body.code]).toEqual([409, 'identity_taken'])
    // It is the only way of Bob, who has no address and no password.
    const id = listed.body.items[0].identity_id
    const last = await send('DELETE', `/v1/identities/${id}`, { cookie })
    expect([last.status, last.body.code]).toEqual([409, 'last_way_in'])
    const password = 'teapot gravel nineteen harbour'
    await send('POST', '/v1/session/password', { cookie, body: { password } })
    expect((await send('DELETE', `/v1/identities/${id}`, { cookie })).status).toBe(200)
    expect((await enter()).body.code).toBe('oidc_email_unverified')
  })
})

describe('nobody comes in', () => {
  const minute = 60
  const now = (): number => Math.floor(Date.now() / 1_000)
  const unsigned = (alg: string): Wrong => ({ header: { alg }, signature: 'none' })
  const foreign = (header: object): Wrong => ({ key: true, header: { ...header } })
  it.each<[string, () => Wrong]>([
    ['whose token answers another question', () => ({ claims: { nonce: 'other' } })],
    ['whose token is for another client', () => ({ claims: { aud: 'other' } })],
    ['whose token is over', () => ({ claims: { exp: now() - 10 * minute } })],
    ['whose token is of another provider', () => ({ claims: { iss: 'https://evil.example' } })],
    ['whose token is signed by somebody else', () => ({ key: true })],
    ['whose token says it needs no signature', () => unsigned('none')],
    ['the same, in another spelling', () => unsigned('nOnE')],
    [
      'whose token is signed with the public key as a secret',
      () => ({ header: { alg: 'HS256' }, signature: 'with the public key as a secret' }),
    ],
    [
      'whose token is signed with the secret that we share with the provider',
      () => ({ header: { alg: 'HS256' }, signature: 'with our secret' }),
    ],
    ['whose token names no key of the provider', () => ({ header: { kid: 'two' } })],
    ['whose token names a file as its key', () => foreign({ kid: '../../../dev/null' })],
    ['whose token brings its key along', () => foreign({ jwk: provider.foreignKey() })],
    ['whose token says where its key is', () => foreign({ jku: 'http://169.254.169.254/keys' })],
    ['whose token has what nobody here understands', () => ({ header: { crit: ['exp', 'b64'] } })],
  ])('%s', async (_name, wrong) => {
    provider.wrong = wrong()
    const refused = await enter()
    expect([refused.status, refused.body.code]).toEqual([401, 'oidc_refused'])
    expect(refused.cookie).toBe('')
  })

  it('a second time with the same answer, or by two at once', async () => {
    const back = await asked()
    const both = await Promise.all([answer(back), answer(back)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
    expect((await answer(back)).body.code).toBe('oidc_refused')
  })

  it('from a browser that has not asked', async () => {
    const { query } = await asked()
    const other = await asked()
    for (const cookies of ['', other.cookies])
      expect((await answer({ query, cookies })).body.code).toBe('oidc_refused')
  })

  it('after the time is over', async () => {
    const back = await asked()
    await api.database.pool.query(
      "update control.oidc_request set expires_at = now() - interval '1 second'",
    )
    expect((await answer(back)).body.code).toBe('oidc_refused')
  })

  it('who has said no, or has no state', async () => {
    const { query, cookies } = await asked()
    const state = new URLSearchParams(query).get('state')
    const denied = { query: `error=access_denied&state=${state}`, cookies }
    expect((await answer(denied)).body.code).toBe('oidc_refused')
    expect((await answer({ query: '', cookies })).body.code).toBe('oidc_refused')
  })

  it('by an address that is not verified, or that nobody here has', async () => {
    provider.persona = { sub: 'x-1', email: 'ann@example.com' }
    const unverified = await enter()
    expect([unverified.status, unverified.body.code]).toEqual([403, 'oidc_email_unverified'])
    provider.persona = { sub: 'x-2', email: 'nobody@example.com', email_verified: true }
    const unknown = await enter()
    expect([unknown.status, unknown.body.code]).toEqual([403, 'oidc_person_unknown'])
  })

  it('for whom the provider is not', async () => {
    const ofStaff = await startNode(first.database, { signIn: settings({ for: 'staff' }) })
    const begun = await sendTo(ofStaff, 'POST', '/v1/sign_in/oidc', { body: { connect: false } })
    const query = provider.follow(begun.body.url).search.slice(1)
    const refused = await sendTo(ofStaff, 'POST', '/v1/sign_in/oidc/answer', {
      cookie: begun.cookie,
      body: { query },
    })
    expect(refused.body.code).toBe('oidc_person_unknown')
    await ofStaff.close()
  })

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/a b'])(
    'on the way to %s',
    async (next) => {
      const refused = await send('POST', '/v1/sign_in/oidc', {
        body: { connect: false, next },
      })
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid_request'])
    },
  )

  it('where no provider is set up, or it does not answer', async () => {
    const off = await sendTo(first, 'POST', '/v1/sign_in/oidc', { body: { connect: false } })
    expect([off.status, off.body.code]).toEqual([409, 'oidc_off'])
    const signIn = settings({ issuer: 'http://127.0.0.1:9' })
    const dead = await startNode(first.database, { signIn })
    const refused = await sendTo(dead, 'POST', '/v1/sign_in/oidc', { body: { connect: false } })
    expect([refused.status, refused.body.code]).toEqual([503, 'oidc_unavailable'])
    await dead.close()
  })
})

describe('who has not come in before', () => {
  /** Signs in by the provider on a server of its own settings. */
  async function enterOn(own: Partial<OidcConfig>): ReturnType<typeof sendTo> {
    const node = await startNode(first.database, { signIn: settings(own) })
    const begun = await sendTo(node, 'POST', '/v1/sign_in/oidc', { body: { connect: false } })
    const query = provider.follow(begun.body.url).search.slice(1)
    const { cookie } = begun
    const entered = await sendTo(node, 'POST', '/v1/sign_in/oidc/answer', {
      ...{ cookie, body: { query } },
    })
    await node.close()
    return entered
  }
  const cy = { sub: 'cy-1', email: 'cy@example.com', email_verified: true }

  it('is let in by an invitation only, which is taken by it, where that is the setting', async () => {
    await api.done('addMember', {
      params: { account_id: 'own' },
      body: { member_id: 'cy', name: 'Cy', role: 'developer', email: cy.email },
    })
    provider.persona = cy
    for (const firstTime of ['invited', 'nobody'] as const)
      expect((await enterOn({ firstTime })).body.code).toBe('oidc_not_invited')
    const params = { account_id: 'own', member_id: 'cy' }
    const { path } = await api.done('inviteMember', { params, body: { by: 'copy' } })
    expect((await enterOn({ firstTime: 'nobody' })).body.code).toBe('oidc_not_invited')
    const entered = await enterOn({ firstTime: 'invited' })
    expect(entered.body.session).toMatchObject({ person: { name: 'Cy' } })
    const token = path?.split('#token=')[1]
    expect((await send('POST', '/v1/sign_in/link', { body: { token } })).body.code).toBe(
      'link_over',
    )
    // From the second time on the setting says nothing.
    expect((await enterOn({ firstTime: 'nobody' })).status).toBe(200)
  })

  it('becomes a support agent by a domain of the operator, but not again after a removal', async () => {
    const ours = { firstTime: 'domains', domains: ['house.example'] } as const
    provider.persona = { sub: 'new-1', email: 'New.One@House.example', email_verified: true }
    expect((await enter()).body.code).toBe('oidc_person_unknown')
    expect((await enterOn({ ...ours, for: 'members' })).body.code).toBe('oidc_person_unknown')
    const made = await enterOn(ours)
    expect(made.body.session).toMatchObject({ kind: 'staff', role: 'support' })
    expect((await enterOn(ours)).status).toBe(200)
    const { items } = await api.done('listStaff', {})
    const same = items.filter(({ email }) => email === 'New.One@House.example')
    expect(same).toMatchObject([{ name: 'New.One', status: 'active' }])
    await api.done('removeStaff', { params: { staff_id: same[0]?.staff_id ?? '' } })
    expect((await enterOn(ours)).body.code).toBe('oidc_person_unknown')
    // Neither an address that is not verified, nor one that only ends alike.
    provider.persona = { sub: 'new-2', email: 'two@house.example' }
    expect((await enterOn(ours)).body.code).toBe('oidc_email_unverified')
    for (const email of ['two@evilhouse.example', 'two@house.example.evil.example']) {
      provider.persona = { sub: 'new-3', email, email_verified: true }
      expect((await enterOn(ours)).body.code).toBe('oidc_person_unknown')
    }
  })
})

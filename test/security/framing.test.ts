import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperationId, ROUTES, type Route } from '../../src/contract/routes/index.ts'
import { PARAMS } from '../api/route-examples.ts'
import { urlOf } from '../api/support.ts'
import {
  cookieOf,
  inLanes,
  order,
  PAGE,
  signInToken,
  startWhole,
  tally,
  type Whole,
} from './support.ts'

/* What other sites may do where they are allowed to show portals in their frames, and nothing more. */

const HOST = 'https://app.example.com'
const ENV = {
  EVERYCENT_PUBLIC_URL: 'https://billing.example.com',
  EVERYCENT_PORTAL_FRAME_ORIGINS: `${HOST} https://other.example.org:8443`,
}
const ANN = { account_id: 'own', member_id: 'ann' }

const told = tally('framing')
let framed: Whole
let closed: Whole
let portal: string
beforeAll(async () => {
  framed = await startWhole({}, ENV)
  closed = await startWhole({}, { EVERYCENT_PUBLIC_URL: ENV.EVERYCENT_PUBLIC_URL })
  for (const { account, ask } of [framed, closed]) {
    await account('own')
    const member = { member_id: 'ann', name: 'Ann', role: 'owner' }
    await order(ask, ['POST', '/v1/accounts/own/members'], member)
  }
  portal = await cookieOf(framed.ask, await portalToken(framed))
})
afterAll(async () => {
  told.print()
  await framed.close()
  await closed.close()
})

async function portalToken({ ask }: Whole, body: object = { member_id: 'ann' }): Promise<string> {
  const { path } = await order(ask, ['POST', '/v1/accounts/own/portal_links'], body)
  return `${path}`.split('#token=')[1] ?? ''
}

async function cookiesOf({ ask }: Whole, token: string): Promise<readonly string[]> {
  const reply = await ask('POST', '/v1/sign_in/link', { headers: PAGE, body: { token } })
  return reply.headers.getSetCookie()
}

describe('the cookie', () => {
  it('of a portal is sent in frames, kept apart for each site, and ends the one of a member', async () => {
    const [own, other, ...more] = await cookiesOf(framed, await portalToken(framed))
    expect(own).toMatch(/^__Host-everycent-portal=[\w-]{43}; /)
    for (const part of ['HttpOnly', 'Secure', 'Partitioned', 'SameSite=None', 'Path=/'])
      expect(own).toContain(`; ${part}`)
    expect(own).not.toContain('Domain')
    expect(other).toMatch(/^__Host-everycent=; Max-Age=0; .*SameSite=Strict/)
    expect(more).toEqual([])
  })

  it('of a member stays strict, and ends the one of a portal', async () => {
    const [own, other] = await cookiesOf(framed, await signInToken(framed.ask, ANN))
    expect(own).toMatch(/^__Host-everycent=[\w-]{43}; .*SameSite=Strict/)
    expect(own).not.toContain('Partitioned')
    expect(other).toMatch(/^__Host-everycent-portal=; Max-Age=0; .*Partitioned/)
  })

  it('is strict for portals too where nobody may frame them', async () => {
    const cookies = await cookiesOf(closed, await portalToken(closed))
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(/^__Host-everycent=[\w-]{43}; .*SameSite=Strict/)
  })

  it('that frames send opens nothing but a portal: no session of a member, and none where framing is off', async () => {
    const [name, value] = portal.split('=') as [string, string]
    const member = (await framed.cookie(ANN)).split('=')[1]
    const state = (of: Whole, cookie: string) =>
      of.ask('GET', '/v1/accounts/own/state', { headers: { cookie } })
    expect((await state(framed, portal)).status).toBe(200)
    expect((await state(framed, `${name}=${member}`)).status).toBe(401)
    expect((await state(framed, `__Host-everycent-portal=; ${name}=${value}x`)).status).toBe(401)
    const elsewhere = await cookieOf(closed.ask, await portalToken(closed))
    expect((await state(closed, elsewhere)).status).toBe(200)
    expect((await state(closed, `${name}=${elsewhere.split('=')[1]}`)).status).toBe(401)
  })
})

describe('the page of another site, with the cookie of a portal that is sent along', () => {
  const changes = (Object.keys(ROUTES) as OperationId[]).filter((id) => {
    const { method, permission } = ROUTES[id] as Route
    return method !== 'GET' && permission !== 'public'
  })
  const reads = (Object.keys(ROUTES) as OperationId[]).filter((id) => {
    const { method, permission } = ROUTES[id] as Route
    return method === 'GET' && permission !== 'public'
  })

  /** Each way alone: what one browser leaves out, another mark still shows. */
  it.each([
    ['a form, in a browser that says nothing of itself', {}],
    ['a form of the site that frames', { origin: HOST, 'sec-fetch-site': 'cross-site' }],
    ['a request with our header', { 'everycent-csrf': '1', 'sec-fetch-site': 'cross-site' }],
    ['a request of a neighbour', { 'everycent-csrf': '1', 'sec-fetch-site': 'same-site' }],
    ['our header and its own origin alone', { 'everycent-csrf': '1', origin: HOST }],
    ['our header out of a sandbox', { 'everycent-csrf': '1', origin: 'null' }],
  ])('changes nothing: %s', async (_how, headers) => {
    const wrong: string[] = []
    await inLanes(changes, async (id) => {
      const { method } = ROUTES[id] as Route
      const sent = { headers: { ...headers, cookie: portal }, body: '{}' }
      const reply = await framed.ask(method, urlOf(id, PARAMS), sent)
      told.count('cross-site changes')
      if (reply.status !== 403 || !reply.text.includes('cross_site_request'))
        wrong.push(`${id}: ${reply.status}`)
    })
    expect(wrong).toEqual([])
    expect(changes.length).toBeGreaterThan(60)
  })

  it('changes nothing of the session either', async () => {
    for (const [method, path, body] of [
      ['DELETE', '/v1/session', undefined],
      ['POST', '/v1/session/step_up', { password: 'x' }],
    ] as const) {
      const headers = { origin: HOST, 'sec-fetch-site': 'cross-site', cookie: portal }
      const reply = await framed.ask(method, path, { headers, ...(body && { body }) })
      expect([path, reply.status]).toEqual([path, 403])
    }
  })

  it.each(['cross-site', 'same-site'])('reads nothing, %s', async (site) => {
    const wrong: string[] = []
    await inLanes(reads, async (id) => {
      const headers = { 'sec-fetch-site': site, cookie: portal }
      const reply = await framed.ask('GET', urlOf(id, PARAMS), { headers })
      told.count('cross-site reads')
      if (reply.status !== 401) wrong.push(`${id}: ${reply.status}`)
    })
    expect(wrong).toEqual([])
    expect(reads.length).toBeGreaterThan(60)
  })

  it('is allowed nothing by a preflight', async () => {
    const headers = {
      origin: HOST,
      cookie: portal,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'everycent-csrf',
    }
    const reply = await framed.ask('OPTIONS', '/v1/accounts/own/caps', { headers })
    expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    )
  })
})

describe('a page of the app', () => {
  const ancestors = async (
    of: Whole,
    path: string,
    cookie?: string,
  ): Promise<[string, string | null]> => {
    const headers = { accept: 'text/html', ...(cookie !== undefined && { cookie }) }
    const reply = await of.ask('GET', path, { headers })
    expect([path, reply.status]).toEqual([path, 200])
    told.count('pages looked at')
    const policy = reply.headers.get('content-security-policy') ?? ''
    const [, list = ''] = /frame-ancestors ([^;]+)/.exec(policy) ?? []
    return [list, reply.headers.get('x-frame-options')]
  }
  const NOBODY = ["'none'", 'DENY']
  const HOSTS = [ENV.EVERYCENT_PORTAL_FRAME_ORIGINS, null]
  const OTHERS = [
    '/home',
    '/sign-in',
    '/sign-in/oidc',
    '/security',
    '/support',
    '/operator',
    '/operator/audit',
  ]

  it('that is the way into a portal may be framed by the named sites', async () => {
    expect(await ancestors(framed, '/portal')).toEqual(HOSTS)
  })

  it.each(['/a/own', '/a/own/usage', '/r/rcpt_x'])('%s may, in a portal only', async (path) => {
    expect(await ancestors(framed, path, portal)).toEqual(HOSTS)
    expect(await ancestors(framed, path)).toEqual(NOBODY)
    expect(await ancestors(framed, path, await framed.cookie(ANN))).toEqual(NOBODY)
  })

  it.each(OTHERS)('%s never may, in a portal neither', async (path) => {
    expect(await ancestors(framed, path, portal)).toEqual(NOBODY)
  })

  it.each(['/portal', '/a/own', ...OTHERS])('%s may not where no site is named', async (path) => {
    expect(await ancestors(closed, path)).toEqual(NOBODY)
  })

  it('is kept for nobody else by what lies between', async () => {
    const reply = await framed.ask('GET', '/a/own', { headers: { accept: 'text/html' } })
    expect(reply.headers.get('vary')).toMatch(/cookie/i)
    expect(reply.headers.get('cache-control')).toBe('no-cache')
  })
})

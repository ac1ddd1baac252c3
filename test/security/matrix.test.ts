import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  PERMISSIONS,
  PRINCIPALS,
  type Principal,
  type Reach,
  ROLES,
  STAFF_ROLES,
} from '../../src/contract/permissions.ts'
import { type OperationId, ROUTES, type Route } from '../../src/contract/routes/index.ts'
import { BODIES, isMaskedFile, PARAMS } from '../api/route-examples.ts'
import { journalOf, urlOf } from '../api/support.ts'
import {
  bearer,
  cookieOf,
  inLanes,
  OPERATOR,
  order,
  PAGE,
  startWhole,
  tally,
  type Whole,
} from './support.ts'

/*
 * Every guarded route with the session of each kind of person, over HTTP and through everything that
 * `serve` puts before a handler. Keys and tokens are in test/api/permissions.test.ts, tools in test/mcp.
 */

type Sessioned = Principal | 'portal'
const KINDS: readonly Sessioned[] = [
  ...PRINCIPALS.filter((kind) => kind !== 'account_key'),
  'portal',
]

let whole: Whole
const keys = new Map<string, string>()
const cookies = new Map<Sessioned, string>()
const told = tally('authorisation')

beforeAll(async () => {
  whole = await startWhole()
  for (const id of ['own', 'other']) keys.set(id, await whole.account(id))
  const { ask } = whole
  for (const role of STAFF_ROLES) {
    await order(ask, ['POST', '/v1/staff'], { staff_id: `the_${role}`, name: role, role })
    cookies.set(role, await whole.cookie({ staff_id: `the_${role}` }))
  }
  for (const role of ROLES) {
    const member = { member_id: `the_${role}`, name: role, role }
    await order(ask, ['POST', '/v1/accounts/own/members'], member)
    cookies.set(role, await whole.cookie({ account_id: 'own', member_id: member.member_id }))
    const bound = { name: role, member_id: member.member_id }
    keys.set(role, `${(await order(ask, ['POST', '/v1/accounts/own/keys'], bound)).key}`)
  }
  const { path } = await order(ask, ['POST', '/v1/accounts/own/portal_links'], {})
  cookies.set('portal', await cookieOf(ask, `${path}`.split('#token=')[1] ?? ''))
})
afterAll(async () => {
  told.print()
  await whole.close()
})

const guarded = (Object.keys(ROUTES) as OperationId[]).filter(
  (id) => (ROUTES[id] as Route).permission !== 'public',
)

const reachOf = (id: OperationId, kind: Sessioned): Reach => {
  const { permission } = ROUTES[id] as Route
  if (permission === 'public') return 'all'
  // Who reads through a portal is a viewer, and no member: nothing is its own.
  const reach = PERMISSIONS[permission][kind === 'portal' ? 'usage_viewer' : kind]
  return kind === 'portal' && reach === 'own' ? 'none' : reach
}

async function send(id: OperationId, headers: Record<string, string>, accountId = 'own') {
  const route: Route = ROUTES[id]
  const path = urlOf(id, { ...PARAMS, account_id: accountId })
  told.count('requests')
  return whole.ask(route.method, path, {
    headers: { ...headers, 'idempotency-key': 'matrix' },
    ...(route.body && { body: BODIES[id] ?? {} }),
  })
}

const isStaff = (kind: Sessioned) => STAFF_ROLES.some((role) => role === kind)

async function judge(id: OperationId, kind: Sessioned): Promise<string[]> {
  const own = { ...PAGE, cookie: cookies.get(kind)! }
  const reply = await send(id, own)
  const isMasked = reply.status === 403 && JSON.parse(reply.text).code === 'names_masked'
  const isLetIn = isMasked || (reply.status !== 401 && reply.status !== 403)
  const wrong: string[] = []
  if (isLetIn !== (reachOf(id, kind) !== 'none')) wrong.push(`${id}: ${reply.status} ${reply.text}`)
  if (isLetIn && isMasked !== isMaskedFile(id, kind)) wrong.push(`${id}: masked: ${isMasked}`)
  if (!(ROUTES[id] as Route).path.includes('{account_id}') || isStaff(kind)) return wrong
  const foreign = await send(id, own, 'other')
  const absent = await send(id, own, 'absent')
  if (foreign.status !== 404) wrong.push(`${id}, foreign: ${foreign.status}`)
  if (foreign.text !== absent.text)
    wrong.push(`${id}: a foreign account looks unlike an absent one`)
  return wrong
}

describe('every route × every kind of session', () => {
  it('has an example for every name in a path', () => {
    for (const id of guarded) expect(urlOf(id, PARAMS), id).not.toContain('{')
    expect(guarded.length * KINDS.length).toBeGreaterThan(1_000)
  })

  it.each(KINDS)('%s', async (kind) => {
    const before = await journalOf(whole.server.pool)
    const wrong: string[] = []
    await inLanes(guarded, async (id) => {
      wrong.push(...(await judge(id, kind)))
    })
    told.count('routes by session', guarded.length)
    expect(wrong).toEqual([])
    // An operator's empty orders are orders.
    if (kind !== 'operator') expect(await journalOf(whole.server.pool)).toEqual(before)
  })

  it('lets nobody in with a cookie that was made up, changed or ended', async () => {
    const ended = await whole.cookie({ account_id: 'own', member_id: 'the_owner' })
    const over = await whole.ask('DELETE', '/v1/session', { headers: { ...PAGE, cookie: ended } })
    expect(over.status).toBeLessThan(300)
    const good = cookies.get('owner')!
    const flipped = good.slice(0, -2) + (good.endsWith('AA') ? 'BB' : 'AA')
    const bad = [ended, flipped, 'everycent=%00']
    const wrong: string[] = []
    for (const cookie of bad)
      await inLanes(guarded, async (id) => {
        const { status } = await send(id, { ...PAGE, cookie })
        if (status !== 401) wrong.push(`${id}, ${cookie}: ${status}`)
      })
    expect(wrong).toEqual([])
  })
})

describe('the gateway', () => {
  const PATHS = [
    ['POST', '/anthropic/v1/messages'],
    ['POST', '/anthropic/v1/messages/count_tokens'],
    ['GET', '/anthropic/v1/models'],
    ['POST', '/openai/v1/chat/completions'],
    ['POST', '/openai/v1/responses'],
    ['POST', '/openai/v1/embeddings'],
    ['GET', '/openai/v1/models'],
  ] as const
  const call = {
    model: 'claude-haiku-5.5',
    max_tokens: 5,
    messages: [{ role: 'user', content: 'x' }],
  }

  it('takes no operator token, no session and no key that is over', async () => {
    const spare = await order(whole.ask, ['POST', '/v1/accounts/own/keys'], { name: 'spare' })
    await order(whole.ask, ['DELETE', `/v1/accounts/own/keys/${spare.key_id}`])
    const before = whole.received.length
    const wrong: string[] = []
    const credentials = [
      {},
      bearer(OPERATOR),
      { 'x-api-key': OPERATOR },
      bearer(`${spare.key}`),
      ...[...cookies.values()].map((cookie) => ({ ...PAGE, cookie })),
    ]
    for (const [method, path] of PATHS)
      for (const headers of credentials) {
        const body = method === 'POST' ? { body: call } : {}
        const { status } = await whole.ask(method, path, { headers, ...body })
        told.count('gateway requests')
        if (status !== 401) wrong.push(`${path}: ${status}`)
      }
    expect(wrong).toEqual([])
    expect(whole.received.length).toBe(before)
  })

  it.each(['own', ...ROLES])('a call with the key of %s is made as its role may', async (kind) => {
    const reach = kind === 'own' ? 'all' : PERMISSIONS.meter[kind as Principal]
    const { status } = await whole.ask('POST', '/anthropic/v1/messages', {
      headers: { 'x-api-key': keys.get(kind)! },
      body: call,
    })
    told.count('gateway requests')
    expect(status).toBe(reach === 'none' ? 403 : 200)
  })
})

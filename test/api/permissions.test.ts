import { text } from 'node:stream/consumers'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  PERMISSIONS,
  type Permission,
  PRINCIPALS,
  type Principal,
  ROLES,
  STAFF_ROLES,
} from '../../src/contract/permissions.ts'
import {
  type BodyOf,
  type OperationId,
  ROUTES,
  type Route,
  type Routes,
} from '../../src/contract/routes/index.ts'
import { BODIES, isMaskedFile, PARAMS } from './route-examples.ts'
import { type Api, journalOf, OPERATOR, startStockedApi, urlOf } from './support.ts'

/*
 * Every route of the table with every kind of credentials. The bodies are empty on purpose: permission is
 * decided before a body is looked at, so that nobody learns from the order of complaints.
 */

let api: Api
let own: string
let other: string
let revoked: string
beforeAll(async () => {
  api = await startStockedApi()
  own = (await api.account('own')).key
  other = (await api.account('other')).key
  const spare = await api.done('createKey', {
    params: { account_id: 'own' },
    body: { name: 'spare' },
  })
  revoked = spare.key
  await api.done('revokeKey', { params: { account_id: 'own', key_id: spare.key_id } })
})
afterAll(() => api.close())

const IDS = Object.keys(ROUTES) as OperationId[]
const routeOf = (id: OperationId): Route => ROUTES[id]
const named = (id: OperationId): boolean => routeOf(id).path.includes('{account_id}')

async function ask(id: OperationId, token: string | null, accountId = 'own', body?: object) {
  const route = routeOf(id)
  const response = await api.app.inject({
    method: route.method,
    url: urlOf(id, { ...PARAMS, account_id: accountId }),
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      'idempotency-key': 'matrix',
    },
    ...(route.body && { payload: body ?? BODIES[id] ?? {} }),
    payloadAsStream: true,
  })
  const { statusCode: status, headers } = response
  return { status, text: await textOf(response), headers }
}

/** A feed has no end: who is let in is told by its head. */
async function textOf(response: LightMyRequestResponse): Promise<string> {
  const stream = response.stream()
  if (!String(response.headers['content-type']).startsWith('text/event-stream')) return text(stream)
  stream.destroy()
  return ''
}

const guarded = IDS.filter((id) => routeOf(id).permission !== 'public')

describe('every route', () => {
  it('is looked at: the table is not empty', () => {
    expect(IDS.length).toBeGreaterThan(40)
    expect(guarded.length).toBeGreaterThan(30)
  })

  it.each(guarded)('%s refuses who has no credentials, or none in force', async (id) => {
    const before = await journalOf(api.database.pool)
    const none = await ask(id, null)
    expect(none.status).toBe(401)
    expect(none.headers['www-authenticate']).toBe('Bearer')
    for (const token of ['wrong', `${OPERATOR}x`, revoked, own.slice(0, -1), 'ec_live_'])
      expect((await ask(id, token)).text).toBe(none.text)
    expect(await journalOf(api.database.pool)).toEqual(before)
  })

  it.each(IDS)('%s lets the operator in', async (id) => {
    const { status } = await ask(id, OPERATOR)
    expect([401, 403]).not.toContain(status)
  })
})

/** A key of each kind, in the account `own`. */
const tokens = new Map<Principal, string>()
beforeAll(async () => {
  tokens.set('operator', OPERATOR)
  tokens.set('account_key', own)
  for (const role of STAFF_ROLES.filter((name) => name !== 'operator'))
    tokens.set(role, (await api.done('addStaff', { body: { name: role, role } })).token)
  for (const role of ROLES) {
    const body = { member_id: `the_${role}`, name: role, role }
    await api.done('addMember', { params: { account_id: 'own' }, body })
    const made = await api.done('createKey', {
      params: { account_id: 'own' },
      body: { name: role, member_id: body.member_id },
    })
    tokens.set(role, made.key)
  }
})

const rowOf = (id: OperationId) => PERMISSIONS[routeOf(id).permission as Permission]

describe('the table of permissions', () => {
  /** In words once more, so that a change of a row is a change of two files. */
  it.each<[Permission, string]>([
    ['operator', 'all none none | none | none none none none none'],
    ['cases_work', 'all all all | none | none none none none none'],
    ['cases_approve', 'all all none | none | none none none none none'],
    ['cases_read', 'all all all | all | all all all none all'],
    ['cases_open', 'all none none | all | all all all none none'],
    ['access_log_read', 'all all all | all | all all all none none'],
    ['findings_read', 'all all all | all | all all all none all'],
    ['findings_write', 'all all none | none | none none none none none'],
    ['staff_write', 'all none none | none | none none none none none'],
    ['catalogue', 'all all all | all | all all all all all'],
    ['meter', 'all none none | all | own none own own none'],
    ['account_read', 'all all all | all | all all all all all'],
    ['use_read', 'all all all | all | all all all own all'],
    ['caps_read', 'all all all | all | all all all own all'],
    ['controls_write', 'all none none | none | all all all none none'],
    ['cap_request_create', 'all none none | none | all all all own none'],
    ['cap_request_read', 'all all all | all | all all all own none'],
    ['cap_request_decide', 'all none none | none | all all all none none'],
    ['cap_request_withdraw', 'all none none | none | all all all own none'],
    ['keys_read', 'all all all | all | all none all own none'],
    ['keys_write', 'all none none | none | all none all own none'],
    ['money_read', 'all all all | all | all all all none none'],
    ['money_write', 'all none none | none | all all none none none'],
    ['offers_read', 'all all all | all | all all all none all'],
    ['offers_take', 'all none none | all | all all all none none'],
    ['alerts_read', 'all all all | all | all all all none all'],
    ['alerts_write', 'all none none | all | all all all none none'],
    ['members_read', 'all all all | all | all all all own all'],
    ['members_write', 'all none none | none | all none all none none'],
    ['projects_read', 'all all all | all | all all all all all'],
    ['projects_write', 'all none none | none | all none all none none'],
  ])(
    '%s: operator, lead, support | key | owner, billing, admin, developer, viewer: %s',
    (name, said) => {
      const [operator, lead, support, key, ...roles] = PRINCIPALS.map(
        (own) => PERMISSIONS[name][own],
      )
      expect([operator, lead, support, '|', key, '|', ...roles].join(' ')).toBe(said)
    },
  )

  it('has a row for every guarded route, and no row without a route', () => {
    for (const id of guarded) expect(rowOf(id), id).toBeDefined()
    const used = new Set(guarded.map((id) => routeOf(id).permission))
    const unused = Object.keys(PERMISSIONS).filter((name) => !used.has(name as Permission))
    expect(unused).toEqual([])
  })
})

const isStaff = (kind: Principal): boolean => STAFF_ROLES.some((role) => role === kind)
const keyKinds = PRINCIPALS.filter((kind) => kind !== 'operator')
const matrix = guarded.flatMap((id) => keyKinds.map((kind) => [id, kind, rowOf(id)[kind]] as const))

describe('every route × every kind of caller', () => {
  it('is a matrix of some size', () => {
    expect(matrix.length).toBeGreaterThan(250)
  })

  it.each(matrix)('%s asked by %s reaches %s', async (id, kind, reach) => {
    const token = tokens.get(kind)!
    const before = await journalOf(api.database.pool)
    const reply = await ask(id, token)
    if (reach === 'none') expect(reply.status).toBe(403)
    else if (isMaskedFile(id, kind))
      expect([reply.status, JSON.parse(reply.text).code]).toEqual([403, 'names_masked'])
    else expect([401, 403]).not.toContain(reply.status)
    if (named(id) && !isStaff(kind)) {
      const foreign = await ask(id, token, 'other')
      const absent = await ask(id, token, 'absent')
      expect(foreign.status).toBe(404)
      expect(foreign.text).toBe(absent.text)
      expect(headersOf(foreign)).toEqual(headersOf(absent))
    }
    expect(await journalOf(api.database.pool)).toEqual(before)
  })
})

/** For every route of an account with a body: one that nothing is wrong with but the account. */
const WHOLE: { readonly [Id in OperationId]?: BodyOf<Routes[Id]> } = {
  changePlan: { plan: 'no_windows@1' },
  setControls: { overage_limit: '1' },
  grant: { name: 'x', amount: '1', expires_at: null },
  topUp: { payment_id: 'pay_absent', price: '1', expires_at: null },
  voidLot: { reason: 'x' },
  refund: { call_id: 'x', reason: 'upstream_failure' },
  reverse: { seq: 1, reason: 'x' },
  createKey: { name: 'x' },
  createPortalLink: {},
  addMember: { member_id: 'x', name: 'x', role: 'owner' },
  changeMember: { name: 'x' },
  addProject: { project_id: 'x', name: 'x' },
  changeProject: { name: 'x' },
  requestRaise: {
    cap_id: 'x',
    amount: '2',
    until: new Date(Date.now() + 86_400_000).toISOString(),
    reason: 'x',
  },
  answerTestBank: { approve: true },
  approveCapRequest: {},
  denyCapRequest: { reason: 'x' },
  addPaymentMethod: { method_ref: 'pm_card_visa' },
  previewPurchase: { amount: '20' },
  confirmPurchase: { preview_id: 'x' },
  previewPurchaseRefund: {},
  refundPurchase: {},
  previewAutoReload: { trigger_below: '1', amount: '5', max_per_day: '5', max_per_month: '5' },
  setAutoReload: {
    trigger_below: '1',
    amount: '5',
    max_per_day: '5',
    max_per_month: '5',
    consent: { text: 'x', locale: 'en', version: '1' },
  },
  setAlertSettings: { muted: [] },
  createEndpoint: { channel: 'webhook', name: 'x', address: 'https://example.com/x' },
  changeEndpoint: { name: 'x' },
  redeliver: { endpoint_id: 'x' },
  releaseClaim: { reason: 'x' },
  rejectClaim: { reason: 'x' },
  claimCampaign: {},
  stateFacts: { region: 'x' },
  previewSubscription: { action: 'cancel' },
  changeSubscription: { plan: 'no_windows@1' },
  cancelSubscription: {},
  renewSubscription: {},
  markAlertsSeen: { notification_id: 'msg_x' },
  grantReset: { name: 'x', expires_at: '2099-01-01T00:00:00Z' },
  redeemReset: { window_id: 'session' },
  changeBillingProfile: { name: 'x' },
  payOverage: { payment_id: 'x', amount: '1' },
  voidInvoice: { reason: 'x' },
  dismissFinding: { reason: 'x' },
  parkAccount: { reason: 'x' },
  unparkAccount: { reason: 'x' },
  openDispute: { about: { calls: ['x'] }, words: 'x' },
  writeInDispute: { words: 'x' },
  appealDecision: { words: 'x' },
  askForPerson: { words: 'x' },
  unmaskAccount: { reason: 'x' },
  createUsageView: { name: 'x', query: 'x' },
  changeUsageView: { name: 'x' },
  createExport: { format: 'csv', kind: 'rows' },
  inviteMember: { by: 'copy' },
}

/** A campaign is looked for before whoever has claimed it. */
const CAMPAIGN_FIRST: readonly OperationId[] = ['releaseClaim', 'rejectClaim']

describe('an account that is absent', () => {
  const all = guarded.filter(named)

  it('is asked for with a body by every route that takes one', () => {
    const taking = all.filter((id) => routeOf(id).body)
    expect(Object.keys(WHOLE).sort()).toEqual([...taking].sort())
    expect(all.length).toBeGreaterThan(60)
  })

  it.each(all)('%s: looks to the operator as a foreign one looks to a key', async (id) => {
    const before = await journalOf(api.database.pool)
    const foreign = await ask(id, own, 'other', WHOLE[id])
    const absent = await ask(id, OPERATOR, 'absent', WHOLE[id])
    expect([foreign.status, absent.status], absent.text).toEqual([404, 404])
    if (CAMPAIGN_FIRST.includes(id)) expect(JSON.parse(absent.text).code).toBe('campaign_unknown')
    else expect(absent.text).toBe(foreign.text)
    expect(await journalOf(api.database.pool)).toEqual(before)
  })
})

const headersOf = (reply: { headers: object }) => {
  const { 'x-request-id': _id, date: _date, ...rest } = reply.headers as Record<string, unknown>
  return rest
}

const call = { model: 'small', prompt_tokens_max: 10, max_output_tokens: 10 }
const usage = { tokens: { input: 10 } }
const event_at = new Date().toISOString()

describe('an account named in a body or a query', () => {
  it('that is not the key’s own is answered as one that does not exist', async () => {
    const asks = (account_id: string) => [
      api.call('authorize', { as: own, body: { ...call, account_id, call_id: 'x' } }),
      api.call('extend', { as: own, body: { account_id, call_id: 'x', ttl_seconds: 1 } }),
      api.call('settle', { as: own, body: { account_id, call_id: 'x', usage } }),
      api.call('release', { as: own, body: { account_id, call_id: 'x' } }),
      api.call('record', {
        as: own,
        body: { account_id, call_id: 'x', model: 'small', usage, event_at },
      }),
      api.call('estimate', { as: own, body: { ...call, account_id } }),
      api.call('getReceipt', { as: own, params: { receipt_id: 'x' }, query: { account_id } }),
    ]
    const before = await journalOf(api.database.pool)
    const [foreign, absent] = await Promise.all(
      ['other', 'absent'].map((account) => Promise.all(asks(account))),
    )
    expect(foreign?.map(({ status }) => status)).toEqual(Array(7).fill(404))
    expect(foreign?.map(({ text }) => text)).toEqual(absent?.map(({ text }) => text))
    expect(await journalOf(api.database.pool)).toEqual(before)
  })

  it('is needed with an operator token', async () => {
    const reply = await api.call('estimate', { body: call })
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(reply.body.errors).toMatchObject([{ location: 'body/account_id' }])
    const receipt = await api.call('getReceipt', { params: { receipt_id: 'rcpt_x' } })
    expect(receipt.body.errors).toMatchObject([{ location: 'query/account_id' }])
  })

  it('may be the key’s own', async () => {
    const body = { ...call, account_id: 'own' }
    expect((await api.call('estimate', { as: own, body })).status).toBe(200)
  })
})

describe('one account’s data', () => {
  it('is never shown to another: receipts, calls and holds of the same ids are apart', async () => {
    await api.done('authorize', { as: other, body: { ...call, call_id: 'call_secret' } })
    const asOwn = { as: own, params: { receipt_id: 'rcpt_secret' } }
    const hidden = await api.call('getReceipt', asOwn)
    const absent = await api.call('getReceipt', { as: own, params: { receipt_id: 'rcpt_absent' } })
    expect(hidden).toMatchObject({ status: 404, body: { code: 'receipt_unknown' } })
    expect(hidden.text).toBe(absent.text)
    const settled = await api.call('settle', { as: own, body: { call_id: 'call_secret', usage } })
    expect(settled).toMatchObject({ status: 404, body: { code: 'hold_unknown' } })
    await api.done('settle', { as: other, body: { call_id: 'call_secret', usage } })
    const calls = await api.done('listCalls', { as: own, params: { account_id: 'own' } })
    expect(calls.items).toEqual([])
  })

  it('a key bound to a member, project and client speaks for no other', async () => {
    const made = await api.done('createKey', {
      params: { account_id: 'own' },
      body: { name: 'bound', member_id: 'ann', project_id: 'web', client: 'third_party' },
    })
    const body = { ...call, call_id: 'bound' }
    for (const field of ['member_id', 'project_id', 'client', 'key_id']) {
      const reply = await api.call('authorize', { as: made.key, body: { ...body, [field]: 'bob' } })
      expect(reply.body.errors).toMatchObject([{ location: `body/${field}` }])
    }
    const refused = await api.call('authorize', { as: made.key, body })
    expect(refused.body.code).toBe('funds_exhausted')
    const receipt = await api.done('getReceipt', {
      as: made.key,
      params: { receipt_id: 'rcpt_bound' },
    })
    expect(receipt.call).toMatchObject({
      member_id: 'ann',
      project_id: 'web',
      client: 'third_party',
      key_id: made.key_id,
    })
  })
})

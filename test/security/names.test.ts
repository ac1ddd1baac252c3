import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { namesSomebody } from '../../src/api/masks.ts'
import { reachOf } from '../../src/contract/permissions.ts'
import { type OperationId, ROUTES, type Route } from '../../src/contract/routes/index.ts'
import { BODIES, PARAMS } from '../api/route-examples.ts'
import { type Api, OPERATOR, startStockedApi, urlOf } from '../api/support.ts'
import { SIGNER } from '../checkpoints/support.ts'
import { textOf } from '../support/pdf-text.ts'
import { MARK, NAMES, type Stock, stockNames } from './names-stock.ts'

/*
 * Support asks everything that it may ask about an account in which every name and address is marked, and is
 * shown none of them until it has said why it needs them.
 */

const ROLES = ['support', 'support_lead'] as const
type Role = (typeof ROLES)[number]

let api: Api
let stock: Stock
let port: number
const tokens = { support: '', support_lead: '' }

beforeAll(async () => {
  api = await startStockedApi({ sealing: SIGNER })
  stock = await stockNames(api)
  for (const role of ROLES)
    tokens[role] = (await api.done('addStaff', { body: { name: role, role } })).token
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  port = (api.app.server.address() as AddressInfo).port
})
afterAll(() => api.close())

const routeOf = (id: OperationId): Route => ROUTES[id]
const IDS = (Object.keys(ROUTES) as OperationId[]).filter((id) => {
  const { permission } = routeOf(id)
  return permission !== 'public' && reachOf(permission, 'support_lead') !== 'none'
})
const mayAsk = (id: OperationId, role: Role): boolean => {
  const { permission } = routeOf(id)
  return permission !== 'public' && reachOf(permission, role) !== 'none'
}

/** It is what shows them. */
const UNMASKING: OperationId = 'unmaskAccount'
/** Answers of another form than JSON, and what is asked for to be shown its names. */
const SEVERAL: Readonly<Partial<Record<OperationId, readonly object[]>>> = {
  exploreUsage: ['member', 'key', 'none'].map((group_by) => ({ group_by })),
  getStatement: [{}, { format: 'csv' }, { format: 'pdf' }, { format: 'pdf', lang: 'ja' }],
  getInvoice: [{}, { format: 'csv' }, { format: 'pdf' }],
  listAlerts: [{}, { lang: 'ja' }],
  getEntry: [{}, { lang: 'ja' }],
  getReceipt: [{ account_id: 'own' }],
  explainReceipt: [{ account_id: 'own' }, { account_id: 'own', lang: 'ja' }],
  listAccounts: [{}, { q: 'own' }, { q: NAMES.account }],
}

interface Told {
  readonly status: number
  readonly text: string
}

/** Head and body, with the text of a PDF as a person reads it. */
async function ask(id: OperationId, token: string, query: object): Promise<Told> {
  const { method, body } = routeOf(id)
  const sent: Partial<Record<OperationId, object>> = {
    ...BODIES,
    rate: { model: 'small', usage: { tokens: { input: 9 } } },
    markAlertsSeen: { notification_id: stock.notificationId },
    addToCase: { kind: 'noted', words: 'Looked.' },
    replyInCase: { words: 'We look.' },
    assignCase: { staff_id: null },
    escalateCase: { tier: 'lead' },
  }
  const response = await api.app.inject({
    method,
    url: urlOf(id, { ...PARAMS, ...stock.params }, query),
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': `look-${id}` },
    ...(body && { payload: sent[id] ?? {} }),
  })
  const isPdf = response.headers['content-type'] === 'application/pdf'
  const text = isPdf ? textOf(response.rawPayload).lines.join('\n') : response.body
  return { status: response.statusCode, text: `${JSON.stringify(response.headers)}\n${text}` }
}

/** The feed from the beginning of the journal until it has told all that there is. */
async function feed(token: string): Promise<Told> {
  const { seq } = await api.done('getState', { params: { account_id: 'own' } })
  const path = '/v1/accounts/own/events?after_seq=0'
  const asked = httpRequest({ port, path, headers: { authorization: `Bearer ${token}` } })
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>
  asked.end()
  const [response] = await answered
  let text = ''
  for await (const part of response.setEncoding('utf8')) {
    text += part
    // Leaving ends the connection.
    if (text.includes(`id: ${seq}\n`) && text.endsWith('\n\n')) break
  }
  return { status: response.statusCode ?? 0, text }
}

/** What every operation answers in each of its forms. */
async function askAll(token: string, ids: readonly OperationId[]): Promise<Map<string, Told>> {
  const told = new Map<string, Told>()
  for (const id of ids)
    if (id === 'followEvents') told.set(id, await feed(token))
    else
      for (const query of SEVERAL[id] ?? [{}])
        told.set(`${id} ${JSON.stringify(query)}`, await ask(id, token, query))
  return told
}

const operationOf = (asked: string): OperationId => asked.split(' ')[0] as OperationId
const naming = (told: Map<string, Told>): string[] =>
  [...told].filter(([, { text }]) => MARK.test(text)).map(([asked]) => asked)

/** Nothing of the kind can be made in this account without a second server. */
const NOT_THERE = ['getPurchase {}', 'getFinding {}', 'getReconciliation {}']
/** Their schemas mark names that they do not have here. */
const NAMELESS: Readonly<Partial<Record<OperationId, string>>> = {
  whoami: 'people of the operator speak for no account',
  getCaseBundle: 'it is handed over: no sentence in it names anybody, and its entries are of calls',
}
/** Nobody says why the names of all accounts are needed. */
const ALWAYS_MASKED: readonly OperationId[] = ['listAccounts']
const isAFile = (asked: string): boolean =>
  /csv|pdf/.test(asked) || routeOf(operationOf(asked)).success.schema === undefined

describe.each(ROLES)('%s', (role) => {
  const ids = IDS.filter((id) => mayAsk(id, role) && id !== UNMASKING)
  let operators: Map<string, Told>
  let before: Map<string, Told>
  beforeAll(async () => {
    before = await askAll(tokens[role], ids)
    operators = await askAll(OPERATOR, ids)
  })

  it('has everything to ask for, and an operator is shown every name', () => {
    expect(ids.length).toBeGreaterThan(70)
    const text = [...operators.values()].map((told) => told.text.replaceAll('\\', '')).join('\n')
    expect(Object.values(NAMES).filter((name) => !text.includes(name))).toEqual([])
    const shown = new Set(naming(operators).map(operationOf))
    const marked = ids.filter((id) => {
      const { schema } = routeOf(id).success
      return schema !== undefined && namesSomebody(schema) && NAMELESS[id] === undefined
    })
    expect(marked.length).toBeGreaterThan(12)
    expect(marked.filter((id) => !shown.has(id))).toEqual([])
  })

  it('is answered where it reads, but for files', () => {
    const refused = [...before].filter(
      ([asked, { status }]) => routeOf(operationOf(asked)).method === 'GET' && status !== 200,
    )
    const files = [...before.keys()].filter((asked) => isAFile(asked) && asked !== 'followEvents')
    const absent = NOT_THERE.filter((asked) => before.has(asked))
    expect(refused.map(([asked]) => asked).sort()).toEqual([...files, ...absent].sort())
    for (const asked of files) expect(before.get(asked)?.text).toContain('"names_masked"')
    expect(files.length).toBeGreaterThan(5)
  })

  it('is shown no name and no address before it has said why', () => {
    expect(naming(before)).toEqual([])
  })

  it('is shown what an operator is once it has said why, and for half an hour', async () => {
    const as = tokens[role]
    const params = { account_id: 'own' }
    await api.done('unmaskAccount', { as, params, body: { reason: 'The invoice came back.' } })
    const after = await askAll(as, ids)
    const expected = naming(operators).filter((own) => !ALWAYS_MASKED.includes(operationOf(own)))
    expect(naming(after)).toEqual(expected)
    await api.database.pool.query(
      "update accounts.access_log set at = at - interval '31 minutes' where operation = 'unmaskAccount'",
    )
    expect(naming(await askAll(as, ids))).toEqual([])
  })

  it('is shown the names of no other account by saying why for one', async () => {
    const as = tokens[role]
    await api.account(`other_${role}`)
    const params = { account_id: `other_${role}` }
    await api.done('unmaskAccount', { as, params, body: { reason: 'Another account.' } })
    expect(naming(await askAll(as, ids))).toEqual([])
  })
})

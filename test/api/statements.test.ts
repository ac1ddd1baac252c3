import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES } from '../../src/contract/permissions.ts'
import { formatNanos, readNanos, sum } from '../../src/core/money/index.ts'
import { closeCycles } from '../../src/engine/billing/close.ts'
import { type Api, expectVerified, OPERATOR, startStockedApi } from './support.ts'

let api: Api
let own: string
const tokens = new Map<string, string>()

beforeAll(async () => {
  api = await startStockedApi()
  own = (await api.account('own')).key
  await api.account('other')
  for (const role of ROLES) {
    const member_id = `the_${role}`
    await api.done('addMember', {
      params: { account_id: 'own' },
      body: { member_id, name: role, role },
    })
    const made = await api.done('createKey', {
      params: { account_id: 'own' },
      body: { name: role, member_id },
    })
    tokens.set(role, made.key)
  }
  await api.done('topUp', {
    params: { account_id: 'own' },
    body: {
      payment_id: 'pi_1',
      price: '20',
      tax: '3.8',
      name: '=HYPERLINK("http://x")',
      expires_at: null,
    },
  })
})
afterAll(() => api.close())

const open = { account_id: 'own', statement_number: 'open' }

/** An account whose first cycle has been closed: it was opened a moment before its anchor. */
async function closedAccount(accountId: string): Promise<void> {
  const anchor = new Date(Date.now() + 500).toISOString()
  await api.done('openAccount', {
    body: { account_id: accountId, name: '株式会社髙橋', currency: 'USD', plan: 'test@1', anchor },
  })
  await api.done('topUp', {
    params: { account_id: accountId },
    body: { payment_id: 'pi_2', price: '20', tax: '0', name: 'Top-up', expires_at: null },
  })
  while ((await closeCycles({ pool: api.pool, engine: api.engine }, accountId, Date.now())) === 0)
    await sleep(100)
}

describe('the statement of the open cycle', () => {
  it('shows what moved, as of now, and what everybody else says of the account', async () => {
    const statement = await api.done('getStatement', { params: open, as: own })
    expect(statement).toMatchObject({
      number: 1,
      status: 'open',
      label: 'S-own-0001',
      closed: null,
      balances: { prepaid: { opening: '0', closing: '20' } },
      tax: [{ policy: null, rate: null, charged: '3.8', reversed: '0' }],
    })
    const state = await api.done('getState', { params: { account_id: 'own' } })
    expect([statement.seq, statement.balances.prepaid.closing]).toEqual([
      state.seq,
      state.lots[0]!.remaining,
    ])
  })

  it.each([...ROLES])('is for those who may see money: %s', async (role) => {
    const seen = ['owner', 'billing', 'admin'].includes(role) ? 200 : 403
    for (const id of ['getStatement', 'listStatements'] as const) {
      const reply = await api.call(id, { params: open as never, as: tokens.get(role)! })
      expect(reply.status).toBe(seen)
    }
  })

  it('looks absent in another account', async () => {
    for (const account_id of ['other', 'nowhere']) {
      const reply = await api.call('getStatement', { params: { ...open, account_id }, as: own })
      expect([reply.status, reply.body.code]).toEqual([404, 'account_unknown'])
    }
  })
})

describe('the form of a statement', () => {
  it('is CSV that no spreadsheet takes for a program', async () => {
    const reply = await api.call('getStatement', { params: open, query: { format: 'csv' } })
    expect(reply.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="S-own-0001.csv"',
    })
    const lines = reply.text.split('\r\n')
    expect(lines[0]).toBe(
      'section,item,at,reference,name,model,source,statement,amount,tax,entries,first_seq,last_seq',
    )
    expect(lines.find((line) => line.startsWith('purchase,price'))).toMatch(
      /^purchase,price,[^,]+,pi_1,"'=HYPERLINK\(""http:\/\/x""\)",,,,20,3\.8,1,\d+,\d+$/,
    )
    expect(lines).toContainEqual(expect.stringMatching(/^balance,closing,,,,,prepaid,,20,,,,$/))
  })

  it.each([
    ['text/csv', 'text/csv; charset=utf-8'],
    ['application/pdf', 'application/pdf'],
    ['application/json;q=0.2, application/pdf;q=0.9', 'application/pdf'],
    ['text/html, */*', 'application/json; charset=utf-8'],
    ['image/png', 'application/json; charset=utf-8'],
  ])('is what Accept asks for: %s', async (accept, type) => {
    const reply = await api.app.inject({
      url: '/v1/accounts/own/statements/open',
      headers: { authorization: `Bearer ${own}`, accept },
    })
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, type])
  })

  it('is refused where there is no such form', async () => {
    const reply = await api.app.inject({
      url: '/v1/accounts/own/statements/open?format=docx',
      headers: { authorization: `Bearer ${own}` },
    })
    expect([reply.statusCode, reply.json().code]).toEqual([400, 'invalid_request'])
  })
})

describe('a closed statement', () => {
  it('is listed, and is the same to the byte however often it is printed', async () => {
    const none = await api.call('getStatement', { params: { ...open, statement_number: '1' } })
    expect([none.status, none.body.code]).toEqual([404, 'statement_unknown'])
    await closedAccount('closed')
    const params = { account_id: 'closed' }
    const page = await api.done('listStatements', { params })
    expect(page.items).toMatchObject([{ number: 1, status: 'closed', balances: { prepaid: '20' } }])
    const read = () =>
      api.app.inject({
        url: '/v1/accounts/closed/statements/1?format=pdf&lang=ja',
        headers: { authorization: `Bearer ${OPERATOR}` },
      })
    const [first, second] = [await read(), await read()]
    expect(first.rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
    expect(first.rawPayload.equals(second.rawPayload)).toBe(true)
    const next = await api.done('getStatement', { params: { ...open, ...params } })
    expect(next).toMatchObject({ number: 2, balances: { prepaid: { opening: '20' } } })
    expect(next.previous_hash).toBe(page.items[0]!.hash)
  })
})

describe('an invoice', () => {
  /** An account that owes 30 of overage, whose first cycle was closed and invoiced. */
  async function invoiced(accountId: string) {
    await api.done('changeIssuer', { body: { name: 'Acme Inc.', address: ['1 Road', 'Town'] } })
    const anchor = new Date(Date.now() + 1_500).toISOString()
    const params = { account_id: accountId }
    await api.done('openAccount', {
      body: {
        account_id: accountId,
        name: '株式会社',
        currency: 'USD',
        plan: 'no_windows',
        anchor,
      },
    })
    await api.done('changeBillingProfile', { params, body: { jurisdiction: 'DE', tax_id: 'DE1' } })
    await api.engine.execute({
      kind: 'set_controls',
      accountId,
      requestId: 'line',
      actor: { type: 'operator', id: 'test' },
      paidUse: true,
      overageLimit: readNanos('100'),
    })
    await api.done('record', {
      body: {
        account_id: accountId,
        call_id: `call_${accountId}`,
        model: 'small',
        event_at: new Date().toISOString(),
        outcome: 'succeeded',
        usage: { tokens: { output: 1_000_000 } },
      } as never,
    })
    const parts = { pool: api.pool, engine: api.engine }
    while ((await closeCycles(parts, accountId, Date.now())) === 0) await sleep(100)
    return (await api.done('listInvoices', { params })).items[0]!
  }

  it('is read, printed and paid; a second payment under the same id changes nothing', async () => {
    const own = await invoiced('payer')
    const params = { account_id: 'payer', invoice_id: own.invoice_id }
    expect(own).toMatchObject({
      label: 'INV-payer-0001',
      status: 'open',
      policy: 'DE@1',
      tax_rate: '0.19',
      bill_to: { name: '株式会社', tax_id: 'DE1' },
    })
    const whole = await api.done('getInvoice', { params })
    const lines = whole.items.map(({ amount }) => readNanos(amount))
    expect(formatNanos(sum(lines))).toBe(own.net)
    const pdf = await api.call('getInvoice', { params, query: { format: 'pdf', lang: 'ja' } })
    expect(pdf.text.slice(0, 5)).toBe('%PDF-')
    const csv = await api.call('getInvoice', { params, query: { format: 'csv' } })
    expect(csv.text.split('\r\n')[0]).toBe(
      'invoice,issued_at,due_at,currency,item,name,statement,amount',
    )
    const body = { payment_id: 'wire_1', amount: own.total, invoice_id: own.invoice_id }
    const pay = () => api.call('payOverage', { params: { account_id: 'payer' }, body })
    const [first, again] = [await pay(), await pay()]
    expect([first.status, again.status]).toEqual([200, 200])
    expect(again.text).toBe(first.text)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(await api.done('getInvoice', { params })).toMatchObject({ status: 'paid', left: '0' })
    const { id: other } = await api.account('pays_nothing')
    const credit = { payment_id: 'wire_1', price: '1', expires_at: null }
    const used = await api.call('topUp', { params: { account_id: other }, body: credit })
    expect([used.status, used.body.code]).toEqual([409, 'payment_used'])
    const more = await api.call('payOverage', {
      params: { account_id: 'payer' },
      body: { payment_id: 'wire_2', amount: '999' },
    })
    expect([more.status, more.body.code]).toEqual([422, 'payment_exceeds_owed'])
    expect(more.body).toMatchObject({ needed: '999', limit: '0', currency: 'USD' })
    expect(more.body.detail).toMatch(/^\$999\.00 was to be recorded, and \$0\.00 is owed\./)
    const late = await api.call('voidInvoice', { params, body: { reason: 'too late' } })
    expect([late.status, late.body.code]).toEqual([409, 'invoice_closed'])
    await expectVerified(api.database.pool)
  })

  it('is taken back by the operator alone', async () => {
    const own = await invoiced('voider')
    const params = { account_id: 'voider', invoice_id: own.invoice_id }
    const { key } = await api.done('createKey', {
      params: { account_id: 'voider' },
      body: { name: 'main' },
    })
    const mine = await api.call('voidInvoice', { params, body: { reason: 'x' }, as: key })
    expect(mine.status).toBe(403)
    await api.done('voidInvoice', { params, body: { reason: 'wrong address' } })
    expect(await api.done('getInvoice', { params, as: key })).toMatchObject({ status: 'void' })
  })

  it('bears the tax that the operator says, not the one who pays it', async () => {
    const params = { account_id: 'own' }
    const owner = tokens.get('owner')!
    const refused = await api.call('changeBillingProfile', {
      params,
      body: { jurisdiction: 'US' },
      as: owner,
    })
    expect([refused.status, refused.body.field]).toEqual([403, 'jurisdiction'])
    const profile = await api.done('changeBillingProfile', {
      params,
      body: { name: 'Own Ltd.', reference: 'PO-1' },
      as: owner,
    })
    expect(profile).toMatchObject({ name: 'Own Ltd.', reference: 'PO-1' })
    const developer = tokens.get('developer')!
    for (const id of ['listInvoices', 'getBillingProfile'] as const)
      expect((await api.call(id, { params, as: developer })).status).toBe(403)
  })
})

describe('reports', () => {
  it.each([
    ['getLiability', 'currency,category,expires,lots,amount'],
    ['getBreakage', 'month,currency,category,why,lots,amount'],
    ['getJapanReport', 'base_date,currency,standing,lots,amount,paid'],
  ] as const)('%s is JSON and CSV, for the operator alone', async (id, columns) => {
    await api.done(id)
    const csv = await api.call(id, { query: { format: 'csv' } })
    expect(csv.text.split('\r\n')[0]).toBe(columns)
    expect((await api.call(id, { as: own })).status).toBe(403)
  })

  it('are of moments that are over', async () => {
    const query = { base_date: '2999-03-31' }
    const reply = await api.call('getJapanReport', { query })
    expect([reply.status, reply.body.code]).toEqual([400, 'invalid_request'])
  })

  it('say what the accounts say', async () => {
    const { totals } = await api.done('getLiability')
    const { rows } = await api.database.pool.query<{ id: string }>(
      'select account_id as id from accounts.account',
    )
    const paid = await Promise.all(
      rows.map(async ({ id }) => {
        const { lots } = await api.done('getState', { params: { account_id: id } })
        return sum(lots.map(({ remaining }) => readNanos(remaining)))
      }),
    )
    expect(totals).toEqual([{ currency: 'USD', paid: formatNanos(sum(paid)), promotional: '0' }])
  })
})

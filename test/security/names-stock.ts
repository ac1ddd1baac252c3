import { setTimeout as sleep } from 'node:timers/promises'
import { readNanos } from '../../src/core/money/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { closeCycles } from '../../src/engine/billing/close.ts'
import { enterNotifications } from '../../src/store/notifications/alerts.ts'
import { addEndpoint } from '../../src/store/notifications/endpoints.ts'
import { newNotification } from '../../src/store/notifications/new-notification.ts'
import { incident } from '../api/incident-support.ts'
import type { Api } from '../api/support.ts'
import { seal } from '../checkpoints/support.ts'

/* An account in which everything that names somebody, or gives an address, is marked. */

/** In each of the marks, and in nothing else. */
export const MARK = /quokka/i

export const NAMES = {
  account: 'Quokka account',
  member: 'Quokka member',
  earlier: 'Quokka before the wedding',
  email: 'ann.quokka@quokka-mail.example',
  earlierEmail: 'bea.quokka@quokka-post.example',
  buyer: 'Quokka buyer',
  street: 'Quokka road 1',
  town: 'Quokka town',
  tax: 'DE-QUOKKA-1',
  order: 'PO-QUOKKA-7',
  endpoint: 'Quokka’s inbox',
  address: 'bills.quokka@quokka-bills.example',
  gone: 'Quokka’s old inbox',
} as const

const params = { account_id: 'own' }

export interface Stock {
  /** For the names in paths: what is really there. */
  readonly params: Readonly<Record<string, string | number>>
  readonly notificationId: string
}

export async function stockNames(api: Api): Promise<Stock> {
  await openMarked(api)
  const requestId = await people(api)
  await notifications(api)
  await use(api)
  const invoiceId = await closed(api)
  const { case_id } = await api.done('askForPerson', {
    params,
    key: 'one',
    body: { words: 'Please look.' },
  })
  const { incident_id } = await api.done('createIncident', { body: incident('broken') as never })
  await api.done('checkAccount', { params })
  const alerts = await api.done('listAlerts', { params })
  return {
    params: {
      ...params,
      member_id: 'ann',
      request_id: requestId,
      receipt_id: 'rcpt_own',
      statement_number: '1',
      invoice_id: invoiceId,
      case_id,
      incident_id,
      seq: 1,
    },
    notificationId: alerts.items[0]!.notification_id,
  }
}

/** Its first cycle ends in a moment. */
async function openMarked({ done, engine }: Api): Promise<void> {
  const anchor = new Date(Date.now() + 2_500).toISOString()
  const body = { account_id: 'own', name: NAMES.account, currency: 'USD', plan: 'no_windows' }
  await done('openAccount', { body: { ...body, anchor } })
  await done('changeIssuer', { body: { name: 'Acme Inc.', address: ['1 Road', 'Town'] } })
  await done('changeBillingProfile', {
    params,
    body: {
      ...{ name: NAMES.buyer, address: [NAMES.street, NAMES.town] },
      ...{ tax_id: NAMES.tax, reference: NAMES.order, jurisdiction: 'DE' },
    },
  })
  await engine.execute({
    kind: 'set_controls',
    accountId: 'own',
    requestId: 'line',
    actor: { type: 'operator', id: 'test' },
    paidUse: true,
    overageLimit: readNanos('100'),
  })
}

/** A member under another name before, with a key and a request; its id. */
async function people({ done }: Api): Promise<string> {
  const ann = { ...params, member_id: 'ann' }
  await done('addMember', {
    params,
    body: {
      member_id: 'ann',
      name: NAMES.earlier,
      email: NAMES.earlierEmail,
      role: 'developer',
    },
  })
  await done('changeMember', { params: ann, body: { name: NAMES.member, email: NAMES.email } })
  await done('setControls', {
    params,
    key: 'cap',
    body: { caps: [{ id: 'daily', scope: 'account', period: 'day', amount: '90' }] },
  })
  const { request_id } = await done('requestRaise', {
    params,
    key: 'raise',
    body: { cap_id: 'daily', amount: '95', until: null, reason: 'A test.', member_id: 'ann' },
  })
  return request_id
}

async function notifications({ pool }: Api): Promise<void> {
  const at = instant(Date.now())
  await addEndpoint(pool, {
    ...{ accountId: 'own', endpointId: 'end_own', channel: 'email', name: NAMES.endpoint },
    ...{ target: NAMES.address, sealed: null, kinds: null, locale: 'en', timeZone: 'UTC' },
    ...{ status: 'enabled', failingSince: null, createdAt: at },
  })
  const about = { account_id: 'own', account_name: NAMES.account, currency: 'USD', seq: 1 }
  const moment = new Date(at).toISOString()
  const facts = {
    ...{ kind: 'endpoint_disabled' as const, endpoint_id: 'end_gone', name: NAMES.gone },
    ...{ failing_since: moment, outcome: 'timed_out' },
  }
  const told = newNotification({ ...about, as_of: moment }, { key: 'gone', facts }, at)
  await enterNotifications(pool, [told])
}

async function use({ done }: Api): Promise<void> {
  const body = { name: 'laptop', member_id: 'ann' }
  const { key } = await done('createKey', { params, body })
  await done('record', {
    as: key,
    body: {
      call_id: 'call_own',
      model: 'small',
      event_at: new Date().toISOString(),
      usage: { tokens: { output: 1_000_000 } },
    },
  })
}

/** The first statement is closed, invoiced and sealed; the id of its invoice. */
async function closed({ pool, engine, database, done }: Api): Promise<string> {
  while ((await closeCycles({ pool, engine }, 'own', Date.now())) === 0) await sleep(100)
  await seal(database)
  return (await done('listInvoices', { params })).items[0]!.invoice_id
}

import { faultAt } from '../../contract/problem-words/faults.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import type { AddressRefusal } from '../../guard/address.ts'
import type { Outcome } from '../../store/notifications/deliveries.ts'
import {
  newSigningSecret,
  rotatedSecret,
  sealSecret,
  sealUrl,
} from '../../store/notifications/endpoint-secrets.ts'
import {
  addEndpoint,
  changeEndpoint,
  type Endpoint,
  listEndpoints,
  readEndpoint,
  removeEndpoint,
  replaceSealed,
} from '../../store/notifications/endpoints.ts'
import { readAccount } from '../../store/reads/account-state.ts'
import type { SecretBox } from '../../store/secret-box.ts'
import type { EndpointNotifier, Services } from '../deps.ts'
import { created, type Handlers, type Inbound, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { timeZoneIn } from '../reader-in.ts'
import { isMailbox, shownAddress } from './endpoint-in.ts'

type Endpoints =
  | 'listEndpoints'
  | 'createEndpoint'
  | 'changeEndpoint'
  | 'removeEndpoint'
  | 'rotateEndpointSecret'
  | 'testEndpoint'
  | 'redeliver'

const NO_STORE = { 'cache-control': 'no-store' } as const

export const endpointHandlers: Handlers<Endpoints> = {
  listEndpoints: async ({ params }, { pool, nowMs }) => {
    await needAccount(pool, params.account_id)
    const items = await listEndpoints(pool, params.account_id)
    return ok({ items: items.map(endpointJson), as_of: formatInstant(instant(nowMs())) })
  },

  createEndpoint: async (inbound, services) => {
    const { pool } = services
    await needAccount(pool, inbound.params.account_id)
    const { endpoint, secret } = await newEndpoint(inbound, services)
    if (!(await addEndpoint(pool, endpoint))) throw new ProblemError('endpoint_limit_reached')
    return { ...created({ ...endpointJson(endpoint), secret }), headers: NO_STORE }
  },

  changeEndpoint: async ({ params, body }, { pool, nowMs }) => {
    const { name, kinds, locale, status, time_zone: timeZone } = body
    await needAccount(pool, params.account_id)
    timeZoneIn(timeZone, 'body/time_zone')
    const changed = await changeEndpoint(pool, {
      accountId: params.account_id,
      endpointId: params.endpoint_id,
      ...(name !== undefined && { name }),
      ...(kinds !== undefined && { kinds }),
      ...(locale !== undefined && { locale }),
      ...(timeZone !== undefined && { timeZone }),
      ...(status !== undefined && { status }),
      at: instant(nowMs()),
    })
    if (!changed) throw new ProblemError('endpoint_unknown')
    return ok(endpointJson(changed))
  },

  removeEndpoint: async ({ params }, { pool }) => {
    await needAccount(pool, params.account_id)
    const removed = await removeEndpoint(pool, params.account_id, params.endpoint_id)
    if (!removed) throw new ProblemError('endpoint_unknown')
    return ok(endpointJson(removed))
  },

  rotateEndpointSecret: async ({ params }, services) => {
    const { pool, nowMs } = services
    const endpoint = await needEndpoint(services, params)
    if (endpoint.channel !== 'webhook') throw new ProblemError('endpoint_unknown')
    const at = instant(nowMs())
    const secret = newSigningSecret()
    const { sealed, previousUntil } = rotatedSecret(boxOf(services), endpoint, { secret, at })
    // Two at once: the second would end the secret that the first has just shown.
    if (!(await replaceSealed(pool, endpoint, { sealed, at })))
      throw new ProblemError('unavailable', { headers: { 'retry-after': '1' } })
    const answer = { ...endpointJson(endpoint), secret }
    return {
      ...ok({ ...answer, previous_until: formatInstant(previousUntil) }),
      headers: NO_STORE,
    }
  },

  testEndpoint: async ({ params }, services) => {
    const endpoint = await needEndpoint(services, params)
    const state = await readAccount(services.pool, params.account_id)
    if (!state) throw new ProblemError('account_unknown')
    const { accountId, name, currency, seq } = state
    const about = { account_id: accountId, account_name: name, currency, seq }
    return ok(attemptJson(endpoint, await notifierOf(services).sendTest(endpoint, about)))
  },

  redeliver: async ({ params, body }, services) => {
    const { account_id: accountId, notification_id: notificationId } = params
    const endpoint = await needEndpoint(services, { account_id: accountId, ...body })
    const ref = { accountId, notificationId, endpointId: endpoint.endpointId }
    const attempted = await notifierOf(services).redeliver(ref, endpoint)
    if (!attempted) throw new ProblemError('notification_unknown')
    return ok(attemptJson(endpoint, attempted))
  },
}

async function needEndpoint(
  { pool }: Services,
  named: { readonly account_id: string; readonly endpoint_id: string },
): Promise<Endpoint> {
  await needAccount(pool, named.account_id)
  const endpoint = await readEndpoint(pool, named.account_id, named.endpoint_id)
  if (!endpoint) throw new ProblemError('endpoint_unknown')
  return endpoint
}

function notifierOf({ notifier }: Services): EndpointNotifier {
  if (!notifier) throw new ProblemError('channel_unavailable')
  return notifier
}

function boxOf(services: Services): SecretBox {
  const { box } = notifierOf(services)
  if (!box) throw new ProblemError('channel_unavailable')
  return box
}

async function newEndpoint({ params, body }: Inbound<'createEndpoint'>, services: Services) {
  const at = instant(services.nowMs())
  const timeZone = timeZoneIn(body.time_zone, 'body/time_zone')
  const accountId = params.account_id
  const endpointId = services.ids('end')
  const kept = await keptAddress(body, { accountId, endpointId }, services)
  const endpoint: Endpoint = {
    accountId,
    endpointId,
    channel: body.channel,
    name: body.name,
    target: kept.target,
    sealed: kept.sealed,
    kinds: body.kinds ?? null,
    locale: body.locale ?? 'en',
    timeZone,
    status: 'enabled',
    failingSince: null,
    createdAt: at,
  }
  return { endpoint, secret: kept.secret }
}

/** What of an address is shown, and what is sealed. */
async function keptAddress(
  { channel, address }: Inbound<'createEndpoint'>['body'],
  place: Pick<Endpoint, 'accountId' | 'endpointId'>,
  services: Services,
) {
  const notifier = notifierOf(services)
  if (channel === 'email') {
    if (!notifier.sendsMail) throw new ProblemError('channel_unavailable')
    if (!isMailbox(address)) throw refused('not_mail')
    return { target: address, sealed: null, secret: null }
  }
  const box = boxOf(services)
  const refusal = await notifier.refusalOf(address)
  if (refusal !== null) throw refused(refusal)
  if (channel === 'chat')
    return { target: shownAddress(address), sealed: sealUrl(box, place, address), secret: null }
  const secret = newSigningSecret()
  return { target: address, sealed: sealSecret(box, place, secret), secret }
}

type Refusal = AddressRefusal | 'not_mail' | 'not_looked_up'

const refused = (why: Refusal): ProblemError =>
  new ProblemError('endpoint_address_refused', {
    errors: [faultAt('body/address', `address_${why}`)],
  })

const endpointJson = (own: Endpoint) => ({
  endpoint_id: own.endpointId,
  account_id: own.accountId,
  channel: own.channel,
  name: own.name,
  address: own.target,
  kinds: own.kinds,
  locale: own.locale,
  time_zone: own.timeZone,
  status: own.status,
  failing_since: own.failingSince === null ? null : formatInstant(own.failingSince),
  created_at: formatInstant(own.createdAt),
})

const attemptJson = (
  { endpointId }: Endpoint,
  own: Outcome & { readonly at: Endpoint['createdAt']; readonly durationMs: number },
) => ({
  endpoint_id: endpointId,
  at: formatInstant(own.at),
  duration_ms: own.durationMs,
  outcome: own.outcome,
  status: own.status,
  detail: own.detail,
})

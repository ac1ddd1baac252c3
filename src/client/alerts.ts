import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { pages } from './pages.ts'
import type { Transport } from './transport.ts'

/** What an account is told, through which endpoints, and how that went. */
export function alertMethods(transport: Transport) {
  return {
    list: (account_id: string, query: QueryParams<'listAlerts'> = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'listAlerts', { params: { account_id }, query: page }, options),
      ),
    /** How many alerts whoever asks has not marked as seen. */
    unread: (account_id: string, options?: CallOptions) =>
      perform(transport, 'countUnreadAlerts', { params: { account_id } }, options),
    /** Marks an alert and all before it as seen by whoever asks. */
    markSeen: (account_id: string, body: Body<'markAlertsSeen'>, options?: CallOptions) =>
      perform(transport, 'markAlertsSeen', { params: { account_id }, body }, options),
    /** Every attempt to deliver. */
    deliveries: (
      account_id: string,
      query: QueryParams<'listDeliveries'> = {},
      options?: CallOptions,
    ) =>
      pages(query, (page) =>
        perform(transport, 'listDeliveries', { params: { account_id }, query: page }, options),
      ),
    /** Sends an alert again under its own id. Tried once: a repeat would send another. */
    redeliver: (
      account_id: string,
      notification_id: string,
      body: Body<'redeliver'>,
      options?: CallOptions,
    ) =>
      perform(transport, 'redeliver', { params: { account_id, notification_id }, body }, options),
    settings: (account_id: string, options?: CallOptions) =>
      perform(transport, 'getAlertSettings', { params: { account_id } }, options),
    set: (account_id: string, body: Body<'setAlertSettings'>, options?: CallOptions) =>
      perform(transport, 'setAlertSettings', { params: { account_id }, body }, options),
    ...endpointMethods(transport),
  }
}

function endpointMethods(transport: Transport) {
  const ofEndpoint =
    <Id extends 'removeEndpoint' | 'rotateEndpointSecret' | 'testEndpoint'>(id: Id) =>
    (account_id: string, endpoint_id: string, options?: CallOptions) =>
      perform(transport, id, { params: { account_id, endpoint_id } } as never, options)
  return {
    endpoints: (account_id: string, options?: CallOptions) =>
      perform(transport, 'listEndpoints', { params: { account_id } }, options),
    /** The secret of a webhook is in this answer only. Tried once: a repeat would add another. */
    addEndpoint: (account_id: string, body: Body<'createEndpoint'>, options?: CallOptions) =>
      perform(transport, 'createEndpoint', { params: { account_id }, body }, options),
    changeEndpoint: (
      account_id: string,
      endpoint_id: string,
      body: Body<'changeEndpoint'>,
      options?: CallOptions,
    ) =>
      perform(transport, 'changeEndpoint', { params: { account_id, endpoint_id }, body }, options),
    removeEndpoint: ofEndpoint('removeEndpoint'),
    /** Both secrets sign for 24 hours; the new one is in this answer only. */
    rotateSecret: ofEndpoint('rotateEndpointSecret'),
    /** Really sends a message, and says how it went. */
    test: ofEndpoint('testEndpoint'),
  }
}

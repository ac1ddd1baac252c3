import Type from 'typebox'
import {
  AlertKindSchema,
  AlertListedSchema,
  AlertSettingsSchema,
  AttemptSchema,
  ChangeAlertSettingsSchema,
  ChangeEndpointSchema,
  CreateEndpointSchema,
  DeliveryListedSchema,
  EndpointId,
  EndpointListSchema,
  EndpointSchema,
  NewEndpointSchema,
  NotificationId,
  RedeliverSchema,
  RotatedSchema,
  SeenSchema,
  UnreadSchema,
} from '../schemas/alerts.ts'
import { AccountId, Cursor, Limit, page, strict } from '../schemas/primitives.ts'
import { readerQuery } from '../schemas/reader.ts'
import { route } from './route.ts'

const OfAccount = Type.Object({ account_id: AccountId }, strict)
const OfEndpoint = Type.Object({ account_id: AccountId, endpoint_id: EndpointId }, strict)
const paging = { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }
const settings = {
  status: 200,
  description: 'The settings, with their defaults.',
  schema: AlertSettingsSchema,
} as const
const attempt = {
  status: 200,
  description: 'How the attempt ended.',
  schema: AttemptSchema,
} as const
const endpoint = {
  status: 200,
  description: 'The endpoint, without its secrets.',
  schema: EndpointSchema,
} as const

const tag = 'Alerts'
const reading = { permission: 'alerts_read', idempotency: 'none', tag } as const
const writing = { permission: 'alerts_write', idempotency: 'none', tag } as const

export const alertRoutes = {
  listAlerts: route({
    ...reading,
    method: 'GET',
    path: '/v1/accounts/{account_id}/alerts',
    summary: 'List what the account was told',
    description: 'The latest first, in words and in figures.',
    params: OfAccount,
    query: Type.Object(
      {
        kind: Type.Optional(AlertKindSchema),
        ...readerQuery,
        ...paging,
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'Alerts.',
      schema: page(AlertListedSchema, 'A page of alerts.'),
    },
    problems: ['account_unknown', 'cursor_invalid'],
  }),
  countUnreadAlerts: route({
    ...reading,
    method: 'GET',
    path: '/v1/accounts/{account_id}/alerts/unread',
    summary: 'Count the alerts that were not seen',
    description: 'Each member, person of the operator and key has seen its own.',
    params: OfAccount,
    success: { status: 200, description: 'How many.', schema: UnreadSchema },
    problems: ['account_unknown'],
  }),
  markAlertsSeen: route({
    ...reading,
    method: 'POST',
    path: '/v1/accounts/{account_id}/alerts/seen',
    summary: 'Mark alerts as seen',
    description: 'For whoever asks only. Never takes back what was marked.',
    params: OfAccount,
    body: SeenSchema,
    success: { status: 200, description: 'What is left.', schema: UnreadSchema },
    problems: ['account_unknown', 'notification_unknown'],
  }),
  getAlertSettings: route({
    ...reading,
    method: 'GET',
    path: '/v1/accounts/{account_id}/alert_settings',
    summary: 'Read the alert settings',
    params: OfAccount,
    success: settings,
    problems: ['account_unknown'],
  }),
  setAlertSettings: route({
    ...writing,
    method: 'PATCH',
    path: '/v1/accounts/{account_id}/alert_settings',
    summary: 'Change the alert settings',
    params: OfAccount,
    body: ChangeAlertSettingsSchema,
    success: settings,
    problems: ['account_unknown'],
  }),
  listEndpoints: route({
    ...reading,
    method: 'GET',
    path: '/v1/accounts/{account_id}/notification_endpoints',
    summary: 'List notification endpoints',
    params: OfAccount,
    success: { status: 200, description: 'Without their secrets.', schema: EndpointListSchema },
    problems: ['account_unknown'],
  }),
  createEndpoint: route({
    ...writing,
    method: 'POST',
    path: '/v1/accounts/{account_id}/notification_endpoints',
    summary: 'Add a notification endpoint',
    description: 'The secret of a webhook is in this answer only.',
    params: OfAccount,
    body: CreateEndpointSchema,
    success: { status: 201, description: 'The endpoint.', schema: NewEndpointSchema },
    problems: [
      'account_unknown',
      'endpoint_address_refused',
      'endpoint_limit_reached',
      'channel_unavailable',
    ],
  }),
  changeEndpoint: route({
    ...writing,
    method: 'PATCH',
    path: '/v1/accounts/{account_id}/notification_endpoints/{endpoint_id}',
    summary: 'Change a notification endpoint',
    params: OfEndpoint,
    body: ChangeEndpointSchema,
    success: endpoint,
    problems: ['account_unknown', 'endpoint_unknown'],
  }),
  removeEndpoint: route({
    ...writing,
    method: 'DELETE',
    path: '/v1/accounts/{account_id}/notification_endpoints/{endpoint_id}',
    summary: 'Remove a notification endpoint',
    description: 'The log of what was sent to it stays.',
    params: OfEndpoint,
    success: endpoint,
    problems: ['account_unknown', 'endpoint_unknown'],
  }),
  rotateEndpointSecret: route({
    ...writing,
    method: 'POST',
    path: '/v1/accounts/{account_id}/notification_endpoints/{endpoint_id}/rotate',
    summary: 'Replace the secret of a webhook',
    description: 'Both secrets sign for 24 hours. The new one is in this answer only.',
    params: OfEndpoint,
    success: { status: 200, description: 'The endpoint.', schema: RotatedSchema },
    problems: ['account_unknown', 'endpoint_unknown', 'channel_unavailable'],
  }),
  testEndpoint: route({
    ...writing,
    method: 'POST',
    path: '/v1/accounts/{account_id}/notification_endpoints/{endpoint_id}/test',
    summary: 'Send a test message',
    description: 'Really sends one, and says how it went.',
    params: OfEndpoint,
    success: attempt,
    problems: ['account_unknown', 'endpoint_unknown', 'channel_unavailable'],
  }),
  listDeliveries: route({
    ...reading,
    method: 'GET',
    path: '/v1/accounts/{account_id}/deliveries',
    summary: 'List every attempt to deliver',
    description: 'The latest first.',
    params: OfAccount,
    query: Type.Object(
      {
        endpoint_id: Type.Optional(EndpointId),
        notification_id: Type.Optional(NotificationId),
        ...paging,
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'Attempts.',
      schema: page(DeliveryListedSchema, 'A page of attempts.'),
    },
    problems: ['account_unknown', 'cursor_invalid'],
  }),
  redeliver: route({
    ...writing,
    method: 'POST',
    path: '/v1/accounts/{account_id}/alerts/{notification_id}/redeliver',
    summary: 'Deliver an alert again',
    description:
      'With the same `webhook-id` and the same body, also to an endpoint that is paused.',
    params: Type.Object({ account_id: AccountId, notification_id: NotificationId }, strict),
    body: RedeliverSchema,
    success: attempt,
    problems: [
      'account_unknown',
      'endpoint_unknown',
      'notification_unknown',
      'channel_unavailable',
    ],
  }),
} as const

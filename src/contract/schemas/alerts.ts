import Type from 'typebox'
import { ALERT_KINDS } from '../../core/alerts/types.ts'
import { LANGUAGES } from '../explain/words.ts'
import { personal } from './personal.ts'
import {
  AccountId,
  AmountIn,
  AsOf,
  CurrencyCode,
  Name,
  nullable,
  Open,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'
import { TimeZoneSchema } from './reader.ts'

const id = (prefix: string, description: string) =>
  Type.String({
    pattern: '^[A-Za-z0-9._:-]{1,128}$',
    description,
    examples: [`${prefix}_0198f3c2`],
  })
export const EndpointId = id('end', 'Endpoint id.')
export const NotificationId = id('msg', 'Notification id: the `webhook-id` of its webhooks.')

export const AlertKindSchema = Type.Enum([...ALERT_KINDS], {
  description: 'What is told; see docs/concepts/alerts.md.',
})
const Kinds = nullable(
  Type.Array(AlertKindSchema, { maxItems: ALERT_KINDS.length, description: '`null`: every kind.' }),
)
const Locale = Type.Enum([...LANGUAGES])

const Levels = Type.Array(Type.Integer({ minimum: 1, maximum: 100 }), {
  maxItems: 20,
  description: 'Percentages; empty: none is told.',
})
const Factor = Type.String({
  pattern: '^([1-9][0-9]{0,5})(\\.[0-9]{1,3})?$',
  description: 'An hour is told when it costs more than this many usual hours.',
  examples: ['5'],
})
const settings = {
  window_levels: Levels,
  cap_levels: Levels,
  window_reset_above: Type.Integer({
    minimum: 1,
    maximum: 100,
    description: 'A reset is told when at least this percentage of the window was used.',
  }),
  lot_expiry_days: Type.Array(Type.Integer({ minimum: 1, maximum: 365 }), {
    maxItems: 10,
    description: 'Days before a lot expires.',
  }),
  anomaly_factor: Factor,
  anomaly_floor: { ...AmountIn, description: 'No hour that costs less is told as unusual.' },
  muted: Type.Array(AlertKindSchema, {
    maxItems: ALERT_KINDS.length,
    description: 'Kinds that are not told at all.',
  }),
}

export const AlertSettingsSchema = Type.Object(
  { account_id: AccountId, ...settings, as_of: AsOf },
  strict,
)

/** A member that is `null` has its default again. */
export const ChangeAlertSettingsSchema = Type.Object(
  {
    window_levels: Type.Optional(nullable(settings.window_levels)),
    cap_levels: Type.Optional(nullable(settings.cap_levels)),
    window_reset_above: Type.Optional(nullable(settings.window_reset_above)),
    lot_expiry_days: Type.Optional(nullable(settings.lot_expiry_days)),
    anomaly_factor: Type.Optional(nullable(settings.anomaly_factor)),
    anomaly_floor: Type.Optional(nullable(settings.anomaly_floor)),
    muted: Type.Optional(nullable(settings.muted)),
  },
  {
    ...strict,
    minProperties: 1,
    description: 'What is not named stays; `null` sets the default again.',
  },
)

const MessageSchema = Type.Object(
  { title: Type.String(), lines: Type.Array(Type.String()) },
  { ...strict, description: 'The alert in words.' },
)

export const AlertListedSchema = Type.Object(
  {
    notification_id: NotificationId,
    kind: AlertKindSchema,
    at: Timestamp,
    currency: CurrencyCode,
    as_of: AsOf,
    seq: Seq,
    seen: Type.Boolean({ description: 'Whoever asks has marked it, or a later one, as seen.' }),
    facts: {
      ...Open,
      // a text of an endpoint; of incidents in each language
      properties: {
        name: personal(Type.Union([Type.String(), Type.Record(Type.String(), Type.String())]), {
          kind: 'endpoint_disabled',
        }),
      },
      description: 'Figures and codes of this kind.',
    },
    message: MessageSchema,
  },
  strict,
)

export const UNREAD_MAX = 100
export const UnreadSchema = Type.Object(
  {
    unread: Type.Integer({
      minimum: 0,
      maximum: UNREAD_MAX,
      description: `Alerts that whoever asks has not marked as seen; ${UNREAD_MAX} stands for that and more.`,
    }),
    as_of: AsOf,
  },
  strict,
)
export const SeenSchema = Type.Object(
  {
    notification_id: {
      ...NotificationId,
      description: 'The latest alert that was seen: it and all before it count as seen.',
    },
  },
  strict,
)

const Address = Type.String({
  minLength: 3,
  maxLength: 2_000,
  pattern: '^[\\u0021-\\u007e]+$',
  description: 'https address of a webhook or chat webhook, or an e-mail address.',
  examples: ['https://example.com/hooks/everycent'],
})

export const CreateEndpointSchema = Type.Object(
  {
    channel: Type.Enum(['webhook', 'email', 'chat'], {
      description:
        '`webhook`: Standard Webhooks, signed; `chat`: an incoming webhook of Slack or alike.',
    }),
    name: Name,
    address: Address,
    kinds: Type.Optional(Kinds),
    locale: Type.Optional(Locale),
    time_zone: Type.Optional(TimeZoneSchema),
  },
  strict,
)

export const ChangeEndpointSchema = Type.Object(
  {
    name: Type.Optional(Name),
    kinds: Type.Optional(Kinds),
    locale: Type.Optional(Locale),
    time_zone: Type.Optional(TimeZoneSchema),
    status: Type.Optional(
      Type.Enum(['enabled', 'paused'], {
        description: 'Enabling sends what was kept; pausing drops what was due.',
      }),
    ),
  },
  { ...strict, minProperties: 1 },
)

const endpoint = {
  endpoint_id: EndpointId,
  account_id: AccountId,
  channel: Type.Enum(['webhook', 'email', 'chat']),
  name: personal(Type.String()),
  address: personal(
    Type.String({ description: 'Of a chat webhook only its host: the rest is a secret.' }),
  ),
  kinds: nullable(Type.Array(AlertKindSchema)),
  locale: Locale,
  time_zone: Type.String(),
  status: Type.Enum(['enabled', 'paused', 'disabled'], {
    description: '`disabled`: it did not answer for too long; what is to be told is kept.',
  }),
  failing_since: nullable(Timestamp),
  created_at: Timestamp,
}
export const EndpointSchema = Type.Object(endpoint, strict)

const Secret = Type.String({
  description: 'Signs the webhooks: shown in this answer only.',
  examples: ['whsec_…'],
})
export const NewEndpointSchema = Type.Object({ ...endpoint, secret: nullable(Secret) }, strict)
export const RotatedSchema = Type.Object(
  {
    ...endpoint,
    secret: Secret,
    previous_until: { ...Timestamp, description: 'Until then the old secret signs too.' },
  },
  strict,
)
export const EndpointListSchema = Type.Object(
  { items: Type.Array(EndpointSchema), as_of: AsOf },
  strict,
)

const attempt = {
  at: Timestamp,
  duration_ms: Type.Integer(),
  outcome: Type.String({ description: '`delivered`, or why not.' }),
  status: nullable(Type.Integer({ description: 'Of HTTP or SMTP.' })),
  detail: nullable(Type.String()),
}
export const AttemptSchema = Type.Object({ endpoint_id: EndpointId, ...attempt }, strict)

export const RedeliverSchema = Type.Object({ endpoint_id: EndpointId }, strict)

export const DeliveryListedSchema = Type.Object(
  {
    notification_id: NotificationId,
    endpoint_id: EndpointId,
    kind: AlertKindSchema,
    attempt: Type.Integer(),
    ...attempt,
    state: Type.Enum(['due', 'kept', 'delivered', 'given_up', 'cancelled'], {
      description: 'Of the delivery, as it stands now.',
    }),
    next_at: nullable(Timestamp),
  },
  strict,
)

import { alertMessage } from '../../contract/alerts/index.ts'
import { UNREAD_MAX } from '../../contract/schemas/alerts.ts'
import { ALERT_DEFAULTS, type AlertSettingsDocument } from '../../core/alerts/index.ts'
import { alertSettings } from '../../core/alerts/settings.ts'
import { formatNanos } from '../../core/money/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  changeAlertSettings,
  listNotifications,
  readAlertSettings,
} from '../../store/notifications/alerts.ts'
import { type AttemptRow, listAttempts } from '../../store/notifications/deliveries.ts'
import { countUnread, markSeen, readSeen, type SeenUpTo } from '../../store/notifications/seen.ts'
import type { Caller } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { type Handlers, ok } from '../handler.ts'
import { maskOccasion } from '../masks.ts'
import { needAccount, needState } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { readerIn } from '../reader-in.ts'

type Alerts =
  | 'listAlerts'
  | 'countUnreadAlerts'
  | 'markAlertsSeen'
  | 'getAlertSettings'
  | 'setAlertSettings'
  | 'listDeliveries'

export const alertHandlers: Handlers<Alerts> = {
  listAlerts: async ({ params, query, caller, sight }, { pool, nowMs }) => {
    await needAccount(pool, params.account_id)
    const limit = query.limit ?? PAGE_DEFAULT
    const before = decodeCursor('alerts', ['number', 'string'], query.cursor)
    const reader = readerIn(query)
    const rows = await listNotifications(pool, params.account_id, {
      kind: query.kind ?? null,
      before: before && { at: instant(before[0]), notificationId: before[1] },
      limit: limit + 1,
    })
    const seen = await readSeen(pool, readerOf(params.account_id, caller))
    const { items, next_cursor } = pageOf(rows, limit, (last) =>
      encodeCursor('alerts', [last.at, last.notificationId]),
    )
    const showsNames = await sight.names(params.account_id)
    return ok({
      items: items.map(({ notificationId, at, body }) => ({
        notification_id: notificationId,
        kind: body.facts.kind,
        at: formatInstant(at),
        currency: body.currency,
        as_of: body.as_of,
        seq: body.seq,
        seen: seen !== null && !isAfter({ at, notificationId }, seen),
        facts: body.facts,
        message: alertMessage(showsNames ? body : maskOccasion(body), reader),
      })),
      next_cursor,
      as_of: formatInstant(instant(nowMs())),
    })
  },

  countUnreadAlerts: async ({ params, caller }, services) => {
    await needAccount(services.pool, params.account_id)
    return ok(await unreadJson(readerOf(params.account_id, caller), services))
  },

  markAlertsSeen: async ({ params, body, caller }, services) => {
    await needAccount(services.pool, params.account_id)
    const reader = readerOf(params.account_id, caller)
    if (!(await markSeen(services.pool, reader, body.notification_id)))
      throw new ProblemError('notification_unknown')
    return ok(await unreadJson(reader, services))
  },

  getAlertSettings: async ({ params }, services) => {
    const document = await readAlertSettings(services.pool, params.account_id)
    return ok(await settingsJson(params.account_id, document, services))
  },

  setAlertSettings: async ({ params, body }, services) => {
    const { pool, nowMs } = services
    await needAccount(pool, params.account_id)
    const change = { accountId: params.account_id, document: body, at: instant(nowMs()) }
    return ok(
      await settingsJson(params.account_id, await changeAlertSettings(pool, change), services),
    )
  },

  listDeliveries: async ({ params, query }, { pool, nowMs }) => {
    await needAccount(pool, params.account_id)
    const limit = query.limit ?? PAGE_DEFAULT
    const types = ['number', 'string', 'string', 'number'] as const
    const before = decodeCursor('deliveries', types, query.cursor)
    const rows = await listAttempts(pool, params.account_id, {
      endpointId: query.endpoint_id ?? null,
      notificationId: query.notification_id ?? null,
      before: before && {
        at: instant(before[0]),
        notificationId: before[1],
        endpointId: before[2],
        attempt: before[3],
      },
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(rows, limit, (last) =>
      encodeCursor('deliveries', [last.at, last.notificationId, last.endpointId, last.attempt]),
    )
    const as_of = formatInstant(instant(nowMs()))
    return ok({ items: items.map(attemptJson), next_cursor, as_of })
  },
}

/** A member has seen what it has seen, by whichever key or browser. */
function readerOf(accountId: string, caller: Caller) {
  if (caller.type !== 'key') return { accountId, reader: `staff:${caller.id}` }
  const { memberId, keyId } = caller.holder
  return { accountId, reader: memberId === null ? `key:${keyId}` : `member:${memberId}` }
}

const isAfter = (one: SeenUpTo, other: SeenUpTo): boolean =>
  one.at === other.at ? one.notificationId > other.notificationId : one.at > other.at

async function unreadJson(reader: ReturnType<typeof readerOf>, { pool, nowMs }: Services) {
  const unread = await countUnread(pool, reader, UNREAD_MAX)
  return { unread, as_of: formatInstant(instant(nowMs())) }
}

const attemptJson = (row: AttemptRow) => ({
  notification_id: row.notificationId,
  endpoint_id: row.endpointId,
  kind: row.kind,
  attempt: row.attempt,
  at: formatInstant(row.at),
  duration_ms: row.durationMs,
  outcome: row.outcome,
  status: row.status,
  detail: row.detail,
  state: row.state,
  next_at: row.nextAt === null ? null : formatInstant(row.nextAt),
})

async function settingsJson(
  accountId: string,
  document: AlertSettingsDocument,
  services: Services,
) {
  const { state, at } = await needState(services, accountId)
  const own = alertSettings(document, state.currency)
  return {
    account_id: accountId,
    window_levels: own.windowLevels,
    cap_levels: own.capLevels,
    window_reset_above: own.windowResetAbove,
    lot_expiry_days: own.lotExpiryDays,
    anomaly_factor: document.anomaly_factor ?? ALERT_DEFAULTS.anomaly_factor,
    anomaly_floor: formatNanos(own.anomalyFloor),
    muted: own.muted,
    as_of: formatInstant(at),
  }
}

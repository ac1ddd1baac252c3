import type pg from 'pg'
import type { Alert } from '../../../core/alerts/index.ts'
import { formatInstant, instant } from '../../../core/time/index.ts'
import { enterNotifications, type NotificationBody } from '../../../store/notifications/alerts.ts'
import { newNotification } from '../../../store/notifications/new-notification.ts'
import { readState } from '../../../store/reads/account-state.ts'
import { inTransaction } from '../../../store/transaction.ts'
import { readExport, type StoredExport } from '../../../store/usage/exports.ts'
import { fileName } from './file-name.ts'

/** An export whose end the account was told now, and not before. */
export interface ToldExport {
  readonly body: NotificationBody
  readonly stored: StoredExport
}

export interface ExportWork {
  readonly pool: pg.Pool
  readonly accountId: string
  readonly exportId: string
  readonly nowMs: () => number
  /**
   * Nobody waits for the answer: how it ends is told, and this is called once that is entered. Absent:
   * whoever asked has the answer, and needs no notice.
   */
  readonly onTold?: (told: ToldExport) => void
}

/**
 * Ends a turn, and tells in the same transaction how the export has ended: a node that dies in between has
 * done neither. `false`: nothing has ended.
 */
export async function endTurn(
  own: ExportWork,
  end: (client: pg.ClientBase) => Promise<boolean>,
): Promise<boolean> {
  const { pool, accountId, exportId, onTold } = own
  if (!onTold) return inTransaction(pool, end)
  const account = await readState(pool, accountId, { holds: 0, caps: 0, at: instant(own.nowMs()) })
  const told = await inTransaction(pool, async (client) => {
    if (!(await end(client))) return false
    const stored = await readExport(client, accountId, exportId)
    return account && stored ? enter(client, stored, account.state, own.nowMs()) : null
  })
  if (told) onTold(told)
  return told !== false
}

/** `null`: it was told before, or the account has muted it. */
async function enter(
  client: pg.ClientBase,
  stored: StoredExport,
  account: { readonly name: string; readonly currency: string; readonly seq: number },
  nowMs: number,
): Promise<ToldExport | null> {
  const at = instant(nowMs)
  const about = {
    account_id: stored.accountId,
    account_name: account.name,
    currency: account.currency,
    as_of: formatInstant(at),
    seq: stored.seq ?? account.seq,
  }
  const news = newNotification(about, alertOf(stored), at)
  const isNew = (await enterNotifications(client, [news])).length > 0
  return isNew ? { body: news.body, stored } : null
}

/** One key for either end: an export is told once. */
function alertOf(stored: StoredExport): Alert {
  const { exportId, request, askedBy, createdAt } = stored
  const shared = {
    export_id: exportId,
    file_name: fileName(request),
    format: request.format,
    of: request.kind,
    start: request.from,
    end: request.to,
    asked_by: askedBy,
    asked_at: formatInstant(createdAt),
  }
  const facts: Alert['facts'] =
    stored.state === 'ready'
      ? {
          kind: 'export_ready',
          ...shared,
          rows: stored.rowsDone,
          bytes: stored.bytes ?? 0,
          expires_at: formatInstant(stored.expiresAt),
        }
      : {
          kind: 'export_failed',
          ...shared,
          reason: stored.failedReason ?? 'unknown',
          attempts: stored.tries,
        }
  return { key: `export:${exportId}`, facts }
}

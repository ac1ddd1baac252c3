import type pg from 'pg'
import {
  type AlertSource,
  alertSettings,
  cycleHoursFrom,
  type Look,
  lookForAlerts,
} from '../../core/alerts/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import type { CatalogueCache } from '../../store/control/index.ts'
import {
  enterNotifications,
  type NewNotification,
  type WatchWrite,
  writeWatches,
} from '../../store/notifications/alerts.ts'
import { newNotification, notificationId } from '../../store/notifications/new-notification.ts'
import {
  CHANGES_MAX,
  type DueWatch,
  dueWatches,
  readWatched,
  unseenAccounts,
  type WatchedAccount,
} from '../../store/notifications/watch-reads.ts'
import { MovedAccounts } from '../moved-accounts.ts'
import { eachOf } from '../sweep-all.ts'
import { SpendReader } from './spend-reader.ts'

export interface AlertWatchOptions {
  readonly pool: pg.Pool
  readonly catalogue: Pick<CatalogueCache, 'current'>
}

/** Accounts in one reading. */
const BATCH_MAX = 100
/** Accounts that a node remembers as moved. */
const MOVED_MAX = 50_000
/** Accounts that one round compares with how far they were looked through. */
const COMPARED_MAX = 2_000

/**
 * Looks for what is crossed in accounts that moved, that are due by time alone, or that were left behind by
 * a crash. Any number of nodes may look at the same account: what is told is told by its key.
 */
export class AlertWatch {
  readonly #options: AlertWatchOptions
  readonly #spend: SpendReader
  readonly #moved = new MovedAccounts(MOVED_MAX)
  #comparedTo = ''

  constructor(options: AlertWatchOptions) {
    this.#options = options
    this.#spend = new SpendReader(options.pool)
  }

  /** For `engine.onCommit`: an account is looked at once a round, however often it moves. */
  moved(accountIds: readonly string[]): void {
    this.#moved.add(accountIds)
  }

  /** One round. Returns how many crossings are told that were not told before. */
  async round(nowMs: number): Promise<number> {
    const { pool } = this.#options
    const at = nowMs as Instant
    const moved = this.#moved.take()
    const unseen = await unseenAccounts(pool, this.#comparedTo, COMPARED_MAX)
    const due = await allDue(pool, at)
    const all = [...new Set([...moved, ...due, ...unseen.accountIds])]
    let told = 0
    let failure: unknown = null
    for (let from = 0; from < all.length; from += BATCH_MAX)
      await this.#lookAtAll(all.slice(from, from + BATCH_MAX), at).then(
        (count) => {
          told += count
        },
        (error: unknown) => {
          failure ??= error
        },
      )
    this.#comparedTo = unseen.scannedTo ?? ''
    if (failure !== null) throw failure
    return told
  }

  /** An account that cannot be read keeps no other waiting: after a failure each is looked at alone. */
  async #lookAtAll(accountIds: readonly string[], at: Instant): Promise<number> {
    try {
      return await this.look(accountIds, at)
    } catch (error) {
      if (accountIds.length === 1) throw error
      await eachOf(accountIds, String, (id) => this.look([id], at))
      return 0
    }
  }

  async look(accountIds: readonly string[], at: Instant): Promise<number> {
    const { pool, catalogue } = this.#options
    const watched = await readWatched(pool, accountIds)
    const { plan } = await catalogue.current()
    const spends = await this.#spend.read(
      watched.map(({ state }) => ({
        accountId: state.accountId,
        cycleFrom: cycleHoursFrom(state, at),
        paidUse: state.paidUse,
      })),
      at,
    )
    const looks = watched.flatMap((own) => {
      const named = plan(own.state.plan)
      // A plan that was published a moment ago elsewhere: the account stays unseen until it is loaded.
      if (!named) return []
      const spend = spends(own.state.accountId)
      return [lookAt(own, { plan: named, spend }, at)]
    })
    const told = await enterNotifications(
      pool,
      looks.flatMap(({ notifications }) => notifications),
    )
    // Last: a crash before it only means another look.
    await writeWatches(
      pool,
      looks.map(({ watch }) => watch),
      at,
    )
    return told.length
  }
}

/** All of them, so that those that cannot be read hold up none of the others. */
async function allDue(pool: pg.Pool, at: Instant): Promise<string[]> {
  const ids: string[] = []
  for (let after: DueWatch | null = null; ; ) {
    const page: DueWatch[] = await dueWatches(pool, at, { after, limit: COMPARED_MAX })
    ids.push(...page.map(({ account_id: id }) => id))
    if (page.length < COMPARED_MAX) return ids
    after = page.at(-1) ?? null
  }
}

function lookAt(
  own: WatchedAccount,
  around: Pick<AlertSource, 'plan' | 'spend'>,
  now: Instant,
): { readonly notifications: readonly NewNotification[]; readonly watch: WatchWrite } {
  const { state, armed, changes, scopedCaps } = own
  const at = (now > state.lastAt ? now : state.lastAt) as Instant
  const settings = alertSettings(own.settings, state.currency)
  const look = lookForAlerts({ ...around, state, armed, changes, scopedCaps, settings }, at)
  const lastChange = changes.length < CHANGES_MAX ? undefined : changes.at(-1)
  const seen = lastChange?.seq ?? state.seq
  return {
    notifications: notificationsOf(own, look, at),
    watch: {
      accountId: state.accountId,
      seq: look.waitsFrom === null ? seen : Math.min(seen, look.waitsFrom - 1),
      armed: look.armed,
      dueAt: look.dueAt,
    },
  }
}

function notificationsOf({ state }: WatchedAccount, look: Look, at: Instant): NewNotification[] {
  const { accountId, currency } = state
  const named = { account_id: accountId, account_name: state.name, currency }
  const about = { ...named, as_of: formatInstant(at), seq: state.seq }
  return look.crossings.flatMap(({ alert, covers }) => {
    const told = newNotification(about, alert, at)
    const covered = covers.map((alertKey) => ({
      ...told,
      alertKey,
      notificationId: notificationId(accountId, alertKey),
      coveredBy: told.notificationId,
    }))
    return [told, ...covered]
  })
}

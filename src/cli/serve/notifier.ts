import type pg from 'pg'
import type { Config } from '../../config.ts'
import { AlertWatch } from '../../jobs/index.ts'
import { Notifier } from '../../notify/index.ts'
import { CatalogueCache } from '../../store/control/index.ts'
import { readBoxKey, SecretBox } from '../../store/secret-box.ts'

const DAY_MS = 86_400_000

/** The channels as the settings have them. */
function createNotifier(
  pool: pg.Pool,
  options: { readonly config: Config; readonly secretKeys?: readonly string[] },
  nowMs: () => number,
): Notifier {
  const { config } = options
  const given = options.secretKeys ?? config.secretKeys.map((key) => key.reveal())
  const keys = given.flatMap((key) => readBoxKey(key) ?? [])
  return new Notifier({
    pool,
    box: keys.length === 0 ? null : new SecretBox(keys),
    smtp: config.smtp ? { url: config.smtp.url.reveal(), from: config.smtp.from } : null,
    addresses: { allowPrivate: config.privateAddresses === 'allowed' },
    timeoutMs: config.numbers['notify.timeout_ms'],
    disableAfterMs: config.numbers['notify.disable_after_days'] * DAY_MS,
    nowMs,
  })
}

/** What looks for alerts, and what sends them. */
export const startAlerts = (
  pool: pg.Pool,
  options: Parameters<typeof createNotifier>[1],
  nowMs: () => number,
) => ({
  notifier: createNotifier(pool, options, nowMs),
  keepDays: options.config.numbers['notify.keep_days'],
  keepSignInsDays: options.config.numbers['sign_in.keep_days'],
  watch: new AlertWatch({ pool, catalogue: new CatalogueCache(pool, nowMs) }),
})

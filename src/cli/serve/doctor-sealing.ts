import type pg from 'pg'
import type { Config } from '../../config.ts'
import { newestCheckpoint, unsealedSince } from '../../store/log/index.ts'
import { SEALING_OFF } from './checkpoints.ts'
import { type Check, ok, warn } from './doctor-checks.ts'

const MINUTE_MS = 60_000
/** A head is sealed within two rounds; what is older than this is left behind. */
const BEHIND_AFTER_MS = 5 * MINUTE_MS

/** Whether heads are sealed, and how far behind the log is. */
export async function checkSealing(pool: pg.Pool, config: Config, nowMs: number): Promise<Check[]> {
  const { rows } = await pool.query<{ there: boolean }>(
    "select to_regclass('control.log_tree') is not null as there",
  )
  if (rows[0]?.there !== true) return []
  const isOn = config.checkpoints.keys.length > 0 || config.database.kind === 'embedded'
  const newest = await newestCheckpoint(pool)
  const sealed = newest === null ? 'nothing is sealed yet' : `${newest.size} heads are sealed`
  if (!isOn) return [warn('sealing', `off; ${sealed}`, SEALING_OFF)]
  const everyMs = config.numbers['checkpoints.every_ms']
  const before = nowMs - Math.max(BEHIND_AFTER_MS, 2 * everyMs)
  const behind = await unsealedSince(pool, before)
  if (behind === 0) return [ok('sealing', sealed)]
  return [
    warn(
      'sealing',
      `behind: ${behind} accounts have moved and are not sealed; ${sealed}`,
      'The job "checkpoints" seals them: start a server, or see "everycent jobs". A walk finds what a crash forgot.',
    ),
  ]
}

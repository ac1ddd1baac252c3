/** What the operator's screen of health shows, in its order. Ids are never renamed. */

export type TileUnit = 'milliseconds' | 'seconds' | 'percent' | 'count'
export type TileState = 'ok' | 'warn' | 'alarm' | 'unknown'

interface TileRow {
  readonly unit: TileUnit
  /** On which side of the thresholds things are bad. */
  readonly bad: 'above' | 'below'
  /** From here on (or below it) somebody should look during the day. */
  readonly warn: number
  /** From here on (or below it) somebody should be woken. */
  readonly alarm: number
}

const above = (unit: TileUnit, warn: number, alarm: number): TileRow => ({
  ...{ unit, warn, alarm },
  bad: 'above',
})
const below = (unit: TileUnit, warn: number, alarm: number): TileRow => ({
  ...{ unit, warn, alarm },
  bad: 'below',
})

export const TILES = {
  added_latency: above('milliseconds', 50, 250),
  stream_aborts: above('percent', 2, 10),
  settle_lag: above('milliseconds', 100, 1_000),
  stale_holds: above('count', 1, 20),
  outbox_lag: above('seconds', 60, 600),
  queue_depth: above('count', 1_000, 10_000),
  sealing_lag: above('seconds', 60, 600),
  detection_lag: above('seconds', 60, 600),
  unpriced_calls: above('count', 1, 100),
  webhook_failures: above('count', 1, 20),
  cap_races: above('count', 1, 1),
  parked_accounts: above('count', 1, 1),
  detector_precision: below('percent', 99, 95),
  failing_jobs: above('count', 1, 2),
  database: above('count', 1, 1),
  archive: above('count', 1, 20),
  nodes: below('count', 1, 1),
} as const satisfies Readonly<Record<string, TileRow>>

export type TileId = keyof typeof TILES
export const TILE_IDS = Object.keys(TILES) as readonly TileId[]

/** `null`: it could not be read, or there was nothing to measure. */
export function judgeTile(id: TileId, value: number | null): TileState {
  const row: TileRow = TILES[id]
  if (value === null) return 'unknown'
  const beyond = (limit: number): boolean => (row.bad === 'above' ? value >= limit : value < limit)
  if (beyond(row.alarm)) return 'alarm'
  return beyond(row.warn) ? 'warn' : 'ok'
}

/** Where its page is, in the repository. */
export const runbookOf = (id: TileId): string =>
  `docs/operating/runbooks/${id.replaceAll('_', '-')}.md`

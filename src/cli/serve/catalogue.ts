import type pg from 'pg'
import { Gauge, type Registry } from 'prom-client'
import type { PriceBook } from '../../core/pricing/index.ts'
import type { Engine } from '../../engine/index.ts'
import { loadCatalogue } from '../../store/control/index.ts'

const LOOK_EVERY_MS = 2_000

export interface KeptCatalogue {
  /** The price books as last loaded, in the order of their publication. */
  books(): readonly PriceBook[]
  refresh(): Promise<void>
  stop(): Promise<void>
}

/** Of the number that tells when this server last compared its plans and price books. */
export const CATALOGUE_SEEN = 'everycent_catalogue_seen_timestamp_seconds'

const SECOND_MS = 1_000

interface Options {
  readonly pool: pg.Pool
  readonly registry: Registry
  /** Milliseconds since 1970, of this machine. */
  readonly nowMs: () => number
  readonly engine: Engine
  readonly onError: (job: string, error: unknown) => void
}

/**
 * Keeps plans and price books current on this node: what another node publishes is in force here
 * within seconds. Looking costs one small query; loading happens only after a change.
 */
export async function keepCatalogue(options: Options): Promise<KeptCatalogue> {
  const { pool, engine, onError, nowMs } = options
  const seenAt = new Gauge({
    name: CATALOGUE_SEEN,
    help: 'When this server last compared its plans and price books with the database; since 1970.',
    registers: [options.registry],
  })
  let seen = await fingerprint(pool)
  seenAt.set(nowMs() / SECOND_MS)
  let books = (await loadCatalogue(pool)).books
  let looking: Promise<void> | null = null
  const load = async (): Promise<void> => {
    seen = await fingerprint(pool)
    books = (await loadCatalogue(pool)).books
    await engine.reloadCatalogue()
  }
  const look = async (): Promise<void> => {
    if ((await fingerprint(pool)) !== seen) await load()
    seenAt.set(nowMs() / SECOND_MS)
  }
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => onError('catalogue', error))
      .finally(() => {
        looking = null
      })
  }, LOOK_EVERY_MS)
  timer.unref()
  return {
    books: () => books,
    refresh: load,
    stop: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

/** Versions are immutable: their names and states tell whether anything is new. */
async function fingerprint(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ seen: string }>(
    `select concat_ws(' ',
       (select md5(string_agg(book_id, ',' order by book_id)) from control.price_book),
       (select 'promotions ' || count(*) from control.window_promotion),
       (select md5(string_agg(concat_ws(' ', plan_id, version, status), ',' order by plan_id, version))
        from control.plan_version)) as seen`,
  )
  return rows[0]?.seen ?? ''
}

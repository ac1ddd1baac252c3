import type pg from 'pg'
import type { Catalogue } from '../../core/decisions/commands.ts'
import { parsePlan } from '../../core/funding/plan-document.ts'
import { type Plan, planRef } from '../../core/funding/types.ts'
import { withPromotions } from '../../core/funding/window-promotions.ts'
import { parsePriceBook } from '../../core/pricing/index.ts'
import type { PriceBook } from '../../core/pricing/types.ts'
import { loadWindowPromotions } from './window-promotions.ts'

/** A stored plan or price book that this version of the program cannot read: it must not start. */
class CatalogueError extends Error {
  override readonly name = 'CatalogueError'
}

/**
 * All plans that an account can have (retired ones live on with those that have them) and all price
 * books, in the order of their publication.
 */
export async function loadCatalogue(pool: pg.Pool): Promise<Catalogue> {
  const [stored, books, promotions] = await Promise.all([
    loadPlans(pool),
    loadBooks(pool),
    loadWindowPromotions(pool),
  ])
  const plans = new Map([...stored].map(([ref, plan]) => [ref, withPromotions(plan, promotions)]))
  return { plan: (ref) => plans.get(ref), books }
}

async function loadPlans(pool: pg.Pool): Promise<ReadonlyMap<string, Plan>> {
  const { rows } = await pool.query<{ plan_id: string; version: number; document: unknown }>(
    `select plan_id, version, document from control.plan_version
     where status in ('published', 'retired') order by plan_id, version`,
  )
  return new Map(
    rows.map((row) => {
      const plan = readPlan(row.document, `${row.plan_id}@${row.version}`)
      return [planRef(plan), plan]
    }),
  )
}

function readPlan(document: unknown, ref: string): Plan {
  const parsed = parsePlan(document)
  if (parsed.ok) return parsed.plan
  const [first] = parsed.problems
  throw new CatalogueError(`plan ${ref} cannot be read: ${first?.location} ${first?.message}`)
}

async function loadBooks(pool: pg.Pool): Promise<readonly PriceBook[]> {
  const { rows } = await pool.query<{ book_id: string; document: unknown }>(
    'select book_id, document from control.price_book order by published_at, book_id',
  )
  return rows.map((row) => {
    const parsed = parsePriceBook(row.document)
    if (parsed.ok) return parsed.book
    throw new CatalogueError(
      `price book ${row.book_id} cannot be read: ${JSON.stringify(parsed.problems[0])}`,
    )
  })
}

/**
 * The catalogue for readers beside the engine (estimates, screens): loaded at most once a second, and
 * once for all who ask at the same time. What is decided is decided by the engine's own.
 */
export class CatalogueCache {
  readonly #pool: pg.Pool
  readonly #nowMs: () => number
  #loaded: Promise<Catalogue> | null = null
  #loadedAtMs = 0

  constructor(pool: pg.Pool, nowMs: () => number) {
    this.#pool = pool
    this.#nowMs = nowMs
  }

  current(): Promise<Catalogue> {
    const now = this.#nowMs()
    if (this.#loaded && now - this.#loadedAtMs < FRESH_MS && now >= this.#loadedAtMs)
      return this.#loaded
    const loading = loadCatalogue(this.#pool)
    this.#loaded = loading
    this.#loadedAtMs = now
    // A failure is not kept: the next who asks tries again.
    loading.catch(() => {
      if (this.#loaded === loading) this.#loaded = null
    })
    return loading
  }

  forget(): void {
    this.#loaded = null
  }
}

const FRESH_MS = 1_000

/**
 * Changes whenever a plan or a price book is published or retired anywhere. Counts suffice: nothing is
 * deleted and no version goes back, so the same counts never come again.
 */
export async function catalogueMark(db: pg.Pool | pg.ClientBase): Promise<string> {
  const { rows } = await db.query<{ mark: string }>(
    `select (select count(*) from control.price_book) || '/' ||
       (select count(*) from control.window_promotion) || '/' ||
       (select count(*) filter (where status <> 'draft') || '/' ||
          count(*) filter (where status = 'retired') from control.plan_version) as mark`,
  )
  return rows[0]?.mark ?? ''
}

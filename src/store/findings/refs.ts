import type pg from 'pg'
import type { AuditRefs } from '../../core/audit/index.ts'
import { parsePlan } from '../../core/funding/plan-document.ts'
import { type Plan, planRef } from '../../core/funding/types.ts'
import { withPromotions } from '../../core/funding/window-promotions.ts'
import type { PriceBookDocument } from '../../core/pricing/types.ts'
import type { RemedyPolicy } from '../../core/remedies/policy.ts'
import { instant } from '../../core/time/index.ts'
import { catalogueMark } from '../control/catalogue.ts'
import { listTerms } from '../control/terms.ts'
import { loadWindowPromotions } from '../control/window-promotions.ts'

/** Every plan and every price book, with the moment from which each could price a call. */
async function loadAuditRefs(pool: pg.Pool): Promise<AuditRefs> {
  const [plans, books, promotions] = await Promise.all([
    pool.query<{ document: unknown }>(
      "select document from control.plan_version where status in ('published', 'retired')",
    ),
    pool.query<{ document: PriceBookDocument; published_at: Date }>(
      'select document, published_at from control.price_book order by published_at, book_id',
    ),
    loadWindowPromotions(pool),
  ])
  const known = new Map<string, Plan>()
  for (const { document } of plans.rows) {
    const parsed = parsePlan(document)
    if (parsed.ok) known.set(planRef(parsed.plan), withPromotions(parsed.plan, promotions))
  }
  return {
    plans: known,
    books: books.rows.map(({ document, published_at: at }) => ({
      document,
      publishedAt: instant(at.getTime()),
    })),
  }
}

/**
 * What an audit judges by, loaded anew whenever something was published. Entries must not be judged by less
 * than those who wrote them knew: a call priced by a book that came out since would count as mispriced, and
 * be refunded. So the entries are read first, with the mark of their moment, and then what belongs to it.
 */
export class AuditBooks {
  readonly #pool: pg.Pool
  #loaded: { readonly mark: string; readonly refs: Promise<AuditRefs> } | null = null

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  /** All that was published when `mark` was read, and perhaps more: what came later is dated. */
  asOf(mark: string): Promise<AuditRefs> {
    if (this.#loaded?.mark === mark) return this.#loaded.refs
    const loaded = { mark, refs: loadAuditRefs(this.#pool) }
    this.#loaded = loaded
    // A failure is not kept: the next who asks tries again.
    loaded.refs.catch(() => {
      if (this.#loaded === loaded) this.#loaded = null
    })
    return loaded.refs
  }

  /** All that is published now. */
  async now(): Promise<AuditRefs> {
    return this.asOf(await catalogueMark(this.#pool))
  }
}

/** The policy in force: its highest version. `null`: none is published. */
export async function remedyPolicyInForce(pool: pg.Pool): Promise<RemedyPolicy | null> {
  const rows = await listTerms<RemedyPolicy>(pool, 'remedies')
  return rows.at(-1)?.document ?? null
}

import type pg from 'pg'
import type { AuditRefs } from '../../core/audit/index.ts'
import { parsePlan } from '../../core/funding/plan-document.ts'
import { type Plan, planRef } from '../../core/funding/types.ts'
import { withPromotions } from '../../core/funding/window-promotions.ts'
import type { PriceBookDocument } from '../../core/pricing/types.ts'
import type { RemedyPolicy } from '../../core/remedies/policy.ts'
import { instant } from '../../core/time/index.ts'
import { listTerms } from '../control/terms.ts'
import { loadWindowPromotions } from '../control/window-promotions.ts'

/** Every plan and every price book, with the moment from which each could price a call. */
export async function loadAuditRefs(pool: pg.Pool): Promise<AuditRefs> {
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

/** The policy in force: its highest version. `null`: none is published. */
export async function remedyPolicyInForce(pool: pg.Pool): Promise<RemedyPolicy | null> {
  const rows = await listTerms<RemedyPolicy>(pool, 'remedies')
  return rows.at(-1)?.document ?? null
}

import type pg from 'pg'
import type { Plan } from '../core/funding/types.ts'
import type { EntryKind } from '../core/ledger/entry.ts'
import { type CatalogueCache, latestPublishedPlan, readPlan } from '../store/control/index.ts'
import { findRequest } from '../store/reads/entries.ts'
import { ProblemError } from './problem-answer.ts'

/**
 * The plan version that a request means. A repeat means what it meant the first time, whatever has been
 * published or retired since; a new request needs a version that is published.
 */
export async function choosePlan(
  pool: pg.Pool,
  choice: string,
  request: { readonly accountId: string; readonly requestId: string; readonly kind: EntryKind },
): Promise<string> {
  const first = (await findRequest(pool, request))?.plan
  const [planId = '', version] = choice.split('@')
  if (first !== undefined)
    return version === undefined && first.startsWith(`${planId}@`) ? first : choice
  if (version === undefined) {
    const latest = await latestPublishedPlan(pool, planId)
    if (!latest) throw new ProblemError('plan_unknown')
    return `${planId}@${latest.version}`
  }
  const plan = await readPlan(pool, planId, parseInt(version, 10))
  if (!plan || plan.status === 'draft') throw new ProblemError('plan_unknown')
  if (plan.status === 'retired') throw new ProblemError('plan_retired')
  return choice
}

/** The plan of a loaded account, also when it was published a moment ago elsewhere. */
export async function planNamed(catalogue: CatalogueCache, ref: string): Promise<Plan> {
  const known = (await catalogue.current()).plan(ref)
  if (known) return known
  catalogue.forget()
  const plan = (await catalogue.current()).plan(ref)
  if (!plan) throw new Error(`plan ${ref} is not in the catalogue`)
  return plan
}

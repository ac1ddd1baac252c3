import type pg from 'pg'
import { type Campaign, type Evaluation, evaluate } from '../../core/campaigns/index.ts'
import type { Instant } from '../../core/time/index.ts'
import type { CampaignRecord } from '../../store/campaigns/campaigns.ts'
import { type LoadedFacts, loadFacts } from '../../store/campaigns/facts.ts'
import { listAccounts } from '../../store/control/index.ts'

/** Accounts of one reading. */
export const AUDIENCE_PAGE = 500

export interface Prospect extends LoadedFacts {
  readonly accountId: string
  readonly name: string
}

/** Every account after `after` with its facts, page by page, by id. */
export async function* prospects(
  pool: pg.Pool,
  order: { readonly after: string | null; readonly at: Instant; readonly page?: number },
): AsyncGenerator<readonly Prospect[]> {
  const limit = order.page ?? AUDIENCE_PAGE
  let { after } = order
  for (;;) {
    const page = await listAccounts(pool, { after, limit, text: null })
    if (page.length === 0) return
    const ids = page.map(({ accountId }) => accountId)
    const loaded = await loadFacts(pool, ids, order.at)
    yield page.flatMap(({ accountId, name }) => {
      const own = loaded.get(accountId)
      return own ? [{ ...own, accountId, name }] : []
    })
    after = ids.at(-1)!
    if (page.length < limit) return
  }
}

const AUDIENCE_MAX = 20_000

export interface Audience {
  readonly accounts: number
  readonly evaluated: number
  readonly complete: boolean
}

/** How many accounts fulfil every rule now: looked at one by one, up to a limit that is told. */
export async function countAudience(
  pool: pg.Pool,
  campaign: Campaign,
  at: Instant,
): Promise<Audience> {
  let accounts = 0
  let evaluated = 0
  for await (const page of prospects(pool, { after: null, at })) {
    if (evaluated >= AUDIENCE_MAX) return { accounts, evaluated, complete: false }
    accounts += page.filter(({ facts }) => evaluate(campaign, facts, at).eligible).length
    evaluated += page.length
  }
  return { accounts, evaluated, complete: true }
}

/** Whether no place or budget is left for such a claim, as far as it is known: only a claim finds out. */
export function isFull(
  record: CampaignRecord,
  { wave, amount }: Pick<Evaluation, 'wave' | 'amount'>,
): boolean {
  const own = record.waves[record.campaign.waves.findIndex(({ id }) => id === wave)]
  return [record.taken, ...(own ? [own] : [])].some(
    (taken) =>
      (taken.claimsMax !== null && taken.claims >= taken.claimsMax) ||
      (taken.budgetMax !== null && taken.amount + (amount ?? 0n) > taken.budgetMax),
  )
}

/** As a claim would find it now: a campaign that nothing is left of is claimable by nobody. */
export const standingNow = (
  record: CampaignRecord,
  evaluation: Evaluation,
): Evaluation['standing'] | 'exhausted' =>
  evaluation.standing === 'claimable' && isFull(record, evaluation)
    ? 'exhausted'
    : evaluation.standing

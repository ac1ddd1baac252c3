import { type AccountFacts, evaluate, parseCampaign } from '../../src/core/campaigns/index.ts'
import { evaluationJson } from '../../src/engine/campaigns/evaluation-json.ts'
import { instantOf } from './world.ts'

/** An example: a campaign, what is known of an account, and the moment. */
interface Example {
  readonly campaign: unknown
  readonly account: {
    readonly plans: readonly { readonly from: string; readonly plan: string }[]
    readonly paid_use_from?: string
    readonly region?: string
    readonly seats?: number
    readonly custom?: AccountFacts['custom']
  }
  readonly at: string
}

/** What the campaign is for the account, rule by rule. */
export function judged({ campaign, account, at }: Example) {
  const parsed = parseCampaign(campaign)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const plans = account.plans.map(({ from, plan }) => ({ from: instantOf(from), plan }))
  const facts: AccountFacts = {
    accountId: 'acct_example',
    currency: 'USD',
    anchor: plans[0]!.from,
    plans,
    paidUse:
      account.paid_use_from === undefined
        ? []
        : [{ from: instantOf(account.paid_use_from), on: true }],
    memberSince: plans[0]!.from,
    region: account.region ?? null,
    organisation: null,
    pastDue: null,
    seats: account.seats ?? null,
    incidents: [],
    custom: account.custom ?? {},
    grantedBy: [],
  }
  const own = evaluate(parsed.campaign, facts, instantOf(at))
  return { standing: own.standing, ...evaluationJson(own) }
}

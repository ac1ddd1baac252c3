import { faultAt } from '../../contract/problem-words/faults.ts'
import { DAY_MS, formatInstant, instant } from '../../core/time/index.ts'
import { type ClaimAnswer, claimCampaign } from '../../engine/campaigns/claim.ts'
import { ClaimDesk } from '../../engine/campaigns/desk.ts'
import type { Engine } from '../../engine/types.ts'
import { recentCampaigns } from '../../store/campaigns/campaigns.ts'
import { claimsOfAccount } from '../../store/campaigns/claims.ts'
import {
  loadFacts,
  readStatedFacts,
  type StatedFacts,
  stateFacts,
} from '../../store/campaigns/facts.ts'
import { noteAccounts } from '../../store/campaigns/funnel.ts'
import { actorOf, callerId } from '../caller.ts'
import { accountCampaign, claimJson, evaluatedJson } from '../campaign-answers.ts'
import { replayedIf } from '../decide.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { type Answer, ProblemError, refusalAnswer } from '../problem-answer.ts'
import { readerIn } from '../reader-in.ts'
import { needCampaign } from './campaigns.ts'

type Claims = 'listAccountCampaigns' | 'claimCampaign' | 'seeCampaign' | 'getFacts' | 'stateFacts'

/** How long a campaign stays on the page after its end. */
const RECENT_MS = 90 * DAY_MS

const desks = new WeakMap<Engine, ClaimDesk>()

/** One line for the claims of a server. */
function deskOf(engine: Engine): ClaimDesk {
  const desk = desks.get(engine) ?? new ClaimDesk()
  desks.set(engine, desk)
  return desk
}

export const claimHandlers: Handlers<Claims> = {
  listAccountCampaigns: async ({ params, query }, { pool, nowMs }) => {
    const accountId = params.account_id
    const at = instant(nowMs())
    const loaded = (await loadFacts(pool, [accountId], at)).get(accountId)
    if (!loaded) throw new ProblemError('account_unknown')
    const [records, claims] = await Promise.all([
      recentCampaigns(pool, instant(at - RECENT_MS)),
      claimsOfAccount(pool, accountId),
    ])
    const about = { facts: loaded.facts, claims, at, reader: readerIn(query) }
    return ok({
      items: records.map((record) => accountCampaign(record, about)),
      as_of: formatInstant(at),
      seq: loaded.seq,
    })
  },

  claimCampaign: async ({ params, body, caller, from }, services) => {
    if (body.signals && caller.type === 'key')
      throw new ProblemError('invalid_request', { errors: [SIGNALS_OF_THE_OPERATOR] })
    const { pool, engine, nowMs, notifier } = services
    const parts = { pool, engine, box: notifier?.box ?? null }
    const order = {
      campaignId: params.campaign_id,
      accountId: params.account_id,
      actor: actorOf(caller, from),
      signals: body.signals ?? {},
      // When it came: a claim that had to wait in line is not late for it.
      at: instant(nowMs()),
    }
    return claimAnswer(await deskOf(engine).serve(() => claimCampaign(parts, order)))
  },

  seeCampaign: async ({ params }, { pool, nowMs }) => {
    await needAccount(pool, params.account_id)
    const { campaign, status } = await needCampaign(pool, params.campaign_id)
    if (status === 'draft') throw new ProblemError('campaign_unknown')
    const at = instant(nowMs())
    const accountIds = [params.account_id]
    const marked = await noteAccounts(pool, {
      what: 'seen',
      campaignId: campaign.id,
      accountIds,
      at,
    })
    return ok({ campaign_id: campaign.id, marked, as_of: formatInstant(at) })
  },

  getFacts: async ({ params }, services) => {
    await needAccount(services.pool, params.account_id)
    return ok(await statedFacts(params.account_id, services))
  },

  stateFacts: async ({ params, body, caller }, services) => {
    await needAccount(services.pool, params.account_id)
    const { custom, ...named } = body
    const own = Object.entries(custom ?? {}).map(([name, value]) => [`custom.${name}`, value])
    await stateFacts(services.pool, params.account_id, {
      facts: { ...named, ...Object.fromEntries(own) },
      at: instant(services.nowMs()),
      by: callerId(caller),
    })
    return ok(await statedFacts(params.account_id, services))
  },
}

const SIGNALS_OF_THE_OPERATOR = faultAt('body/signals', 'signals_of_operator')

function claimAnswer(answer: ClaimAnswer): Answer {
  switch (answer.status) {
    case 'claimed':
      return replayedIf(answer.repeated, created(claimJson(answer.claim)))
    case 'refused':
      return refusalAnswer(answer.refused)
    case 'account_unknown':
    case 'campaign_unknown':
      throw new ProblemError(answer.status)
    default:
      throw new ProblemError(answer.status, { campaign: evaluatedJson(answer.evaluation) })
  }
}

async function statedFacts(accountId: string, { pool, nowMs }: Services) {
  const stated: StatedFacts = await readStatedFacts(pool, accountId)
  const rows = Object.entries(stated)
  const custom = rows
    .filter(([name]) => name.startsWith('custom.'))
    .map(([name, value]) => [name.slice('custom.'.length), value])
  return {
    account_id: accountId,
    ...Object.fromEntries(rows.filter(([name]) => !name.startsWith('custom.'))),
    ...(custom.length > 0 && { custom: Object.fromEntries(custom) }),
    as_of: formatInstant(instant(nowMs())),
  }
}

import { parseCampaign } from '../../core/campaigns/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  type CampaignRecord,
  campaignChanges,
  createCampaign,
  listCampaigns,
  moveCampaign,
  raiseCeilings,
  readCampaign,
} from '../../store/campaigns/campaigns.ts'
import { actorOf } from '../caller.ts'
import { campaignJson } from '../campaign-answers.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, type Inbound, ok, withErrors } from '../handler.ts'
import { type Answer, ProblemError } from '../problem-answer.ts'
import { amountIn, documentFaults } from '../read-in.ts'

type Campaigns =
  | 'createCampaign'
  | 'validateCampaign'
  | 'listCampaigns'
  | 'getCampaign'
  | 'getCampaignHistory'
  | 'publishCampaign'
  | 'pauseCampaign'
  | 'closeCampaign'
  | 'raiseCampaignCeilings'

type Ordered = Pick<Inbound<'publishCampaign'>, 'caller' | 'from'>

/** Who changes a campaign, and when. */
export const changeBy = ({ caller, from }: Ordered, { ids, nowMs }: Services) => ({
  at: instant(nowMs()),
  actor: actorOf(caller, from),
  changeId: ids('change'),
})

export async function needCampaign(
  pool: Services['pool'],
  campaignId: string,
): Promise<CampaignRecord> {
  const record = await readCampaign(pool, campaignId)
  if (!record) throw new ProblemError('campaign_unknown')
  return record
}

export const campaignHandlers: Handlers<Campaigns> = {
  createCampaign: async (inbound, services) => {
    const parsed = parseCampaign(inbound.body)
    if (!parsed.ok)
      throw new ProblemError('campaign_invalid', { errors: documentFaults(parsed.problems) })
    const result = await createCampaign(services.pool, parsed.campaign, changeBy(inbound, services))
    if (result.status === 'id_taken') throw new ProblemError('campaign_exists')
    const answer = campaignJson(result.record)
    return result.status === 'created' ? created(answer) : ok(answer)
  },

  validateCampaign: async ({ body }) => {
    const parsed = parseCampaign(body)
    return withErrors(ok({ valid: parsed.ok }), parsed.ok ? [] : documentFaults(parsed.problems))
  },

  listCampaigns: async ({ query }, { pool, nowMs }) => {
    const limit = query.limit ?? PAGE_DEFAULT
    const [after] = decodeCursor('campaigns', ['string'], query.cursor) ?? [null]
    const rows = await listCampaigns(pool, {
      status: query.status ?? null,
      after,
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(rows, limit, (last) =>
      encodeCursor('campaigns', [last.campaign.id]),
    )
    const as_of = formatInstant(instant(nowMs()))
    return ok({ items: items.map(campaignJson), next_cursor, as_of })
  },

  getCampaign: async ({ params }, { pool }) =>
    ok(campaignJson(await needCampaign(pool, params.campaign_id))),

  getCampaignHistory: async ({ params }, { pool, nowMs }) => {
    await needCampaign(pool, params.campaign_id)
    const changes = await campaignChanges(pool, params.campaign_id)
    const as_of = formatInstant(instant(nowMs()))
    return ok({ campaign_id: params.campaign_id, changes, as_of })
  },

  publishCampaign: (inbound, services) => move(inbound, 'published', services),
  pauseCampaign: (inbound, services) => move(inbound, 'paused', services),
  closeCampaign: (inbound, services) => move(inbound, 'closed', services),

  raiseCampaignCeilings: async (inbound, services) => {
    const { params, body } = inbound
    const { campaign } = await needCampaign(services.pool, params.campaign_id)
    const waveIndex =
      body.wave === undefined ? null : campaign.waves.findIndex(({ id }) => id === body.wave)
    const nothing = body.budget === undefined && body.claims === undefined
    const raised =
      waveIndex !== -1 &&
      !nothing &&
      (await raiseCeilings(
        services.pool,
        {
          campaignId: campaign.id,
          waveIndex,
          budget: body.budget === undefined ? null : amountIn(body.budget),
          claims: body.claims ?? null,
        },
        changeBy(inbound, services),
      ))
    if (!raised) throw new ProblemError('ceiling_not_raised')
    return ok(campaignJson(await needCampaign(services.pool, campaign.id)))
  },
}

async function move(
  inbound: Ordered & { readonly params: { readonly campaign_id: string } },
  to: 'published' | 'paused' | 'closed',
  services: Services,
): Promise<Answer> {
  const order = { campaignId: inbound.params.campaign_id, to }
  const result = await moveCampaign(services.pool, order, changeBy(inbound, services))
  if (result.status === 'unknown') throw new ProblemError('campaign_unknown')
  if (result.status === 'not_allowed') throw new ProblemError('campaign_status')
  return ok(campaignJson(result.record))
}

import type { BodyOf, Routes } from '../../src/contract/routes/index.ts'
import type { Api } from './support.ts'

export type CampaignDocument = BodyOf<Routes['createCampaign']>

/** A campaign that is open now and asks nothing. */
export const campaign = (id: string, more: Partial<CampaignDocument> = {}): CampaignDocument => ({
  id,
  name: `Credit of ${id}`,
  currency: 'USD',
  eligible: [],
  claim: { from: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' },
  amounts: { by: 'plan', table: { test: '5' } },
  expires: { days_after_claim: 90 },
  ...more,
})

export async function publish(api: Api, document: CampaignDocument): Promise<string> {
  await api.done('createCampaign', { body: document })
  await api.done('publishCampaign', { params: { campaign_id: document.id } })
  return document.id
}

export const claim = (api: Api, account_id: string, campaign_id: string, signals?: object) =>
  api.call('claimCampaign', {
    params: { account_id, campaign_id },
    body: signals === undefined ? {} : { signals },
  })

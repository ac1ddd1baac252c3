import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { pages } from './pages.ts'
import type { Transport } from './transport.ts'

type Move =
  | 'announceCampaign'
  | 'getCampaign'
  | 'publishCampaign'
  | 'pauseCampaign'
  | 'closeCampaign'

/** Credit campaigns: those of the operator, and what an account may claim. */
export const campaignMethods = (transport: Transport) => ({
  ...operatorMethods(transport),
  ...audienceMethods(transport),
  ...accountMethods(transport),
})

function operatorMethods(transport: Transport) {
  const ofCampaign =
    <Id extends Move>(id: Id) =>
    (campaign_id: string, options?: CallOptions) =>
      perform(transport, id as 'getCampaign', { params: { campaign_id } }, options)
  return {
    create: (body: Body<'createCampaign'>, options?: CallOptions) =>
      perform(transport, 'createCampaign', { body }, options),
    validate: (body: Body<'validateCampaign'>, options?: CallOptions) =>
      perform(transport, 'validateCampaign', { body }, options),
    list: (query: QueryParams<'listCampaigns'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listCampaigns', { query: page }, options)),
    get: ofCampaign('getCampaign'),
    changes: (campaign_id: string, options?: CallOptions) =>
      perform(transport, 'getCampaignHistory', { params: { campaign_id } }, options),
    /** Publishes a draft, or a paused campaign again. */
    publish: ofCampaign('publishCampaign'),
    /** Tells accounts that can claim it, once each, while it is published and open. */
    announce: ofCampaign('announceCampaign'),
    pause: ofCampaign('pauseCampaign'),
    close: ofCampaign('closeCampaign'),
    raiseCeilings: (
      campaign_id: string,
      body: Body<'raiseCampaignCeilings'>,
      options?: CallOptions,
    ) => perform(transport, 'raiseCampaignCeilings', { params: { campaign_id }, body }, options),
  }
}

/** What accounts have made of a campaign, and the claims that a person looks at. */
function audienceMethods(transport: Transport) {
  const ofClaim =
    <Id extends 'releaseClaim' | 'rejectClaim'>(id: Id) =>
    (campaign_id: string, account_id: string, body: Body<Id>, options?: CallOptions) =>
      perform(
        transport,
        id as 'releaseClaim',
        { params: { campaign_id, account_id }, body },
        options,
      )
  return {
    funnel: (campaign_id: string, options?: CallOptions) =>
      perform(transport, 'getCampaignFunnel', { params: { campaign_id } }, options),
    /** Claimers beside accounts like them that did not claim; states its method, claims no cause. */
    comparison: (
      campaign_id: string,
      query: QueryParams<'compareCampaign'> = {},
      options?: CallOptions,
    ) => perform(transport, 'compareCampaign', { params: { campaign_id }, query }, options),
    /** Accounts that could claim and have not: those not told yet, or those that were told. */
    accounts: (
      campaign_id: string,
      query: QueryParams<'listCampaignAccounts'>,
      options?: CallOptions,
    ) =>
      pages(query, (page) =>
        perform(
          transport,
          'listCampaignAccounts',
          { params: { campaign_id }, query: page },
          options,
        ),
      ),
    claims: (campaign_id: string, query: QueryParams<'listClaims'> = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'listClaims', { params: { campaign_id }, query: page }, options),
      ),
    releaseClaim: ofClaim('releaseClaim'),
    rejectClaim: ofClaim('rejectClaim'),
    markTold: (campaign_id: string, body: Body<'markCampaignTold'>, options?: CallOptions) =>
      perform(transport, 'markCampaignTold', { params: { campaign_id }, body }, options),
  }
}

function accountMethods(transport: Transport) {
  return {
    /** Every campaign of an account, with the value of every rule. */
    ofAccount: (
      account_id: string,
      query: QueryParams<'listAccountCampaigns'> = {},
      options?: CallOptions,
    ) => perform(transport, 'listAccountCampaigns', { params: { account_id }, query }, options),
    /** Once, whatever is repeated. Changes no setting and charges nothing. */
    claim: (
      account_id: string,
      campaign_id: string,
      body: Body<'claimCampaign'> = {},
      options?: CallOptions,
    ) =>
      perform(transport, 'claimCampaign', { params: { account_id, campaign_id }, body }, options),
    markSeen: (account_id: string, campaign_id: string, options?: CallOptions) =>
      perform(transport, 'seeCampaign', { params: { account_id, campaign_id } }, options),
    facts: (account_id: string, options?: CallOptions) =>
      perform(transport, 'getFacts', { params: { account_id } }, options),
    stateFacts: (account_id: string, body: Body<'stateFacts'>, options?: CallOptions) =>
      perform(transport, 'stateFacts', { params: { account_id }, body }, options),
  }
}

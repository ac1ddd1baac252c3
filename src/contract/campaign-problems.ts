import { row } from './problem-row.ts'

/** What goes wrong where credit is claimed, and with promotions. */
export const CAMPAIGN_PROBLEMS = {
  campaign_unknown: row(
    404,
    'Campaign not found',
    'There is no such campaign, or these credentials may not see it.',
  ),
  campaign_exists: row(
    409,
    'Campaign exists',
    'A campaign with this id exists with other content. Campaigns never change: give the new one another id.',
  ),
  campaign_invalid: row(
    422,
    'Campaign is not valid',
    'The campaign cannot be stored; `errors` says where and how to correct it.',
  ),
  campaign_status: row(
    409,
    'Campaign cannot change to this status',
    'A campaign goes from draft to published, may be paused and published again, and is closed for ever.',
  ),
  campaign_not_open: row(
    409,
    'Campaign is not open',
    'The campaign is paused or closed, so that nothing can be claimed at the moment. Nothing was charged.',
  ),
  campaign_exhausted: row(
    409,
    'Campaign is used up',
    'All places or all of the budget of the campaign are taken. Nothing was charged and no setting changed.',
  ),
  outside_claim_window: row(
    409,
    'Outside the claim window',
    'The campaign cannot be claimed at this time; `campaign` says from when until when it can. Nothing was charged.',
  ),
  not_eligible: row(
    409,
    'Not eligible',
    'The account does not fulfil every rule of the campaign; `campaign.rules` has the value of each. Nothing was charged.',
  ),
  claim_unknown: row(404, 'Claim not found', 'The account has no claim on this campaign.'),
  claim_not_held: row(
    409,
    'Claim is not held',
    'Only a claim that is held for review can be released or rejected.',
  ),
  ceiling_not_raised: row(
    409,
    'Ceiling would not be raised',
    'Ceilings of a campaign are raised, never lowered; a campaign without one cannot be given one, and a closed one stays as it is.',
  ),
  window_promotion_exists: row(
    409,
    'Window promotion exists',
    'A window promotion with this id is published with other content. Choose a new id.',
  ),
  window_promotion_invalid: row(
    422,
    'Window promotion is not valid',
    'The window promotion cannot be loaded; `errors` says where and how to correct it.',
  ),
}

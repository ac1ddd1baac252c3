-- When a claim was found to need no review: from then on it is granted, and cannot be held any more.
alter table control.campaign_claim add column cleared_at timestamptz;

-- Credit campaigns. They are global: ceilings hold over all accounts.

-- The document never changes once it is published; ceilings may be raised. The counters stand in the
-- same row as the ceilings and the status, so that one conditional update takes a place or none.
create table control.campaign (
  campaign_id text primary key,
  document json not null,
  status text not null check (status in ('draft', 'published', 'paused', 'closed')),
  created_at timestamptz not null,
  published_at timestamptz,
  claim_from timestamptz not null,
  -- the end of the last wave
  claim_until timestamptz,
  budget_max bigint,
  claims_max bigint,
  -- nanos and claims that are taken, by wave in the order of the document: no waves, one element
  amount bigint not null,
  claims bigint not null,
  wave_budget_max bigint[] not null,
  wave_claims_max bigint[] not null,
  wave_amount bigint[] not null,
  wave_claims bigint[] not null
);

-- Who changed what of a campaign. Never updated, never deleted.
create table control.campaign_change (
  campaign_id text not null,
  change_id text not null,
  at timestamptz not null,
  change text not null,
  actor json not null,
  body json not null,
  primary key (campaign_id, change_id)
);

create table control.campaign_claim (
  campaign_id text not null,
  account_id text not null,
  -- the start of the billing cycle, for a campaign that is claimed in each; else empty
  period text not null,
  -- taken: a place is taken and the credit is about to be granted
  state text not null check (state in ('taken', 'held', 'granted', 'rejected')),
  wave text not null,
  wave_index integer not null,
  amount bigint not null,
  claimed_at timestamptz not null,
  expires_at timestamptz not null,
  lot_id text not null,
  -- the rules with their values at the claim
  evaluation json not null,
  findings json not null,
  actor json not null,
  reviewed_at timestamptz,
  reviewed_by text,
  review_reason text,
  granted_at timestamptz,
  seq bigint,
  drain_checked_at timestamptz,
  drained_at timestamptz,
  primary key (campaign_id, account_id, period)
);
create index campaign_claim_open on control.campaign_claim (state, claimed_at)
  where state in ('taken', 'held');
create index campaign_claim_account on control.campaign_claim (account_id);
create index campaign_claim_drain on control.campaign_claim (granted_at)
  where state = 'granted' and drain_checked_at is null;

-- Keyed hashes of what a claim came with; never the card, device, address or mailbox itself.
create table control.claim_signal (
  campaign_id text not null,
  account_id text not null,
  period text not null,
  kind text not null,
  hash bytea not null,
  primary key (campaign_id, account_id, period, kind)
);
create index claim_signal_hash on control.claim_signal (campaign_id, kind, hash);

-- The key of those hashes: made once for an installation.
create table control.signal_key (
  purpose text primary key,
  secret bytea not null
);

create table control.campaign_notice (
  campaign_id text not null,
  account_id text not null,
  told_at timestamptz,
  seen_at timestamptz,
  primary key (campaign_id, account_id)
);

-- What the operator states about an account and the journal does not know.
create table control.account_fact (
  account_id text not null,
  name text not null,
  value json not null,
  set_at timestamptz not null,
  set_by text not null,
  primary key (account_id, name)
);
create index account_fact_organisation on control.account_fact ((value #>> '{}'))
  where name = 'organisation';

-- Changes of the plan and of paid use are few among many entries: which plan was in force at an
-- instant is answered from them.
create index entry_plan_history on accounts.entry (account_id, seq)
  where kind in ('open_account', 'change_plan', 'set_controls', 'change_subscription',
    'renew_subscription', 'lapse_subscription', 'cancel_subscription');

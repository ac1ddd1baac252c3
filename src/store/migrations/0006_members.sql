-- People of an account and what they may do, its projects, raises of caps, and sums by member.

create table control.member (
  account_id text not null,
  member_id text not null,
  name text not null,
  email text,
  role text not null check (role in ('owner', 'billing', 'admin', 'developer', 'usage_viewer')),
  status text not null check (status in ('active', 'removed')),
  -- raised with every change; the changes are kept
  version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, member_id)
);

-- Never updated, never deleted: who made a member what, and when.
create table control.member_change (
  account_id text not null,
  member_id text not null,
  version integer not null,
  name text not null,
  email text,
  role text not null,
  status text not null,
  at timestamptz not null,
  actor json not null,
  primary key (account_id, member_id, version)
);

create table control.project (
  account_id text not null,
  project_id text not null,
  name text not null,
  status text not null check (status in ('active', 'archived')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, project_id)
);

create index api_key_member on control.api_key (account_id, member_id) where member_id is not null;

-- Higher amounts for a while: [{for, to, until}], as the journal has them. Null: none.
alter table accounts.spend_cap add column raises json;

create index entry_raise on accounts.entry (account_id, seq)
  where kind in ('request_raise', 'decide_raise');

-- As usage_hour, for calls of a member: members see their own sums.
create table accounts.member_usage_hour (
  account_id text not null,
  member_id text not null,
  hour timestamptz not null,
  model text not null,
  attempts bigint not null,
  not_billed_attempts bigint not null,
  input_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  output_tokens bigint not null,
  included bigint not null,
  promotional bigint not null,
  paid bigint not null,
  overage bigint not null,
  absorbed bigint not null,
  primary key (account_id, member_id, hour, model)
) with (fillfactor = 70);

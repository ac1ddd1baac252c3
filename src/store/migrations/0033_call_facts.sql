-- What the explorer sums: one row a call, as its receipt says it stands. A projection of the journal: it follows
-- behind it, is caught up when it is read, and can be deleted and made again.

create table accounts.call_fact (
  account_id text not null,
  call_id text not null,
  event_at timestamptz not null,
  -- of its last end, and the entry that it is
  ended_at timestamptz not null,
  end_seq bigint not null,
  -- the last entry that it knows of
  seq bigint not null,
  -- nanos; what it cost is null where nobody knows the price yet
  list_price bigint,
  promotional bigint not null,
  paid bigint not null,
  overage bigint not null,
  included bigint not null,
  absorbed bigint not null,
  refunded bigint not null,
  returned_to_plan bigint not null,
  reversed bigint not null,
  tokens bigint not null,
  attempts integer not null,
  is_estimated boolean not null,
  -- attempts of different members: nobody who sees its own use only may see it
  has_several_members boolean not null,
  -- as served; as requested where nothing was served
  model text not null,
  model_requested text,
  status text not null,
  verdict text not null,
  outcome text,
  key_id text,
  member_id text,
  project_id text,
  session_id text,
  parent_call_id text,
  client text,
  -- by key
  tags jsonb,
  -- tokens by kind, and what of the list price is theirs: null is none
  tokens_input bigint,
  tokens_cache_read bigint,
  tokens_cache_write_5m bigint,
  tokens_cache_write_1h bigint,
  tokens_cache_write bigint,
  tokens_input_audio bigint,
  tokens_input_image bigint,
  tokens_output bigint,
  tokens_reasoning bigint,
  tokens_output_audio bigint,
  tokens_output_image bigint,
  price_input bigint,
  price_cache_read bigint,
  price_cache_write_5m bigint,
  price_cache_write_1h bigint,
  price_cache_write bigint,
  price_input_audio bigint,
  price_input_image bigint,
  price_output bigint,
  price_reasoning bigint,
  price_output_audio bigint,
  price_output_image bigint,
  -- fees, weights, promotions
  price_other bigint,
  primary key (account_id, call_id)
);
create index call_fact_time on accounts.call_fact (account_id, event_at);
create index call_fact_end on accounts.call_fact (account_id, end_seq);
create index call_fact_dearest on accounts.call_fact (account_id, list_price desc nulls last, call_id);
create index call_fact_session on accounts.call_fact (account_id, session_id, event_at)
  where session_id is not null;
create index call_fact_parent on accounts.call_fact (account_id, parent_call_id)
  where parent_call_id is not null;

-- How far the journal of an account has been followed.
create table accounts.call_fact_cursor (
  account_id text primary key,
  seq bigint not null
);

-- Questions to the explorer that people keep.
create table accounts.usage_view (
  account_id text not null,
  view_id text not null,
  name text not null,
  query text not null,
  shared boolean not null,
  -- null: of whoever speaks for the account without being one of its members
  member_id text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, view_id)
);

-- Files of calls and sums. What is asked, and how far it is.
create table accounts.usage_export (
  account_id text not null,
  export_id text not null,
  request json not null,
  member_id text,
  asked_by json not null,
  state text not null check (state in ('waiting', 'working', 'ready', 'failed', 'expired')),
  rows_total bigint,
  rows_done bigint not null,
  bytes bigint,
  sha256 text,
  seq bigint,
  failed_reason text,
  tries integer not null,
  -- whose work it is: a node that was thought dead writes nothing more
  work_id text,
  created_at timestamptz not null,
  -- when a node last said that it is at it: another takes it up when that is long ago
  worked_at timestamptz,
  ready_at timestamptz,
  expires_at timestamptz not null,
  primary key (account_id, export_id)
);
create index usage_export_work on accounts.usage_export (created_at) where state in ('waiting', 'working');
create index usage_export_expiry on accounts.usage_export (expires_at) where state <> 'expired';
create index usage_export_time on accounts.usage_export (account_id, created_at, export_id);

create table accounts.usage_export_chunk (
  account_id text not null,
  export_id text not null,
  number integer not null,
  content bytea not null,
  primary key (account_id, export_id, number)
);

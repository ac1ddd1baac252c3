-- Two logical databases from the first day. `control` is small and holds what must be unique across
-- accounts; everything in `accounts` leads with account_id, so that it can be sharded by it.

create schema if not exists control;
create schema if not exists accounts;

create table control.plan_version (
  plan_id text not null,
  version integer not null,
  document jsonb not null,
  status text not null check (status in ('draft', 'published', 'retired')),
  created_at timestamptz not null,
  primary key (plan_id, version)
);

create table control.price_book (
  book_id text primary key,
  effective_from timestamptz not null,
  document jsonb not null,
  published_at timestamptz not null,
  published_by text not null
);

create table control.api_key (
  key_id text primary key,
  account_id text not null,
  -- sha256 of the key: keys are 160 random bits, so a slow hash would protect nothing.
  secret_hash bytea not null unique,
  prefix text not null,
  name text not null,
  member_id text,
  project_id text,
  client text,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index api_key_account on control.api_key (account_id);

create table control.account_directory (
  account_id text primary key,
  name text not null,
  created_at timestamptz not null
);

-- The account is the unit of serialisation: any write to anything of an account raises its version.
-- `state` is the fold of its journal plus its open holds, and can be rebuilt from them.
create table accounts.account (
  account_id text not null primary key,
  version bigint not null,
  seq bigint not null,
  state json not null,
  -- when the next lot expires or other housekeeping is due
  due_at timestamptz,
  updated_at timestamptz not null
) with (fillfactor = 50, toast_tuple_target = 8160);
create index account_due on accounts.account (due_at) where due_at is not null;

-- The journal. Never updated, never deleted.
create table accounts.entry (
  account_id text not null,
  seq bigint not null,
  kind text not null,
  request_id text collate "C" not null,
  at timestamptz not null,
  event_at timestamptz not null,
  -- the entry that this one corrects, refunds, completes or moves
  ref_seq bigint,
  -- the lot that this entry created
  lot_id text,
  -- covered calls that drew money, by the windows they would have drawn from
  draw_key text,
  -- 'unpriced' or 'usage_missing': to be completed
  pending text,
  hash bytea not null,
  body json not null,
  primary key (account_id, seq)
  -- an entry is some 2 kB: kept in the row, not compressed one by one
) with (toast_tuple_target = 8160);
create unique index entry_request on accounts.entry (account_id, request_id, kind);

create index entry_lot on accounts.entry (account_id, lot_id) where lot_id is not null;
create index entry_draw on accounts.entry (account_id, draw_key, seq) where draw_key is not null;
create index entry_pending on accounts.entry (account_id, pending, seq) where pending is not null;

create table accounts.posting (
  account_id text not null,
  seq bigint not null,
  line smallint not null,
  ledger_account text not null,
  asset text not null,
  -- nanos, signed; the lines of an entry sum to zero per asset
  amount bigint not null,
  lot_id text,
  primary key (account_id, seq, line)
);

create table accounts.hold (
  account_id text not null,
  call_id text not null,
  expires_at timestamptz not null,
  body json not null,
  primary key (account_id, call_id)
) with (toast_tuple_target = 8160);
create index hold_expiry on accounts.hold (expires_at);

-- Caps of members, keys, projects and sessions: they grow with traffic, so they live beside the state.
create table accounts.spend_cap (
  account_id text not null,
  cap_id text not null,
  scope text not null,
  scope_id text,
  period text not null,
  amount bigint not null,
  counts text not null,
  primary key (account_id, cap_id)
);

create table accounts.cap_counter (
  account_id text not null,
  cap_id text not null,
  bucket text not null,
  spent bigint not null,
  held bigint not null,
  primary key (account_id, cap_id, bucket)
) with (fillfactor = 70);

create table accounts.usage_hour (
  account_id text not null,
  hour timestamptz not null,
  model text not null,
  -- a call that was tried again has several attempts, one of them charged at most
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
  primary key (account_id, hour, model)
) with (fillfactor = 70);

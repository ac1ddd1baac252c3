-- The people of the operator, and the file of each case that a person works on.

create table control.staff (
  staff_id text primary key,
  name text not null,
  role text not null check (role in ('operator', 'support_lead', 'support')),
  status text not null check (status in ('active', 'removed')),
  -- sha256 of the token; null: it has been taken away
  secret_hash bytea unique,
  prefix text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table control.case_file (
  case_id text primary key,
  -- null: not of one account
  account_id text,
  -- what brought it about; with its key, it is opened once
  origin text not null,
  origin_key text not null,
  -- a code: what it is about
  subject text not null,
  facts jsonb not null,
  -- at stake, in nanos
  amount bigint,
  currency text,
  state text not null,
  -- how many steps it has
  steps integer not null,
  opened_by jsonb not null,
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  unique (origin, origin_key)
);
create index case_file_account on control.case_file (account_id, opened_at) where account_id is not null;

-- What happened to a case, step by step. Never updated, never deleted.
create table control.case_event (
  case_id text not null,
  number integer not null,
  kind text not null,
  at timestamptz not null,
  actor jsonb not null,
  facts jsonb not null,
  primary key (case_id, number)
);

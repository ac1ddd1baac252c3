-- Disputes and the work on cases: where each stands, who has it, by when it is due.

alter table control.case_file
  -- a person of the operator; null: nobody has taken it
  add column assignee text,
  add column tier text,
  -- of the letters to the account
  add column language text not null default 'en' check (language in ('en', 'ja')),
  -- of the next step; null: none is awaited, or it has no time
  add column due_at timestamptz,
  add column needs_person boolean not null default true,
  -- a refund waits for somebody else's approval
  add column pending boolean not null default false,
  -- of automatic decisions: whether a person looks at them
  add column sample text not null default 'none'
    check (sample in ('none', 'to_sample', 'agreed', 'disagreed')),
  -- up to which step the account has been told
  add column told integer not null default 0;
create index case_file_queue on control.case_file (due_at, case_id)
  where state not in ('settled', 'closed', 'withdrawn', 'merged');

-- Support policies and macros, in versions that never change.
create table control.support_terms (
  kind text not null check (kind in ('policy', 'macro')),
  name text not null,
  version integer not null,
  document jsonb not null,
  published_at timestamptz not null,
  published_by text not null,
  primary key (kind, name, version)
);

-- What somebody has given back without a second person, by UTC day: reserved with the decision.
create table control.support_spent (
  staff_id text not null,
  currency text not null,
  day date not null,
  -- nanos
  spent bigint not null,
  primary key (staff_id, currency, day)
);

-- Every look of the operator's people at an account. Never updated, never deleted.
create table accounts.access_log (
  account_id text not null,
  log_id text not null,
  at timestamptz not null,
  staff_id text not null,
  role text not null,
  -- the operation of the API
  operation text not null,
  -- the ids that it named besides the account
  objects jsonb not null,
  case_id text,
  -- why masked names were shown
  reason text,
  primary key (account_id, log_id)
);

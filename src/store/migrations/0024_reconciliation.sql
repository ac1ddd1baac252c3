-- Other people's books held against ours: the provider's bill, the payment processor's balance.

-- Reports of a provider, whole and as they came: what is made of them can be made again.
create table control.bill_import (
  import_id text primary key,
  provider text not null,
  form text not null,
  file_name text not null,
  -- sha256 of the content: the same file is imported once
  content_hash bytea not null unique,
  content text not null,
  row_count integer not null,
  covers_from timestamptz not null,
  covers_until timestamptz not null,
  imported_at timestamptz not null,
  imported_by jsonb not null
);
create index bill_import_time on control.bill_import (provider, covers_from);

create table control.reconciliation_run (
  run_id text primary key,
  kind text not null check (kind in ('provider', 'processor')),
  -- what was compared, and by which settings
  asked jsonb not null,
  summary jsonb not null,
  made_at timestamptz not null,
  made_by jsonb not null
);
create index reconciliation_run_time on control.reconciliation_run (made_at, run_id);

create table control.reconciliation_difference (
  run_id text not null,
  number integer not null,
  -- the same difference of another run has the same key
  difference_key text not null,
  facts jsonb not null,
  -- what nothing explains, in nanos
  unexplained bigint not null,
  currency text not null,
  case_id text,
  primary key (run_id, number)
);

-- What a person has found out about a difference. It holds for the amount that it was told of.
create table control.reconciliation_resolution (
  difference_key text not null,
  unexplained bigint not null,
  reason text not null,
  resolved_at timestamptz not null,
  resolved_by jsonb not null,
  primary key (difference_key, unexplained)
);

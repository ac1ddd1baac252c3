-- Rows of law (by jurisdiction) and lists of bundles (by currency): data of the operator. A version is
-- immutable; which one is in force follows from its document and the time.
create table control.terms (
  kind text not null check (kind in ('policy', 'bundles')),
  -- the jurisdiction or the currency
  name text not null,
  version integer not null,
  document jsonb not null,
  published_at timestamptz not null,
  published_by text not null,
  primary key (kind, name, version)
);

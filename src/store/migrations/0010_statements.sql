-- Statements. An account's open cycle ends at closes_at; the entry that closes it makes a statement due, which
-- is written once and never changed. A row of statement_work says that a closing is under way.

alter table accounts.account add column closes_at timestamptz;

-- The first cycle of accounts that are there already: to the first month's end after the opening, counted
-- from the account's anchor.
update accounts.account a
set closes_at = (
  select min(b.boundary)
  from (
    select to_timestamp((a.state->>'anchor')::double precision / 1000) at time zone 'UTC' as anchor,
           to_timestamp((a.state->>'opened_at')::double precision / 1000) at time zone 'UTC' as opened
  ) t
  cross join lateral (
    select (extract(year from t.opened)::integer - extract(year from t.anchor)::integer) * 12
         + extract(month from t.opened)::integer - extract(month from t.anchor)::integer as months
  ) m
  cross join lateral generate_series(m.months - 1, m.months + 2) as n(count)
  cross join lateral (
    select t.anchor + make_interval(months => n.count::integer) as boundary
  ) b
  where b.boundary > t.opened
) at time zone 'UTC';

create index account_closes on accounts.account (closes_at, account_id);

create table accounts.statement (
  account_id text not null,
  number integer not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  first_seq bigint not null,
  last_seq bigint not null,
  hash bytea not null,
  closed_seq bigint not null,
  closed_at timestamptz not null,
  document json not null,
  primary key (account_id, number)
);

create table accounts.statement_work (
  account_id text not null,
  taken_at timestamptz not null,
  primary key (account_id)
);

-- Who issues invoices (`issuer`), and how accounts want to be named on theirs.
create table control.billing_party (
  party_id text not null,
  document json not null,
  updated_at timestamptz not null,
  primary key (party_id)
);

-- What is owed: the few entries of an account that make, pay and take back its invoices.
create index entry_owed on accounts.entry (account_id, seq)
  where kind in ('issue_invoice', 'pay_overage', 'void_invoice');
create index entry_closing on accounts.entry (account_id, seq) where kind = 'close_statement';

-- What the audit of our own journal finds, and what is done about it.

-- How far each account has been audited, with the audit's own sums up to there.
create table accounts.audit_cursor (
  account_id text not null primary key,
  seq bigint not null,
  rules_version integer not null,
  state text not null,
  updated_at timestamptz not null
);

create table accounts.finding (
  account_id text not null,
  finding_key text not null,
  rule text not null,
  currency text not null,
  confidence text not null,
  -- of the faulty charge
  at timestamptz not null,
  found_at timestamptz not null,
  -- nanos
  expected bigint,
  posted bigint,
  difference bigint not null,
  -- calls, entries, evidence and the remedy, as codes and facts
  body json not null,
  status text not null
    check (status in ('open', 'refunding', 'remedied', 'proposed', 'recorded', 'superseded', 'dismissed')),
  -- a code: why it is not refunded at once
  status_reason text,
  -- the entry that gave it back
  refund_seq bigint,
  decided_by json,
  decided_at timestamptz,
  primary key (account_id, finding_key)
);
create index finding_unfinished on accounts.finding (found_at) where status in ('open', 'refunding');
create index finding_by_time on accounts.finding (found_at, account_id, finding_key);

-- What was refunded without a person, by UTC day: reserved before it is given.
create table accounts.remedy_spent (
  -- '*': all accounts together
  account_id text not null,
  currency text not null,
  day date not null,
  spent bigint not null,
  primary key (account_id, currency, day)
);

alter table control.terms drop constraint terms_kind_check;
alter table control.terms add constraint terms_kind_check check (kind in ('policy', 'bundles', 'remedies'));

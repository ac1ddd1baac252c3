-- The evidence of a call stands beside its entry. The hashed body names it by its sha256, so that it can
-- be removed once its time is over without a break in the chain.

alter table accounts.entry
  -- JSON, byte for byte as it was hashed; null: there is none, or it was removed
  add column evidence text,
  -- when its retention removed it
  add column evidence_removed_at timestamptz;

-- How far the evidence of an account has been looked at for its age.
create table accounts.evidence_cursor (
  account_id text not null primary key,
  after_seq bigint not null
);

-- Entries before that place whose evidence was too old and had to stay for now.
create table accounts.evidence_kept (
  account_id text not null,
  seq bigint not null,
  primary key (account_id, seq)
);

-- Calls whose evidence somebody still needs.
create table accounts.evidence_hold (
  account_id text not null,
  call_id text not null,
  -- who needs it: `case:case_1`
  reason text not null,
  -- null: until it is released
  until timestamptz,
  created_at timestamptz not null,
  primary key (account_id, call_id, reason)
);
create index evidence_hold_reason on accounts.evidence_hold (account_id, reason);

-- The limits that evidence was removed by: none may be missing that is younger than all of them.
create table control.evidence_limit (
  days integer primary key check (days > 0),
  first_used_at timestamptz not null
);

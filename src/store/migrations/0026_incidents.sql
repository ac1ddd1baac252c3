-- Incidents: who was harmed, by how much, and how it is made good.

create table control.incident (
  incident_id text primary key,
  document json not null,
  state text not null check (state in ('draft', 'measuring', 'measured', 'submitted', 'approved', 'running',
    'paused', 'done', 'cancelled')),
  -- who wrote, revised or submitted it: somebody else approves
  authors text[] not null,
  -- how many events it has: a step is taken on the state that it was decided on
  steps integer not null,
  -- what picks the sample
  seed text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- how many accounts were looked at, and the last one of them
  looked_at bigint not null,
  looked_to text,
  -- charges whose evidence is gone, so that nobody can say whether they belong to it
  unknown_calls bigint not null,
  -- the instant that the figures are of
  measured_at timestamptz,
  run_at timestamptz,
  done_at timestamptz,
  published_at timestamptz
);
create index incident_by_time on control.incident (created_at, incident_id);
create index incident_working on control.incident (incident_id) where state in ('measuring', 'running');

-- Who did what about an incident. Never updated, never deleted.
create table control.incident_event (
  incident_id text not null,
  number integer not null,
  step text not null,
  at timestamptz not null,
  actor jsonb not null,
  facts jsonb not null,
  primary key (incident_id, number)
);

-- The charges that an incident was found to be about: frozen when it is measured.
create table accounts.incident_call (
  account_id text not null,
  incident_id text not null,
  call_id text not null,
  plan text not null,
  model text not null,
  event_at timestamptz not null,
  -- nanos: what it drew, what it still carried, what was wrong with it, and what goes back
  drawn bigint not null,
  carried bigint not null,
  wrong bigint not null,
  -- what it is below the price that is right: nobody takes it
  short bigint not null,
  due bigint not null,
  state text not null check (state in ('open', 'given', 'nothing', 'failed')),
  -- a code: why nothing is given, or why it failed
  reason text,
  -- what was given, of it money, and the entry that did
  given bigint not null,
  given_money bigint not null,
  seq bigint,
  primary key (account_id, incident_id, call_id)
);
create index incident_call_work on accounts.incident_call (incident_id, account_id, call_id)
  where state in ('open', 'failed');
create index incident_call_largest on accounts.incident_call (incident_id, due);

create table accounts.incident_account (
  account_id text not null,
  incident_id text not null,
  -- nanos: what it has lost for goodwill, and the credit that it can claim
  loss bigint not null,
  credit bigint not null,
  -- when all of its calls were done and it was told, if it is told
  finished_at timestamptz,
  primary key (account_id, incident_id)
);
create index incident_account_work on accounts.incident_account (incident_id, account_id)
  where finished_at is null;

-- Price books before they are published, the orders of the operator's people, and runs of verify.

-- A draft may be faulty: it is checked when it is read, and again before it is published.
create table control.price_book_draft (
  draft_id text primary key,
  document jsonb not null,
  note text,
  state text not null check (state in ('draft', 'published', 'discarded')),
  -- raised by every change, so that nobody approves what he has not read
  revision integer not null,
  -- everybody who has written in it: none of them is the second person
  authors text[] not null,
  approved_by text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index price_book_draft_listed on control.price_book_draft (created_at, draft_id);

-- What the operator's people ordered over the API: written before it is done, completed with its answer.
create table control.staff_order (
  order_id text primary key,
  at timestamptz not null,
  actor_type text not null,
  actor_id text not null,
  role text not null,
  operation text not null,
  permission text not null,
  account_id text,
  -- the ids in the address, and the few fields of the body that say what was wanted
  facts jsonb not null,
  -- the HTTP status of the answer; null: the server ended before it answered
  status integer,
  code text
);
create index staff_order_at on control.staff_order (at, order_id);
create index staff_order_actor on control.staff_order (actor_id, at, order_id);
create index staff_order_account on control.staff_order (account_id, at, order_id)
  where account_id is not null;

create table control.verify_run (
  run_id text primary key,
  state text not null check (state in ('running', 'passed', 'failed', 'stopped')),
  account_id text,
  started_by text not null,
  started_at timestamptz not null,
  -- the run is taken for dead when this is long ago
  seen_at timestamptz not null,
  ended_at timestamptz,
  accounts_done bigint not null,
  accounts_total bigint not null,
  report jsonb
);
create index verify_run_started on control.verify_run (started_at, run_id);

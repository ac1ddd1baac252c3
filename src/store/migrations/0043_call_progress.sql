-- What calls in flight have come to so far, as the gateways see it: for people who look on. No decision reads
-- it, it is written apart from decisions, and it means nothing once the hold of its attempt is gone.

create table accounts.call_progress (
  account_id text not null,
  call_id text not null,
  attempt integer not null,
  at timestamptz not null,
  -- what would be billed if the call ended now; null: nothing has been delivered
  served json,
  primary key (account_id, call_id)
);
create index call_progress_old on accounts.call_progress (at);

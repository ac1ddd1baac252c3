-- Alerts: what an account wants to be told, what it was told, through which endpoints, and how that went.

create table accounts.alert_settings (
  account_id text not null,
  document json not null,
  updated_at timestamptz not null,
  primary key (account_id)
);

-- How far an account was looked through, and when time alone can cross something next.
create table accounts.alert_watch (
  account_id text not null,
  seq bigint not null,
  armed json not null,
  due_at timestamptz,
  looked_at timestamptz not null,
  primary key (account_id)
);
create index alert_watch_due on accounts.alert_watch (due_at) where due_at is not null;

-- One row a crossing, for ever: the key is what makes it told once. A row that is covered was told with
-- the higher one of the same look.
create table accounts.notification (
  account_id text not null,
  alert_key text collate "C" not null,
  notification_id text collate "C" not null,
  kind text not null,
  covered_by text collate "C",
  at timestamptz not null,
  body json not null,
  primary key (account_id, alert_key),
  unique (account_id, notification_id)
);
create index notification_listed on accounts.notification (account_id, at desc, notification_id desc)
  where covered_by is null;

create table accounts.notification_endpoint (
  account_id text not null,
  endpoint_id text collate "C" not null,
  channel text not null check (channel in ('webhook', 'email', 'chat')),
  name text not null,
  -- As it may be shown; what is secret of it is in `sealed`.
  target text not null,
  sealed text,
  -- null: every kind.
  kinds text[],
  locale text not null,
  time_zone text not null,
  status text not null check (status in ('enabled', 'paused', 'disabled')),
  failing_since timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, endpoint_id)
);

-- The outbox: one row for each endpoint that a notification goes to.
create table accounts.delivery (
  account_id text not null,
  notification_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  state text not null check (state in ('due', 'kept', 'delivered', 'given_up', 'cancelled')),
  -- Attempts of this round: a redelivery begins a new one.
  tries integer not null,
  attempts integer not null,
  -- When it is tried next; while it is under way, when another may take it over.
  next_at timestamptz,
  created_at timestamptz not null,
  primary key (account_id, notification_id, endpoint_id)
) with (fillfactor = 70);
create index delivery_due on accounts.delivery (next_at) where next_at is not null;
create index delivery_endpoint on accounts.delivery (account_id, endpoint_id, state);

create table accounts.delivery_attempt (
  account_id text not null,
  notification_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  attempt integer not null,
  at timestamptz not null,
  duration_ms integer not null,
  outcome text not null,
  status integer,
  detail text,
  primary key (account_id, notification_id, endpoint_id, attempt)
);
create index delivery_attempt_log
  on accounts.delivery_attempt (account_id, at desc, notification_id desc, endpoint_id desc, attempt desc);

-- Changes of paid use and caps, which are few among many entries.
create index entry_controls on accounts.entry (account_id, seq) where kind = 'set_controls';

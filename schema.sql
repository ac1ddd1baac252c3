-- The schema after all migrations, for reading and for review. Generated: npm test says when this file
-- is stale, and `node --import tsx scripts/dump-schema.ts` writes it again.

create schema control;

create table control.account_directory (
  account_id text not null,
  name text not null,
  created_at timestamptz not null,
  constraint account_directory_pkey primary key (account_id)
);

create table control.api_key (
  key_id text not null,
  account_id text not null,
  secret_hash bytea not null,
  prefix text not null,
  name text not null,
  member_id text,
  project_id text,
  client text,
  created_at timestamptz not null,
  revoked_at timestamptz,
  constraint api_key_pkey primary key (key_id),
  constraint api_key_secret_hash_key unique (secret_hash)
);
create index api_key_account on control.api_key (account_id);

create table control.plan_version (
  plan_id text not null,
  version integer not null,
  document jsonb not null,
  status text not null,
  created_at timestamptz not null,
  constraint plan_version_pkey primary key (plan_id, version),
  constraint plan_version_status_check check (status = any (array['draft'::text, 'published'::text, 'retired'::text]))
);

create table control.price_book (
  book_id text not null,
  effective_from timestamptz not null,
  document jsonb not null,
  published_at timestamptz not null,
  published_by text not null,
  constraint price_book_pkey primary key (book_id)
);

create schema accounts;

create table accounts.account (
  account_id text not null,
  version bigint not null,
  seq bigint not null,
  state json not null,
  due_at timestamptz,
  updated_at timestamptz not null,
  constraint account_pkey primary key (account_id)
) with (fillfactor=50, toast_tuple_target=8160);
create index account_due on accounts.account (due_at) where (due_at is not null);

create table accounts.alert_settings (
  account_id text not null,
  document json not null,
  updated_at timestamptz not null,
  constraint alert_settings_pkey primary key (account_id)
);

create table accounts.alert_watch (
  account_id text not null,
  seq bigint not null,
  armed json not null,
  due_at timestamptz,
  looked_at timestamptz not null,
  constraint alert_watch_pkey primary key (account_id)
);
create index alert_watch_due on accounts.alert_watch (due_at) where (due_at is not null);

create table accounts.cap_counter (
  account_id text not null,
  cap_id text not null,
  bucket text not null,
  spent bigint not null,
  held bigint not null,
  constraint cap_counter_pkey primary key (account_id, cap_id, bucket)
) with (fillfactor=70);

create table accounts.delivery (
  account_id text not null,
  notification_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  state text not null,
  tries integer not null,
  attempts integer not null,
  next_at timestamptz,
  created_at timestamptz not null,
  constraint delivery_pkey primary key (account_id, notification_id, endpoint_id),
  constraint delivery_state_check check (state = any (array['due'::text, 'kept'::text, 'delivered'::text, 'given_up'::text, 'cancelled'::text]))
) with (fillfactor=70);
create index delivery_due on accounts.delivery (next_at) where (next_at is not null);
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
  constraint delivery_attempt_pkey primary key (account_id, notification_id, endpoint_id, attempt)
);
create index delivery_attempt_log on accounts.delivery_attempt (account_id, at desc, notification_id desc, endpoint_id desc, attempt desc);

create table accounts.entry (
  account_id text not null,
  seq bigint not null,
  kind text not null,
  request_id text collate "C" not null,
  at timestamptz not null,
  event_at timestamptz not null,
  ref_seq bigint,
  lot_id text,
  draw_key text,
  pending text,
  hash bytea not null,
  body json not null,
  constraint entry_pkey primary key (account_id, seq)
) with (toast_tuple_target=8160);
create index entry_controls on accounts.entry (account_id, seq) where (kind = 'set_controls'::text);
create index entry_draw on accounts.entry (account_id, draw_key, seq) where (draw_key is not null);
create index entry_lot on accounts.entry (account_id, lot_id) where (lot_id is not null);
create index entry_pending on accounts.entry (account_id, pending, seq) where (pending is not null);
create unique index entry_request on accounts.entry (account_id, request_id, kind);

create table accounts.hold (
  account_id text not null,
  call_id text not null,
  expires_at timestamptz not null,
  body json not null,
  constraint hold_pkey primary key (account_id, call_id)
) with (toast_tuple_target=8160);
create index hold_expiry on accounts.hold (expires_at);

create table accounts.notification (
  account_id text not null,
  alert_key text collate "C" not null,
  notification_id text collate "C" not null,
  kind text not null,
  covered_by text collate "C",
  at timestamptz not null,
  body json not null,
  constraint notification_pkey primary key (account_id, alert_key),
  constraint notification_account_id_notification_id_key unique (account_id, notification_id)
);
create index notification_listed on accounts.notification (account_id, at desc, notification_id desc) where (covered_by is null);

create table accounts.notification_endpoint (
  account_id text not null,
  endpoint_id text collate "C" not null,
  channel text not null,
  name text not null,
  target text not null,
  sealed text,
  kinds text[],
  locale text not null,
  time_zone text not null,
  status text not null,
  failing_since timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint notification_endpoint_pkey primary key (account_id, endpoint_id),
  constraint notification_endpoint_channel_check check (channel = any (array['webhook'::text, 'email'::text, 'chat'::text])),
  constraint notification_endpoint_status_check check (status = any (array['enabled'::text, 'paused'::text, 'disabled'::text]))
);

create table accounts.posting (
  account_id text not null,
  seq bigint not null,
  line smallint not null,
  ledger_account text not null,
  asset text not null,
  amount bigint not null,
  lot_id text,
  constraint posting_pkey primary key (account_id, seq, line)
);

create table accounts.spend_cap (
  account_id text not null,
  cap_id text not null,
  scope text not null,
  scope_id text,
  period text not null,
  amount bigint not null,
  counts text not null,
  constraint spend_cap_pkey primary key (account_id, cap_id)
);

create table accounts.usage_hour (
  account_id text not null,
  hour timestamptz not null,
  model text not null,
  attempts bigint not null,
  not_billed_attempts bigint not null,
  input_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  output_tokens bigint not null,
  included bigint not null,
  promotional bigint not null,
  paid bigint not null,
  overage bigint not null,
  absorbed bigint not null,
  constraint usage_hour_pkey primary key (account_id, hour, model)
) with (fillfactor=70);

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

create table control.billing_customer (
  account_id text not null,
  customer_ref text not null,
  created_at timestamptz not null,
  constraint billing_customer_pkey primary key (account_id)
);

create table control.payment (
  payment_id text not null,
  account_id text not null,
  kind text not null,
  phase text not null,
  ordered jsonb not null,
  face bigint not null,
  charge_ref text,
  failure text,
  action_url text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint payment_pkey primary key (payment_id),
  constraint payment_kind_check check (kind = any (array['top_up'::text, 'bundle'::text, 'auto_reload'::text])),
  constraint payment_phase_check check (phase = any (array['started'::text, 'processing'::text, 'action_required'::text, 'charged'::text, 'credited'::text, 'failed'::text]))
);
create index payment_account on control.payment (account_id, created_at);
create index payment_charge on control.payment (charge_ref) where (charge_ref is not null);
create index payment_open on control.payment (updated_at) where (phase = any (array['started'::text, 'processing'::text, 'action_required'::text, 'charged'::text]));

create table control.payment_event (
  event_id text not null,
  subject text not null,
  ref text not null,
  payment_id text,
  received_at timestamptz not null,
  tried_at timestamptz not null,
  done_at timestamptz,
  constraint payment_event_pkey primary key (event_id)
);
create index payment_event_open on control.payment_event (tried_at) where (done_at is null);

create table control.payment_method (
  method_id text not null,
  account_id text not null,
  method_ref text not null,
  brand text not null,
  last4 text not null,
  exp_month integer not null,
  exp_year integer not null,
  fingerprint_hash text,
  country text,
  created_at timestamptz not null,
  removed_at timestamptz,
  constraint payment_method_pkey primary key (method_id)
);
create index payment_method_account on control.payment_method (account_id);

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

create table control.purchase_preview (
  preview_id text not null,
  account_id text not null,
  document jsonb not null,
  expires_at timestamptz not null,
  constraint purchase_preview_pkey primary key (preview_id)
);

create table control.purchase_refund (
  refund_id text not null,
  payment_id text not null,
  account_id text not null,
  phase text not null,
  ordered jsonb not null,
  price bigint not null,
  tax bigint not null,
  refund_ref text,
  failure text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint purchase_refund_pkey primary key (refund_id),
  constraint purchase_refund_phase_check check (phase = any (array['started'::text, 'taken'::text, 'paid'::text, 'failed'::text]))
);
create unique index purchase_refund_open on control.purchase_refund (payment_id) where (phase = any (array['started'::text, 'taken'::text]));
create index purchase_refund_payment on control.purchase_refund (payment_id);

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

create table accounts.cap_counter (
  account_id text not null,
  cap_id text not null,
  bucket text not null,
  spent bigint not null,
  held bigint not null,
  constraint cap_counter_pkey primary key (account_id, cap_id, bucket)
) with (fillfactor=70);

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

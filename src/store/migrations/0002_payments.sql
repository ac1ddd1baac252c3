-- Money in. What is asked of the payment processor is stored before it is asked, with the key it is
-- asked with; what has come of it is stored before the next step. The money itself is in the journal.

create table control.billing_customer (
  account_id text primary key,
  customer_ref text not null,
  created_at timestamptz not null
);

-- Never card data: the processor's reference, and what a person needs to recognise the card.
create table control.payment_method (
  method_id text primary key,
  account_id text not null,
  method_ref text not null,
  brand text not null,
  last4 text not null,
  exp_month integer not null,
  exp_year integer not null,
  fingerprint_hash text,
  country text,
  created_at timestamptz not null,
  removed_at timestamptz
);
create index payment_method_account on control.payment_method (account_id);

create table control.purchase_preview (
  preview_id text primary key,
  account_id text not null,
  document jsonb not null,
  expires_at timestamptz not null
);

create table control.payment (
  payment_id text primary key,
  account_id text not null,
  kind text not null check (kind in ('top_up', 'bundle', 'auto_reload')),
  phase text not null
    check (phase in ('started', 'processing', 'action_required', 'charged', 'credited', 'failed')),
  -- all that the charge and the credit are made from; never changed
  ordered jsonb not null,
  face bigint not null,
  charge_ref text,
  failure text,
  action_url text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index payment_account on control.payment (account_id, created_at);
create index payment_charge on control.payment (charge_ref) where charge_ref is not null;
create index payment_open on control.payment (updated_at)
  where phase in ('started', 'processing', 'action_required', 'charged');

create table control.purchase_refund (
  refund_id text primary key,
  payment_id text not null,
  account_id text not null,
  phase text not null check (phase in ('started', 'taken', 'paid', 'failed')),
  ordered jsonb not null,
  -- tax excluded; known once the journal has decided
  price bigint not null,
  tax bigint not null,
  refund_ref text,
  failure text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
-- one at a time, so that none is paid twice
create unique index purchase_refund_open on control.purchase_refund (payment_id)
  where phase in ('started', 'taken');
create index purchase_refund_payment on control.purchase_refund (payment_id);

create table control.payment_event (
  event_id text primary key,
  subject text not null,
  ref text not null,
  payment_id text,
  received_at timestamptz not null,
  -- when it was last taken up
  tried_at timestamptz not null,
  done_at timestamptz
);
create index payment_event_open on control.payment_event (tried_at) where done_at is null;

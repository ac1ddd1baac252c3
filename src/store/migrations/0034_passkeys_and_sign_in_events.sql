-- Passkeys, what they are asked, what an e-mail address was proven by, and what happened at the doors.

create table control.passkey (
  -- as the browser names it, base64url
  credential_id text primary key,
  passkey_id text not null unique,
  -- staff sam; member acct_x lena
  person text not null,
  name text not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  -- kept by its maker in more than one device
  is_synced boolean not null,
  proven_email text,
  created_at timestamptz not null,
  used_at timestamptz
);
create index passkey_person on control.passkey (person);

-- Answered once: whoever answers takes the row away.
create table control.sign_in_challenge (
  challenge_hash bytea primary key,
  kind text not null check (kind in ('register', 'sign_in', 'second_factor', 'step_up')),
  -- null: whoever has a passkey
  person text,
  expires_at timestamptz not null
);
create index sign_in_challenge_expiry on control.sign_in_challenge (expires_at);

create table control.sign_in_event (
  event_id text collate "C" primary key,
  at timestamptz not null,
  account_id text,
  member_id text,
  staff_id text,
  kind text not null,
  way text,
  session_id text,
  browser text,
  -- without its last part
  address text,
  check ((staff_id is null) = (account_id is not null))
);
create index sign_in_event_member on control.sign_in_event (account_id, member_id, at, event_id);
create index sign_in_event_staff on control.sign_in_event (staff_id, at, event_id) where staff_id is not null;
create index sign_in_event_at on control.sign_in_event (at, event_id);

-- An address that an owner has written down is not yet the reader's: only what has come to it says so.
alter table control.sign_in_link add column email text;
alter table control.session add column proven_email text;
alter table control.password add column proven_email text;

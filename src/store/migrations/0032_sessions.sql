-- Signing in to the web app: links that are used once, passwords, and the sessions that follow.

create table control.sign_in_link (
  token_hash bytea primary key,
  account_id text,
  member_id text,
  staff_id text,
  -- email: asked for by the person; issued: made by the operator; portal: for one account inside another product
  kind text not null check (kind in ('email', 'issued', 'portal')),
  -- of a portal without a member: what its reader may do
  role text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  check ((staff_id is null) = (account_id is not null))
);
create index sign_in_link_member on control.sign_in_link (account_id, member_id, created_at);
create index sign_in_link_expiry on control.sign_in_link (expires_at);

create table control.session (
  token_hash bytea primary key,
  session_id text not null unique,
  kind text not null check (kind in ('member', 'staff', 'portal')),
  account_id text,
  member_id text,
  staff_id text,
  role text,
  user_agent text not null,
  created_at timestamptz not null,
  -- the last time that the person has shown who it is
  authenticated_at timestamptz not null,
  used_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  check ((staff_id is null) = (account_id is not null))
);
create index session_member on control.session (account_id, member_id) where ended_at is null;
create index session_staff on control.session (staff_id) where ended_at is null;
create index session_expiry on control.session (expires_at);

-- argon2id in its own text form. One for each person: a member is the account's, a person of the operator the operator's.
create table control.password (
  person text primary key,
  hash text not null,
  set_at timestamptz not null,
  failures integer not null default 0,
  locked_until timestamptz
);

create index member_email on control.member (lower(email)) where status = 'active';

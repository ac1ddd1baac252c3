-- Signing in by OpenID Connect: what a provider was asked, and whose subject it is.

alter table control.staff add column email text;
create unique index staff_email on control.staff (lower(email)) where status = 'active';

-- Answered once: whoever answers takes the row away.
create table control.oidc_request (
  state_hash bytea primary key,
  -- of a cookie: the answer comes back to the browser that has asked
  browser_hash bytea not null,
  -- null: whoever the provider says it is; else to whom the subject is bound
  person text,
  nonce text not null,
  code_verifier text not null,
  next text,
  expires_at timestamptz not null
);
create index oidc_request_expiry on control.oidc_request (expires_at);

create table control.identity (
  issuer text not null,
  subject text not null,
  identity_id text not null unique,
  person text not null,
  -- as the provider shows it: an address or a name
  shown text not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (issuer, subject)
);
create index identity_person on control.identity (person);

-- Made by whoever adds a member, for a week: the member is not there before it is taken.
alter table control.sign_in_link drop constraint sign_in_link_kind_check;
alter table control.sign_in_link add constraint sign_in_link_kind_check
  check (kind in ('email', 'issued', 'portal', 'invitation'));

-- Up to which alert each reader of an account has looked: a member, a key of no member, a person of the operator.

create table accounts.alert_seen (
  account_id text not null,
  reader text not null,
  at timestamptz not null,
  notification_id text collate "C" not null,
  primary key (account_id, reader)
);

-- The archive: bodies of old entries move to Parquet files. The row of an entry stays, with its keys, times, hash
-- and postings: a call is unique for ever, and the chain is whole without any file.

alter table accounts.entry
  -- null: it is in the archive
  alter column body drop not null,
  -- what queries ask of a body that is in the archive
  add column excerpt json,
  -- the account's segment of the archive that has the body
  add column segment integer;

-- what is there has a body: the table need not be read for it
alter table accounts.entry add constraint entry_body
  check (body is not null or (excerpt is not null and segment is not null)) not valid;

-- Where the bodies of an account are: one row for each file that has some.
create table accounts.archive_segment (
  account_id text not null,
  segment integer not null,
  -- below the archive's directory
  file text not null,
  file_sha256 bytea not null,
  file_bytes bigint not null,
  -- its rows in the file, one behind the other in the order of seq
  first_row bigint not null,
  file_rows integer not null,
  -- whose bodies are there only: fewer than rows where some were restored
  entries integer not null,
  first_seq bigint not null,
  last_seq bigint not null,
  -- of the bodies, as they were stored
  body_bytes bigint not null,
  archived_at timestamptz not null,
  primary key (account_id, segment)
);

-- How far an account has been looked through: what had to stay until then, stays.
create table accounts.archive_cursor (
  account_id text not null primary key,
  after_seq bigint not null
);

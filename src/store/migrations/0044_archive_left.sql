-- What had to stay when its turn came is looked at again: ends of calls that waited for something, or that a case
-- held on to.

create table accounts.archive_left (
  account_id text not null,
  seq bigint not null,
  -- of the entry
  at timestamptz not null,
  looked_at timestamptz not null,
  primary key (account_id, seq)
);
create index archive_left_due on accounts.archive_left (looked_at);

-- what stayed before is found by looking at everything once more
delete from accounts.archive_cursor;

-- the newest files are looked at each minute
create index archive_segment_newest on accounts.archive_segment (archived_at);

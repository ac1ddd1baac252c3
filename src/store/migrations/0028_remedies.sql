-- Detection goes on from memory; a refund under way says what it took; parkings are found without reading all.

-- The sums, of entries up to their own number: large ones are written less often than how far it was audited.
alter table accounts.audit_cursor add column state_seq bigint;
update accounts.audit_cursor set state_seq = seq;
alter table accounts.audit_cursor alter column state_seq set not null;
-- When it has to be looked at again although nothing has moved.
alter table accounts.audit_cursor add column look_at timestamptz;
create index audit_cursor_look on accounts.audit_cursor (look_at) where look_at is not null;

-- Nanos taken from the ceilings for a refund that is under way.
alter table accounts.finding add column reserved bigint;
create index finding_of_account on accounts.finding (account_id, found_at, finding_key);

-- Few: whoever looks for parked accounts need not read all of them.
create index entry_park on accounts.entry (account_id, seq) where kind = 'park';

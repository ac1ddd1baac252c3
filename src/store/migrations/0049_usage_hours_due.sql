-- Accounts whose sums of usage by hour are to be made anew from the journal, each once. Servers of before counted
-- corrections in the hour in which they were made, and for the model that was asked for.

create table accounts.usage_hour_due (
  account_id text primary key
);

insert into accounts.usage_hour_due (account_id) select account_id from accounts.account;

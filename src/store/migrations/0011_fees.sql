-- Fees are charged to saved cards, and what becomes of charges that nobody was there to see is told.

drop index accounts.entry_controls;
create index entry_told on accounts.entry (account_id, seq)
  where kind in ('set_controls', 'top_up', 'end_reload', 'fee_unpaid');

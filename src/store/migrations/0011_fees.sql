-- Fees are charged to saved cards, and what becomes of charges that nobody was there to see is told.

drop index accounts.entry_controls;
create index entry_told on accounts.entry (account_id, seq)
  where kind in ('set_controls', 'top_up', 'end_reload', 'fee_unpaid');

-- The latest choice is the card that is charged where none is named.
alter table control.payment_method add column chosen_at timestamptz;

-- Never updated, never deleted: who added, chose or removed a card, when and from where.
create table control.payment_method_change (
  account_id text not null,
  method_id text not null,
  at timestamptz not null,
  change text not null check (change in ('added', 'chosen', 'removed')),
  actor json not null,
  primary key (account_id, method_id, at, change)
);

-- A fee makes no credit: its order is carried out with it, or it goes back to the card.
alter table control.payment drop constraint payment_kind_check;
alter table control.payment add constraint payment_kind_check
  check (kind in ('top_up', 'bundle', 'auto_reload', 'fee'));
alter table control.payment drop constraint payment_phase_check;
alter table control.payment add constraint payment_phase_check
  check (phase in ('started', 'processing', 'action_required', 'charged', 'credited', 'returned', 'failed'));

-- Campaigns tell the accounts that can claim them, and notifications are not kept for ever.

-- Since when accounts are told of the campaign; null: they are not.
alter table control.campaign add column announced_at timestamptz;

-- How far the accounts were looked through for those to be told. Apart from the campaign's row, which
-- every claim waits for.
create table control.campaign_telling (
  campaign_id text primary key,
  -- the last account of this pass that was looked at; null: none yet
  looked_to text,
  -- when the last pass over all accounts ended
  ended_at timestamptz
);

-- A notification that was kept long enough loses its body. Its key stays: it is what makes it told once.
alter table accounts.notification alter column body drop not null;
create index notification_kept on accounts.notification (at) where body is not null;

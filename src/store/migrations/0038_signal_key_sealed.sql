-- The key of the hashes of signals lay beside them as it is: whoever had a copy of the database could try
-- addresses until a hash fits. It is sealed with the operator's own key (EVERYCENT_SECRET_KEY) where there
-- is one; a key from before is sealed when it is next used.
alter table control.signal_key alter column secret drop not null;
alter table control.signal_key add column sealed text;
alter table control.signal_key
  add constraint signal_key_kept_once check ((secret is null) <> (sealed is null));

-- A check of each entry that is written cost the commit three to five percent. That an entry without a body is in a
-- segment of the archive is looked at where it can break: when bodies are given up, and by verify.

alter table accounts.entry drop constraint entry_body;

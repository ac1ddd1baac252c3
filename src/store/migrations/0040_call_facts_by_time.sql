-- The facts of calls again, as they are read: every question goes over the calls of an account in order of time,
-- and finds all that it sums and splits by in the index, side by side, wherever the rows themselves are. Parts
-- that are nothing are null, which takes no place and is passed by when sums are made.

alter table accounts.call_fact rename to call_fact_before;
alter index accounts.call_fact_pkey rename to call_fact_before_pkey;
drop index accounts.call_fact_time;
drop index accounts.call_fact_end;
drop index accounts.call_fact_dearest;
drop index accounts.call_fact_session;
drop index accounts.call_fact_parent;

create table accounts.call_fact (
  account_id text not null,
  call_id text not null,
  event_at timestamptz not null,
  -- of its last end, and the entry that it is
  ended_at timestamptz not null,
  end_seq bigint not null,
  -- the last entry that it knows of
  seq bigint not null,
  tokens bigint not null,
  attempts integer not null,
  is_estimated boolean not null,
  -- attempts of different members: nobody who sees its own use only may see it
  has_several_members boolean not null,
  -- nanos; what it cost is null where nobody knows the price yet
  list_price bigint,
  -- where the list price went; null is nothing
  promotional bigint,
  paid bigint,
  overage bigint,
  included bigint,
  absorbed bigint,
  refunded bigint,
  returned_to_plan bigint,
  reversed bigint,
  -- as served; as requested where nothing was served
  model text not null,
  model_requested text,
  status text not null,
  verdict text not null,
  outcome text,
  key_id text,
  member_id text,
  project_id text,
  session_id text,
  parent_call_id text,
  client text,
  -- by key
  tags jsonb,
  -- tokens by kind, and what of the list price is theirs: null is none
  tokens_input bigint,
  tokens_cache_read bigint,
  tokens_cache_write_5m bigint,
  tokens_cache_write_1h bigint,
  tokens_cache_write bigint,
  tokens_input_audio bigint,
  tokens_input_image bigint,
  tokens_output bigint,
  tokens_reasoning bigint,
  tokens_output_audio bigint,
  tokens_output_image bigint,
  price_input bigint,
  price_cache_read bigint,
  price_cache_write_5m bigint,
  price_cache_write_1h bigint,
  price_cache_write bigint,
  price_input_audio bigint,
  price_input_image bigint,
  price_output bigint,
  price_reasoning bigint,
  price_output_audio bigint,
  price_output_image bigint,
  -- fees, weights, promotions
  price_other bigint,
  primary key (account_id, call_id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);

insert into accounts.call_fact (
  account_id, call_id, event_at, ended_at, end_seq, seq, tokens, attempts, is_estimated, has_several_members,
  list_price, promotional, paid, overage, included, absorbed, refunded, returned_to_plan, reversed,
  model, model_requested, status, verdict, outcome, key_id, member_id, project_id, session_id, parent_call_id,
  client, tags, tokens_input, tokens_cache_read, tokens_cache_write_5m, tokens_cache_write_1h,
  tokens_cache_write, tokens_input_audio, tokens_input_image, tokens_output, tokens_reasoning,
  tokens_output_audio, tokens_output_image, price_input, price_cache_read, price_cache_write_5m,
  price_cache_write_1h, price_cache_write, price_input_audio, price_input_image, price_output,
  price_reasoning, price_output_audio, price_output_image, price_other)
select
  account_id, call_id, event_at, ended_at, end_seq, seq, tokens, attempts, is_estimated, has_several_members,
  list_price, nullif(promotional, 0), nullif(paid, 0), nullif(overage, 0), nullif(included, 0),
  nullif(absorbed, 0), nullif(refunded, 0), nullif(returned_to_plan, 0), nullif(reversed, 0),
  left(model, 200), model_requested, status, verdict, outcome, key_id, member_id, project_id, session_id,
  parent_call_id, client, tags, tokens_input, tokens_cache_read, tokens_cache_write_5m, tokens_cache_write_1h,
  tokens_cache_write, tokens_input_audio, tokens_input_image, tokens_output, tokens_reasoning,
  tokens_output_audio, tokens_output_image, price_input, price_cache_read, price_cache_write_5m,
  price_cache_write_1h, price_cache_write, price_input_audio, price_input_image, price_output,
  price_reasoning, price_output_audio, price_output_image, price_other
from accounts.call_fact_before;

drop table accounts.call_fact_before;

create index call_fact_time on accounts.call_fact (account_id, event_at) include (
  tokens, list_price, model, promotional, paid, overage, included, absorbed, refunded, returned_to_plan, reversed,
  key_id, member_id, project_id, session_id, client, status, verdict, outcome, has_several_members, tags);
create index call_fact_end on accounts.call_fact (account_id, end_seq);
create index call_fact_dearest on accounts.call_fact (account_id, list_price desc nulls last, call_id);
create index call_fact_session on accounts.call_fact (account_id, session_id, event_at);
create index call_fact_parent on accounts.call_fact (account_id, parent_call_id)
  where parent_call_id is not null;

-- Dated multipliers of window capacity. Published for ever: a run that began in one keeps it.
create table control.window_promotion (
  promotion_id text primary key,
  document jsonb not null,
  published_at timestamptz not null
);

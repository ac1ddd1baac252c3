-- What each periodic job did last, for everybody who asks whether housekeeping runs.
create table control.job_run (
  name text not null,
  summary text not null,
  every_ms bigint not null,
  due_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  runs bigint not null,
  done bigint not null,
  done_in_all bigint not null,
  failures_in_row integer not null,
  error text,
  constraint job_run_pkey primary key (name)
);

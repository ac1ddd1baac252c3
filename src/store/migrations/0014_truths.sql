-- When a round last went well, and how many of its things did not.
alter table control.job_run
  add column succeeded_at timestamptz,
  add column failed bigint not null default 0;
update control.job_run set succeeded_at = finished_at where error is null;
alter table control.job_run alter column failed drop default;

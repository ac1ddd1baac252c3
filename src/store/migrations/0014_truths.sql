-- When a round last went well, and how many of its things did not.
alter table control.job_run
  add column succeeded_at timestamptz,
  add column failed bigint not null default 0;
update control.job_run set succeeded_at = finished_at where error is null;
alter table control.job_run alter column failed drop default;

-- Calls beside attempts: a call is settled or recorded once, however many attempts it took.
alter table accounts.usage_hour add column calls bigint not null default 0;
alter table accounts.member_usage_hour add column calls bigint not null default 0;
create temporary table counted on commit drop as
  select account_id, date_trunc('hour', event_at, 'UTC') as hour,
    coalesce(body #>> '{served,model}', body #>> '{call,model}') as model,
    body #>> '{call,member_id}' as member_id, count(*) as calls
  from accounts.entry
  where kind in ('settle', 'record') and body -> 'totals' is not null and body -> 'refused' is null
  group by 1, 2, 3, 4;
update accounts.usage_hour u set calls = c.calls
from (select account_id, hour, model, sum(calls) as calls from counted group by 1, 2, 3) c
where c.account_id = u.account_id and c.hour = u.hour and c.model = u.model;
update accounts.member_usage_hour u set calls = c.calls
from counted c
where c.account_id = u.account_id and c.hour = u.hour and c.model = u.model
  and c.member_id = u.member_id;
alter table accounts.usage_hour alter column calls drop default;
alter table accounts.member_usage_hour alter column calls drop default;

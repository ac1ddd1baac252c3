-- Credit for the time of a check is given once for a call, whatever disputes are about it.

create table control.provisional_call (
  account_id text not null,
  call_id text not null,
  -- Whose credit it is.
  case_id text not null,
  primary key (account_id, call_id)
);
create index provisional_call_case on control.provisional_call (account_id, case_id);

-- What was given, or begun, before.
insert into control.provisional_call (account_id, call_id, case_id)
select c.account_id, k.call_id, c.case_id
from control.case_file c, jsonb_array_elements_text(c.facts -> 'about' -> 'calls') as k(call_id)
where c.account_id is not null and (c.facts ? 'provisional' or exists (
  select from control.case_event e where e.case_id = c.case_id and e.kind = 'provisional_given'))
on conflict do nothing;

insert into control.provisional_call (account_id, call_id, case_id)
select c.account_id, coalesce(e.body, e.excerpt) -> 'call' ->> 'call_id', c.case_id
from control.case_file c join accounts.entry e on e.account_id = c.account_id
  and e.event_at >= (c.facts -> 'about' -> 'period' ->> 'from')::timestamptz
  and e.event_at < (c.facts -> 'about' -> 'period' ->> 'until')::timestamptz
where c.account_id is not null and e.kind in ('settle', 'record')
  and coalesce(e.body, e.excerpt) -> 'call' ->> 'call_id' is not null
  and (c.facts ? 'provisional' or exists (
    select from control.case_event g where g.case_id = c.case_id and g.kind = 'provisional_given'))
on conflict do nothing;

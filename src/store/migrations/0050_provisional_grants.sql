-- Credit for the time of a check that a crash has left without its step: the case says nothing of it, and the journal
-- does. Its calls are kept for its case, too.

insert into control.provisional_call (account_id, call_id, case_id)
select c.account_id, k.call_id, c.case_id
from control.case_file c
join accounts.entry g on g.account_id = c.account_id and g.kind = 'grant'
  and g.request_id = 'case:' || c.case_id || '#provisional'
cross join jsonb_array_elements_text(c.facts -> 'about' -> 'calls') as k(call_id)
on conflict do nothing;

insert into control.provisional_call (account_id, call_id, case_id)
select c.account_id, coalesce(e.body, e.excerpt) -> 'call' ->> 'call_id', c.case_id
from control.case_file c
join accounts.entry g on g.account_id = c.account_id and g.kind = 'grant'
  and g.request_id = 'case:' || c.case_id || '#provisional'
join accounts.entry e on e.account_id = c.account_id
  and e.event_at >= (c.facts -> 'about' -> 'period' ->> 'from')::timestamptz
  and e.event_at < (c.facts -> 'about' -> 'period' ->> 'until')::timestamptz
where e.kind in ('settle', 'record') and coalesce(e.body, e.excerpt) -> 'call' ->> 'call_id' is not null
on conflict do nothing;

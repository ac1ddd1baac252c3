-- What a window id means in every plan that was ever published: a calendar window's runs begin by the account's
-- anchor and not by its plan, so two of one id and of different lengths would share a run.

create table control.window_kind (
  window_id text primary key,
  shape text not null,
  length text not null,
  -- Which plan said so first.
  plan text not null
);

-- Plans that differ already stay as they are; what was published first is what the next ones are held to.
insert into control.window_kind (window_id, shape, length, plan)
select distinct on (w.spec ->> 'id') w.spec ->> 'id', w.spec ->> 'shape', w.spec ->> 'length',
  p.plan_id || '@' || p.version
from control.plan_version p, jsonb_array_elements(p.document -> 'windows') as w(spec)
where p.status in ('published', 'retired')
order by w.spec ->> 'id', p.status, p.created_at, p.plan_id, p.version;

-- For which account a payment from elsewhere was entered: it is entered for one.
create table control.payment_entered (
  payment_id text primary key,
  account_id text not null
);

-- Where one was entered for several, the first; the others keep what they have.
insert into control.payment_entered (payment_id, account_id)
select distinct on (request_id) request_id, account_id
from accounts.entry where kind in ('top_up', 'pay_overage')
order by request_id, at, account_id;

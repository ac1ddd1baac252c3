/**
 * The write of a batch that changed nothing but holds, which is what admitted calls are: the parts of
 * `decision-commit` that it needs, with its rules. PostgreSQL prepares and starts each part of a statement
 * also where it has no rows, which cost a lone `authorize` nearly half of its commit.
 */
export const HOLDS_COMMIT = {
  name: 'decision-commit-holds',
  text: `
    with input as materialized (
      select * from rows from (
        unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]),
        string_to_table($7::text, chr(10))
      ) as i(account_id, version, seq, due_ms, closes_ms, at_ms, state)
    ), moved as (
      update accounts.account a
      set version = i.version + 1, seq = i.seq, state = i.state::json,
          due_at = to_timestamp(i.due_ms::double precision / 1000),
          closes_at = to_timestamp(i.closes_ms::double precision / 1000),
          updated_at = to_timestamp(i.at_ms::double precision / 1000)
      from input i
      where a.account_id = i.account_id and a.version = i.version and i.version > 0
      returning a.account_id
    ), holds_put as (
      insert into accounts.hold (account_id, call_id, expires_at, body)
      select h.account_id, h.call_id, to_timestamp(h.expires_ms::double precision / 1000), h.body::json
      from rows from (
        unnest($8::text[], $9::text[], $10::bigint[]),
        string_to_table($11::text, chr(10))
      ) as h(account_id, call_id, expires_ms, body)
      join moved using (account_id)
      on conflict (account_id, call_id) do update
        set expires_at = excluded.expires_at, body = excluded.body
    ), counters as (
      insert into accounts.cap_counter as n (account_id, cap_id, bucket, spent, held)
      select c.account_id, c.cap_id, c.bucket, c.spent, c.held
      from unnest($12::text[], $13::text[], $14::text[], $15::bigint[], $16::bigint[])
        as c(account_id, cap_id, bucket, spent, held)
      join moved using (account_id)
      on conflict (account_id, cap_id, bucket) do update
        set spent = n.spent + excluded.spent, held = n.held + excluded.held
    )
    select account_id from moved`,
}

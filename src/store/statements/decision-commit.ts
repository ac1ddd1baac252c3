import type pg from 'pg'
import { integerArray, jsonLines, textArray } from './arrays.ts'
import { HOLDS_COMMIT } from './holds-commit.ts'

/**
 * The one write of a batch. An account moves only from the version that its decisions were made on;
 * everything else is written only for the accounts that moved. Returns those.
 *
 * Times come as epoch milliseconds. Rows are sorted by account, so that two nodes lock in one order.
 */
const COMMIT = {
  name: 'decision-commit',
  text: `
    with input as materialized (
      select * from rows from (
        unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]),
        string_to_table($7::text, chr(10))
      ) as i(account_id, version, seq, due_ms, closes_ms, at_ms, state)
    ), updated as (
      update accounts.account a
      set version = i.version + 1, seq = i.seq, state = i.state::json,
          due_at = to_timestamp(i.due_ms::double precision / 1000),
          closes_at = to_timestamp(i.closes_ms::double precision / 1000),
          updated_at = to_timestamp(i.at_ms::double precision / 1000)
      from input i
      where a.account_id = i.account_id and a.version = i.version and i.version > 0
      returning a.account_id
    ), opened as (
      insert into accounts.account
        (account_id, version, seq, state, due_at, closes_at, updated_at)
      select i.account_id, 1, i.seq, i.state::json, to_timestamp(i.due_ms::double precision / 1000),
             to_timestamp(i.closes_ms::double precision / 1000),
             to_timestamp(i.at_ms::double precision / 1000)
      from input i where i.version = 0
      on conflict do nothing
      returning account_id
    ), moved as materialized (
      select account_id from updated union all select account_id from opened
    ), entries as (
      insert into accounts.entry
        (account_id, seq, kind, request_id, at, event_at, ref_seq, lot_id, draw_key, pending, hash, body,
         evidence)
      select e.account_id, e.seq, e.kind, e.request_id,
             to_timestamp(e.at_ms::double precision / 1000),
             to_timestamp(e.event_ms::double precision / 1000),
             e.ref_seq, e.lot_id, e.draw_key, e.pending, decode(e.hash, 'hex'), e.body::json,
             nullif(e.evidence, '')
      from rows from (
        unnest($8::text[], $9::bigint[], $10::text[], $11::text[], $12::bigint[], $13::bigint[],
               $14::bigint[], $15::text[], $16::text[], $17::text[], $18::text[]),
        string_to_table($19::text, chr(10)), string_to_table($79::text, chr(10))
      ) as e(account_id, seq, kind, request_id, at_ms, event_ms, ref_seq, lot_id, draw_key, pending,
             hash, body, evidence)
      join moved using (account_id)
    ), postings as (
      insert into accounts.posting (account_id, seq, line, ledger_account, asset, amount, lot_id)
      select p.account_id, p.seq, p.line, p.ledger_account, p.asset, p.amount, p.lot_id
      from unnest($20::text[], $21::bigint[], $22::smallint[], $23::text[], $24::text[],
                  $25::bigint[], $26::text[])
        as p(account_id, seq, line, ledger_account, asset, amount, lot_id)
      join moved using (account_id)
    ), holds_removed as (
      delete from accounts.hold h
      using unnest($27::text[], $28::text[]) as r(account_id, call_id), moved m
      where h.account_id = r.account_id and h.call_id = r.call_id and m.account_id = r.account_id
    ), holds_put as (
      insert into accounts.hold (account_id, call_id, expires_at, body)
      select h.account_id, h.call_id, to_timestamp(h.expires_ms::double precision / 1000), h.body::json
      from rows from (
        unnest($29::text[], $30::text[], $31::bigint[]),
        string_to_table($32::text, chr(10))
      ) as h(account_id, call_id, expires_ms, body)
      join moved using (account_id)
      on conflict (account_id, call_id) do update
        set expires_at = excluded.expires_at, body = excluded.body
    ), hours as (
      insert into accounts.usage_hour as u
        (account_id, hour, model, attempts, not_billed_attempts, input_tokens, cache_read_tokens,
         cache_write_tokens, output_tokens, included, promotional, paid, overage, absorbed, calls)
      select r.account_id, to_timestamp(r.hour_ms::double precision / 1000), r.model, r.attempts,
             r.not_billed_attempts, r.input_tokens, r.cache_read_tokens, r.cache_write_tokens,
             r.output_tokens, r.included, r.promotional, r.paid, r.overage, r.absorbed, r.calls
      from unnest($33::text[], $34::bigint[], $35::text[], $36::bigint[], $37::bigint[],
                  $38::bigint[], $39::bigint[], $40::bigint[], $41::bigint[], $42::bigint[],
                  $43::bigint[], $44::bigint[], $45::bigint[], $46::bigint[], $77::bigint[])
        as r(account_id, hour_ms, model, attempts, not_billed_attempts, input_tokens, cache_read_tokens,
             cache_write_tokens, output_tokens, included, promotional, paid, overage, absorbed, calls)
      join moved using (account_id)
      on conflict (account_id, hour, model) do update set
        attempts = u.attempts + excluded.attempts,
        not_billed_attempts = u.not_billed_attempts + excluded.not_billed_attempts,
        input_tokens = u.input_tokens + excluded.input_tokens,
        cache_read_tokens = u.cache_read_tokens + excluded.cache_read_tokens,
        cache_write_tokens = u.cache_write_tokens + excluded.cache_write_tokens,
        output_tokens = u.output_tokens + excluded.output_tokens,
        included = u.included + excluded.included,
        promotional = u.promotional + excluded.promotional,
        paid = u.paid + excluded.paid,
        overage = u.overage + excluded.overage,
        absorbed = u.absorbed + excluded.absorbed,
        calls = u.calls + excluded.calls
    ), counters as (
      insert into accounts.cap_counter as n (account_id, cap_id, bucket, spent, held)
      select c.account_id, c.cap_id, c.bucket, c.spent, c.held
      from unnest($47::text[], $48::text[], $49::text[], $50::bigint[], $51::bigint[])
        as c(account_id, cap_id, bucket, spent, held)
      join moved using (account_id)
      on conflict (account_id, cap_id, bucket) do update
        set spent = n.spent + excluded.spent, held = n.held + excluded.held
    ), caps_removed as (
      delete from accounts.spend_cap c
      using unnest($52::text[], $53::text[]) as r(account_id, cap_id), moved m
      where c.account_id = r.account_id and c.cap_id = r.cap_id and m.account_id = r.account_id
    ), caps_put as (
      insert into accounts.spend_cap
        (account_id, cap_id, scope, scope_id, period, amount, counts, raises)
      select c.account_id, c.cap_id, c.scope, c.scope_id, c.period, c.amount, c.counts,
             nullif(c.raises, 'null')::json
      from rows from (
        unnest($54::text[], $55::text[], $56::text[], $57::text[], $58::text[], $59::bigint[],
               $60::text[]),
        string_to_table($61::text, chr(10))
      ) as c(account_id, cap_id, scope, scope_id, period, amount, counts, raises)
      join moved using (account_id)
      on conflict (account_id, cap_id) do update
        set scope = excluded.scope, scope_id = excluded.scope_id, period = excluded.period,
            amount = excluded.amount, counts = excluded.counts, raises = excluded.raises
    ), member_hours as (
      insert into accounts.member_usage_hour as u
        (account_id, member_id, hour, model, attempts, not_billed_attempts, input_tokens,
         cache_read_tokens, cache_write_tokens, output_tokens, included, promotional, paid, overage,
         absorbed, calls)
      select r.account_id, r.member_id, to_timestamp(r.hour_ms::double precision / 1000), r.model,
             r.attempts, r.not_billed_attempts, r.input_tokens, r.cache_read_tokens,
             r.cache_write_tokens, r.output_tokens, r.included, r.promotional, r.paid, r.overage,
             r.absorbed, r.calls
      from unnest($62::text[], $63::bigint[], $64::text[], $65::bigint[], $66::bigint[],
                  $67::bigint[], $68::bigint[], $69::bigint[], $70::bigint[], $71::bigint[],
                  $72::bigint[], $73::bigint[], $74::bigint[], $75::bigint[], $76::text[],
                  $78::bigint[])
        as r(account_id, hour_ms, model, attempts, not_billed_attempts, input_tokens,
             cache_read_tokens, cache_write_tokens, output_tokens, included, promotional, paid,
             overage, absorbed, member_id, calls)
      join moved using (account_id)
      on conflict (account_id, member_id, hour, model) do update set
        attempts = u.attempts + excluded.attempts,
        not_billed_attempts = u.not_billed_attempts + excluded.not_billed_attempts,
        input_tokens = u.input_tokens + excluded.input_tokens,
        cache_read_tokens = u.cache_read_tokens + excluded.cache_read_tokens,
        cache_write_tokens = u.cache_write_tokens + excluded.cache_write_tokens,
        output_tokens = u.output_tokens + excluded.output_tokens,
        included = u.included + excluded.included,
        promotional = u.promotional + excluded.promotional,
        paid = u.paid + excluded.paid,
        overage = u.overage + excluded.overage,
        absorbed = u.absorbed + excluded.absorbed,
        calls = u.calls + excluded.calls
    )
    select account_id from moved`,
}

export interface AccountWrite {
  readonly accountId: string
  /** The version that the decisions were made on; 0 = the account is new. */
  readonly version: bigint
  readonly seq: number
  readonly dueMs: number | null
  /** When the open cycle of its statement ends. */
  readonly closesMs: number
  readonly atMs: number
  /** JSON. */
  readonly state: string
}

export interface EntryWrite {
  readonly accountId: string
  readonly seq: number
  readonly kind: string
  readonly requestId: string
  readonly atMs: number
  readonly eventMs: number
  readonly refSeq: number | null
  readonly lotId: string | null
  readonly drawKey: string | null
  readonly pending: string | null
  /** Hex. */
  readonly hash: string
  /** JSON, stored byte for byte. */
  readonly body: string
  /** JSON, stored byte for byte; `null`: none. */
  readonly evidence: string | null
}

export interface PostingWrite {
  readonly accountId: string
  readonly seq: number
  readonly line: number
  readonly ledgerAccount: string
  readonly asset: string
  readonly amount: bigint
  readonly lotId: string | null
}

export interface HoldWrite {
  readonly accountId: string
  readonly callId: string
  readonly expiresMs: number
  /** JSON. */
  readonly body: string
}

export interface HourWrite {
  readonly accountId: string
  readonly hourMs: number
  readonly model: string
  /** Settled or recorded. */
  calls: number
  /** Ended: settled, recorded, released or expired. */
  attempts: number
  notBilledAttempts: number
  inputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  outputTokens: number
  included: bigint
  promotional: bigint
  paid: bigint
  overage: bigint
  absorbed: bigint
}

/** The same of the calls of one member. */
export interface MemberHourWrite extends HourWrite {
  readonly memberId: string
}

export interface CounterWrite {
  readonly accountId: string
  readonly capId: string
  readonly bucket: string
  readonly spent: bigint
  readonly held: bigint
}

export interface CapWrite {
  readonly accountId: string
  readonly capId: string
  readonly scope: string
  readonly scopeId: string | null
  readonly period: string
  readonly amount: bigint
  readonly counts: string
  /** JSON; `null` = none. */
  readonly raises: string | null
}

export interface BatchWrite {
  readonly accounts: readonly AccountWrite[]
  readonly entries: readonly EntryWrite[]
  readonly postings: readonly PostingWrite[]
  readonly holdsRemoved: readonly { readonly accountId: string; readonly callId: string }[]
  readonly holdsPut: readonly HoldWrite[]
  readonly hours: readonly HourWrite[]
  readonly memberHours: readonly MemberHourWrite[]
  readonly counters: readonly CounterWrite[]
  readonly capsRemoved: readonly { readonly accountId: string; readonly capId: string }[]
  readonly capsPut: readonly CapWrite[]
}

/** Commits a batch; returns the accounts that moved. The others lost a race and are decided again. */
export async function commitDecisions(
  client: pg.ClientBase,
  batch: BatchWrite,
): Promise<Set<string>> {
  const { rows } = await client.query<{ account_id: string }>(
    isHoldsOnly(batch)
      ? { ...HOLDS_COMMIT, values: holdsOnlyValues(batch) }
      : { ...COMMIT, values: allValues(batch) },
  )
  return new Set(rows.map((row) => row.account_id))
}

/** Whether the batch has nothing that the narrow statement leaves out. */
const isHoldsOnly = (batch: BatchWrite): boolean =>
  [
    ...[batch.entries, batch.postings, batch.holdsRemoved, batch.hours, batch.memberHours],
    ...[batch.capsRemoved, batch.capsPut],
  ].every((rows) => rows.length === 0) && batch.accounts.every((own) => own.version > 0n)

const holdsOnlyValues = (batch: BatchWrite): string[] => [
  ...accountValues(batch.accounts),
  ...holdPutValues(batch.holdsPut),
  ...counterValues(batch.counters),
]

const allValues = (batch: BatchWrite): string[] => [
  ...accountValues(batch.accounts),
  ...entryValues(batch.entries),
  ...postingValues(batch.postings),
  textArray(batch.holdsRemoved.map((own) => own.accountId)),
  textArray(batch.holdsRemoved.map((own) => own.callId)),
  ...holdPutValues(batch.holdsPut),
  ...hourValues(batch.hours),
  ...counterValues(batch.counters),
  ...capValues(batch),
  ...hourValues(batch.memberHours),
  textArray(batch.memberHours.map((own) => own.memberId)),
  integerArray(batch.hours.map((own) => own.calls)),
  integerArray(batch.memberHours.map((own) => own.calls)),
  jsonLines(batch.entries.map((own) => own.evidence ?? '')),
]

const accountValues = (accounts: readonly AccountWrite[]): string[] => [
  textArray(accounts.map((own) => own.accountId)),
  integerArray(accounts.map((own) => own.version)),
  integerArray(accounts.map((own) => own.seq)),
  integerArray(accounts.map((own) => own.dueMs)),
  integerArray(accounts.map((own) => own.closesMs)),
  integerArray(accounts.map((own) => own.atMs)),
  jsonLines(accounts.map((own) => own.state)),
]

const entryValues = (entries: readonly EntryWrite[]): string[] => [
  textArray(entries.map((own) => own.accountId)),
  integerArray(entries.map((own) => own.seq)),
  textArray(entries.map((own) => own.kind)),
  textArray(entries.map((own) => own.requestId)),
  integerArray(entries.map((own) => own.atMs)),
  integerArray(entries.map((own) => own.eventMs)),
  integerArray(entries.map((own) => own.refSeq)),
  textArray(entries.map((own) => own.lotId)),
  textArray(entries.map((own) => own.drawKey)),
  textArray(entries.map((own) => own.pending)),
  textArray(entries.map((own) => own.hash)),
  jsonLines(entries.map((own) => own.body)),
]

const postingValues = (postings: readonly PostingWrite[]): string[] => [
  textArray(postings.map((own) => own.accountId)),
  integerArray(postings.map((own) => own.seq)),
  integerArray(postings.map((own) => own.line)),
  textArray(postings.map((own) => own.ledgerAccount)),
  textArray(postings.map((own) => own.asset)),
  integerArray(postings.map((own) => own.amount)),
  textArray(postings.map((own) => own.lotId)),
]

const holdPutValues = (holds: readonly HoldWrite[]): string[] => [
  textArray(holds.map((own) => own.accountId)),
  textArray(holds.map((own) => own.callId)),
  integerArray(holds.map((own) => own.expiresMs)),
  jsonLines(holds.map((own) => own.body)),
]

const counterValues = (counters: readonly CounterWrite[]): string[] => [
  textArray(counters.map((own) => own.accountId)),
  textArray(counters.map((own) => own.capId)),
  textArray(counters.map((own) => own.bucket)),
  integerArray(counters.map((own) => own.spent)),
  integerArray(counters.map((own) => own.held)),
]

const hourValues = (hours: readonly HourWrite[]): string[] => [
  textArray(hours.map((own) => own.accountId)),
  integerArray(hours.map((own) => own.hourMs)),
  textArray(hours.map((own) => own.model)),
  integerArray(hours.map((own) => own.attempts)),
  integerArray(hours.map((own) => own.notBilledAttempts)),
  integerArray(hours.map((own) => own.inputTokens)),
  integerArray(hours.map((own) => own.cacheReadTokens)),
  integerArray(hours.map((own) => own.cacheWriteTokens)),
  integerArray(hours.map((own) => own.outputTokens)),
  integerArray(hours.map((own) => own.included)),
  integerArray(hours.map((own) => own.promotional)),
  integerArray(hours.map((own) => own.paid)),
  integerArray(hours.map((own) => own.overage)),
  integerArray(hours.map((own) => own.absorbed)),
]

const capValues = (batch: BatchWrite): string[] => [
  textArray(batch.capsRemoved.map((own) => own.accountId)),
  textArray(batch.capsRemoved.map((own) => own.capId)),
  textArray(batch.capsPut.map((own) => own.accountId)),
  textArray(batch.capsPut.map((own) => own.capId)),
  textArray(batch.capsPut.map((own) => own.scope)),
  textArray(batch.capsPut.map((own) => own.scopeId)),
  textArray(batch.capsPut.map((own) => own.period)),
  integerArray(batch.capsPut.map((own) => own.amount)),
  textArray(batch.capsPut.map((own) => own.counts)),
  jsonLines(batch.capsPut.map((own) => own.raises ?? 'null')),
]

import type pg from 'pg'
import { canSplit } from '../../contract/usage/index.ts'
import { formatInstant, type Instant, type Interval, instant } from '../../core/time/index.ts'
import { catchUp } from '../../store/facts/catch-up.ts'
import type { Chosen } from '../../store/facts/chosen.ts'
import { exploreFacts } from '../../store/facts/explore.ts'
import { exploreWide } from '../../store/facts/explore-wide.ts'
import { type FactsPlace, factsPlace, namesOf } from '../../store/facts/place.ts'
import { inTransaction } from '../../store/transaction.ts'
import {
  bucketStarts,
  intervalJson,
  isFault,
  periodBefore,
  periodOf,
  type UsageFault,
  type UsageQuestion,
  usageFault,
} from './question.ts'
import { type Group, partsByKind, partsBySource, type Split, splitOf, splitWide } from './split.ts'
import { type SumsJson, sumsJson, valueJson } from './sums-json.ts'

/** Steps that a reader waits for; what is left after them, the job follows. */
const STEPS_MAX = 20

/**
 * The groups of many calls are added up in memory: with the server's own 4 MB they are sorted on disk first,
 * which took about twice as long over 100,000 calls by day and model. No compiler pays for one such sum, and
 * a page of the index, read in its order, is no dearer than one of the table.
 */
const FOR_SUMS = `select set_config('work_mem', '64MB', true), set_config('jit', 'off', true),
  set_config('random_page_cost', '1.1', true)`

export type Unready = 'account_unknown' | 'usage_catching_up'

/**
 * Reads the facts of an account as they are now: caught up, and in one snapshot, so that every part of what
 * is read is as of one entry.
 */
export async function withFacts<T>(
  pool: pg.Pool,
  accountId: string,
  read: (client: pg.PoolClient, place: FactsPlace) => Promise<T>,
): Promise<T | Unready> {
  const caughtUp = await catchUp(pool, accountId, { stepsMax: STEPS_MAX })
  if (caughtUp === null) return 'account_unknown'
  if (!caughtUp) return 'usage_catching_up'
  return inTransaction(
    pool,
    async (client) => {
      await client.query(FOR_SUMS)
      const place = await factsPlace(client, accountId)
      return place ? read(client, place) : 'account_unknown'
    },
    'begin isolation level repeatable read read only',
  )
}

export const exploreUsage = (pool: pg.Pool, question: UsageQuestion, nowMs: number) =>
  withFacts(pool, question.accountId, (client, place) =>
    exploreAt(client, place, question, instant(nowMs)),
  )

/** The answer inside a snapshot. */
export async function exploreAt(
  client: pg.PoolClient,
  place: FactsPlace,
  question: UsageQuestion,
  now: Instant,
) {
  const wrong = cannotBe(question)
  if (wrong) return wrong
  const period = await periodOf(client, place, question, now)
  if (isFault(period)) return period
  const starts = await bucketStarts(client, period, question)
  if (starts !== null && isFault(starts)) return starts
  const before = question.compares ? periodBefore(period) : null
  const split = await dividedUp(client, question, { period, before, starts })
  const keys = split.rows.flatMap(({ key }) => (key === null ? [] : [key]))
  const names = await namesOf(client, question.accountId, question.group, keys)
  const previous = (own: Pick<Group, 'previous'>): SumsJson | null =>
    before ? sumsJson(own.previous) : null
  return {
    account_id: question.accountId,
    member_id: question.inSightOf,
    currency: place.state.currency,
    ...intervalJson(period),
    group_by: question.group,
    measure: question.measure,
    bucket: question.bucket,
    time_zone: question.timeZone,
    rows: split.rows.map((row) => ({
      key: row.key,
      name: row.key === null ? null : (names.get(row.key) ?? null),
      sums: sumsJson(row.sums),
      previous: previous(row),
    })),
    rest: split.rest && {
      groups: split.rest.groups,
      sums: sumsJson(split.rest.sums),
      previous: previous(split.rest),
    },
    totals: sumsJson(split.totals.sums),
    previous: before && { ...intervalJson(before), totals: sumsJson(split.totals.previous) },
    buckets: starts === null ? [] : bucketsJson(split, starts, period.end, question.measure),
    as_of: formatInstant(instant(Math.max(now, place.at))),
    seq: place.seq,
  }
}

/** `null`: it can. */
function cannotBe({ group, tagKey, measure }: UsageQuestion): UsageFault | null {
  if (group === 'tag' && tagKey === null) return usageFault('tag_key', 'usage_tag_missing')
  if (!canSplit(group, measure)) return usageFault('measure', 'usage_not_split', { group })
  return null
}

interface Scope {
  readonly period: Interval
  readonly before: Interval | null
  readonly starts: readonly Instant[] | null
}

async function dividedUp(
  client: pg.ClientBase,
  question: UsageQuestion,
  { period, before, starts }: Scope,
): Promise<Split> {
  const { accountId, inSightOf, filters, group, tagKey, measure, top } = question
  const chosen: Chosen = {
    accountId,
    inSightOf,
    filters,
    period: { start: before?.start ?? period.start, end: period.end },
  }
  const asked = { chosen, splitAt: before ? period.start : null, buckets: starts }
  if (group === 'source')
    return splitWide(await exploreWide(client, asked, false), partsBySource, question)
  if (group === 'token_kind')
    return splitWide(await exploreWide(client, asked, true), partsByKind, question)
  return splitOf(await exploreFacts(client, { ...asked, group, tagKey, measure, top }), top)
}

function bucketsJson(
  split: Split,
  starts: readonly Instant[],
  end: Instant,
  measure: UsageQuestion['measure'],
) {
  const places = split.rows.map((_row, index) => index)
  return starts.map((start, index) => {
    const own = split.values.get(index)
    const at = (place: number): bigint => own?.get(place) ?? 0n
    const total = [...(own?.values() ?? [])].reduce((sum, value) => sum + value, 0n)
    return {
      start: formatInstant(start),
      end: formatInstant(starts[index + 1] ?? end),
      total: valueJson(total, measure),
      values: places.map((place) => valueJson(at(place), measure)),
      rest: split.rest === null ? null : valueJson(at(places.length), measure),
    }
  })
}

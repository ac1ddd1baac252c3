import { faultAt } from '../../contract/problem-words/faults.ts'
import { formatNanos, sum } from '../../core/money/index.ts'
import { DAY_MS, formatInstant, HOUR_MS, type Instant, instant } from '../../core/time/index.ts'
import { sumUsage, type UsageSum } from '../../store/reads/usage.ts'
import { type Handler, memberAsked, ok } from '../handler.ts'
import { needState } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { instantIn } from '../read-in.ts'

const ROWS_MAX = 10_000
const DEFAULT_DAYS = 7

export const getUsage: Handler<'getUsage'> = async (inbound, services) => {
  const { pool } = services
  const { params, query } = inbound
  const memberId = memberAsked(inbound, query.member_id)
  const stored = await needState(services, params.account_id)
  const { from, to } = hours(query, stored.at)
  const rows = await sumUsage(pool, params.account_id, {
    from,
    to,
    groupBy: query.group_by ?? 'day',
    model: query.model ?? null,
    memberId,
    limit: ROWS_MAX + 1,
  })
  if (rows.length > ROWS_MAX) throw tooFine()
  return ok({
    account_id: params.account_id,
    member_id: memberId,
    currency: stored.state.currency,
    from: formatInstant(from),
    to: formatInstant(to),
    items: rows.map((row) => ({
      start: row.start === null ? null : formatInstant(row.start),
      model: row.model,
      ...measures([row]),
    })),
    totals: measures(rows),
    as_of: formatInstant(stored.at),
    seq: stored.state.seq,
  })
}

const tooFine = (): ProblemError =>
  new ProblemError('invalid_request', {
    errors: [faultAt('query/group_by', 'usage_too_many_rows', { max: ROWS_MAX })],
  })

interface Interval {
  readonly from?: string
  readonly to?: string
}

/** Whole hours: from the one that `from` is in to the end of the one that `to` is in. */
function hours(query: Interval, now: Instant): { from: Instant; to: Instant } {
  const end = query.to === undefined ? now : instantIn(query.to)
  const begin = query.from === undefined ? end - DEFAULT_DAYS * DAY_MS : instantIn(query.from)
  if (begin >= end)
    throw new ProblemError('invalid_request', {
      errors: [faultAt('query/from', 'usage_from_late')],
    })
  return {
    from: instant(Math.max(0, Math.floor(begin / HOUR_MS) * HOUR_MS)),
    to: instant(Math.ceil(end / HOUR_MS) * HOUR_MS),
  }
}

type Count =
  | 'calls'
  | 'attempts'
  | 'notBilledAttempts'
  | 'inputTokens'
  | 'cacheReadTokens'
  | 'cacheWriteTokens'
  | 'outputTokens'
type Money = 'included' | 'promotional' | 'paid' | 'overage' | 'absorbed'

function measures(rows: readonly UsageSum[]) {
  const count = (name: Count): number => Number(rows.reduce((total, row) => total + row[name], 0n))
  const money = (name: Money): string => formatNanos(sum(rows.map((row) => row[name])))
  return {
    calls: count('calls'),
    attempts: count('attempts'),
    not_billed_attempts: count('notBilledAttempts'),
    input_tokens: count('inputTokens'),
    cache_read_tokens: count('cacheReadTokens'),
    cache_write_tokens: count('cacheWriteTokens'),
    output_tokens: count('outputTokens'),
    included: money('included'),
    promotional: money('promotional'),
    paid: money('paid'),
    overage: money('overage'),
    absorbed: money('absorbed'),
  }
}

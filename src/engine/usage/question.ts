import type pg from 'pg'
import {
  type Fault,
  type FaultCode,
  faultAt,
  type ValuesOfFault,
} from '../../contract/problem-words/faults.ts'
import type { UsageBucket, UsageGroup, UsageMeasure } from '../../contract/usage/index.ts'
import { cycleOf, readInstant } from '../../core/ledger/index.ts'
import {
  DAY_MS,
  formatInstant,
  HOUR_MS,
  type Instant,
  type Interval,
  instant,
  MINUTE_MS,
} from '../../core/time/index.ts'
import { readStatement } from '../../store/billing/statements.ts'
import type { UsageFilters } from '../../store/facts/chosen.ts'
import { dayStarts } from '../../store/facts/days.ts'
import type { FactsPlace } from '../../store/facts/place.ts'

/** What is asked of the calls of an account. */
export interface UsageQuestion {
  readonly accountId: string
  /** Only what one member may see who sees its own use; `null`: all. */
  readonly inSightOf: string | null
  readonly filters: UsageFilters
  readonly from: Instant | null
  readonly to: Instant | null
  readonly cycle: 'current' | 'previous' | null
  readonly group: UsageGroup
  readonly tagKey: string | null
  readonly bucket: UsageBucket
  readonly timeZone: string
  readonly measure: UsageMeasure
  readonly top: number
  readonly compares: boolean
}

/** A question that has no answer: which part of it, and what to ask instead. */
export interface UsageFault {
  readonly fault: { readonly name: string; readonly told: Fault['told'] }
}

export const usageFault = <Code extends FaultCode>(
  name: string,
  code: Code,
  ...values: ValuesOfFault<Code>
): UsageFault => ({ fault: { name, told: faultAt(name, code, ...values).told } })

export const isFault = (own: object): own is UsageFault => 'fault' in own

const DEFAULT_DAYS = 7

/** The stretch of time that is asked about: a cycle, or from and to, or the last days. */
export async function periodOf(
  client: pg.PoolClient,
  place: FactsPlace,
  question: Pick<UsageQuestion, 'accountId' | 'from' | 'to' | 'cycle'>,
  now: Instant,
): Promise<Interval | UsageFault> {
  const { cycle, from, to } = question
  if (cycle !== null) {
    if (from !== null || to !== null) return usageFault('cycle', 'usage_cycle_and_interval')
    const open = cycleOf(place.state)
    if (cycle === 'current') return open
    const before = await readStatement(client, question.accountId, open.number - 1)
    return before
      ? { start: readInstant(before.start), end: readInstant(before.end) }
      : usageFault('cycle', 'usage_no_cycle')
  }
  // what is recorded in this very moment is part of it
  const end = to ?? instant(Math.max(now, place.at) + 1)
  const start = from ?? instant(Math.max(0, end - DEFAULT_DAYS * DAY_MS))
  return start < end ? { start, end } : usageFault('from', 'usage_from_late')
}

/** The period before, as long as this one. */
export const periodBefore = ({ start, end }: Interval): Interval => ({
  start: instant(Math.max(0, start - (end - start))),
  end: start,
})

/** Pieces of one answer: a chart has no more places. */
export const BUCKETS_MAX = 1_500
const STEP_MS = { minute: MINUTE_MS, hour: HOUR_MS } as const

/** Where the pieces of a period begin, the first where it begins itself. `null`: it is asked for as a whole. */
export async function bucketStarts(
  client: pg.ClientBase,
  period: Interval,
  { bucket, timeZone }: Pick<UsageQuestion, 'bucket' | 'timeZone'>,
): Promise<readonly Instant[] | null | UsageFault> {
  if (bucket === 'none') return null
  const stepMs = bucket === 'day' ? DAY_MS : STEP_MS[bucket]
  if ((period.end - period.start) / stepMs > BUCKETS_MAX - 2)
    return usageFault('bucket', 'usage_too_many_pieces', { max: BUCKETS_MAX })
  const whole =
    bucket === 'day' ? await dayStarts(client, period, timeZone) : wholeSteps(period, stepMs)
  return [period.start, ...whole.filter((at) => at > period.start && at < period.end)]
}

function wholeSteps({ start, end }: Interval, stepMs: number): Instant[] {
  const steps: Instant[] = []
  for (let at = Math.ceil(start / stepMs) * stepMs; at < end; at += stepMs) steps.push(instant(at))
  return steps
}

export const intervalJson = ({ start, end }: Interval) => ({
  from: formatInstant(start),
  to: formatInstant(end),
})

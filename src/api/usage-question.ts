import { type Fault, faultAt } from '../contract/problem-words/faults.ts'
import {
  FILTER_CODES,
  readFilter,
  USAGE_FILTERS,
  type UsageFilterName,
  type UsageGroup,
  type UsageMeasure,
} from '../contract/usage/index.ts'
import type { UsageFault, UsageQuestion } from '../engine/usage/question.ts'
import type { UsageFilters } from '../store/facts/chosen.ts'
import type { Caller } from './caller.ts'
import { memberInSight } from './handler.ts'
import { ProblemError } from './problem-answer.ts'
import { instantOrNull } from './read-in.ts'
import { timeZoneIn } from './reader-in.ts'

type FilterTexts = Readonly<Partial<Record<UsageFilterName, string>>>
type Asker = Parameters<typeof memberInSight>[0]

/** The filters of a request, understood. Another member's use, by one who sees its own, does not exist. */
export function filtersIn(texts: FilterTexts, part: string, asker: Asker): UsageFilters {
  const filters = Object.fromEntries(
    USAGE_FILTERS.flatMap((name) => {
      const text = texts[name]
      return text === undefined ? [] : [[name, filterIn(name, text, part)]]
    }),
  ) as UsageFilters
  const own = memberInSight(asker)
  if (own !== null && filters.member_id?.wanted.some((id) => id !== own))
    throw new ProblemError('member_unknown')
  return filters
}

function filterIn(name: UsageFilterName, text: string, part: string) {
  const filter = readFilter(text)
  if (!filter) throw wrong(faultAt(`${part}/${name}`, 'filter_not_list'))
  const codes = FILTER_CODES[name]
  const strange = [...filter.wanted, ...filter.unwanted].find(
    (value) => value !== null && codes !== undefined && !codes.includes(value),
  )
  if (strange !== undefined)
    throw wrong(faultAt(`${part}/${name}`, 'filter_no_value', { values: `${codes?.join(', ')}` }))
  return filter
}

const wrong = (fault: Fault): ProblemError =>
  new ProblemError('invalid_request', { errors: [fault] })

/** A question that the engine could not answer, as a problem with a place in the request. */
export const faultProblem = ({ fault }: UsageFault, part: string): ProblemError =>
  wrong({ location: `${part}/${fault.name}`, told: fault.told })

interface Asked {
  readonly from?: string
  readonly to?: string
  readonly cycle?: 'current' | 'previous'
  readonly group_by?: UsageGroup
  readonly tag_key?: string
  readonly bucket?: UsageQuestion['bucket']
  readonly time_zone?: string
  readonly measure?: UsageMeasure
  readonly top?: number
  readonly compare?: 'previous'
}

const TOP = 10

export function questionIn(
  accountId: string,
  asked: Asked,
  filters: UsageFilters,
  asker: Asker,
): UsageQuestion {
  const timeZone = timeZoneIn(asked.time_zone)
  return {
    accountId,
    inSightOf: memberInSight(asker),
    filters,
    from: instantOrNull(asked.from),
    to: instantOrNull(asked.to),
    cycle: asked.cycle ?? null,
    group: asked.group_by ?? 'none',
    tagKey: asked.tag_key ?? null,
    bucket: asked.bucket ?? 'none',
    timeZone,
    measure: asked.measure ?? 'charged',
    top: asked.top ?? TOP,
    compares: asked.compare === 'previous',
  }
}

/** Of whom something is that a caller makes for itself; `null`: of nobody of the team. */
export const memberOf = (caller: Caller): string | null =>
  caller.type === 'key' ? caller.holder.memberId : null

/** What cannot be read yet or at all, as a problem. */
export const unreadyProblem = (code: 'account_unknown' | 'usage_catching_up'): ProblemError =>
  new ProblemError(code, code === 'usage_catching_up' ? { headers: { 'retry-after': '2' } } : {})

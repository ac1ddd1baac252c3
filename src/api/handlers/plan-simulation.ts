import { type Fault, faultAt } from '../../contract/problem-words/faults.ts'
import type { CarriedSums } from '../../core/decisions/index.ts'
import { parsePlan, planDocument } from '../../core/funding/plan-document.ts'
import { type Plan, planRef } from '../../core/funding/types.ts'
import { formatNanos } from '../../core/money/index.ts'
import { DAY_MS, formatInstant, type Instant, instant } from '../../core/time/index.ts'
import {
  accountAt,
  type PlanToTry,
  type SimulationFound,
  simulatePlan,
} from '../../engine/prices/simulate-plan.ts'
import type { Services } from '../deps.ts'
import { type Handlers, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { documentFaults, instantIn } from '../read-in.ts'

const SPAN_MAX_MS = 31 * DAY_MS
/** How long a simulation looks before it answers with what it has. */
const WITHIN_MS = 10_000

export const planSimulationHandlers: Handlers<'simulatePlan'> = {
  simulatePlan: async ({ body }, services) => {
    const { pool, nowMs, catalogue } = services
    const parsed = parsePlan(body.document)
    if (!parsed.ok)
      throw new ProblemError('plan_invalid', {
        errors: documentFaults(parsed.problems, 'body/document'),
      })
    const { account_id: accountId } = body
    await needAccount(pool, accountId)
    const until = body.to === undefined ? instant(nowMs()) : instantIn(body.to)
    const from = instantIn(body.from)
    needSpan(from, until)
    const start = await accountAt(pool, accountId, from)
    if (!start) throw new ProblemError('account_unknown')
    if (start.openedAt >= until) throw invalid(faultAt('body/to', 'ends_before_opening'))
    if (parsed.plan.currency !== start.currency) throw new ProblemError('currency_mismatch')
    const tried = await planToTry(services, parsed.plan, start.plan)
    const { books } = await catalogue.current()
    const found = await simulatePlan(
      pool,
      { accountId, from, until, endsAtMs: nowMs() + WITHIN_MS },
      { ...tried, start, books },
      nowMs,
    )
    const begin = instant(Math.max(from, start.openedAt))
    return ok(simulationJson(found, { plan: tried.plan, from: begin, at: instant(nowMs()) }))
  },
}

const invalid = (fault: Fault): ProblemError =>
  new ProblemError('invalid_request', { errors: [fault] })

function needSpan(from: Instant, until: Instant): void {
  if (from < until && until - from <= SPAN_MAX_MS) return
  throw invalid(faultAt('body/to', 'span_too_long'))
}

/** The account’s own plan, as it has it; any other document is another plan. */
async function planToTry({ catalogue }: Services, plan: Plan, current: string): Promise<PlanToTry> {
  const own = (await catalogue.current()).plan(current)
  if (!own || planRef(own) !== planRef(plan)) return { plan, isOwnPlan: false }
  const isSame = JSON.stringify(planDocument(own)) === JSON.stringify(planDocument(plan))
  return isSame ? { plan: own, isOwnPlan: true } : { plan, isOwnPlan: false }
}

function simulationJson(
  found: SimulationFound,
  { plan, from, at }: { readonly plan: Plan; readonly from: Instant; readonly at: Instant },
) {
  return {
    account_id: found.start.accountId,
    plan: planRef(plan),
    really_on: found.start.plan,
    currency: found.start.currency,
    from: formatInstant(from),
    to: formatInstant(found.until),
    own_plan: found.isOwnPlan,
    totals: besideJson(found.totals),
    days: found.days.map((day) => ({ day: day.day, ...besideJson(day) })),
    windows: found.windows.map((peak) => ({
      id: peak.id,
      capacity: formatNanos(peak.capacity),
      used: formatNanos(peak.used),
      start: formatInstant(peak.start),
    })),
    corrections_left_out: found.correctionsLeftOut,
    scoped_caps_left_out: found.start.scopedCaps > 0,
    partial: found.partial,
    as_of: formatInstant(at),
  }
}

const besideJson = (own: {
  readonly really: CarriedSums
  readonly simulated: CarriedSums
  readonly refused: number
}) => ({
  really: sumsJson(own.really),
  simulated: sumsJson(own.simulated),
  refused: own.refused,
})

const sumsJson = (sums: CarriedSums) => ({
  calls: sums.calls,
  total: formatNanos(sums.total),
  included: formatNanos(sums.included),
  promotional: formatNanos(sums.promotional),
  paid: formatNanos(sums.paid),
  overage: formatNanos(sums.overage),
  absorbed: formatNanos(sums.absorbed),
  not_admitted: sums.notAdmitted,
})

import { type Nanos, ratio, scaleUp } from '../money/index.ts'
import { type Instant, parseInstant } from '../time/index.ts'
import { type PlanProblem, PlanReader } from './plan-reader.ts'
import type { Plan, RunPromotion, WindowInstance, WindowPromotion, WindowSpec } from './types.ts'

/** The file form of a window promotion, and the API's. */
export interface WindowPromotionDocument {
  readonly id: string
  readonly name: string
  readonly multiplier: string
  readonly from: string
  readonly until: string
  readonly plans?: readonly string[]
  readonly windows?: readonly string[]
}

export type ParsedWindowPromotion =
  | { readonly ok: true; readonly promotion: WindowPromotion }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] }

const NAME_MAX = 200
export const PROMOTION_LIST_MAX = 64
const FIELDS = ['id', 'name', 'multiplier', 'from', 'until', 'plans', 'windows']

/** Reads the file form. Nothing is guessed: what is not understood is a problem. */
export function parseWindowPromotion(document: unknown): ParsedWindowPromotion {
  const reader = new PlanReader()
  const fields = reader.object(document, '', FIELDS) ?? {}
  const from = readTime(reader, fields.from, '/from')
  const until = readTime(reader, fields.until, '/until')
  if (from !== undefined && until !== undefined && until <= from)
    reader.fail('/until', 'promotion_ends_first')
  const promotion: WindowPromotion = {
    id: reader.id(fields.id, '/id'),
    name: reader.text(fields.name, '/name', NAME_MAX),
    multiplier: readMultiplier(reader, fields.multiplier),
    from: from ?? (0 as Instant),
    until: until ?? (0 as Instant),
    ...(fields.plans !== undefined && { plans: readIds(reader, fields.plans, '/plans') }),
    ...(fields.windows !== undefined && { windows: readIds(reader, fields.windows, '/windows') }),
  }
  return reader.problems.length === 0
    ? { ok: true, promotion }
    : { ok: false, problems: reader.problems }
}

function readTime(reader: PlanReader, value: unknown, location: string): Instant | undefined {
  const at = typeof value === 'string' ? parseInstant(value) : undefined
  if (at === undefined) reader.fail(location, 'promotion_not_time')
  return at
}

function readMultiplier(reader: PlanReader, value: unknown): string {
  const read = typeof value === 'string' ? ratio.parseRatio(value) : undefined
  if (typeof value === 'string' && read && ratio.compare(read, ratio.ONE) >= 0) return value
  reader.fail('/multiplier', 'promotion_not_multiplier')
  return '1'
}

function readIds(reader: PlanReader, value: unknown, location: string): readonly string[] {
  const items = reader.list(value, location, PROMOTION_LIST_MAX)
  if (Array.isArray(value) && value.length === 0) reader.fail(location, 'doc_empty_scope')
  return items.map((item, index) => reader.id(item, `${location}/${index}`))
}

/** The plan with the promotions that its windows can have. */
export function withPromotions(plan: Plan, promotions: readonly WindowPromotion[]): Plan {
  const own = promotions.filter(({ plans }) => plans === undefined || plans.includes(plan.id))
  if (own.length === 0 || plan.windows.length === 0) return plan
  return {
    ...plan,
    windows: plan.windows.map((spec) => {
      const named = own.filter(({ windows }) => windows === undefined || windows.includes(spec.id))
      return named.length === 0 ? spec : { ...spec, promotions: named }
    }),
  }
}

/**
 * What a run holds that begins at `start`. Of several promotions the one that gives most counts, alone;
 * of equals the first.
 */
export function capacityFrom(
  spec: WindowSpec,
  start: Instant,
): Pick<WindowInstance, 'capacity' | 'promotion'> {
  let best: WindowPromotion | undefined
  for (const own of spec.promotions ?? [])
    if (own.from <= start && start < own.until && (!best || isMore(own, best))) best = own
  if (!best) return { capacity: spec.capacity }
  return { capacity: multiplied(spec.capacity, best), promotion: runPromotion(best, spec.capacity) }
}

const ratioOf = (own: WindowPromotion) => ratio.parseRatio(own.multiplier) ?? ratio.ONE
const isMore = (a: WindowPromotion, b: WindowPromotion): boolean =>
  ratio.compare(ratioOf(a), ratioOf(b)) > 0
const multiplied = (capacity: Nanos, own: WindowPromotion): Nanos => scaleUp(capacity, ratioOf(own))

const runPromotion = (own: WindowPromotion, baseCapacity: Nanos): RunPromotion => ({
  id: own.id,
  name: own.name,
  multiplier: own.multiplier,
  baseCapacity,
})

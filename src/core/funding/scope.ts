import type { CallFacts, Coverage, CoverageFacts, Plan, Scope } from './types.ts'

const matchesModel = (pattern: string, model: string): boolean =>
  pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : pattern === model

/** Whether a call falls in a scope. An empty scope matches every call. */
export function inScope(scope: Scope, call: CallFacts): boolean {
  if (scope.models && !scope.models.some((pattern) => matchesModel(pattern, call.model)))
    return false
  if (scope.features && !scope.features.some((feature) => call.features.includes(feature)))
    return false
  if (scope.clients && !(call.client !== null && scope.clients.includes(call.client))) return false
  return true
}

export interface CoverageAnswer extends CoverageFacts {
  readonly effect: Coverage
}

const COVERED: CoverageAnswer = { effect: 'covered', reason: null }

/** What the plan says of a call: the first rule that matches, else covered. */
export function coverageOf(plan: Plan, call: CallFacts): CoverageAnswer {
  const rule = plan.coverage.find((candidate) => inScope(candidate.when, call))
  return rule ? coverageFacts(rule) : COVERED
}

/** All that was said, and nothing else that stands beside it. */
export const coverageFacts = <E extends string>({
  effect,
  reason,
  reasons,
}: CoverageFacts & { readonly effect: E }) => ({
  effect,
  reason,
  ...(reasons && { reasons }),
})

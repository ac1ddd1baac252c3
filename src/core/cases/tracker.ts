import { formatInstant, type Instant, parseInstant } from '../time/index.ts'
import { isEnded } from './fold.ts'
import { type CaseView, STAGES, type Stage } from './types.ts'

export interface TrackedStage {
  readonly stage: Stage
  readonly state: 'done' | 'due' | 'overdue' | 'waiting' | 'not_needed'
  readonly at: string | null
  readonly due_at: string | null
}

/** Where a case is on its way, as whoever waits for it sees it. */
export function tracker(view: CaseView, now: Instant): TrackedStage[] {
  let open = isEnded(view.state) ? null : firstOpen(view)
  return STAGES.map((stage) => {
    const at = view.times[stage]
    const due = view.due[stage] ?? null
    if (at !== undefined) return { stage, state: 'done', at: formatInstant(at), due_at: due }
    if (isNeedless(view, stage)) return { stage, state: 'not_needed', at: null, due_at: null }
    const state = stage === open ? standing(due, now) : 'waiting'
    if (stage === open) open = null
    return { stage, state, at: null, due_at: due }
  })
}

const firstOpen = (view: CaseView): Stage | null =>
  STAGES.find((stage) => view.times[stage] === undefined) ?? null

const standing = (due: string | null, now: Instant): 'due' | 'overdue' => {
  const at = due === null ? undefined : parseInstant(due)
  return at !== undefined && at <= now ? 'overdue' : 'due'
}

/** Nothing is posted, sent and settled where nothing is given back; nor after an end without a decision. */
function isNeedless(view: CaseView, stage: Stage): boolean {
  if (isEnded(view.state)) return true
  const isMoney = stage === 'posted' || stage === 'sent' || stage === 'settled'
  return isMoney && view.decision?.verdict === 'rejected'
}

/** When the next step is due; `null`: nothing is awaited, or it has no time. */
export function nextDue(view: CaseView): Instant | null {
  if (isEnded(view.state)) return null
  const stage = firstOpen(view)
  const due = stage && view.due[stage]
  return due ? (parseInstant(due) ?? null) : null
}

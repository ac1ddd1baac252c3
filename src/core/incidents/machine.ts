/** How far an incident has come. Never renamed. */
export const INCIDENT_STATES = [
  'draft',
  'measuring',
  'measured',
  'submitted',
  'approved',
  'running',
  'paused',
  'done',
  'cancelled',
] as const
export type IncidentState = (typeof INCIDENT_STATES)[number]

export const INCIDENT_STEPS = [
  /** Its document is written anew: what was measured is void. */
  'revise',
  /** Its calls are looked for. */
  'measure',
  /** All of them are found. Of the server itself. */
  'freeze',
  'submit',
  /** Back to whoever wrote it. */
  'return',
  'approve',
  'run',
  'pause',
  'resume',
  /** Nothing more is given: all is, or the rest is given up. */
  'finish',
  'cancel',
] as const
export type IncidentStep = (typeof INCIDENT_STEPS)[number]

type Row = readonly [from: readonly IncidentState[], to: IncidentState]

const ROWS: Readonly<Record<IncidentStep, Row>> = {
  revise: [['draft', 'measuring', 'measured'], 'draft'],
  measure: [['draft', 'measured'], 'measuring'],
  freeze: [['measuring'], 'measured'],
  submit: [['measured'], 'submitted'],
  return: [['submitted'], 'measured'],
  approve: [['submitted'], 'approved'],
  run: [['approved'], 'running'],
  pause: [['running'], 'paused'],
  resume: [['paused'], 'running'],
  finish: [['running', 'paused'], 'done'],
  cancel: [['draft', 'measuring', 'measured', 'submitted', 'approved'], 'cancelled'],
}

/** Why a step is not taken. */
export type StepRefusal =
  | 'incident_state'
  /** Whoever approves has neither written nor submitted it. */
  | 'incident_same_person'
  | 'incident_empty'
  | 'incident_above_ceiling'

export interface Standing {
  readonly state: IncidentState
  /** Who wrote, revised or submitted it. */
  readonly authors: readonly string[]
  /** What was measured; `null`: not yet, or no longer. */
  readonly measured: {
    /** Calls that get something back. */
    readonly calls: number
    /** Accounts that can claim goodwill. */
    readonly credited: number
    readonly withinCeilings: boolean
  } | null
}

export type StepAnswer =
  | { readonly ok: true; readonly state: IncidentState; readonly authors: readonly string[] }
  | { readonly ok: false; readonly refusal: StepRefusal }

const WRITING: readonly IncidentStep[] = ['revise', 'submit']

/** Decides a step. Pure: whoever stores it makes sure that the state is still the one it was decided on. */
export function takeStep(standing: Standing, step: IncidentStep, by: string): StepAnswer {
  const [from, to] = ROWS[step]
  const { authors, measured } = standing
  if (!from.includes(standing.state)) return { ok: false, refusal: 'incident_state' }
  if (step === 'approve' && authors.includes(by))
    return { ok: false, refusal: 'incident_same_person' }
  if (step === 'submit' || step === 'approve') {
    if (!measured || measured.calls + measured.credited === 0)
      return { ok: false, refusal: 'incident_empty' }
    if (!measured.withinCeilings) return { ok: false, refusal: 'incident_above_ceiling' }
  }
  const isNew = WRITING.includes(step) && !authors.includes(by)
  return { ok: true, state: to, authors: isNew ? [...authors, by] : authors }
}

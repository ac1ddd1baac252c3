import type { Incident } from './form.ts'

export const STEPS = [
  'scope',
  'measure',
  'remedy',
  'preview',
  'words',
  'approval',
  'run',
  'report',
] as const
export type StepId = (typeof STEPS)[number]

/** Where an incident in this state is looked at first. */
const PLACES: Readonly<Record<Incident['state'], StepId>> = {
  draft: 'scope',
  measuring: 'measure',
  measured: 'preview',
  submitted: 'approval',
  approved: 'run',
  running: 'run',
  paused: 'run',
  done: 'report',
  cancelled: 'scope',
}

export const placeOf = (own: Incident | undefined): StepId => (own ? PLACES[own.state] : 'scope')

/** Whether a step has been done, as far as the state of the incident says. */
export function isDone(own: Incident | undefined, step: StepId): boolean {
  if (!own) return false
  const isMeasured = own.measured_at !== null
  const isRun = own.run_at !== null
  const done: Readonly<Record<StepId, boolean>> = {
    scope: true,
    measure: isMeasured,
    remedy: isMeasured,
    preview: isMeasured,
    words: isMeasured,
    approval: isRun || own.state === 'approved',
    run: own.done_at !== null,
    report: own.published_at !== null,
  }
  return done[step]
}

/** An incident that is not written yet has only what a person types. */
export const isOpenTo = (own: Incident | undefined, step: StepId): boolean =>
  own !== undefined || step === 'scope'

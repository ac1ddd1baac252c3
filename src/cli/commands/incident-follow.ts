import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { createProgress } from '../render/index.ts'
import type { IncidentAnswer } from '../views/incident.ts'

const EVERY_MS = 500

/** Measures an incident to its end, however many requests that takes. */
export async function measureAll(context: Context, id: string): Promise<IncidentAnswer> {
  const { incidents } = context.client()
  const progress = createProgress(context.io.stderr, context.style, {
    label: 'accounts',
    now: context.io.now,
  })
  let own = await incidents.measure(id)
  while (own.state === 'measuring' && !context.io.signal.aborted) {
    progress.update(own.accounts_looked_at, `${own.calls} calls found`)
    own = await incidents.measure(id)
  }
  progress.finish()
  return own
}

/** Shows how far a run has come until it ends, is paused, or the person has seen enough. */
export async function followRun(context: Context, id: string): Promise<IncidentAnswer> {
  const { incidents } = context.client()
  let own = await incidents.get(id)
  const { open, given, nothing, failed } = own.progress
  const total = open + given + nothing + failed
  const progress = createProgress(context.io.stderr, context.style, {
    label: 'calls',
    total,
    now: context.io.now,
  })
  while (own.state === 'running' && !context.io.signal.aborted) {
    const failures = own.progress.failed > 0 ? `${own.progress.failed} failed` : ''
    progress.update(total - own.progress.open, failures)
    await sleep(EVERY_MS, undefined, { signal: context.io.signal }).catch(() => {})
    own = await incidents.get(id)
  }
  progress.finish()
  return own
}

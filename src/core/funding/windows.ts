import { type Nanos, ZERO } from '../money/index.ts'
import {
  addDuration,
  contains,
  type Duration,
  type Instant,
  parseDuration,
  periodContaining,
} from '../time/index.ts'
import { inScope } from './scope.ts'
import type { CallFacts, Plan, WindowInstance, WindowSpec } from './types.ts'
import { capacityFrom } from './window-promotions.ts'

/** Durations by their text: a pure memo, bounded by the number of distinct window lengths. */
const durations = new Map<string, Duration>()
const DURATIONS_MAX = 1_000

function durationOf(length: string): Duration {
  const known = durations.get(length)
  if (known) return known
  const duration = parseDuration(length)
  if (!duration) throw new Error(`a loaded plan has a window of length ${JSON.stringify(length)}`)
  if (durations.size >= DURATIONS_MAX) durations.clear()
  durations.set(length, duration)
  return duration
}

export const sameInstance = (a: WindowInstance, windowId: string, start: Instant): boolean =>
  a.windowId === windowId && a.start === start

/**
 * The instance of a window that an event at `at` belongs to. One that is not in `instances` yet is
 * returned as it would open; opening it is the caller's decision.
 *
 * The one function for enforcement, screens and errors: a window's end never moves once it has opened.
 */
export function instanceAt(
  spec: WindowSpec,
  instances: readonly WindowInstance[],
  anchor: Instant,
  at: Instant,
): WindowInstance {
  const own = instances.filter((instance) => instance.windowId === spec.id)
  const current = own.find((instance) => contains(instance, at))
  if (current) return current
  if (spec.shape === 'anchored') {
    // A late event from before the open window, when none was open: it counts in the next one.
    const next = own.filter((instance) => instance.start > at).sort((a, b) => a.start - b.start)[0]
    if (next) return next
    return fresh(spec, at, addDuration(at, durationOf(spec.length)))
  }
  const period = periodContaining(anchor, durationOf(spec.length), at)
  return (
    own.find((instance) => instance.start === period.start) ?? fresh(spec, period.start, period.end)
  )
}

const fresh = (spec: WindowSpec, start: Instant, end: Instant): WindowInstance => ({
  windowId: spec.id,
  start,
  end,
  ...capacityFrom(spec, start),
  used: ZERO,
  overshoot: ZERO,
  held: ZERO,
})

/** Every window that a call at `at` falls into: a covered call draws from all of them. */
export function windowsFor(
  plan: Plan,
  call: CallFacts,
  account: { readonly windows: readonly WindowInstance[]; readonly anchor: Instant },
  at: Instant,
): WindowInstance[] {
  return plan.windows
    .filter((spec) => inScope(spec.scope, call))
    .map((spec) => instanceAt(spec, account.windows, account.anchor, at))
}

/** What can still be drawn from an instance: `capacity − used − held`, never below zero. */
export function roomOf(instance: WindowInstance): Nanos {
  const room = instance.capacity - instance.used - instance.held
  return (room > 0n ? room : 0n) as Nanos
}

/** The least room over the windows of a call, and the window that binds. No windows: no room. */
export function leastRoom(instances: readonly WindowInstance[]): {
  room: Nanos
  binding: WindowInstance | null
} {
  let binding: WindowInstance | null = null
  let room = ZERO
  for (const instance of instances) {
    const own = roomOf(instance)
    if (binding === null || own < room) {
      binding = instance
      room = own
    }
  }
  return { room, binding }
}

/** Names the set of window instances that a call drew, or would have drawn, from. */
export const drawKey = (instances: readonly WindowInstance[]): string =>
  instances.map((instance) => `${instance.windowId}@${instance.start}`).join('|')

/** The instances that a draw key names; `null` when one of them is no longer kept. */
export function instancesOf(
  key: string,
  instances: readonly WindowInstance[],
): WindowInstance[] | null {
  const named = key
    .split('|')
    .map((part) => instances.find((instance) => `${instance.windowId}@${instance.start}` === part))
  return named.every((instance) => instance !== undefined) ? named : null
}

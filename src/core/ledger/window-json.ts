import type { WindowInstance } from '../funding/types.ts'
import { formatNanos, readNanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'

/** The stored form of a run of a window. */
export type WindowJson = [
  id: string,
  start: number,
  end: number,
  capacity: string,
  used: string,
  overshoot: string,
  held: string,
  promotion?: [id: string, name: string, multiplier: string, baseCapacity: string],
]

export function encodeWindow(own: WindowInstance): WindowJson {
  const run: WindowJson = [
    own.windowId,
    own.start,
    own.end,
    formatNanos(own.capacity),
    formatNanos(own.used),
    formatNanos(own.overshoot),
    formatNanos(own.held),
  ]
  if (own.promotion) {
    const { id, name, multiplier, baseCapacity } = own.promotion
    run.push([id, name, multiplier, formatNanos(baseCapacity)])
  }
  return run
}

export const decodeWindow = ([
  windowId,
  start,
  end,
  capacity,
  used,
  overshoot,
  held,
  promotion,
]: WindowJson): WindowInstance => ({
  windowId,
  start: start as Instant,
  end: end as Instant,
  capacity: readNanos(capacity),
  used: readNanos(used),
  overshoot: readNanos(overshoot),
  held: readNanos(held),
  ...(promotion && {
    promotion: {
      id: promotion[0],
      name: promotion[1],
      multiplier: promotion[2],
      baseCapacity: readNanos(promotion[3]),
    },
  }),
})

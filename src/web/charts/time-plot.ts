import { scaleLinear, scaleUtc } from 'd3-scale'
import { EDGE } from './axes.tsx'
import { type Point, pixelValue } from './model.ts'
import type { Size } from './plot.tsx'

export interface Placed {
  readonly x: number
  readonly y: number
}

/** Scales for figures over time: all moments and all figures, the ground line included, have room. */
export function timeScales(
  given: { readonly moments: readonly string[]; readonly values: readonly string[] },
  size: Size,
  rightRoom = 0,
) {
  const times = given.moments.map((at) => Date.parse(at))
  const first = Math.min(...times)
  const last = Math.max(...times)
  const pixels = given.values.map(pixelValue)
  const high = Math.max(0, ...pixels)
  const right = size.width - EDGE.right - rightRoom
  const bottom = size.height - EDGE.bottom
  const x = scaleUtc([first, last === first ? first + 1 : last], [EDGE.left, right])
  const y = scaleLinear([Math.min(0, ...pixels), high === 0 ? 1 : high], [bottom, EDGE.top]).nice()
  return { x, y, right, bottom }
}

export type TimeScales = ReturnType<typeof timeScales>

/** Where a figure stands; `undefined`: it is not known. */
export const place = ({ at, value }: Point, { x, y }: TimeScales): Placed | undefined =>
  value === null ? undefined : { x: x(Date.parse(at)), y: y(pixelValue(value)) }

/** Moments for the axis, as many as have room, each with the text for it. */
export function timeTicks({ x, right }: TimeScales, short: (at: string) => string) {
  const room = Math.max(2, Math.floor((right - EDGE.left) / 84))
  return (
    x
      .ticks(room)
      .map((at) => ({ x: x(at), text: short(at.toISOString()) }))
      // Where the ticks are closer than the texts can tell, each is said once.
      .filter(({ text }, index, all) => text !== all[index - 1]?.text)
  )
}

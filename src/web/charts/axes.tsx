import type { ScaleLinear } from 'd3-scale'
import css from './charts.module.css'
import { everyNth } from './model.ts'

const TICK_PX = 44
const LABEL_PX = 64

/** Room around the drawing: for figures at the left, for times below. */
export const EDGE = { top: 10, bottom: 26, left: 58, right: 12 } as const

/** Lines across with their figures, the ground line stronger. */
export function ValueAxis({
  scale,
  tick,
  right,
}: {
  readonly scale: ScaleLinear<number, number>
  readonly tick: (value: number) => string
  readonly right: number
}) {
  const [bottom = 0, top = 0] = scale.range()
  const ticks = scale.ticks(Math.max(2, Math.floor((bottom - top) / TICK_PX)))
  return (
    <g>
      {ticks.map((value) => (
        <g key={value}>
          <line
            className={value === 0 ? css.ground0 : css.grid}
            x1={EDGE.left}
            x2={right}
            y1={scale(value)}
            y2={scale(value)}
          />
          <text
            className={css.tick}
            x={EDGE.left - 8}
            y={scale(value)}
            dy="0.32em"
            textAnchor="end"
          >
            {tick(value)}
          </text>
        </g>
      ))}
    </g>
  )
}

/** Times below the drawing, as many as have room. */
export function TimeAxis({
  labels,
  y,
  pixels,
}: {
  readonly labels: readonly { readonly x: number; readonly text: string }[]
  readonly y: number
  readonly pixels: number
}) {
  const nth = everyNth(labels.length, pixels, LABEL_PX)
  return (
    <g>
      {labels.map(({ x, text }, index) =>
        index % nth === 0 ? (
          <text key={x} className={css.tick} x={x} y={y + 18} textAnchor="middle">
            {text}
          </text>
        ) : null,
      )}
    </g>
  )
}

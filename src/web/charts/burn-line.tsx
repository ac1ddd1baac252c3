import { area, curveStepAfter, line } from 'd3-shape'
import { EDGE, TimeAxis, ValueAxis } from './axes.tsx'
import css from './charts.module.css'
import type { Point, Tone, Unit } from './model.ts'
import { pixelValue } from './model.ts'
import { Plot, type Size } from './plot.tsx'
import { type Placed, place, timeScales, timeTicks } from './time-plot.ts'
import { type BucketWidth, useBucketTime } from './units.ts'

export interface BurnProps {
  readonly name: string
  /** What has been used up to each moment: grows, never falls. */
  readonly actual: readonly Point[]
  /** Where it goes at this pace; begins where `actual` ends. */
  readonly forecast?: readonly Point[]
  /** Where it stops by itself, with the words for it. */
  readonly stop?: { readonly value: string; readonly label: string }
  readonly labels: { readonly actual: string; readonly forecast: string }
  readonly unit: Unit
  readonly width: BucketWidth
  readonly tone?: Tone
  readonly height?: number
}

const HEIGHT = 240
/** Room that the name of a line takes above its end. */
const LABEL_PX = 20

/** What was used over time, where it goes at this pace, and the line at which it stops. */
export function BurnLine(props: BurnProps) {
  const { short } = useBucketTime(props.width)
  return (
    <Plot name={props.name} height={props.height ?? HEIGHT}>
      {(size) => <Burn {...props} size={size} short={short} />}
    </Plot>
  )
}

const path = line<Placed>()
  .x(({ x }) => x)
  .y(({ y }) => y)
const steps = line<Placed>()
  .x(({ x }) => x)
  .y(({ y }) => y)
  .curve(curveStepAfter)

function Burn({
  actual,
  forecast = [],
  stop,
  labels,
  unit,
  tone = 'plan',
  size,
  short,
}: BurnProps & { readonly size: Size; readonly short: (at: string) => string }) {
  const all = [...actual, ...forecast]
  const values = all.flatMap(({ value }) => (value === null ? [] : [value]))
  const scales = timeScales(
    { moments: all.map(({ at }) => at), values: stop ? [...values, stop.value] : values },
    size,
  )
  const known = actual.flatMap((point) => place(point, scales) ?? [])
  const ahead = forecast.flatMap((point) => place(point, scales) ?? [])
  const filled = area<Placed>()
    .x(({ x }) => x)
    .y0(scales.y(0))
    .y1(({ y }) => y)
    .curve(curveStepAfter)
  return (
    <>
      <ValueAxis scale={scales.y} tick={unit.tick} right={scales.right} />
      <TimeAxis
        labels={timeTicks(scales, short)}
        y={scales.bottom}
        pixels={scales.right - EDGE.left}
      />
      <g data-tone={tone}>
        <path className={css.area} d={filled(known) ?? ''} />
        <path className={css.line} d={steps(known) ?? ''} />
        <path className={css.line} strokeDasharray="2 6" d={path(ahead) ?? ''} />
        <End at={known.at(-1)} text={labels.actual} right={scales.right} />
        <End at={ahead.at(-1)} text={labels.forecast} right={scales.right} />
      </g>
      {stop && (
        <g>
          <line
            className={css.ceiling}
            x1={EDGE.left}
            x2={scales.right}
            y1={scales.y(pixelValue(stop.value))}
            y2={scales.y(pixelValue(stop.value))}
          />
          <text
            className={css.ceilingText}
            x={EDGE.left + 6}
            y={scales.y(pixelValue(stop.value)) + 16}
          >
            {stop.label}
          </text>
        </g>
      )}
    </>
  )
}

/** The name of a line at its end, on the side where it has room. */
function End({
  at,
  text,
  right,
}: {
  readonly at: Placed | undefined
  readonly text: string
  readonly right: number
}) {
  if (!at) return null
  const isLeft = at.x > (right + EDGE.left) / 2
  return (
    <g>
      <circle className={css.dot} cx={at.x} cy={at.y} r="4" />
      <text
        className={css.direct}
        x={at.x + (isLeft ? -8 : 8)}
        y={at.y < EDGE.top + LABEL_PX ? at.y + LABEL_PX : at.y - 8}
        textAnchor={isLeft ? 'end' : 'start'}
      >
        {text}
      </text>
    </g>
  )
}

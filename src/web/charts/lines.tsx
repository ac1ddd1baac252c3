import { line } from 'd3-shape'
import { useState } from 'react'
import { EDGE, TimeAxis, ValueAxis } from './axes.tsx'
import css from './charts.module.css'
import { Legend } from './legend.tsx'
import { type Point, type Series, spread, type Unit } from './model.ts'
import { Plot, type Size } from './plot.tsx'
import { type Placed, place, timeScales, timeTicks } from './time-plot.ts'
import { type BucketWidth, useBucketTime } from './units.ts'

export interface LineSeries extends Series {
  readonly points: readonly Point[]
}

export interface LinesProps {
  readonly name: string
  readonly series: readonly LineSeries[]
  readonly unit: Unit
  readonly width: BucketWidth
  readonly height?: number
}

const HEIGHT = 220
const DIRECT_FROM = 560
const DIRECT_PX = 132
const LINE_PX = 15
/** Each line is dashed in a way of its own, beside its colour. */
const DASHES = ['', '7 4', '2 5', '12 4 2 4', '4 2', '1 3 6 3']

/** Figures over time, one line a series, each named at its end. */
export function Lines(props: LinesProps) {
  const { short } = useBucketTime(props.width)
  const [pixels, setPixels] = useState(DIRECT_FROM)
  return (
    <div>
      <Plot name={props.name} height={props.height ?? HEIGHT} onWidth={setPixels}>
        {(size) => <Drawn {...props} size={size} short={short} />}
      </Plot>
      {pixels < DIRECT_FROM && <Legend series={props.series} />}
    </div>
  )
}

const path = line<Placed | undefined>()
  .defined((point) => point !== undefined)
  .x((point) => point?.x ?? 0)
  .y((point) => point?.y ?? 0)

function Drawn({
  series,
  unit,
  size,
  short,
}: LinesProps & { readonly size: Size; readonly short: (at: string) => string }) {
  const points = series.flatMap((one) => one.points)
  if (points.length === 0) return null
  const direct = size.width >= DIRECT_FROM
  const scales = timeScales(
    {
      moments: points.map(({ at }) => at),
      values: points.flatMap(({ value }) => (value === null ? [] : [value])),
    },
    size,
    direct ? DIRECT_PX : 0,
  )
  const drawn = series.map((one) => one.points.map((point) => place(point, scales)))
  const ends = drawn.map((line) => line.findLast((point) => point !== undefined))
  const room = { gap: LINE_PX, from: EDGE.top, to: scales.bottom }
  const heights = spread(
    ends.map((end) => end?.y ?? scales.bottom),
    room,
  )
  return (
    <>
      <ValueAxis scale={scales.y} tick={unit.tick} right={scales.right} />
      <TimeAxis
        labels={timeTicks(scales, short)}
        y={scales.bottom}
        pixels={scales.right - EDGE.left}
      />
      {series.map(({ id, label, tone }, index) => (
        <g key={id} data-tone={tone}>
          <path
            className={css.line}
            strokeDasharray={DASHES[index % DASHES.length]}
            d={path(drawn[index] ?? []) ?? ''}
          />
          {ends[index] && (
            <circle className={css.dot} cx={ends[index].x} cy={ends[index].y} r="4" />
          )}
          {direct && (
            <text className={css.direct} x={scales.right + 10} y={heights[index]} dy="0.32em">
              {label}
            </text>
          )}
        </g>
      ))}
    </>
  )
}

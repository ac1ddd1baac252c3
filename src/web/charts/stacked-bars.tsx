import { scaleBand, scaleLinear } from 'd3-scale'
import { useState } from 'react'
import { EDGE, TimeAxis, ValueAxis } from './axes.tsx'
import css from './charts.module.css'
import { Legend } from './legend.tsx'
import { type Bucket, type Series, spread, stackOf, stackRange, type Unit } from './model.ts'
import { type Paint, Plot, type Size } from './plot.tsx'
import { type BucketWidth, useBucketTime } from './units.ts'

export interface BarsProps {
  /** What it shows, in a sentence. */
  readonly name: string
  /** From the ground up. */
  readonly series: readonly Series[]
  readonly buckets: readonly Bucket[]
  readonly width: BucketWidth
  readonly unit: Unit
  /** Zone of the buckets where it is not the reader's (a day of the platform's bill). */
  readonly zone?: string
  readonly height?: number
  /** A bar was chosen: the screen narrows to it. The table offers the same by keyboard. */
  readonly onPick?: (bucket: Bucket) => void
}

const HEIGHT = 240
/** From this width on, names stand beside the drawing; below it, under it. */
const DIRECT_FROM = 560
const DIRECT_PX = 132
const LINE_PX = 15

/** One bar per interval, made of its series; what it says under the pointer is written below it. */
export function StackedBars(props: BarsProps) {
  const { name, series, buckets, width, unit, zone, height = HEIGHT } = props
  const [over, setOver] = useState<Bucket>()
  const [pixels, setPixels] = useState(DIRECT_FROM)
  const time = useBucketTime(width, zone)
  const shown = series.filter(({ id }) => buckets.some(({ values }) => values[id] !== undefined))
  return (
    <div>
      <Plot name={name} height={height} onWidth={setPixels}>
        {(size, paint) => (
          <Bars
            {...props}
            series={shown}
            size={size}
            paint={paint}
            short={time.short}
            onOver={setOver}
          />
        )}
      </Plot>
      {pixels < DIRECT_FROM && <Legend series={shown} />}
      <p className={css.readout}>{over && readout(over, shown, { full: time.full, unit })}</p>
    </div>
  )
}

const readout = (
  bucket: Bucket,
  series: readonly Series[],
  { full, unit }: { readonly full: (at: string) => string; readonly unit: Unit },
): string => {
  const parts = series.flatMap(({ id, label }) => {
    const value = bucket.values[id]
    return value === undefined ? [] : [`${label} ${unit.text(value)}`]
  })
  return [full(bucket.at), ...parts].join(' · ')
}

interface DrawnProps extends BarsProps {
  readonly size: Size
  readonly paint: Paint
  readonly short: (at: string) => string
  readonly onOver: (bucket: Bucket | undefined) => void
}

function Bars({ series, buckets, unit, size, paint, short, onPick, onOver }: DrawnProps) {
  const direct = size.width >= DIRECT_FROM ? DIRECT_PX : 0
  const right = size.width - EDGE.right - direct
  const bottom = size.height - EDGE.bottom
  const x = scaleBand<number>(buckets.keys(), [EDGE.left, right])
    .paddingInner(0.22)
    .paddingOuter(0.1)
  const [low, high] = stackRange(buckets, series)
  const y = scaleLinear([low, high === low ? low + 1 : high], [bottom, EDGE.top]).nice()
  const labels = buckets.map(({ at }, index) => ({
    x: (x(index) ?? 0) + x.bandwidth() / 2,
    text: short(at),
  }))
  return (
    <>
      <ValueAxis scale={y} tick={unit.tick} right={right} />
      <TimeAxis labels={labels} y={bottom} pixels={right - EDGE.left} />
      {buckets.map((bucket, index) => (
        <g key={bucket.at}>
          {stackOf(bucket, series).map(({ series: one, from, to }) => (
            <rect
              key={one.id}
              className={css.bar}
              x={x(index)}
              width={x.bandwidth()}
              y={Math.min(y(from), y(to))}
              height={Math.max(1, Math.abs(y(from) - y(to)))}
              fill={paint.fill(one.tone)}
            />
          ))}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: for the pointer only; the table has the same by keyboard */}
          <rect
            className={css.hit}
            data-opens={onPick ? true : undefined}
            x={(x(index) ?? 0) - (x.step() - x.bandwidth()) / 2}
            width={x.step()}
            y={EDGE.top}
            height={bottom - EDGE.top}
            onPointerEnter={() => onOver(bucket)}
            onPointerLeave={() => onOver(undefined)}
            onClick={onPick ? () => onPick(bucket) : undefined}
          />
        </g>
      ))}
      {direct > 0 && <DirectLabels buckets={buckets} series={series} right={right} y={y} />}
    </>
  )
}

/** Names beside the last bar, each at its part; parts that it lacks are named above the others. */
function DirectLabels({
  buckets,
  series,
  right,
  y,
}: Pick<BarsProps, 'buckets' | 'series'> & {
  readonly right: number
  readonly y: (value: number) => number
}) {
  const last = buckets.at(-1)
  if (!last) return null
  const parts = stackOf(last, series)
  const top = Math.min(y(0), ...parts.map(({ to }) => y(to)))
  const wanted = series.map(({ id }) => {
    const part = parts.find((one) => one.series.id === id)
    return part ? (y(part.from) + y(part.to)) / 2 : top - LINE_PX
  })
  const placed = spread(wanted, { gap: LINE_PX, from: EDGE.top, to: y(0) })
  return (
    <g>
      {series.map(({ id, label, tone }, index) => (
        <g key={id} data-tone={tone}>
          <path
            className={css.leader}
            d={`M${right} ${wanted[index]} L${right + 10} ${placed[index]}`}
          />
          <rect
            className={css.ground}
            x={right + 12}
            y={(placed[index] ?? 0) - 4}
            width="8"
            height="8"
          />
          <text className={css.direct} x={right + 25} y={placed[index]} dy="0.32em">
            {label}
          </text>
        </g>
      ))}
    </g>
  )
}

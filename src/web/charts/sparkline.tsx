import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import css from './charts.module.css'
import { pixelValue, type Tone } from './model.ts'

const SIZE = { width: 96, height: 24, edge: 3 } as const

/** The course of a figure in the height of a line of text; the figure itself stands beside it. */
export function Sparkline({
  name,
  values,
  tone = 'plan',
  width = SIZE.width,
}: {
  /** What it shows and where it goes, in words. */
  readonly name: string
  /** Exact texts, oldest first; `null` leaves a gap. */
  readonly values: readonly (string | null)[]
  readonly tone?: Tone
  readonly width?: number
}) {
  const pixels = values.map((value) => (value === null ? null : pixelValue(value)))
  const known = pixels.filter((value) => value !== null)
  const low = Math.min(0, ...known)
  const high = Math.max(low + Number.MIN_VALUE, ...known)
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [SIZE.edge, width - SIZE.edge])
  const y = scaleLinear([low, high], [SIZE.height - SIZE.edge, SIZE.edge])
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))
  const last = pixels.findLastIndex((value) => value !== null)
  return (
    <svg
      className={css.spark}
      data-tone={tone}
      role="img"
      aria-label={name}
      width={width}
      height={SIZE.height}
    >
      <path className={css.line} d={path(pixels) ?? ''} />
      {last >= 0 && <circle className={css.dot} cx={x(last)} cy={y(pixels[last] ?? 0)} r="3" />}
    </svg>
  )
}

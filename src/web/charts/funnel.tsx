import { scaleLinear } from 'd3-scale'
import { percent } from '../app/format.ts'
import { useLang } from '../app/preferences.ts'
import css from './charts.module.css'
import { pixelValue, type Tone, type Unit } from './model.ts'
import { type Paint, Plot, type Size } from './plot.tsx'

export interface FunnelStep {
  readonly id: string
  readonly label: string
  /** Whole number as text; `null`: this is not counted. */
  readonly value: string | null
  readonly tone: Tone
}

export interface FunnelProps {
  readonly name: string
  readonly steps: readonly FunnelStep[]
  readonly unit: Unit
  readonly notCounted: string
}

const ROW_PX = 46
const TEXT_PX = 18
const BAR_PX = 16

/** How many came how far: a bar a step, with its count and its share of the first that is counted. */
export function Funnel(props: FunnelProps) {
  return (
    <Plot name={props.name} height={props.steps.length * ROW_PX}>
      {(size, paint) => <Rows {...props} size={size} paint={paint} />}
    </Plot>
  )
}

function Rows({
  steps,
  unit,
  notCounted,
  size,
  paint,
}: FunnelProps & { readonly size: Size; readonly paint: Paint }) {
  const lang = useLang()
  const counted = steps.map(({ value }) => (value === null ? null : pixelValue(value)))
  const whole = counted.find((value) => value !== null && value > 0) ?? 1
  const most = Math.max(1, ...counted.map((value) => value ?? 0))
  const x = scaleLinear([0, most], [0, size.width - 2])
  return steps.map(({ id, label, value, tone }, index) => {
    const at = counted[index] ?? 0
    const figures =
      value === null ? notCounted : `${unit.text(value)} · ${percent(at / whole, lang)}`
    return (
      <g key={id} transform={`translate(1 ${index * ROW_PX})`}>
        <text className={css.funnelText} y={TEXT_PX - 5}>
          {label}
        </text>
        <text className={css.funnelShare} x={size.width - 2} y={TEXT_PX - 5} textAnchor="end">
          {figures}
        </text>
        <rect className={css.track} y={TEXT_PX} width={size.width - 2} height={BAR_PX} />
        {at > 0 && (
          <rect
            className={css.bar}
            y={TEXT_PX}
            width={Math.max(2, x(at))}
            height={BAR_PX}
            fill={paint.fill(tone)}
          />
        )}
      </g>
    )
  })
}

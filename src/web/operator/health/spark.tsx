import { useWords } from '../../app/words.ts'
import css from './health.module.css'
import type { HealthTile } from './tile.tsx'
import { healthScreenWords } from './words.ts'

const WIDTH = 120
const HEIGHT = 34
const PAD = 2

/** The last hour as a line, with the threshold of the alarm where it is in sight. */
export function Spark({ tile }: { readonly tile: HealthTile }) {
  const words = useWords(healthScreenWords)
  const values = tile.history.map(({ value }) => value)
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return null
  const most = Math.max(...known)
  const least = Math.min(...known, 0)
  const limit = tile.threshold.alarm
  const top = limit <= most * 2 ? Math.max(most, limit) : most
  const y = (value: number): number =>
    HEIGHT - PAD - ((value - least) / (top - least || 1)) * (HEIGHT - 2 * PAD)
  const x = (index: number): number => (index / Math.max(1, values.length - 1)) * WIDTH
  return (
    <svg
      className={css.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words.history(tile.name)}
    >
      <path d={pathOf(values, x, y)} />
      {limit <= top && limit > least && <line x1="0" x2={WIDTH} y1={y(limit)} y2={y(limit)} />}
    </svg>
  )
}

/** A gap where nothing could be measured. */
function pathOf(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  let pen = 'M'
  let path = ''
  for (const [index, value] of values.entries()) {
    if (value === null) {
      pen = 'M'
      continue
    }
    path += `${pen}${x(index).toFixed(1)} ${y(value).toFixed(1)}`
    pen = 'L'
  }
  return path
}

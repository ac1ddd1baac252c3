import type { UsageMeasure } from '../../../contract/usage/index.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { sumText } from '../../app/shares.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  BarsTable,
  type Bucket,
  type BucketWidth,
  ChartPanel,
  type Series,
  StackedBars,
  toneAt,
  useCountUnit,
  useMoneyUnit,
} from '../../charts/index.ts'
import { type UsageExplored, useValueNames } from './data.ts'
import { usageWords } from './words.ts'

/** Series that a chart can tell apart. */
const DRAWN = 6
const COUNTED: readonly UsageMeasure[] = ['calls', 'tokens']

/** The course of the measure: bars of the largest rows and of all others together. */
export function Course({ explored }: { readonly explored: UsageExplored }) {
  const words = useWords(usageWords)
  const [, change] = useUrlState()
  const series = useSeries(explored)
  const money = useMoneyUnit(explored.currency)
  const counts = useCountUnit()
  const buckets = bucketsOf(explored)
  if (explored.bucket === 'none' || buckets.length === 0) return null
  const props = {
    name: `${words.measures[explored.measure]}: ${words.course}`,
    series,
    buckets,
    width: explored.bucket as BucketWidth,
    unit: COUNTED.includes(explored.measure) ? counts : money,
    zone: explored.time_zone,
    onPick: ({ at }: Bucket) => {
      const own = explored.buckets.find(({ start }) => start === at)
      if (own) change({ period: 'custom', from: own.start, to: own.end })
    },
  }
  return (
    <ChartPanel
      title={words.course}
      asOf={explored}
      chart={<StackedBars {...props} />}
      table={<BarsTable {...props} timeLabel={words.time} />}
    />
  )
}

const seriesId = (index: number): string => `row ${index}`
const REST = 'rest'

function useSeries({ rows, rest, group_by }: UsageExplored): readonly Series[] {
  const words = useWords(usageWords)
  const lang = useLang()
  const nameOf = useValueNames()
  const drawn = rows.slice(0, DRAWN).map(
    ({ key, name }, index): Series => ({
      id: seriesId(index),
      label: group_by === 'none' ? words.total : nameOf(group_by, key, name),
      tone: toneAt(index),
    }),
  )
  const others = rows.length - drawn.length + (rest?.groups ?? 0)
  if (others === 0) return drawn
  return [...drawn, { id: REST, label: words.rest(count(others, lang)), tone: 'not-billed' }]
}

const bucketsOf = ({ buckets }: UsageExplored): readonly Bucket[] =>
  buckets.map(({ start, values, rest }) => {
    const drawn = values.slice(0, DRAWN).map((value, index) => [seriesId(index), value] as const)
    const others = [...values.slice(DRAWN), ...(rest === null ? [] : [rest])]
    const restOf = others.length === 0 ? [] : [[REST, sumText(others)] as const]
    const shown = [...drawn, ...restOf].filter(([, value]) => value !== '0')
    return { at: start, values: Object.fromEntries(shown) }
  })

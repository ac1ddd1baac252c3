import type pg from 'pg'
import type { UsageGroup, UsageMeasure } from '../../contract/usage/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { type Chosen, Parameters, whereChosen } from './chosen.ts'
import { groupExpression, MEASURE_OF_SUMS } from './groups.ts'
import { SUMS_OF_CALLS, SUMS_OF_SUMS, type Sums, type SumsRow, sumsOf } from './sums.ts'

export interface Question {
  readonly chosen: Chosen
  /** Calls before are of the period before; `null`: nothing is compared. */
  readonly splitAt: Instant | null
  readonly group: Exclude<UsageGroup, 'source' | 'token_kind'>
  readonly tagKey: string | null
  readonly measure: UsageMeasure
  readonly top: number
  /** Where pieces of time begin, the first at the beginning of the period; `null`: no pieces. */
  readonly buckets: readonly Instant[] | null
}

/** One group in one of the two periods, or everything that is not among the first groups. */
interface GroupRow {
  /** From 1; `null`: the rest. */
  readonly rank: number | null
  readonly key: string | null
  readonly previous: boolean
  /** The last place of its groups. */
  readonly places: number
  readonly sums: Sums
}

interface BucketRow {
  readonly rank: number | null
  /** From 1. */
  readonly bucket: number
  readonly value: bigint
}

export interface Explored {
  readonly groups: readonly GroupRow[]
  readonly buckets: readonly BucketRow[]
}

type Row = SumsRow & {
  readonly rank: string | null
  readonly key: string | null
  readonly previous: boolean | null
  readonly places: string
  /** Of a row that has nothing else: its pieces of time, each with its value. */
  readonly pieces: string | null
}

/** The first groups of a measure and all the rest, of one scan: the rows close by themselves. */
export async function exploreFacts(client: pg.ClientBase, question: Question): Promise<Explored> {
  const parameters = new Parameters()
  const pieces = pieceExpressions(question, parameters)
  const group = groupExpression(question.group, question.tagKey, parameters)
  const top = parameters.add(question.top, 'integer')
  const measure = MEASURE_OF_SUMS[question.measure]
  const where = whereChosen(question.chosen, parameters)
  const { rows } = await client.query<Row>(
    `with summed as materialized (
       select ${group} as key, ${pieces.previous} as previous, ${pieces.bucket} as bucket,
         ${SUMS_OF_CALLS}
       from accounts.call_fact f
       where ${where}
       group by 1, 2, 3
     ), weighed as (
       select s.*, ${measure} as value,
         sum(case when previous then 0 else ${measure} end) over (partition by key) as weight
       from summed s
     ), ranked as (
       select w.*, dense_rank() over (order by weight desc, key collate "C") as place
       from weighed w
     ), cut as (
       select r.*, case when place <= ${top} then place end as rank from ranked r
     )
     select rank::text as rank, min(key) as key, previous, max(place)::text as places,
       null::text as pieces, ${SUMS_OF_SUMS}
     from cut group by cut.rank, previous
     union all
     select rank::text, null, null, null, string_agg(concat_ws(' ', bucket, value), ','), ${NO_TEXTS}
     from (
       select c.rank, c.bucket, sum(c.value) as value from cut c
       where c.bucket is not null and not c.previous group by c.rank, c.bucket
     ) pieces group by rank`,
    parameters.values,
  )
  return {
    groups: rows.filter((row) => row.pieces === null).map(groupOf),
    buckets: rows.flatMap(bucketsOf),
  }
}

const NO_TEXTS = SUMS_OF_SUMS.replaceAll(/sum\(\w+\)::text as \w+/g, 'null')

const groupOf = (row: Row): GroupRow => ({
  rank: rankOf(row),
  key: row.key,
  previous: row.previous === true,
  places: Number(row.places),
  sums: sumsOf(row),
})

/** They come as one text: rows of their own, some thousands, took longer than the sums. */
function bucketsOf(row: Row): readonly BucketRow[] {
  if (row.pieces === null) return []
  const rank = rankOf(row)
  return row.pieces.split(',').map((piece) => {
    const [bucket, value] = piece.split(' ')
    return { rank, bucket: parseInt(bucket!, 10), value: BigInt(value!) }
  })
}

const rankOf = ({ rank }: Row): number | null => (rank === null ? null : parseInt(rank, 10))

/** Which period a call is of, and which piece of the later one. */
export function pieceExpressions(
  { splitAt, buckets }: Pick<Question, 'splitAt' | 'buckets'>,
  parameters: Parameters,
): { readonly previous: string; readonly bucket: string } {
  const previous =
    splitAt === null
      ? 'false'
      : `f.event_at < ${parameters.add(formatInstant(splitAt), 'timestamptz')}`
  if (buckets === null) return { previous, bucket: 'null::integer' }
  const starts = parameters.add(buckets.map(formatInstant), 'timestamptz[]')
  return { previous, bucket: `width_bucket(f.event_at, ${starts})` }
}

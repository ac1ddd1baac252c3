import type pg from 'pg'
import { formatInstant, type Instant, type Interval, instant } from '../../core/time/index.ts'

/** Where the days of a time zone begin, from the one that the period begins in: the database knows them all. */
export async function dayStarts(
  client: pg.ClientBase,
  { start, end }: Interval,
  timeZone: string,
): Promise<Instant[]> {
  const { rows } = await client.query<{ at: Date }>(
    `select d.local_day at time zone $3::text as at
     from generate_series(date_trunc('day', $1::timestamptz at time zone $3::text),
       $2::timestamptz at time zone $3::text, interval '1 day') as d(local_day)
     order by 1`,
    [formatInstant(start), formatInstant(end), timeZone],
  )
  return rows.map(({ at }) => instant(at.getTime()))
}

import { formatNanos, type Nanos, ZERO } from '../money/index.ts'
import { civilFromDays, DAY_MS, type Instant, parseInstant } from '../time/index.ts'

/** Payment Services Act: above ten million yen of unused balance, a notice and a deposit are due. */
export const JP_THRESHOLD = 10_000_000_000_000_000n as Nanos

/** The end of a base date in Japan: entries before it count. `null`: not a date. */
export function baseDateEnd(date: string): Instant | null {
  const at = parseInstant(`${date}T00:00:00+09:00`)
  return at === undefined ? null : ((at + DAY_MS) as Instant)
}

/** The last base date that is over at an instant: 31 March or 30 September. */
export function lastBaseDate(at: Instant): string {
  // where the year has already turned in Japan, the last base date is still of the one before
  const { year } = civilFromDays(Math.floor(at / DAY_MS))
  const dates = [`${year - 1}-09-30`, `${year}-03-31`, `${year}-09-30`]
  return dates.filter((date) => baseDateEnd(date)! <= at).at(-1)!
}

/** What has to be deposited at least: half of the unused balance, where it exceeds the threshold. */
export function depositOf(unused: Nanos): { readonly exceeds: boolean; readonly atLeast: string } {
  const exceeds = unused > JP_THRESHOLD
  return { exceeds, atLeast: formatNanos(exceeds ? (((unused + 1n) / 2n) as Nanos) : ZERO) }
}

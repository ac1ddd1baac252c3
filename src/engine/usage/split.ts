import {
  OTHER_KIND,
  USAGE_SOURCES,
  type UsageMeasure,
  type UsageSource,
} from '../../contract/usage/index.ts'
import { TOKEN_KINDS } from '../../core/usage/usage.ts'
import type { Explored } from '../../store/facts/explore.ts'
import type { WideRow } from '../../store/facts/explore-wide.ts'
import { NO_SUMS, plusSums, type Sums } from '../../store/facts/sums.ts'
import { measured } from './sums-json.ts'

/** One group with its sums in both periods. */
export interface Group {
  readonly key: string | null
  readonly sums: Sums
  readonly previous: Sums
}

/** The largest groups, everything else as one, and the measure of each in each piece of time. */
export interface Split {
  readonly rows: readonly Group[]
  readonly rest: (Omit<Group, 'key'> & { readonly groups: number }) | null
  readonly totals: { readonly sums: Sums; readonly previous: Sums }
  /** By piece (from 0), then by row; the rest comes after the last row. */
  readonly values: ReadonlyMap<number, ReadonlyMap<number, bigint>>
}

const addedUp = (groups: readonly { readonly sums: Sums; readonly previous: Sums }[]) => ({
  sums: groups.reduce((total, own) => plusSums(total, own.sums), NO_SUMS),
  previous: groups.reduce((total, own) => plusSums(total, own.previous), NO_SUMS),
})

/** From rows that the database has put in order. */
export function splitOf({ groups, buckets }: Explored, top: number): Split {
  const at = (rank: number | null) => {
    const own = groups.filter((row) => row.rank === rank)
    const sumsOf = (previous: boolean) =>
      own.find((row) => row.previous === previous)?.sums ?? NO_SUMS
    return { key: own[0]?.key ?? null, sums: sumsOf(false), previous: sumsOf(true) }
  }
  const places = groups.reduce((most, row) => Math.max(most, row.places), 0)
  const shown = Math.min(places, top)
  const rows = Array.from({ length: shown }, (_, index) => at(index + 1))
  const { key: _key, ...left } = at(null)
  const rest = places > top ? { ...left, groups: places - top } : null
  const values = new Map<number, Map<number, bigint>>()
  for (const { bucket, rank, value } of buckets) {
    const own = values.get(bucket - 1) ?? new Map<number, bigint>()
    own.set(rank === null ? shown : rank - 1, value)
    values.set(bucket - 1, own)
  }
  return { rows, rest, totals: addedUp(rest ? [...rows, rest] : rows), values }
}

type PartsOf = (row: WideRow) => ReadonlyMap<string, Sums>

const UNSPLIT = { calls: null, unpriced_calls: null } as const
const NO_MONEY = {
  promotional: 0n,
  paid: 0n,
  overage: 0n,
  included: 0n,
  absorbed: 0n,
  refunded: 0n,
  returned_to_plan: 0n,
  reversed: 0n,
} as const

const sourceSums = (source: UsageSource, amount: bigint): Sums => ({
  ...UNSPLIT,
  tokens: null,
  list_price: amount,
  ...NO_MONEY,
  [source]: amount,
})

export const partsBySource: PartsOf = ({ sums }) =>
  new Map(
    USAGE_SOURCES.map((source) => [source, sums[source] ?? 0n] as const)
      .filter(([, amount]) => amount !== 0n)
      .map(([source, amount]) => [source, sourceSums(source, amount)]),
  )

const NO_KNOWN_PAYER = Object.fromEntries(
  Object.keys(NO_MONEY).map((name) => [name, null]),
) as Record<keyof typeof NO_MONEY, null>

export const partsByKind: PartsOf = ({ kinds }) =>
  new Map(
    [...TOKEN_KINDS, OTHER_KIND as 'other']
      .map((kind) => [kind, kinds[kind]] as const)
      .filter(([, own]) => own.tokens !== 0n || own.price !== 0n)
      .map(([kind, own]) => [
        kind,
        { ...UNSPLIT, ...NO_KNOWN_PAYER, tokens: own.tokens, list_price: own.price },
      ]),
  )

/** A row with its parts: they are made once. */
interface PartedRow extends WideRow {
  readonly parts: ReadonlyMap<string, Sums>
}

/** From rows of which every call has a part in several groups. */
export function splitWide(
  wide: readonly WideRow[],
  partsOf: PartsOf,
  { measure, top }: { readonly measure: UsageMeasure; readonly top: number },
): Split {
  const parted = wide.map((row) => ({ ...row, parts: partsOf(row) }))
  const groups = new Map<string, Group>()
  for (const { previous, parts } of parted)
    for (const [key, part] of parts) {
      const own = groups.get(key)
      const name = previous ? 'previous' : 'sums'
      if (own) groups.set(key, { ...own, [name]: plusSums(own[name], part) })
      else groups.set(key, { key, ...zeroLike(part), [name]: part })
    }
  const ordered = [...groups.values()].sort((a, b) => {
    const [left, right] = [measured(a.sums, measure), measured(b.sums, measure)]
    return left < right ? 1 : left > right ? -1 : a.key! < b.key! ? -1 : 1
  })
  const rows = ordered.slice(0, top)
  const left = ordered.slice(top)
  const places = new Map(ordered.map(({ key }, index) => [key!, Math.min(index, rows.length)]))
  const totalOf = (isPrevious: boolean): Sums =>
    wide
      .filter(({ previous }) => previous === isPrevious)
      .reduce((total, { sums }) => plusSums(total, sums), NO_SUMS)
  return {
    rows,
    rest: left.length > 0 ? { ...restOf(left), groups: left.length } : null,
    totals: { sums: totalOf(false), previous: totalOf(true) },
    values: wideValues(parted, (key) => places.get(key)!, measure),
  }
}

/** Nothing, where the sums say how much; not said, where they do not. */
function zeroLike(part: Sums): { readonly sums: Sums; readonly previous: Sums } {
  const zero = Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, value === null ? null : 0n]),
  ) as Sums
  return { sums: zero, previous: zero }
}

const restOf = (left: readonly Group[]) => ({
  sums: left.map(({ sums }) => sums).reduce(plusSums),
  previous: left.map(({ previous }) => previous).reduce(plusSums),
})

function wideValues(
  wide: readonly PartedRow[],
  placeOf: (key: string) => number,
  measure: UsageMeasure,
): Split['values'] {
  const values = new Map<number, Map<number, bigint>>()
  for (const { bucket, previous, parts } of wide) {
    if (bucket === null || previous) continue
    const own = new Map<number, bigint>()
    for (const [key, part] of parts) {
      const place = placeOf(key)
      own.set(place, (own.get(place) ?? 0n) + measured(part, measure))
    }
    values.set(bucket - 1, own)
  }
  return values
}

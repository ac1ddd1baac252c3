import { MONEY_COLUMNS } from './columns.ts'

/** What is summed of calls. Amounts in nanos. */
export const SUM_NAMES = [
  'calls',
  'unpriced_calls',
  'tokens',
  'list_price',
  ...MONEY_COLUMNS,
] as const
export type SumName = (typeof SUM_NAMES)[number]

/** `null`: what the group cannot split. */
export type Sums = { readonly [Name in SumName]: bigint | null }

export const NO_SUMS = Object.fromEntries(SUM_NAMES.map((name) => [name, 0n])) as Sums

export function plusSums(a: Sums, b: Sums): Sums {
  const total: { [Name in SumName]: bigint | null } = { ...a }
  for (const name of SUM_NAMES) {
    const [left, right] = [a[name], b[name]]
    total[name] = left === null || right === null ? null : left + right
  }
  return total
}

/** The sums of the calls of `f`, in their order. Null is nothing, which most sums are: no number is made of it. */
export const SUMS_OF_CALLS = SUM_NAMES.map((name) => {
  if (name === 'calls') return 'count(*) as calls'
  if (name === 'unpriced_calls') return 'count(*) - count(f.list_price) as unpriced_calls'
  return `sum(f.${name}) as ${name}`
}).join(', ')

/** The sums of sums. */
export const SUMS_OF_SUMS = SUM_NAMES.map((name) => `sum(${name})::text as ${name}`).join(', ')

/** As the driver gives them: texts, or numbers that are counts; `null` is nothing. */
export type SumsRow = { readonly [Name in SumName]: string | number | null }

export function sumsOf(row: SumsRow): Sums {
  const sums: { [Name in SumName]: bigint | null } = { ...NO_SUMS }
  for (const name of SUM_NAMES) {
    const value = row[name]
    if (value !== null) sums[name] = BigInt(value)
  }
  return sums
}

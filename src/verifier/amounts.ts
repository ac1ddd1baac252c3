/** Exact amounts: whole numbers of 10⁻⁹ of the currency's unit, written as decimal strings. */

const DECIMAL = /^(-?)(0|[1-9]\d{0,17})(?:\.(\d{1,9}))?$/

/** Throws on what is no amount: whoever reads a statement says where. */
export function amount(text: unknown): bigint {
  const match = typeof text === 'string' ? DECIMAL.exec(text) : null
  if (!match) throw new Lie('amount', text, 'a decimal of at most nine places')
  const [, sign, units = '0', decimals = ''] = match
  const size = BigInt(units) * 1_000_000_000n + BigInt(decimals.padEnd(9, '0'))
  return sign ? -size : size
}

export function written(nanos: bigint): string {
  const size = (nanos < 0n ? -nanos : nanos).toString().padStart(10, '0')
  const decimals = size.slice(-9).replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${size.slice(0, -9)}${decimals === '' ? '' : `.${decimals}`}`
}

export const sumOf = (amounts: Iterable<bigint>): bigint => {
  let sum = 0n
  for (const own of amounts) sum += own
  return sum
}
export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b)

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/** A moment, in milliseconds, however it is written. */
export function moment(text: unknown): number {
  const at = typeof text === 'string' && INSTANT.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new Lie('time', text, 'an RFC 3339 date-time')
  return at
}

/** Something in a statement that is not true: what was stated, and what it is. */
export class Lie extends Error {
  readonly stated: unknown
  readonly computed: unknown
  constructor(what: string, stated: unknown, computed: unknown) {
    super(what)
    this.stated = stated
    this.computed = computed
  }
}

/** Both must be equal, or it is a lie. */
export function same(what: string, stated: unknown, computed: unknown): void {
  if (stated !== computed) throw new Lie(what, stated ?? null, computed ?? null)
}

/** An amount is written in one way only, so that its text is compared. */
export const sameAmount = (what: string, stated: unknown, computed: bigint): void =>
  same(what, stated, written(computed))

/** The first place where two values differ; lists have to be equally long. */
export function compare(path: string, stated: unknown, computed: unknown): void {
  if (typeof computed !== 'object' || computed === null) {
    same(path, stated, computed)
    return
  }
  if (typeof stated !== 'object' || stated === null) throw new Lie(path, stated, computed)
  if (Array.isArray(computed))
    same(`${path}: how many`, (stated as unknown[]).length, computed.length)
  for (const [name, own] of Object.entries(computed))
    compare(`${path}.${name}`, (stated as Record<string, unknown>)[name], own)
}

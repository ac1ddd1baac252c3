/** Exact amounts: whole numbers of 10⁻⁹ of the currency's unit, written as decimal strings. */

const DECIMAL = /^(-?)(0|[1-9]\d{0,17})(?:\.(\d{1,9}))?$/

/** Throws on what is no amount: whoever reads a statement says where. */
export function amount(text: unknown): bigint {
  const match = typeof text === 'string' ? DECIMAL.exec(text) : null
  if (!match) throw new Lie('not an amount', text, 'a decimal of at most nine places')
  const [, sign, units = '0', decimals = ''] = match
  const size = BigInt(units) * 1_000_000_000n + BigInt(decimals.padEnd(9, '0'))
  return sign ? -size : size
}

export function written(nanos: bigint): string {
  const size = (nanos < 0n ? -nanos : nanos).toString().padStart(10, '0')
  const decimals = size.slice(-9).replace(/0+$/, '')
  const units = size.slice(0, -9)
  return `${nanos < 0n ? '-' : ''}${units}${decimals === '' ? '' : `.${decimals}`}`
}

/** A multiplier as an exact fraction. */
export function fraction(text: string): { readonly over: bigint; readonly under: bigint } {
  return { over: amount(text), under: 1_000_000_000n }
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
  if (stated !== computed) throw new Lie(what, stated, computed)
}

export const sameAmount = (what: string, stated: unknown, computed: bigint): void =>
  same(what, written(amount(stated)), written(computed))

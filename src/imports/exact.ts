import { divideHalfUp, NANOS_DECIMALS, type Nanos } from '../core/money/index.ts'

/** A number as it was written: amounts are read from its digits, never from a float. */
export class Written {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
/** Cannot begin a text of a file by accident: JSON does not allow it unescaped. */
const MARK = '\\u0001'

/** Parses JSON with every number kept as it was written. @throws SyntaxError */
export function parseExact(text: string): unknown {
  // malformed numbers have to stay malformed
  JSON.parse(text)
  const marked = text.replace(TOKEN, (token) =>
    token.startsWith('"') ? token : `"${MARK}${token}"`,
  )
  return JSON.parse(marked, (_name, value) =>
    typeof value === 'string' && value.startsWith('\u0001') ? new Written(value.slice(1)) : value,
  )
}

/** The value with ordinary numbers, for what reads providers' own usage objects. */
export function plain(value: unknown): unknown {
  if (value instanceof Written) return Number(value.text)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, plain(own)]))
}

export interface ExactAmount {
  /** Rounded half up to the nano where the text is finer. */
  readonly amount: Nanos
  /** What one step of the last digit is worth; a nano at least. */
  readonly step: Nanos
}

const DECIMAL = /^([+-]?)(\d{1,18})?(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/

/**
 * Reads a decimal text, exponent and all. `shift` moves the point: cents have 2. `undefined`: it is no
 * number.
 */
export function readExact(text: string, shift = 0): ExactAmount | undefined {
  const match = DECIMAL.exec(text.trim())
  const [, sign = '', units = '', decimals = '', exponent = '0'] = match ?? []
  if (!match || units + decimals === '') return undefined
  const digits = BigInt(units + decimals)
  const scale = decimals.length - parseInt(exponent, 10) + shift
  const amount = scaled(sign === '-' ? -digits : digits, NANOS_DECIMALS - scale)
  const last = decimals.replace(/0+$/, '').length - parseInt(exponent, 10) + shift
  const step = last >= NANOS_DECIMALS ? 1n : 10n ** BigInt(NANOS_DECIMALS - last)
  return { amount: amount as Nanos, step: step as Nanos }
}

const scaled = (value: bigint, power: number): bigint =>
  power >= 0 ? value * 10n ** BigInt(power) : divideHalfUp(value, 10n ** BigInt(-power))

/** A whole number from zero on, from a JSON number or a text. `undefined`: it is none. */
export function readCount(value: unknown): bigint | undefined {
  const text = value instanceof Written ? value.text : value
  if (typeof text !== 'string' || !/^\d{1,18}(?:\.0+)?$/.test(text)) return undefined
  return BigInt(text.split('.')[0] ?? '')
}

export const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Written)

import type { CallEnding, ExternalCall } from '../../core/audit/index.ts'
import { type Instant, instant, parseInstant } from '../../core/time/index.ts'
import {
  type ExactAmount,
  type Fields,
  isFields,
  readCount,
  readExact,
  textOf,
  Written,
} from '../exact.ts'
import { Unreadable } from './types.ts'

/** A value by its path: `message.usage`, or a column that is itself named with dots. */
export function at(record: Fields, path: string): unknown {
  if (path in record) return record[path]
  let value: unknown = record
  for (const name of path.split('.')) value = isFields(value) ? value[name] : undefined
  return value
}

/** A text or a number as it was written; `null`: there is nothing. */
export function wordAt(record: Fields, path: string): string | null {
  const value = at(record, path)
  return value instanceof Written ? value.text : textOf(value)
}

export function neededAt(record: Fields, path: string): string {
  const value = wordAt(record, path)
  if (value === null) throw new Unreadable(`${path} is missing`)
  return value
}

/** Texts without a zone are read in UTC only where the form is known to write them so. */
export function timeAt(record: Fields, path: string, options: { utc?: true } = {}): Instant {
  const text = neededAt(record, path)
  if (/^\d{10}(?:\.\d+)?$/.test(text)) return instant(Math.floor(Number(text) * 1_000))
  if (/^\d{13}$/.test(text)) return instant(Number(text))
  const iso = text
    .trim()
    .replace(/^(\d{4}-\d\d-\d\d) /, '$1T')
    .replace(/(\.\d{3})\d+/, '$1')
    .replace(/([+-]\d\d)(\d\d)?$/, (_all, hours, minutes) => `${hours}:${minutes ?? '00'}`)
  const zoned = options.utc && /T[\d:.]+$/.test(iso) ? `${iso}Z` : iso
  const read = parseInstant(zoned)
  if (read === undefined) throw new Unreadable(`${path} is not a time with its zone: ${text}`)
  return read
}

export function amountAt(record: Fields, path: string): ExactAmount {
  const text = neededAt(record, path)
  const read = readExact(text)
  if (!read) throw new Unreadable(`${path} is not a decimal amount: ${text}`)
  return read
}

/** A whole number, or `null` where there is none. */
export function countAt(record: Fields, path: string): number | null {
  const value = at(record, path)
  if (value === undefined || value === null || value === '') return null
  const count = readCount(value)
  if (count === undefined || count > BigInt(Number.MAX_SAFE_INTEGER))
    throw new Unreadable(`${path} is not a whole number from 0 on`)
  return Number(count)
}

export const CALL: Omit<ExternalCall, 'id' | 'at' | 'dialect' | 'model'> = {
  ending: 'unknown',
  status: null,
  tier: null,
  speed: null,
  region: null,
  features: [],
  usage: null,
  frames: [],
  deliveredTokens: null,
  declaredFees: {},
  upstreamId: null,
  fingerprint: null,
  retryCount: 0,
}

export const ENDINGS: readonly CallEnding[] = [
  'succeeded',
  'failed',
  'refused',
  'cut_by_upstream',
  'cut_by_client',
  'unknown',
]

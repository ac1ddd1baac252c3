import { createHash, randomFillSync } from 'node:crypto'

/** The kind that an id carries. */
export type IdKind =
  | 'acct'
  | 'key'
  | 'call'
  | 'lot'
  | 'cap'
  | 'capreq'
  | 'change'
  | 'msg'
  | 'end'
  | 'reset'
  | 'pay'
  | 'pm'
  | 'prev'
  | 'rfnd'
  | 'inv'
  | 'staff'
  | 'case'
  | 'log'
  | 'bill'
  | 'run'
  | 'draft'
  | 'order'
  | 'sess'
  | 'view'
  | 'exp'
  | 'pk'
  | 'idy'

/** Makes ids of the application: `<kind>_<UUIDv7>`, in the order in which they were made. */
export type MakeId = (kind: IdKind) => string

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0')

/** A UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 random bits. */
export function uuidv7(epochMs: number, random: Uint8Array): string {
  const byte = (index: number): string => hex(random[index] ?? 0, 2)
  const time = hex(epochMs, 12)
  const version = hex(0x7000 | (((random[0] ?? 0) << 8) & 0x0f00) | (random[1] ?? 0), 4)
  const variant = hex(0x80 | ((random[2] ?? 0) & 0x3f), 2)
  const node = [4, 5, 6, 7, 8, 9].map(byte).join('')
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}${byte(3)}-${node}`
}

const RANDOM_BYTES = 10
/** Asked of the system for many ids at once: one by one it was 3 % of the thread under load. */
const IDS_PER_FILL = 400

export function createIds(nowMs: () => number): MakeId {
  const pool = new Uint8Array(RANDOM_BYTES * IDS_PER_FILL)
  let used = pool.length
  return (kind) => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    used += RANDOM_BYTES
    return `${kind}_${uuidv7(nowMs(), pool.subarray(used - RANDOM_BYTES, used))}`
  }
}

/**
 * An id that follows from a request: the same request names the same thing however often it is sent,
 * so that a repeat is a repeat and not a second lot or a second account.
 */
export const derivedId = (kind: IdKind, ...parts: readonly string[]): string =>
  `${kind}_${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`

import { bodyText, type EntryBody } from '../core/ledger/index.ts'
import { chainHash } from '../store/chain-hash.ts'
import type { SealedEntry } from './workspace.ts'

/** Writes an entry's body and links it to the chain. */
export function seal(previousHash: string, body: EntryBody): SealedEntry {
  const stored = storable(body)
  return { ...stored, hash: chainHash(previousHash, stored.text) }
}

/** What JSON may hold and PostgreSQL's JSON functions may not: NUL, and half of a surrogate pair. */
const UNSTORABLE = /\0|\p{Surrogate}/gu

/**
 * The body and its bytes. A provider's or a client's text with characters that no query could read
 * again is written with U+FFFD in their place, so that one odd call cannot blind its account.
 */
export function storable<T>(body: T): { readonly body: T; readonly text: string } {
  const text = bodyText(body)
  if (!text.includes('\\u0000') && !text.includes('\\ud')) return { body, text }
  const clean = JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(UNSTORABLE, '\ufffd') : value,
  ) as T
  return { body: clean, text: bodyText(clean) }
}

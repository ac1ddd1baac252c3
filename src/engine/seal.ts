import { bodyText, type EntryBody } from '../core/ledger/index.ts'
import { chainHash, evidenceHash } from '../store/chain-hash.ts'
import type { SealedEntry } from './workspace.ts'

/** Writes an entry's body and links it to the chain. Its evidence is written apart. */
export function seal(previousHash: string, decided: EntryBody): SealedEntry {
  const evidence = evidenceText(decided.evidence)
  const { body, text } = storable(withHashOnly(decided, evidence))
  return { body, text, evidence, hash: chainHash(previousHash, text) }
}

function evidenceText(evidence: EntryBody['evidence']): string | null {
  if (evidence === undefined) return null
  const { text } = storable(evidence)
  return text === '{}' ? null : text
}

/** `JSON.stringify` leaves out what is undefined. */
const withHashOnly = (body: EntryBody, evidence: string | null): EntryBody =>
  body.evidence === undefined
    ? body
    : {
        ...body,
        evidence: undefined,
        evidence_sha256: evidence === null ? undefined : evidenceHash(evidence),
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

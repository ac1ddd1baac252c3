import { createHash } from 'node:crypto'
import { bodyText, type EntryBody } from '../core/ledger/index.ts'
import type { SealedEntry } from './workspace.ts'

/** Hex sha256 of the previous hash's bytes followed by the text's. */
export const chainHash = (previousHash: string, text: string): string =>
  createHash('sha256').update(previousHash, 'hex').update(text, 'utf8').digest('hex')

export function seal(previousHash: string, body: EntryBody): SealedEntry {
  const text = bodyText(body)
  return { body, text, hash: chainHash(previousHash, text) }
}

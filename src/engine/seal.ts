import { bodyText, type EntryBody } from '../core/ledger/index.ts'
import { chainHash } from '../store/chain-hash.ts'
import type { SealedEntry } from './workspace.ts'

/** Writes an entry's body and links it to the chain. */
export function seal(previousHash: string, body: EntryBody): SealedEntry {
  const text = bodyText(body)
  return { body, text, hash: chainHash(previousHash, text) }
}

import { createHash, hash } from 'node:crypto'

/** Hex sha256 of the previous hash's bytes followed by the text's UTF-8: one link of an account's chain. */
export const chainHash = (previousHash: string, text: string): string =>
  createHash('sha256').update(previousHash, 'hex').update(text, 'utf8').digest('hex')

/** Hex sha256 of an entry's evidence, as it is stored. */
export const evidenceHash = (text: string): string => hash('sha256', text)

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inUtc } from '../../../src/contract/explain/index.ts'
import { explainEntry } from '../../../src/contract/timeline/entry.ts'
import {
  type AccountState,
  apply,
  type EntryBody,
  GENESIS_HASH,
} from '../../../src/core/ledger/index.ts'
import { chainHash } from '../../../src/store/chain-hash.ts'

/*
 * Journals as the code of the commit in their name wrote them, byte for byte. They are never changed: what read
 * them once reads them for ever.
 */

const FOLDER = new URL('../../fixtures/journals/', import.meta.url)
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl'))
const bytesOf = (name: string) => readFileSync(new URL(name, FOLDER))

test('recorded journals have the bytes that they were recorded with', () => {
  const sums = names.sort().map((name) => {
    const sum = createHash('sha256').update(bytesOf(name)).digest('hex')
    return `${sum}  ${name}\n`
  })
  expect(sums.join('')).toBe(readFileSync(new URL('SHA256SUMS', FOLDER), 'utf8'))
})

test.each(names)('%s is chained, folded and told in words', (name) => {
  const [, ...lines] = bytesOf(name).toString('utf8').trimEnd().split('\n')
  let state: AccountState | null = null
  let previous = GENESIS_HASH
  for (const line of lines) {
    const { hash, body: text } = JSON.parse(line) as { hash: string; body: string }
    const body = JSON.parse(text) as EntryBody
    expect(chainHash(previous, text)).toBe(hash)
    previous = hash
    state = { ...apply(state, body), hash }
    expect(state.seq).toBe(body.seq)
    for (const lang of ['en', 'ja'] as const)
      expect(explainEntry(body, new Map(), inUtc(lang)).join('')).not.toBe('')
  }
})

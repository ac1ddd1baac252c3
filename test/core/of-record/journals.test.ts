import { readFileSync } from 'node:fs'
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
import {
  journalNames,
  linesOf,
  missingKinds,
  recordMissingKinds,
  SUMS,
  sumsOf,
} from '../../support/core/journals-of-record.ts'

/*
 * Journals as the code of the commit in their name wrote them, byte for byte. They are never changed: what read
 * them once reads them for ever. `RECORD=new` adds those of kinds that are in none.
 */

if (process.env.RECORD === 'new') recordMissingKinds()
const names = journalNames()

test('recorded journals have the bytes that they were recorded with', () => {
  expect(sumsOf(names)).toBe(readFileSync(SUMS, 'utf8'))
})

test('every kind of entry is in a recorded journal', () => {
  expect(missingKinds()).toEqual([])
})

test.each(names)('%s is chained, folded and told in words', (name) => {
  const lines = linesOf(name)
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

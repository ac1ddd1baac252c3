import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import {
  bodyText,
  ENTRY_KINDS,
  type EntryBody,
  type EntryKind,
} from '../../../src/core/ledger/index.ts'
import { formatNanos, type Nanos } from '../../../src/core/money/index.ts'
import { STORIES } from '../../proof/hledger/stories.ts'
import type { Ledger } from './ledger.ts'

/* The journals that earlier code has written: a line about where they come from, then an entry a line. */

const FOLDER = new URL('../../fixtures/journals/', import.meta.url)
export const SUMS = new URL('SHA256SUMS', FOLDER)

export const journalNames = (): string[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()

const bytesOf = (name: string): Buffer => readFileSync(new URL(name, FOLDER))

/** The entries: each with its hash and its body, byte for byte. */
export const linesOf = (name: string): string[] =>
  bytesOf(name).toString('utf8').trimEnd().split('\n').slice(1)

export const sumsOf = (names: readonly string[]): string =>
  names
    .map((name) => `${createHash('sha256').update(bytesOf(name)).digest('hex')}  ${name}\n`)
    .join('')

/** Kinds of entries that no recorded journal has. */
export function missingKinds(): EntryKind[] {
  const kept = new Set(
    journalNames()
      .flatMap(linesOf)
      .map((line) => (JSON.parse(JSON.parse(line).body) as EntryBody).kind),
  )
  return ENTRY_KINDS.filter((kind) => !kept.has(kind))
}

/**
 * Adds the journals of the stories that have a kind which none has yet, as this commit writes them. The sums of those
 * that are there stay as they are: they are what a changed file is found by.
 */
export function recordMissingKinds(): void {
  const missing = new Set(missingKinds())
  const told = STORIES.map(([, tell]) => tell()).filter(({ entries }) =>
    entries.some(({ body }) => missing.has(body.kind)),
  )
  const commit = execFileSync('git', ['rev-parse', '--short=8', 'HEAD'], {
    encoding: 'utf8',
  }).trim()
  const day = new Date().toISOString().slice(0, 10)
  const added = told.map((ledger, at) => {
    const name = `${day}-${commit}-${`${at + 1}`.padStart(2, '0')}.jsonl`
    writeFileSync(new URL(name, FOLDER), written(ledger, commit), { flag: 'wx' })
    return name
  })
  const lines = `${readFileSync(SUMS, 'utf8')}${sumsOf(added)}`.trimEnd().split('\n')
  const byName = lines.sort((a, b) => (nameIn(a) < nameIn(b) ? -1 : 1))
  writeFileSync(SUMS, `${byName.join('\n')}\n`)
}

const nameIn = (line: string): string => line.split('  ')[1] ?? ''

function written({ catalogue, holds, entries }: Ledger, commit: string): string {
  const head = {
    commit,
    plans: [...catalogue.plans.values()],
    books: catalogue.books.map(({ document }) => document),
    holds: [...holds.values()],
  }
  const lines = entries.map(({ hash, body }) => ({ hash, body: bodyText(body) }))
  return [head, ...lines].map((line) => `${JSON.stringify(line, inDecimals)}\n`).join('')
}

/** Amounts as documents have them. */
const inDecimals = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? formatNanos(value as Nanos) : value

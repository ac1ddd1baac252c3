import { describe, expect, it } from 'vitest'
import { ARCHIVED_KINDS } from '../../../src/store/archive/final.ts'
import { readSources } from '../../tidy/sources.ts'
import { sqlTextsOf } from '../support/sql-texts.ts'

/*
 * A body that is in the archive is null in its row. Every statement that reads bodies of entries is one of:
 * given its bodies by the one reader (`withBodies`), about what the excerpt has (`coalesce(body, excerpt)`), or
 * never about an entry that can be archived, for the reason that is written here.
 */
const NEVER: Readonly<Record<string, readonly [statements: number, why: string]>> = {
  'src/store/billing/owed.ts': [1, 'invoices and their payments'],
  'src/store/billing/reports.ts': [2, 'lots as they were made, and given back to'],
  'src/store/billing/statements.ts': [1, 'closings'],
  'src/store/campaigns/facts.ts': [1, 'plans, controls and subscriptions'],
  'src/store/cases/parked.ts': [1, 'entries that park'],
  'src/store/notifications/watch-reads.ts': [1, 'TOLD_KINDS'],
  'src/store/reads/cap-requests.ts': [1, 'requests and their decisions'],
  'src/store/reads/control-changes.ts': [1, 'kinds that the caller names, none of a call'],
  'src/store/reads/entries.ts': [1, 'lots as they were made'],
  'src/store/reads/history.ts': [1, 'lots as they were made'],
  'src/store/reconciliation/clearing.ts': [3, 'payments and disputes of them, none of a call'],
  'src/store/statements/decision-load.ts': [1, 'lots as they were made'],
  'src/cli/serve/recent-calls.ts': [1, 'the last minutes'],
  'src/store/reads/balance-history.ts': [1, 'purchases, and lots as they were made'],
  'src/store/verify/archive.ts': [1, 'whether there is a body'],
}

/** What only the archive itself does with bodies. */
const OWN = /^src\/store\/archive\//
/** Writes entries, reads none. */
const WRITES = ['src/store/statements/decision-commit.ts']

const sources = readSources().filter(({ path }) => path.startsWith('src/') && path.endsWith('.ts'))
const reading = sources.flatMap((source) =>
  sqlTextsOf(source)
    .filter(({ sql }) => /\baccounts\.entry\b/.test(sql) && bodiesIn(sql) > 0)
    .map((own) => ({ ...own, text: source.text })),
)

/** Mentions of a body that the excerpt does not stand in for. */
function bodiesIn(sql: string): number {
  const rest = sql
    .replace(/coalesce\((?:\w+\.)?body, (?:\w+\.)?excerpt\)(?: as body)?/g, '')
    // of holds, findings and notifications, which have bodies, too
    .replace(/\b(?:h|f|n|t|own)\.body\b/g, '')
  return [...rest.matchAll(/\bbody\b/g)].length
}

describe('statements that read bodies of entries', () => {
  it('were really read', () => {
    expect(reading.length).toBeGreaterThan(25)
  })

  it('go through the one reader, or never meet an archived entry', () => {
    const files = [...new Set(reading.map(({ file }) => file))].filter(
      (file) => !OWN.test(file) && !WRITES.includes(file),
    )
    const wrong = files.flatMap((file) => {
      const own = reading.filter((statement) => statement.file === file)
      const given = [...own[0]!.text.matchAll(/\bwithBodies(?:Of)?\(/g)].length
      const left = own.length - (NEVER[file]?.[0] ?? 0)
      const lines = own.map(({ line }) => line).join(', ')
      return left === given ? [] : [`${file} (${lines}): ${left} statements, ${given} readers`]
    })
    expect(wrong).toEqual([])
    expect(Object.keys(NEVER).filter((file) => !files.includes(file))).toEqual([])
  })

  it('ask the excerpt for what it has', async () => {
    const { readFileSync } = await import('node:fs')
    const excerpt = readFileSync('src/store/archive/excerpt.ts', 'utf8')
    const asked = new Set<string>()
    for (const { text } of sources) {
      const inExcerpt =
        /coalesce\((?:\w+\.)?body, (?:\w+\.)?excerpt\)\s*(?:->>|->|#>>|#>)\s*'(\{?[a-z_,]+\}?)'(?:\s*->>\s*'(\w+)')?/g
      for (const [, path = '', more] of text.matchAll(inExcerpt))
        asked.add([path.replace(/[{}]/g, ''), ...(more ? [more] : [])].join(','))
    }
    expect(asked.size).toBeGreaterThan(12)
    for (const path of asked)
      for (const member of path.split(',')) expect(excerpt, path).toContain(member)
  })
})

describe('kinds of entries that are archived', () => {
  it('make no lots, and are ends of calls', () => {
    expect(ARCHIVED_KINDS).toEqual(['authorize', 'settle', 'release', 'record', 'expire_hold'])
  })
})

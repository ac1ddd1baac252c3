import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JobDefinition } from '../../src/jobs/definition.ts'
import * as definitions from '../../src/jobs/definitions.ts'

const PAGE = readFileSync(new URL('../../docs/operating/jobs.md', import.meta.url), 'utf8')

/** Every definition that is exported: what it needs is asked for in its rounds only. */
const jobs = Object.values(definitions).flatMap((own): readonly JobDefinition[] =>
  typeof own === 'function'
    ? [(own as (...needs: unknown[]) => JobDefinition | readonly JobDefinition[])({}, {})].flat()
    : own,
)

describe('the page of the jobs', () => {
  it('has a row for each job, with what it does, and no other', () => {
    expect(jobs.length).toBeGreaterThan(20)
    const rows = [...PAGE.matchAll(/^\| `(\w+)` +\| (\S.*?) +\| .*\|$/gm)]
    const written = Object.fromEntries(rows.map(([, name, summary]) => [name, summary]))
    expect(written).toEqual(Object.fromEntries(jobs.map(({ name, summary }) => [name, summary])))
  })
})

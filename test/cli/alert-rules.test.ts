import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { pino } from 'pino'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { startServer } from '../../src/cli/serve/compose.ts'
import { loadConfig } from '../../src/config.ts'
import { REFUSAL_CODES } from '../../src/core/ledger/entry.ts'
import { freshDatabase } from '../support/database.ts'
import { temporaryFolder } from './support/run.ts'

/*
 * The rules and the dashboard that are shipped, against what a server really says: no rule waits for a
 * number or a label that does not exist, and each leads to a page that says what to do.
 */

const ROOT = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly severity: string
  readonly summary: string
  readonly runbook: string
}

const QUOTED = (name: string): string =>
  `(?<quote_${name}>['"])(?<${name}>[^\\n]+)\\k<quote_${name}>\\n`

/** The file has one shape, and no more of YAML than that. */
const RULE = new RegExp(
  [
    ` {6}- alert: (?<alert>\\w+)\\n {8}expr: ${QUOTED('expr')} {8}for: (?<for>\\d+[smh])\\n`,
    ' {8}labels:\\n {10}severity: (?<severity>page|ticket)\\n',
    ` {8}annotations:\\n {10}summary: ${QUOTED('summary')} {10}runbook: (?<runbook>\\S+)\\n`,
  ].join(''),
  'g',
)

const text = read('deploy/prometheus/everycent.rules.yml')
const rules = [...text.matchAll(RULE)].map(({ groups }) => groups as unknown as Rule)

interface Panel {
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly targets?: readonly { readonly expr: string }[]
}
const { panels } = JSON.parse(read('deploy/grafana/everycent.json')) as { panels: Panel[] }
const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
]

/** Names of samples, with the labels that each may have. */
const known = new Map<string, ReadonlySet<string>>()
const page = read('docs/operating/metrics.md')

beforeAll(async () => {
  const database = await freshDatabase()
  const server = await startServer({
    config: loadConfig({ env: {}, cwd: temporaryFolder() }),
    databaseUrl: database.url,
    operatorTokens: ['operator-token-of-the-test'],
    log: pino({ level: 'silent' }),
    port: 0,
  })
  try {
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    for (const [, name = '', type] of metrics.matchAll(/^# TYPE (\S+) (\w+)$/gm))
      for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''])
        known.set(`${name}${suffix}`, labelsOf(name, suffix))
  } finally {
    await server.close()
  }
})

/** As the page has them, which another test holds against the server. */
function labelsOf(name: string, suffix: string): ReadonlySet<string> {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? ''
  const labels = [...(row.split('|')[3] ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label!)
  return new Set([...labels, 'instance', ...(suffix === '_bucket' ? ['le'] : [])])
}

it('every rule of the file is read', () => {
  expect(rules.length).toBeGreaterThan(15)
  expect(rules).toHaveLength(text.match(/- alert:/g)?.length ?? 0)
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
})

describe('numbers and labels', () => {
  test.each(expressions)('%s: %s', (_title, expr) => {
    const names = [...expr.matchAll(/\beverycent_\w+/g)].map(([name]) => name)
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) expect([...known.keys()]).toContain(name)
    for (const [, name = '', selector = ''] of expr.matchAll(/(everycent_\w+)\{([^}]*)\}/g))
      for (const [, label = ''] of selector.matchAll(/(\w+)=~?"/g))
        expect([...known.get(name)!], `${label} of ${name}`).toContain(label)
    for (const [, by = ''] of expr.matchAll(/by \(([^)]*)\)/g))
      for (const label of by.split(', '))
        expect(names.flatMap((name) => [...known.get(name)!])).toContain(label)
    expect(expr.match(/\(/g)?.length).toBe(expr.match(/\)/g)?.length)
  })
})

/** Values that a rule waits for are values that the page or the code has. */
it('no rule waits for a word that nothing says', () => {
  const pages = `${page} ${read('docs/concepts/outcomes.md')}`
  const words = new Set([...pages.matchAll(/`([a-z_]+)`/g)].map(([, word]) => word!))
  const sources = ['src/jobs/definitions.ts', 'src/core/audit/limits.ts', 'src/contract/schemas']
  const named = (value: string): boolean =>
    words.has(value) ||
    (REFUSAL_CODES as readonly string[]).includes(value) ||
    sources.some((path) => wordIn(path, value))
  for (const { alert, expr } of rules)
    for (const [, label, values = ''] of expr.matchAll(/(\w+)=~?"([^"]+)"/g))
      for (const value of label === 'status' ? [] : values.split('|'))
        expect(named(value), `${alert}: ${label}="${value}"`).toBe(true)
})

function wordIn(path: string, word: string): boolean {
  const url = new URL(path, ROOT)
  if (path.endsWith('.ts'))
    return existsSync(url) && readFileSync(url, 'utf8').includes(`'${word}'`)
  return readdirSync(url).some((name) => wordIn(`${path}/${name}`, word))
}

describe('runbooks', () => {
  test.each(rules.map(({ alert, runbook }) => [alert, runbook]))('%s: %s', (alert, runbook) => {
    const body = read(runbook)
    for (const title of ['What it is', 'What to do', 'What it means for money'])
      expect(body).toContain(`\n## ${title}\n`)
    // who is woken finds the page by the alert's name
    expect(body).toMatch(new RegExp(`^(Alert|Tile) .*\`${alert}\``, 'm'))
  })
})

it('panels do not lie on one another, and each says what it shows', () => {
  const taken = new Set<string>()
  for (const { title, type, description, gridPos } of panels) {
    if (type !== 'row') expect(description, title).toBeTruthy()
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(x).toBeLessThan(24)
        expect(taken.has(`${x} ${y}`), title).toBe(false)
        taken.add(`${x} ${y}`)
      }
  }
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importsOf } from './imports.ts'
import { ROOT, readSources } from './sources.ts'

const packageJson = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const dependencies: Record<string, string> = packageJson.dependencies
const page = readFileSync(join(ROOT, 'docs', 'decisions', '0002-dependencies.md'), 'utf8')
const reasons = new Map(
  [...page.matchAll(/^- `([^`]+)`: (.+)$/gm)].map(([, name, reason]) => [name, reason]),
)

test('every runtime dependency has a reason on its page, and the page lists no other', () => {
  expect([...reasons.keys()]).toEqual(Object.keys(dependencies).sort())
  for (const [name, reason] of reasons) expect(reason?.length, name).toBeGreaterThan(20)
})

test('every dependency is pinned to an exact version', () => {
  const all = { ...dependencies, ...packageJson.devDependencies }
  const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+/.test(String(version)))
  expect(loose).toEqual([])
})

// A development package would be missing in an installation that leaves those out.
test('the sources import only runtime dependencies', () => {
  const imported = readSources()
    .filter(({ path }) => /^src\/(?!web\/).*\.ts$/.test(path))
    .flatMap(({ path, text }) =>
      importsOf(text)
        .filter(({ specifier, typesOnly }) => !typesOnly && !/^(?:\.|node:)/.test(specifier))
        .map(({ specifier }) => ({ path, name: packageOf(specifier) })),
    )
  expect(imported.length).toBeGreaterThan(0)
  expect(imported.filter(({ name }) => !(name in dependencies))).toEqual([])
})

const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

test('node 20.19 is named once, and the same everywhere', () => {
  expect(packageJson.engines.node).toBe('>=20.19')
  const script = readFileSync(join(ROOT, 'scripts', 'node-version.mjs'), 'utf8')
  expect(script).toContain('const WANTED = [20, 19]')
})

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { builtSite } from '../../src/api/index.ts'

/** What somebody loads who comes for the first time, in bytes as they travel (gzip). */
const FIRST_LOAD_MAX = 260_000

const folder = builtSite() ?? ''
const page = readFileSync(join(folder, 'index.html'), 'utf8')
const assets = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name]) => name ?? '')
const asset = (name: string): string => readFileSync(join(folder, name), 'utf8')
const bytesOf = (name: string): number => statSync(join(folder, `${name}.gz`)).size

test('the first load stays within its budget', () => {
  expect(assets.some((name) => name.endsWith('.js'))).toBe(true)
  const bytes = ['index.html', ...assets].reduce((sum, name) => sum + bytesOf(name), 0)
  expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_MAX)
})

test('schemas and checkers of the server are not in the web app', () => {
  for (const name of readdirSync(join(folder, 'assets')))
    if (name.endsWith('.js'))
      expect(asset(join('assets', name)), name).not.toMatch(/~kind|typebox/i)
})

test('the page has no script and no style of its own that a policy would have to allow', () => {
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
})

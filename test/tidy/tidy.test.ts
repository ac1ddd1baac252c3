import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { applyExceptions, check, type Exception } from './rules.ts'
import { readSources } from './sources.ts'

const exceptions: Exception[] = JSON.parse(
  readFileSync(new URL('./exceptions.json', import.meta.url), 'utf8'),
)
const sources = readSources()
const { open, unneeded } = applyExceptions(check(sources), exceptions)

// A guard that saw nothing is red: these are well below what there is, and never to be lowered.
test('the sources were really read', () => {
  const count = (folder: string): number =>
    sources.filter(({ path }) => path.startsWith(folder)).length
  expect(count('src/')).toBeGreaterThan(60)
  expect(count('src/core/')).toBeGreaterThan(30)
  expect(count('scripts/')).toBeGreaterThan(4)
  expect(sources.reduce((sum, { text }) => sum + text.length, 0)).toBeGreaterThan(200_000)
})

test('every source keeps the rules of the house', () => {
  expect(open.map(({ rule, file, message }) => `${rule}: ${file}: ${message}`)).toEqual([])
})

test('no exception is on the list that is not needed any more', () => {
  expect(unneeded).toEqual([])
})

test('every exception has a reason', () => {
  expect(exceptions.filter(({ reason }) => reason.trim() === '')).toEqual([])
})

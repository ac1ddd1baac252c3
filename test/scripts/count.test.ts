import { expect, test } from 'vitest'
// @ts-expect-error: the scripts run before anything is installed, so they are plain JavaScript.
import { count } from '../../scripts/checks.mjs'

const suite = (status: string, ...results: [string, string][]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: results.map(([fullName, status]) => ({ fullName, status })),
})
const report = (...testResults: ReturnType<typeof suite>[]) => ({ testResults })

test('passed and failed tests are counted', () => {
  const given = report(
    suite('failed', ['one', 'passed'], ['two', 'failed']),
    suite('passed', ['three', 'passed']),
  )
  expect(count(given, 1)).toEqual({ passed: 2, failures: ['two'] })
})

test('a skipped or planned test counts as failed', () => {
  const given = report(suite('passed', ['one', 'passed'], ['two', 'skipped'], ['three', 'todo']))
  expect(count(given, 0)).toEqual({ passed: 1, failures: ['two (skipped)', 'three (todo)'] })
})

test('tests that a name filter leaves out are not counted', () => {
  const given = report(suite('passed', ['one', 'passed'], ['two', 'skipped']))
  expect(count(given, 0, ['-t', 'one'])).toEqual({ passed: 1, failures: [] })
})

test('a file that does not load counts as failed', () => {
  const given = report(suite('failed'), suite('passed', ['one', 'passed']))
  expect(count(given, 1)).toEqual({
    passed: 1,
    failures: ['a.test.ts (the file did not run to its end)'],
  })
})

test('a file whose hook fails after its tests counts as failed', () => {
  const given = report(suite('failed', ['one', 'passed']))
  expect(count(given, 1).failures).toEqual(['a.test.ts (the file did not run to its end)'])
})

test('no test at all is a failure', () => {
  expect(count(report(), 0)).toEqual({ passed: 0, failures: ['no test ran'] })
  expect(count(report(suite('passed', ['one', 'skipped'])), 0, ['-t', 'x']).failures).toEqual([
    'no test ran',
  ])
})

test('an error outside of any test is a failure', () => {
  expect(count(report(suite('passed', ['one', 'passed'])), 1).failures).toEqual([
    'vitest ended with 1',
  ])
})

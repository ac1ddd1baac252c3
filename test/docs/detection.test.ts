import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { AUDIT_RULES, RULES } from '../../src/core/audit/index.ts'

const page = readFileSync(new URL('../../docs/concepts/detection.md', import.meta.url), 'utf8')
const rows = page
  .split('\n')
  .map((line) => /^\| `(\w+)` +\|.*\| (\w+) +\|$/.exec(line))
  .filter((match) => match !== null)

test('the page of detection has every rule, in its order, with its confidence', () => {
  expect(rows.map(([, rule]) => rule)).toEqual(AUDIT_RULES)
  for (const [, rule, confidence] of rows) {
    const own = RULES[rule as keyof typeof RULES].confidence
    expect(confidence, rule).toBe(own)
  }
})

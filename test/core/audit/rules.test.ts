import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { AUDIT_RULES, RULES_VERSION } from '../../../src/core/audit/index.ts'

/** Findings are kept under the names of their rules: a name that goes, or comes, is a new version. */
const NAMES: Readonly<Record<number, string>> = { 1: 'fb5d1bb04f86c9a9' }

test('rules are never renamed: other names are another version', () => {
  const digest = createHash('sha256').update(AUDIT_RULES.join(' ')).digest('hex').slice(0, 16)
  expect(digest).toBe(NAMES[RULES_VERSION])
  for (const rule of AUDIT_RULES) expect(rule).toMatch(/^[a-z]+(_[a-z]+)*$/)
})

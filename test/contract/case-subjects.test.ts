import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { SUBJECT_CODES, subjectSentence } from '../../src/contract/cases/index.ts'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

/** The subjects that sources open cases with. */
function opened(): string[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((own) =>
    own.endsWith('.ts'),
  )
  const found = files
    .map((own) => readFileSync(`${SRC}/${own}`, 'utf8'))
    .filter((text) => /\b(?:openCase|NewCase)\b/.test(text))
    .flatMap((text) => [...text.matchAll(/\bsubject: ([^\n]+)/g)].map(([, value]) => `${value}`))
    .flatMap((value) => [...value.matchAll(/'([a-z]+_[a-z_]+)'/g)].map(([, code]) => `${code}`))
  return [...new Set(found)].sort()
}

describe('what a case is about', () => {
  test('has words wherever a case is opened, and no words are left over', () => {
    expect(opened()).toEqual([...SUBJECT_CODES].sort())
  })

  test.each(SUBJECT_CODES)('%s: a sentence in each language', (code) => {
    expect(subjectSentence(code, 'en')).toMatch(/^[A-Z].*[a-z]\.$/)
    expect(subjectSentence(code, 'ja')).toMatch(/[぀-ヿ一-鿿].*。$/)
  })

  test.each(['of_a_later_version', 'constructor'])('%s stays a code', (code) => {
    expect(subjectSentence(code, 'ja')).toBe(code)
  })
})

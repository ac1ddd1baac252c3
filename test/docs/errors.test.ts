import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PROBLEMS } from '../../src/contract/problems.ts'
import { REFUSAL_CODES } from '../../src/core/ledger/entry.ts'

const FOLDER = new URL('../../docs/errors/', import.meta.url)
const INDEX = 'README.md'
const pages = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.md') && name !== INDEX)
  .map((name) => name.replace(/\.md$/, ''))
const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8')

const SECTIONS = ['What happened', 'Why', 'What to do next', 'Was anything charged?']

/** The sections of a page with their text. */
function sections(page: string): Map<string, string> {
  const [, ...parts] = page.split(/^## /m)
  return new Map(
    parts.map((part) => {
      const [title = '', ...text] = part.split('\n')
      return [title.trim(), text.join('\n').trim()]
    }),
  )
}

describe('error pages and the catalogue', () => {
  it('hold the same codes, both ways', () => {
    const codes = PROBLEMS.map(({ code }) => code)
    expect(codes.length).toBeGreaterThan(REFUSAL_CODES.length)
    expect(codes).toEqual(expect.arrayContaining([...REFUSAL_CODES]))
    expect(pages.toSorted()).toEqual(codes.toSorted())
  })

  it.each(PROBLEMS)('$code: title, status and sections', ({ code, title, status, retryable }) => {
    const page = read(`${code}.md`)
    const [heading, , facts] = page.split('\n')
    expect(heading).toBe(`# ${title}`)
    const repeat = retryable ? 'can succeed later' : 'will not succeed by repeating it'
    expect(facts).toBe(`\`${code}\` · HTTP ${status} · ${repeat}`)
    const found = sections(page)
    expect([...found.keys()]).toEqual(SECTIONS)
    for (const [name, text] of found) expect(text, name).not.toBe('')
    expect(found.get('Was anything charged?')).toMatch(/^(No|Not |At most once)/)
  })

  it('are all in the index, in the order of the catalogue', () => {
    const listed = [...read(INDEX).matchAll(/^\| \[`(\w+)`\]\((\w+)\.md\) \| (\d+) \| (.+) \|$/gm)]
    expect(listed.map(([, code, file, status, title]) => [code, file, status, title])).toEqual(
      PROBLEMS.map(({ code, title, status }) => [code, code, String(status), title]),
    )
  })
})

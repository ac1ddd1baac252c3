import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CLASSES, type TestName } from './complaint.ts'
import { SAID } from './said/index.ts'

const TESTS = new URL('../', import.meta.url)
const ALL = Object.values(SAID).flat()
const NAMED = ALL.flatMap(({ tests }) => tests)

const read = (file: string): string => readFileSync(new URL(file, TESTS), 'utf8')

/** Where a test or a row of a table can have its title. */
const TITLE =
  /(?:\b(?:test|it|describe)\(|\b(?:test|it|describe)\.each[\s\S]{0,4000}?\)\(|\bstory:|\[)\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")/g

/** The titles in a test file; of the misbilling vectors, their ids. */
function titlesOf(file: string): string[] {
  const text = read(file)
  if (file.endsWith('.json')) return (JSON.parse(text) as { id: string }[]).map(({ id }) => id)
  return [...text.matchAll(TITLE)].map(([, single, double]) => single ?? double ?? '')
}

describe('what people complained of elsewhere', () => {
  it('is told once each, with where it was said, what went wrong and the rule against it', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(100)
    expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length)
    for (const { id, refs, wrong, rule } of ALL) {
      expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
      expect(refs.length, id).toBeGreaterThan(0)
      for (const ref of refs) expect(ref, id).toMatch(/^[\w.-]+(?:\/[\w.-]+)?#\d+$/)
      for (const sentence of [wrong, rule]) expect(sentence, id).toMatch(/^\p{Lu}.{8,}\.$/u)
    }
  })

  it.each(ALL.filter(({ waits }) => waits === undefined).map((own) => [own.id, own] as const))(
    '%s: has tests, and they are there',
    (_id, { tests }) => {
      expect(tests.length).toBeGreaterThan(0)
      for (const [file, title] of tests) expect(titlesOf(file), file).toContain(title)
    },
  )

  it('waits for what is not built yet in these cases only', () => {
    const waiting = ALL.filter(({ waits, tests }) => waits !== undefined || tests.length === 0)
    expect(waiting.map(({ id, waits }) => [id, waits])).toEqual([
      ['cost-of-a-session', 'There is no sum by session or by parent call yet.'],
      ['meters-on-a-screen', 'There are no screens yet; the command line has the same rules.'],
    ])
  })

  it('is answered by every scenario of this folder, and by every row of the misbilling vectors', () => {
    const files = readdirSync(new URL('complaints/', TESTS)).filter(
      (name) => name.endsWith('.test.ts') && name !== 'complaints.test.ts',
    )
    expect(files.length).toBeGreaterThanOrEqual(4)
    const names = NAMED.map(([file, title]: TestName) => `${file} ${title}`)
    for (const name of files) {
      const file = `complaints/${name}`
      const titles = [
        ...read(file).matchAll(/^\s*(?:test|it)(?:\(|\.each[\s\S]{0,4000}?\)\()\s*'(.*?)',/gm),
      ].map(([, title]) => title ?? '')
      expect(titles.length, file).toBeGreaterThan(0)
      for (const title of titles) expect(names).toContain(`${file} ${title}`)
    }
    for (const id of titlesOf('vectors/misbilling.json'))
      expect(names).toContain(`vectors/misbilling.json ${id}`)
  })

  it('has a section in docs/why.md for each class', () => {
    const page = readFileSync(new URL('../docs/why.md', TESTS), 'utf8')
    const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title)
    expect(sections).toEqual(expect.arrayContaining(Object.values(CLASSES)))
  })
})

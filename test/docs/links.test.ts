import { existsSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pages, readPage } from './blocks.ts'

const ROOT = new URL('../../docs/', import.meta.url)
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g

interface Link {
  readonly page: string
  readonly target: string
}

/** Relative links of a page, outside its fenced blocks. */
function linksOf(page: string): Link[] {
  const prose = readPage(page).replace(/^```[\s\S]*?^```$/gm, '')
  return [...prose.matchAll(LINK)]
    .map((match) => ({ page, target: match[1] ?? '' }))
    .filter(({ target }) => !/^[a-z]+:/.test(target))
}

const LINKS = pages().flatMap(linksOf)

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

const anchors = (page: string): string[] =>
  [...readPage(page).matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1] ?? ''))

describe('links in the documentation', () => {
  it('are there', () => expect(LINKS.length).toBeGreaterThan(70))

  it('lead to a file, and to a heading where they name one', () => {
    for (const { page, target } of LINKS) {
      const [path = '', anchor] = target.split('#')
      const url = path === '' ? new URL(page, ROOT) : new URL(path, new URL(page, ROOT))
      expect(existsSync(url) && statSync(url).isFile(), `${page} → ${target}`).toBe(true)
      if (anchor === undefined) continue
      const linked = url.pathname.slice(ROOT.pathname.length)
      expect(anchors(linked), `${page} → ${target}`).toContain(anchor)
    }
  })

  it('reach every page from the index', () => {
    const reached = new Set(['README.md'])
    for (const page of reached) {
      for (const { target } of linksOf(page)) {
        const url = new URL(target.split('#')[0] ?? '', new URL(page, ROOT))
        const linked = url.pathname.slice(ROOT.pathname.length)
        if (linked.endsWith('.md')) reached.add(linked)
      }
    }
    const own = pages().filter((page) => /^(concepts|errors)\//.test(page))
    expect([...reached]).toEqual(expect.arrayContaining(own))
  })
})

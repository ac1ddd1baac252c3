import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { browserFamily } from '../../src/contract/browser-family.ts'
import { tally } from './support.ts'

/*
 * Regular expressions run on what others send. One that can match the same text in many ways takes a time that
 * grows with a power of its length: such are found by reading, not by the clock.
 */

const told = tally('patterns')
afterAll(() => told.print())

const LITERAL =
  /(?:^|[(=:,[!&|?{}; ]|return|=>)\s*\/((?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/[dgimsuyv]*(?=[\s.,;)\]:}]|$)/gm
const UNBOUNDED = /^(?:[*+]|\{\d+,\}|\{\d+,\d{3,}\})/
const ATOM =
  /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|.)|\[(?:\\.|[^\]\\])*\]|[^\\[]/iy

interface Part {
  readonly atom: string
  readonly isRepeated: boolean
}

/** The elements of a pattern in their order, with whether each may repeat without a bound. */
function partsOf(pattern: string): Part[] {
  const parts: Part[] = []
  for (let at = 0; at < pattern.length; ) {
    ATOM.lastIndex = at
    const atom = ATOM.exec(pattern)?.[0] ?? pattern[at]!
    at += atom.length
    const times = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(pattern.slice(at))?.[0] ?? ''
    const isRepeated = times !== '' && UNBOUNDED.test(times)
    at += '()|^$'.includes(atom) && atom !== ')' ? 0 : times.length
    parts.push({ atom, isRepeated })
  }
  return parts
}

const CHARACTERS = Array.from({ length: 256 }, (_value, code) => String.fromCharCode(code))
const takes = (atom: string): string[] => {
  const one = new RegExp(`^(?:${atom})$`, /\\[pP]\{/.test(atom) ? 'u' : '')
  return CHARACTERS.filter((character) => one.test(character))
}

/** Two repetitions side by side that can take the same character: where one ends is anybody's guess. */
function neighbours(pattern: string): boolean {
  const parts = partsOf(pattern)
  return parts.some(({ atom, isRepeated }, index) => {
    const after = parts[index + 1]
    if (!isRepeated || !after?.isRepeated || '()'.includes(atom) || '()'.includes(after.atom))
      return false
    const others = takes(after.atom)
    return takes(atom).some((character) => others.includes(character))
  })
}

/** A repetition of what itself repeats. */
function nested(pattern: string): boolean {
  const open = [false]
  for (const { atom, isRepeated } of partsOf(pattern)) {
    if (atom === '(') {
      open.push(false)
      continue
    }
    const inner = atom === ')' && (open.pop() ?? false)
    if (inner && isRepeated) return true
    open[open.length - 1] ||= inner || isRepeated
  }
  return false
}

/** Each turn begins or ends with a character that nothing else in it can take: one way to match. */
const ONE_WAY = new Set([
  '^((?:[^\\n]+\\n)+)\\n((?:— [^\\s+]+ \\S+\\n)+)$',
  '^[a-z0-9-]+(\\.[a-z0-9-]+)+$',
  '^[a-z][a-z0-9_]*(?:\\.[a-z][a-z0-9_]*)*',
])

const patterns = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .flatMap((entry) => {
    const file = `${entry.parentPath}/${entry.name}`
    const text = readFileSync(file, 'utf8')
    return [...text.matchAll(LITERAL)].map(([, pattern = '']) => ({ file, pattern }))
  })

describe('a regular expression in the source', () => {
  it('matches a text in one way', () => {
    told.count('read', patterns.length)
    expect(patterns.length).toBeGreaterThan(250)
    const found = patterns.filter(
      ({ pattern }) => !ONE_WAY.has(pattern) && (nested(pattern) || neighbours(pattern)),
    )
    expect(found).toEqual([])
  })

  it('is seen by this test where it does not', () => {
    for (const bad of ['(a+)+$', '(?:x*y?)*', '([^,]+,?)+', '(?:(?:a|b+)c)*'])
      expect(nested(bad)).toBe(true)
    for (const bad of ['\\s*\\s+$', '[\\d.]+.*z', '\\w+[a-f]*-', 'a{2,}a+'])
      expect(neighbours(bad)).toBe(true)
    for (const good of ['^[a-z]+\\d+$', '(ab)+', '\\s*"x"\\s*:', '[^\\]]*\\]+', '\\([^)]*\\)'])
      expect([nested(good), neighbours(good)]).toEqual([false, false])
    for (const kept of ONE_WAY)
      expect(
        patterns.some(({ pattern }) => pattern === kept),
        kept,
      ).toBe(true)
  })

  it('of a browser’s name reads no more than a browser says', () => {
    expect(browserFamily('Mozilla/5.0 (Macintosh) Version/17.1 Safari/605')).toBe('Safari · Mac')
    expect(browserFamily(`Version/${'1'.repeat(5_000)} Safari/1 Macintosh`)).toBeNull()
  })
})

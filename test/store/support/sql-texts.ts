import { mask } from '../../tidy/mask.ts'
import type { SourceFile } from '../../tidy/rules.ts'

export interface SqlText {
  readonly file: string
  readonly line: number
  readonly sql: string
}

const STARTS = new RegExp(
  `^\\s*(?:${[
    'select\\s',
    'with\\s+(?:recursive\\s+)?\\w+\\s+as\\b',
    'insert\\s+into\\s',
    'update\\s+[\\w.]+\\s',
    'delete\\s+from\\s',
    'merge\\s+into\\s',
    'create\\s+(?:or\\s|table|index|unique|schema|database|role|user|trigger|sequence|function)',
    '(?:drop|alter)\\s+(?:table|index|schema|database|role|user|type|trigger|sequence)',
    '(?:copy|lock|truncate)\\s+(?:table\\s+)?[\\w.]+',
    'set\\s+(?:local\\s+)?\\w+\\s*=',
    '(?:begin|start\\s+transaction|commit|rollback)(?:\\s+isolation|\\s*;|\\s*$)',
    '(?:listen|notify)\\s+\\w+',
    'declare\\s+\\w+\\s+(?:no\\s+scroll\\s+)?cursor\\s',
    'fetch\\s+forward\\s',
    'close\\s+\\w+\\s*$',
  ].join('|')})`,
)

interface Literal {
  readonly start: number
  readonly text: string
}

/**
 * The string and template literals of a source. A hole that names a literal constant of the same
 * file is filled with it; any other hole becomes a name of no meaning.
 */
function literalsOf(source: string): Literal[] {
  const { withStrings, code } = mask(source)
  const isText = (at: number) => code[at] === ' ' && withStrings[at] !== ' '
  const literals: Literal[] = []
  let at = 0
  while (at < source.length) {
    const quote = isText(at) ? source[at]! : ''
    if (quote !== '`' && quote !== "'" && quote !== '"') {
      at += 1
      continue
    }
    const end = quote === '`' ? templateEnd(source, at + 1) : quotedEnd(source, at + 1, quote)
    literals.push({ start: at, text: source.slice(at + 1, end) })
    at = end + 1
  }
  return literals
}

function quotedEnd(source: string, from: number, quote: string): number {
  let at = from
  while (at < source.length && source[at] !== quote) at += source[at] === '\\' ? 2 : 1
  return at
}

function templateEnd(source: string, from: number): number {
  let at = from
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) at = holeEnd(source, at + 2)
    else at += source[at] === '\\' ? 2 : 1
  }
  return at
}

function holeEnd(source: string, from: number): number {
  let depth = 1
  let at = from
  while (at < source.length) {
    const char = source[at]!
    if (char === '`') at = templateEnd(source, at + 1)
    else if (char === "'" || char === '"') at = quotedEnd(source, at + 1, char)
    if (char === '{') depth += 1
    if (char === '}') depth -= 1
    at += 1
    if (depth === 0) return at
  }
  return at
}

/** The SQL texts of a source file. */
export function sqlTextsOf({ path, text }: SourceFile): SqlText[] {
  const literals = literalsOf(text)
  const named = new Map<string, string>()
  for (const { start, text: own } of literals) {
    const name = /const\s+(\w+)\s*(?::[^=]+)?=\s*$/.exec(text.slice(0, start))?.[1]
    if (name !== undefined) named.set(name, own)
  }
  const filled = (own: string, depth = 0): string =>
    own.replace(/\$\{(\w+)\}|\$\{[^}]*\}/g, (_hole, name: string | undefined) => {
      const value = name === undefined ? undefined : named.get(name)
      return value === undefined || depth > 3 ? 'hole' : filled(value, depth + 1)
    })
  return literals
    .map(({ start, text: own }) => ({
      file: path,
      line: text.slice(0, start).split('\n').length,
      sql: filled(own),
    }))
    .filter(({ sql }) => STARTS.test(sql))
}

/** Places where a statement is handed to the driver as a literal, to compare with what was found. */
export const queryCalls = ({ text }: SourceFile): number =>
  [...mask(text).withStrings.matchAll(/\.query(?:<[^(]*>)?\(\s*['"`]/g)].length

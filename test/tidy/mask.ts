/**
 * Blanks out what is not code, so that rules never trip over prose. Line breaks and lengths stay. A
 * small scanner, not a parser: it knows strings, templates, comments and (by what stands before the
 * slash) regular expressions, which is enough for formatted sources.
 */
export interface Masked {
  /** Without comments; strings are kept, for import paths. */
  readonly withStrings: string
  /** Without comments, and with strings, templates and regular expressions emptied. */
  readonly code: string
}

type Kind = 'code' | 'comment' | 'string'

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')

export function mask(source: string): Masked {
  let withStrings = ''
  let code = ''
  for (const { kind, text } of pieces(source)) {
    withStrings += kind === 'comment' ? blank(text) : text
    code += kind === 'code' ? text : blank(text)
  }
  return { withStrings, code }
}

function* pieces(source: string): Generator<{ kind: Kind; text: string }> {
  let at = 0
  let before = ''
  // How deep in braces each open `${` of a template is.
  const holes: number[] = []
  while (at < source.length) {
    const { kind, end } = pieceAt(source, at, before, holes)
    const text = source.slice(at, end)
    if (kind === 'code' && text.trim() !== '') before = (before + text).slice(-20)
    if (kind === 'string') before = '"'
    yield { kind, text }
    at = end
  }
}

function pieceAt(source: string, at: number, before: string, holes: number[]) {
  const rest = source.slice(at, at + 2)
  if (rest === '//') return piece('comment', endOf(source, at, /\n|$/g))
  if (rest === '/*') return piece('comment', endOf(source, at + 2, /\*\//g) + 2)
  const char = source[at] ?? ''
  if (char === "'" || char === '"') return piece('string', stringEnd(source, at, char))
  // `/>` ends an element: no regular expression begins like that here
  if (rest !== '/>' && char === '/' && /(?:^|[(,=:[!&|?{};+>]|\breturn)\s*$/.test(before))
    return piece('string', regexEnd(source, at))
  if (char === '`') return templateEnd(source, at + 1, holes)
  if (char === '}' && holes.at(-1) === 0) {
    holes.pop()
    return templateEnd(source, at + 1, holes)
  }
  countBrace(char, holes)
  return piece('code', at + 1)
}

function countBrace(char: string, holes: number[]): void {
  const depth = holes.at(-1)
  if (depth === undefined) return
  if (char === '{') holes[holes.length - 1] = depth + 1
  if (char === '}') holes[holes.length - 1] = depth - 1
}

const piece = (kind: Kind, end: number): { kind: Kind; end: number } => ({ kind, end })

function endOf(source: string, from: number, pattern: RegExp): number {
  pattern.lastIndex = from
  return pattern.exec(source)?.index ?? source.length
}

function stringEnd(source: string, start: number, quote: string): number {
  let at = start + 1
  while (at < source.length && source[at] !== quote) at += source[at] === '\\' ? 2 : 1
  return at + 1
}

function regexEnd(source: string, start: number): number {
  let inClass = false
  let at = start + 1
  for (; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1
    else if (source[at] === '[') inClass = true
    else if (source[at] === ']') inClass = false
    else if (source[at] === '/' && !inClass) return at + 1
  }
  return at
}

/** To the end of the template, or to the code in its next hole. */
function templateEnd(source: string, from: number, holes: number[]) {
  let at = from
  while (at < source.length) {
    if (source[at] === '`') return piece('string', at + 1)
    if (source.startsWith('${', at)) {
      holes.push(0)
      return piece('string', at + 2)
    }
    at += source[at] === '\\' ? 2 : 1
  }
  return piece('string', at)
}

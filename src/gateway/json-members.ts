/** Where a top-level member of a JSON object stands in its text. */
export interface Member {
  readonly key: string
  readonly valueStart: number
  readonly valueEnd: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** The index after the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end < 0 ? text.length : end + 1
}

/** An odd number of backslashes before a quote escapes it. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1
  while (text.charCodeAt(at) === BACKSLASH) at -= 1
  return (quote - at) % 2 === 0
}

const isSpace = (code: number): boolean =>
  code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

function skipSpace(text: string, start: number): number {
  let at = start
  while (isSpace(text.charCodeAt(at))) at += 1
  return at
}

/** What a character does to the nesting of a value. */
function nesting(code: number): -1 | 0 | 1 {
  if (code === 0x7b || code === 0x5b) return 1
  return code === 0x7d || code === 0x5d ? -1 : 0
}

const COMMA = 0x2c

/** The index after the value that begins at `start`: its comma, or the end of the object. */
function valueEnd(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = stringEnd(text, at) - 1
      continue
    }
    depth += nesting(code)
    if (depth < 0 || (depth === 0 && code === COMMA)) return at
  }
  return text.length
}

/**
 * The members of an object, in order, repeated keys included. The text must be valid JSON of an
 * object; positions are those of `text`, so one that was read as Latin-1 gives byte positions.
 */
export function topLevelMembers(text: string): Member[] {
  const members: Member[] = []
  let at = skipSpace(text, text.indexOf('{') + 1)
  while (text.charCodeAt(at) === QUOTE) {
    const keyEnd = stringEnd(text, at)
    const start = skipSpace(text, text.indexOf(':', keyEnd) + 1)
    const end = valueEnd(text, start)
    members.push({
      key: JSON.parse(text.slice(at, keyEnd)) as string,
      valueStart: start,
      valueEnd: trimmedEnd(text, end),
    })
    at = skipSpace(text, end + 1)
  }
  return members
}

function trimmedEnd(text: string, end: number): number {
  let at = end
  while (isSpace(text.charCodeAt(at - 1))) at -= 1
  return at
}

/** The first key that occurs twice. Readers differ in which one they take, so neither can be trusted. */
export function repeatedKey(members: readonly Member[]): string | null {
  const seen = new Set<string>()
  for (const { key } of members) {
    if (seen.has(key)) return key
    seen.add(key)
  }
  return null
}

/** The same bytes with some members set: replaced where they stand, or put in front. */
export function withMembers(
  body: Buffer,
  members: readonly Member[],
  changes: Readonly<Record<string, unknown>>,
): Buffer {
  const pieces: Buffer[] = []
  let from = body.indexOf('{') + 1
  pieces.push(body.subarray(0, from))
  const known = new Set(members.map(({ key }) => key))
  const added = Object.entries(changes).filter(([key]) => !known.has(key))
  for (const [key, value] of added)
    pieces.push(Buffer.from(`${JSON.stringify(key)}:${JSON.stringify(value)},`))
  if (members.length === 0 && pieces.length > 1) {
    const last = pieces.pop() as Buffer
    pieces.push(last.subarray(0, -1))
  }
  for (const { key, valueStart, valueEnd: end } of members) {
    if (!Object.hasOwn(changes, key)) continue
    pieces.push(body.subarray(from, valueStart), Buffer.from(JSON.stringify(changes[key])))
    from = end
  }
  pieces.push(body.subarray(from))
  return Buffer.concat(pieces)
}

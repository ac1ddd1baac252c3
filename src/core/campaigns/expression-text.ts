/** A piece of an expression, with the column (from 1) at which it begins. */
export interface Token {
  readonly type: 'word' | 'number' | 'text' | 'sign' | 'end'
  readonly text: string
  readonly column: number
}

const SPACE = /^\s+/
const PIECES: readonly (readonly [Exclude<Token['type'], 'end'>, RegExp])[] = [
  ['word', /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*/],
  ['number', /^-?(?:0|[1-9]\d{0,14})(?![\d.])/],
  ['text', /^"[^"\\\p{Cc}]*"/u],
  ['sign', /^(?:==|!=|<=|>=|<|>|\(|\)|\[|\]|,)/],
]

/** Cuts an expression into tokens; a number is the column of what cannot be read. */
export function tokensOf(source: string): readonly Token[] | number {
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const rest = source.slice(at)
    const space = SPACE.exec(rest)?.[0]
    if (space !== undefined) {
      at += space.length
      continue
    }
    const token = pieceOf(rest, at + 1)
    if (!token) return at + 1
    tokens.push(token)
    at += token.text.length
  }
  tokens.push({ type: 'end', text: '', column: source.length + 1 })
  return tokens
}

function pieceOf(rest: string, column: number): Token | undefined {
  for (const [type, pattern] of PIECES) {
    const text = pattern.exec(rest)?.[0]
    if (text !== undefined) return { type, text, column }
  }
  return undefined
}

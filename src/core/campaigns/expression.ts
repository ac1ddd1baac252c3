import type { DOCUMENT_FAULTS, DocumentFaultCode, Told, ValuesFor } from '../faults/index.ts'
import { parseInstant } from '../time/index.ts'
import { type Token, tokensOf } from './expression-text.ts'

/*
 * A small language over facts: `and`, `or`, `not`, comparisons, `in`, parentheses. It is parsed into a
 * tree and its types are checked before a campaign is stored; nothing of it is ever run as code.
 */

export type FactType = 'boolean' | 'text' | 'number' | 'time' | 'texts'

/** Facts that every account has; those of the operator are written `custom.<name>`. */
export const FACT_TYPES: Readonly<Record<string, FactType>> = {
  plan: 'text',
  paid_use: 'boolean',
  region: 'text',
  past_due: 'boolean',
  organisation: 'text',
  seats: 'number',
  member_since: 'time',
  account_age_days: 'number',
  incidents: 'texts',
  granted_by: 'texts',
}

export const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const
export type Comparison = (typeof COMPARISONS)[number]

export type Literal = boolean | string | number

export type Operand =
  | { readonly kind: 'fact'; readonly name: string; readonly type: FactType }
  | { readonly kind: 'literal'; readonly value: Literal; readonly type: FactType }
  | { readonly kind: 'list'; readonly values: readonly Literal[]; readonly type: FactType }

export type Expression =
  | { readonly op: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly op: 'not'; readonly of: Expression }
  | { readonly op: 'holds'; readonly of: Operand }
  | {
      readonly op: 'compare'
      readonly by: Comparison
      readonly left: Operand
      readonly right: Operand
    }
  | { readonly op: 'in'; readonly item: Operand; readonly list: Operand }

export type ParsedExpression =
  | { readonly ok: true; readonly expression: Expression; readonly facts: readonly string[] }
  | { readonly ok: false; readonly column: number; readonly told: Told<ExpressionFaultCode> }

export const EXPRESSION_LENGTH_MAX = 2_000
const DEPTH_MAX = 32

type ExpressionFaultCode = Extract<DocumentFaultCode, `expression_${string}`>

/** The values that a code needs besides the column, which each has. */
type OwnValues<Code extends ExpressionFaultCode> = Omit<
  ValuesFor<(typeof DOCUMENT_FAULTS)[Code]>[0],
  'column'
>

class Fault extends Error {
  readonly column: number
  readonly told: Told<ExpressionFaultCode>
  constructor(column: number, told: Told<ExpressionFaultCode>) {
    super(told.code)
    this.column = column
    this.told = told
  }
}

const fault = <Code extends ExpressionFaultCode>(
  column: number,
  code: Code,
  ...[values]: keyof OwnValues<Code> extends never ? [] : [values: OwnValues<Code>]
): Fault => new Fault(column, { code, values: { ...values, column } })

/** Reads and checks an expression. `custom` names the operator's own facts and their types. */
export function parseExpression(
  source: string,
  custom: Readonly<Record<string, FactType>> = {},
): ParsedExpression {
  const tokens = tokensOf(source)
  if (typeof tokens === 'number') return refused(fault(tokens, 'expression_unreadable'))
  const parser = new Parser(tokens, custom)
  try {
    const expression = parser.whole()
    return { ok: true, expression, facts: [...parser.facts] }
  } catch (error) {
    if (error instanceof Fault) return refused(error)
    throw error
  }
}

const refused = ({ column, told }: Fault): ParsedExpression => ({ ok: false, column, told })

class Parser {
  readonly facts = new Set<string>()
  readonly #tokens: readonly Token[]
  readonly #custom: Readonly<Record<string, FactType>>
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[], custom: Readonly<Record<string, FactType>>) {
    this.#tokens = tokens
    this.#custom = custom
  }

  whole(): Expression {
    const expression = this.#either()
    const rest = this.#next()
    if (rest.type !== 'end') throw fault(rest.column, 'expression_rest', { text: rest.text })
    return expression
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!
  }

  #next(): Token {
    const token = this.#peek()
    this.#at += 1
    return token
  }

  #take(text: string): boolean {
    const token = this.#peek()
    const found = token.type !== 'text' && token.text === text
    if (found) this.#at += 1
    return found
  }

  #expect(text: string): void {
    const { column } = this.#peek()
    if (!this.#take(text)) throw fault(column, 'expression_expects', { text })
  }

  #either(): Expression {
    let left = this.#both()
    while (this.#take('or')) left = { op: 'or', left, right: this.#both() }
    return left
  }

  #both(): Expression {
    let left = this.#one()
    while (this.#take('and')) left = { op: 'and', left, right: this.#one() }
    return left
  }

  #one(): Expression {
    this.#depth += 1
    if (this.#depth > DEPTH_MAX) throw fault(this.#peek().column, 'expression_too_deep')
    try {
      if (this.#take('not')) return { op: 'not', of: this.#one() }
      if (this.#take('(')) {
        const inner = this.#either()
        this.#expect(')')
        return inner
      }
      return this.#comparison()
    } finally {
      this.#depth -= 1
    }
  }

  #comparison(): Expression {
    const { column } = this.#peek()
    const left = this.#operand()
    if (this.#take('in')) return this.#membership(left, column)
    const by = COMPARISONS.find((sign) => this.#take(sign))
    if (by !== undefined) {
      const [first, second] = timesAlike(left, this.#operand())
      checkComparison(by, [first, second], column)
      return { op: 'compare', by, left: first, right: second }
    }
    if (left.type !== 'boolean') throw fault(column, 'expression_no_truth')
    return { op: 'holds', of: left }
  }

  #membership(item: Operand, column: number): Expression {
    const list = this.#peek().text === '[' ? this.#list() : this.#operand()
    const fits =
      list.kind === 'list' ? list.type === item.type : list.type === 'texts' && item.type === 'text'
    if (!fits) throw fault(column, 'expression_types')
    return { op: 'in', item, list }
  }

  #list(): Operand {
    this.#expect('[')
    const { column } = this.#peek()
    const items = [this.#operand()]
    while (this.#take(',')) items.push(this.#operand())
    this.#expect(']')
    const values = items.flatMap((item) => (item.kind === 'literal' ? [item.value] : []))
    const [first] = items
    if (values.length < items.length || items.some(({ type }) => type !== first?.type))
      throw fault(column, 'expression_list')
    return { kind: 'list', values, type: first!.type }
  }

  #operand(): Operand {
    const token = this.#next()
    if (token.type === 'number')
      return { kind: 'literal', value: parseInt(token.text, 10), type: 'number' }
    if (token.type === 'text')
      return { kind: 'literal', value: token.text.slice(1, -1), type: 'text' }
    if (token.text === 'true' || token.text === 'false')
      return { kind: 'literal', value: token.text === 'true', type: 'boolean' }
    if (token.type === 'word') return this.#fact(token)
    throw fault(token.column, token.type === 'end' ? 'expression_ends' : 'expression_no_value')
  }

  #fact({ text: name, column }: Token): Operand {
    const own = name.startsWith('custom.') ? this.#custom : FACT_TYPES
    const key = name.replace(/^custom\./, '')
    const type = Object.hasOwn(own, key) ? own[key] : undefined
    if (type === undefined) throw fault(column, 'expression_no_fact', { name })
    this.facts.add(name)
    return { kind: 'fact', name, type }
  }
}

/** A text beside a time is read as a time. */
function timesAlike(left: Operand, right: Operand): [Operand, Operand] {
  const read = (own: Operand, other: Operand): Operand => {
    if (other.type !== 'time' || own.kind !== 'literal' || typeof own.value !== 'string') return own
    const at = parseInstant(own.value)
    return at === undefined ? own : { kind: 'literal', value: at, type: 'time' }
  }
  return [read(left, right), read(right, left)]
}

function checkComparison(by: Comparison, [left, right]: [Operand, Operand], column: number): void {
  if (left.type !== right.type || left.type === 'texts') throw fault(column, 'expression_types')
  const ordered = left.type === 'number' || left.type === 'time'
  if (!ordered && by !== '==' && by !== '!=')
    throw fault(column, 'expression_no_order', { type: left.type })
}

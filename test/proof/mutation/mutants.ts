import { createHash } from 'node:crypto'
import { parseSync } from 'vite'

/** One small change of a source file, which a test ought to notice. */
export interface Mutant {
  readonly file: string
  readonly line: number
  readonly kind: string
  readonly start: number
  readonly end: number
  readonly replace: string
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

interface Change {
  readonly kind: string
  readonly at: Pick<Node, 'start' | 'end'>
  readonly replace: string
}

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&&': ['||'],
  '||': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
}

const METHODS: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  filter: 'slice',
  toSorted: 'slice',
  toReversed: 'slice',
}

/** Every mutant of a file, in the order of the text. */
export function mutantsOf(file: string, source: string): readonly Mutant[] {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0]?.message}`)
  return nodesOf(program)
    .flatMap((node) => changesOf(node, source))
    .map(({ kind, at, replace }) => ({
      file,
      line: source.slice(0, at.start).split('\n').length,
      kind,
      start: at.start,
      end: at.end,
      replace,
    }))
    .toSorted((a, b) => a.start - b.start)
}

/** The file with the mutant in it. */
export const mutated = (source: string, { start, end, replace }: Mutant): string =>
  source.slice(0, start) + replace + source.slice(end)

/** The same as long as neither the text that is changed nor the mutation does: the order of a sample. */
export const orderOf = (mutant: Mutant, seed: string): string =>
  createHash('sha256')
    .update(`${seed} ${mutant.file} ${mutant.start} ${mutant.kind} ${mutant.replace}`)
    .digest('hex')

/** What is for the type checker only is left out: it is gone when the tests run. */
function nodesOf(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf)
  if (!isNode(value) || isTypeOnly(value)) return []
  return [value, ...Object.values(value).flatMap(nodesOf)]
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

const isTypeOnly = ({ type }: Node): boolean =>
  type === 'ImportDeclaration' ||
  type === 'TSTypeAnnotation' ||
  type === 'TSTypeAliasDeclaration' ||
  type === 'TSInterfaceDeclaration' ||
  type === 'TSTypeParameterInstantiation'

function changesOf(node: Node, source: string): readonly Change[] {
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
      return operatorChanges(node, node.left as Node, node.right as Node, source)
    case 'AssignmentExpression':
      return operatorChanges(node, node.left as Node, node.right as Node, source)
    case 'IfStatement':
    case 'ConditionalExpression':
      return ['true', 'false'].map((replace) => ({
        kind: 'condition',
        at: node.test as Node,
        replace,
      }))
    case 'UnaryExpression':
      return unaryChanges(node, source)
    case 'Literal':
      return literalChanges(node)
    case 'ExpressionStatement':
      return [{ kind: 'statement removed', at: node, replace: ';' }]
    case 'CallExpression':
      return methodChanges(node)
    default:
      return []
  }
}

function operatorChanges(node: Node, left: Node, right: Node, source: string): readonly Change[] {
  const operator = String(node.operator)
  const start = left.end + source.slice(left.end, right.start).indexOf(operator)
  const at = { start, end: start + operator.length }
  return (OPERATORS[operator] ?? []).map((replace) => ({ kind: 'operator', at, replace }))
}

function unaryChanges(node: Node, source: string): readonly Change[] {
  if (node.operator !== '!' && node.operator !== '-') return []
  const { start, end } = node.argument as Node
  return [{ kind: 'sign or not', at: node, replace: `(${source.slice(start, end)})` }]
}

function literalChanges(node: Node): readonly Change[] {
  const { value } = node
  if (typeof value === 'boolean') return [{ kind: 'constant', at: node, replace: String(!value) }]
  if (typeof value === 'bigint') return [{ kind: 'constant', at: node, replace: `${value + 1n}n` }]
  if (typeof value === 'number') return [{ kind: 'constant', at: node, replace: `${value + 1}` }]
  return []
}

function methodChanges(node: Node): readonly Change[] {
  const callee = node.callee as Node
  if (callee.type !== 'MemberExpression' || callee.computed === true) return []
  const property = callee.property as Node
  const replace = METHODS[String(property.name)]
  if (replace === undefined) return []
  // `slice` would take a function for a number: it gets nothing to read.
  if (replace !== 'slice') return [{ kind: 'method', at: property, replace }]
  return [{ kind: 'method', at: { start: property.start, end: node.end }, replace: 'slice()' }]
}

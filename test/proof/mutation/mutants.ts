import { createHash } from 'node:crypto'
import { allOf, childrenOf, isNode, type Node, treeOf } from './syntax.ts'

/** One small change of a source file, which a test ought to notice. */
export interface Mutant {
  readonly file: string
  readonly line: number
  readonly kind: string
  readonly start: number
  readonly end: number
  /** What stood there. */
  readonly from: string
  readonly replace: string
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

/** Text that is a code of the house, and not prose. */
const CODE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/

/** By the type that a function says it gives: what could stand for everything it gives. */
const EMPTY: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^boolean$| is /, ['true', 'false']],
  [/\| null$/, ['null']],
  [/\| undefined$/, ['undefined']],
  [/^readonly .*\[\]$|\[\]$/, ['[]']],
  [/^string$/, [`''`]],
  [/^number$/, ['0']],
  [/^(bigint|Nanos)$/, ['0n']],
  [/^(Readonly)?Map</, ['new Map()']],
  [/^(Readonly)?Set</, ['new Set()']],
]

const METHODS: Readonly<Record<string, string>> = {
  min: 'max',
  max: 'min',
  find: 'findLast',
  findLast: 'find',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  some: 'every',
  every: 'some',
  filter: 'slice',
  toSorted: 'slice',
  toReversed: 'slice',
}

/** Every mutant of a file, in the order of the text. */
export function mutantsOf(file: string, source: string): readonly Mutant[] {
  return allOf(treeOf(file, source))
    .flatMap((node) => changesOf(node, source))
    .filter(({ at, replace }) => source.slice(at.start, at.end) !== replace)
    .map(({ kind, at, replace }) => ({
      file,
      line: source.slice(0, at.start).split('\n').length,
      kind,
      start: at.start,
      end: at.end,
      from: source.slice(at.start, at.end),
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

function changesOf(node: Node, source: string): readonly Change[] {
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return operatorChanges(node, source)
    case 'IfStatement':
    case 'ConditionalExpression':
      return conditionChanges(node.test as Node)
    case 'UnaryExpression':
    case 'UpdateExpression':
      return unaryChanges(node, source)
    case 'Literal':
      return literalChanges(node)
    case 'ExpressionStatement':
      return [{ kind: 'statement removed', at: node, replace: ';' }]
    case 'ContinueStatement':
    case 'BreakStatement':
      return [{ kind: 'statement removed', at: node, replace: ';' }]
    case 'MemberExpression':
      return node.optional === true ? optionalChanges(node, source) : []
    case 'CallExpression':
      return methodChanges(node)
    case 'ArrowFunctionExpression':
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      return returnChanges(node, source)
    default:
      return []
  }
}

const conditionChanges = (at: Node): readonly Change[] =>
  ['true', 'false'].map((replace) => ({ kind: 'condition', at, replace }))

function operatorChanges(node: Node, source: string): readonly Change[] {
  const [left, right] = [node.left as Node, node.right as Node]
  const operator = String(node.operator)
  if (operator === '??')
    return [left, right].map((side) => ({
      kind: 'one side',
      at: node,
      replace: `(${source.slice(side.start, side.end)})`,
    }))
  const start = left.end + source.slice(left.end, right.start).indexOf(operator)
  const at = { start, end: start + operator.length }
  return (OPERATORS[operator] ?? []).map((replace) => ({ kind: 'operator', at, replace }))
}

function unaryChanges(node: Node, source: string): readonly Change[] {
  const { start, end } = node.argument as Node
  const argument = source.slice(start, end)
  if (node.operator === '++') return [{ kind: 'operator', at: node, replace: `${argument}--` }]
  if (node.operator !== '!' && node.operator !== '-') return []
  return [{ kind: 'sign or not', at: node, replace: `(${argument})` }]
}

function literalChanges(node: Node): readonly Change[] {
  const { value } = node
  const to = (replace: string): readonly Change[] => [{ kind: 'constant', at: node, replace }]
  if (typeof value === 'boolean') return to(String(!value))
  if (typeof value === 'bigint') return to(`${value + 1n}n`)
  if (typeof value === 'number') return to(`${value + 1}`)
  if (typeof value === 'string' && CODE.test(value))
    return [{ kind: 'code', at: node, replace: `''` }]
  return []
}

/** `a?.b` asks nothing any more. */
function optionalChanges(node: Node, source: string): readonly Change[] {
  const from = (node.object as Node).end
  const start = from + source.slice(from).indexOf('?.')
  const replace = node.computed === true ? '' : '.'
  return [{ kind: 'optional', at: { start, end: start + 2 }, replace }]
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

/** A function that always gives the empty value of the type it says it gives. */
function returnChanges(node: Node, source: string): readonly Change[] {
  const { returnType, body } = node
  if (!isNode(returnType) || !isNode(body)) return []
  const type = source.slice(returnType.start + 1, returnType.end).trim()
  const replaces = EMPTY.find(([shape]) => shape.test(type))?.[1] ?? []
  const given =
    body.type === 'BlockStatement' || body.type === 'FunctionBody' ? returned(body) : [body]
  return given.flatMap((at) => replaces.map((replace) => ({ kind: 'return', at, replace })))
}

/** What the function itself returns, not the functions in it. */
function returned(node: Node): readonly Node[] {
  if (node.type === 'ReturnStatement') return isNode(node.argument) ? [node.argument] : []
  if (node.type.includes('Function') && node.type !== 'FunctionBody') return []
  return childrenOf(node).flatMap(returned)
}

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
  '*=': ['/='],
}

/** What the kit of money does by name, with what would stand there if it did the opposite. */
const MONEY: Readonly<Record<string, (...args: readonly string[]) => string>> = {
  add: (a, b) => `((${a}) - (${b}) as any)`,
  subtract: (a, b) => `((${a}) + (${b}) as any)`,
  negate: (a) => `(${a})`,
  min: (a, b) => `((${a}) > (${b}) ? (${a}) : (${b}))`,
  max: (a, b) => `((${a}) < (${b}) ? (${a}) : (${b}))`,
  subtractToZero: (a, b) => `((${a}) - (${b}) as any)`,
  // rounded the other way
  floorDivide: (a, b) => `(-floorDivide(-(${a}), ${b}) as any)`,
  divideHalfUp: (a, b) => `((${a}) / (${b}) as any)`,
  scaleDown: (a, b) => `(-scaleDown(-(${a}) as any, ${b}) as any)`,
  scaleUp: (a, b) => `(-scaleUp(-(${a}) as any, ${b}) as any)`,
}
const MONEY_FILES = /\/(money\/index|nanos|rounding)\.ts$/

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

const METHODS: ReadonlyMap<string, string> = new Map(
  Object.entries({
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
    sort: 'slice',
    push: 'unshift',
    floor: 'ceil',
    ceil: 'floor',
  }),
)

/** What gives the same, whichever comes first. */
const SYMMETRIC: ReadonlySet<string> = new Set(['add', 'min', 'max'])

/** Every mutant of a file, in the order of the text. */
export function mutantsOf(file: string, source: string): readonly Mutant[] {
  const tree = treeOf(file, source)
  const money = moneyNamesOf(tree)
  return allOf(tree)
    .flatMap((node) => [...changesOf(node, source), ...moneyChanges(node, source, money)])
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
      return [...methodChanges(node), ...orderChanges(node, source)]
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

/** The names that the file takes from the kit of money. */
const moneyNamesOf = (tree: Node): ReadonlySet<string> =>
  new Set(
    (tree.body as readonly Node[])
      .filter(
        ({ type, source }) =>
          type === 'ImportDeclaration' && MONEY_FILES.test(String((source as Node).value)),
      )
      .flatMap(({ specifiers }) => specifiers as readonly Node[])
      .map(({ local }) => String((local as Node).name)),
  )

function moneyChanges(node: Node, source: string, names: ReadonlySet<string>): readonly Change[] {
  const name = String((node.callee as Node | undefined)?.name)
  const opposite = MONEY[name]
  if (node.type !== 'CallExpression' || !names.has(name) || !opposite) return []
  const args = (node.arguments as readonly Node[]).map(({ start, end }) => source.slice(start, end))
  return [{ kind: 'money', at: node, replace: opposite(...args) }]
}

function methodChanges(node: Node): readonly Change[] {
  const callee = node.callee as Node
  if (callee.type !== 'MemberExpression' || callee.computed === true) return []
  const property = callee.property as Node
  const replace = METHODS.get(String(property.name))
  if (replace === undefined || isSoughtByValue(property, node)) return []
  // `slice` would take a function for a number: it gets nothing to read.
  if (replace !== 'slice') return [{ kind: 'method', at: property, replace }]
  return [{ kind: 'method', at: { start: property.start, end: node.end }, replace: 'slice()' }]
}

/** The first two arguments of a function, each in the place of the other. */
function orderChanges(node: Node, source: string): readonly Change[] {
  const callee = node.callee as Node
  const [first, second] = node.arguments as readonly Node[]
  if (callee.type !== 'Identifier' || SYMMETRIC.has(String(callee.name))) return []
  if (!first || !second || second.type === 'SpreadElement') return []
  const [one, other] = [first, second].map(({ start, end }) => source.slice(start, end))
  const at = { start: first.start, end: second.end }
  return [{ kind: 'arguments', at, replace: `${other}, ${one}` }]
}

/** `find((one) => one === wanted)` gives the same, whichever is found. */
function isSoughtByValue({ name }: Node, call: Node): boolean {
  const [given] = call.arguments as readonly Node[]
  if (!String(name).startsWith('find') || given?.type !== 'ArrowFunctionExpression') return false
  const [parameter] = given.params as readonly Node[]
  const body = given.body as Node
  const sides = [body.left, body.right] as readonly (Node | undefined)[]
  return (
    parameter?.type === 'Identifier' &&
    body.operator === '===' &&
    sides.some((side) => side?.type === 'Identifier' && side.name === parameter.name)
  )
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

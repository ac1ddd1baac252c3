import { parseSync } from 'vite'

/** A piece of a source file as the parser sees it. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** The file's tree. Throws when it cannot be read. */
export function treeOf(file: string, source: string): Node {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0]?.message}`)
  return program as unknown as Node
}

export const isReadable = (file: string, source: string): boolean =>
  parseSync(file, source).errors.length === 0

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

/** What is right below. What is for the type checker only is left out: it is gone when the tests run. */
export function childrenOf(node: Node): readonly Node[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode)
    .flatMap(runtimeOf)
}

/** The node and all below it, in the order of the text. */
export const allOf = (node: Node): readonly Node[] => [node, ...childrenOf(node).flatMap(allOf)]

function runtimeOf(node: Node): readonly Node[] {
  if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') return []
  if (!node.type.startsWith('TS')) return [node]
  const within = node.expression ?? node.parameter
  return isNode(within) ? runtimeOf(within) : []
}

import { childrenOf, type Node, treeOf } from './syntax.ts'

/** A place of a file that says when it is reached. */
export interface Probe {
  readonly start: number
  readonly end: number
}

export interface Probed {
  readonly probes: readonly Probe[]
  /** The file that calls `__reached(FILE, PROBE)` wherever a probe is. */
  readonly source: string
}

interface Insertion {
  readonly at: number
  readonly text: string
}

/** A probe in every block, and in every expression that is reached only sometimes. */
export function probed(file: string, source: string): Probed {
  const probes: Probe[] = []
  const insertions: Insertion[] = []
  const mark = (): string => `globalThis.__reached(${JSON.stringify(file)}, ${probes.length - 1})`
  const visit = (node: Node): void => {
    const { start, end } = node
    if (node.type === 'BlockStatement' || node.type === 'FunctionBody') {
      probes.push({ start, end })
      insertions.push({ at: start + 1, text: `${mark()};` })
    }
    for (const child of childrenOf(node)) {
      const isProbed = isSometimes(node, child)
      if (isProbed) {
        probes.push({ start: child.start, end: child.end })
        insertions.push({ at: child.start, text: `(${mark()},` })
      }
      visit(child)
      if (isProbed) insertions.push({ at: child.end, text: ')' })
    }
  }
  visit(treeOf(file, source))
  return { probes, source: inserted(source, insertions) }
}

/** The innermost probe around a place: reached whenever the place is. -1: reached when the file is loaded. */
export function probeAround(probes: readonly Probe[], { start, end }: Probe): number {
  let found = -1
  for (const [index, probe] of probes.entries())
    if (probe.start <= start && probe.end >= end) found = index
  return found
}

function isSometimes(parent: Node, child: Node): boolean {
  switch (parent.type) {
    case 'ArrowFunctionExpression':
      return child === parent.body && parent.expression === true
    case 'ConditionalExpression':
      return child === parent.consequent || child === parent.alternate
    case 'LogicalExpression':
      return child === parent.right
    default:
      return false
  }
}

/** Insertions of one place stay in the order in which they were made. */
function inserted(source: string, insertions: readonly Insertion[]): string {
  const parts: string[] = []
  let from = 0
  for (const { at, text } of insertions.toSorted((a, b) => a.at - b.at)) {
    parts.push(source.slice(from, at), text)
    from = at
  }
  return parts.join('') + source.slice(from)
}

import type { Places } from './places.ts'

/** What V8 writes for `--cpu-prof`: a tree of frames, and which of them ran at each sample. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  /** Ids of the nodes that ran. */
  readonly samples: readonly number[]
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: CallFrame
  readonly children?: readonly number[]
}

export interface CallFrame {
  readonly functionName: string
  readonly url: string
  /** Both from 0. */
  readonly lineNumber: number
  readonly columnNumber: number
}

/** A function below those that called it. */
export interface Frame {
  readonly name: string
  /** File and line of the source; empty: V8's own. */
  readonly place: string
  /** Of this function alone, and with all that it called; microseconds. */
  readonly selfUs: number
  readonly totalUs: number
  /** Those that took longest first. */
  readonly children: readonly Frame[]
}

/** Waiting is no work: shares are of the time that the process was busy. */
const IDLE = '(idle)'

/** The profile as one tree; calls of the same function from the same place are one frame. */
export function frameTree(profile: CpuProfile, places: Places): Frame {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const selfUs = new Map<number, number>()
  for (const [index, id] of profile.samples.entries())
    selfUs.set(id, (selfUs.get(id) ?? 0) + Math.max(0, profile.timeDeltas[index] ?? 0))

  const frameOf = (same: readonly ProfileNode[]): Frame => {
    const { callFrame } = same[0]!
    const children = groupedBy(
      same.flatMap((node) => (node.children ?? []).map((id) => nodes.get(id)!)),
      ({ callFrame: own }) => `${own.functionName} ${places.of(own)}`,
    )
      .filter(([first]) => first!.callFrame.functionName !== IDLE)
      .map(frameOf)
      .sort((a, b) => b.totalUs - a.totalUs)
    const own = same.reduce((sum, { id }) => sum + (selfUs.get(id) ?? 0), 0)
    return {
      name: callFrame.functionName || '(anonymous)',
      place: places.of(callFrame),
      selfUs: own,
      totalUs: children.reduce((sum, child) => sum + child.totalUs, own),
      children,
    }
  }
  return frameOf([profile.nodes[0]!])
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}

import type { TreeLink } from '../../store/facts/tree.ts'

/** A call at the level that is asked for, and what is below it. */
export interface ShapeNode {
  readonly callId: string
  /** The measure of the call and of all below it. */
  readonly value: bigint
  /** Calls that were made for it. */
  readonly children: number
}

interface Growing {
  readonly callId: string
  value: bigint
  children: number
}

/** In the subtree that is asked for, at its root. */
const ROOT = -1

/**
 * One level of the tree of a session, from its calls one after another. A parent was made before its child and
 * is in the same session; whatever else a call says of its parent puts it at the top, so that no circle can be.
 * Of a call no more is kept than its id and the node that it is below: a session may have very many.
 */
export class TreeShape {
  readonly #under: string | null
  readonly #nodes: Growing[] = []
  readonly #places = new Map<string, number>()

  /** `under`: the call whose level it is; `null`: the top of the session. */
  constructor(under: string | null) {
    this.#under = under
  }

  add({ callId, parentCallId, value }: TreeLink): void {
    const above = parentCallId === null ? undefined : this.#places.get(parentCallId)
    if (this.#under === null ? above === undefined : above === ROOT) {
      this.#places.set(callId, this.#nodes.length)
      this.#nodes.push({ callId, value, children: 0 })
    } else if (above !== undefined && above !== ROOT) {
      const node = this.#nodes[above]!
      this.#places.set(callId, above)
      node.value += value
      if (parentCallId === node.callId) node.children += 1
    } else if (callId === this.#under) this.#places.set(callId, ROOT)
  }

  nodes(): readonly ShapeNode[] {
    return this.#nodes
  }

  /** The calls of some nodes, each with the place of its node in the list. */
  partsOf(nodes: readonly ShapeNode[]): {
    readonly callIds: readonly string[]
    readonly parts: readonly number[]
  } {
    const partOf = new Map(nodes.map(({ callId }, part) => [this.#places.get(callId)!, part]))
    const callIds: string[] = []
    const parts: number[] = []
    for (const [callId, place] of this.#places) {
      const part = partOf.get(place)
      if (part === undefined) continue
      callIds.push(callId)
      parts.push(part)
    }
    return { callIds, parts }
  }
}

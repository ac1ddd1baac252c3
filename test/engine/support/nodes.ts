import { afterEach } from 'vitest'
import type { EngineSettings } from '../../../src/engine/index.ts'
import type { TestDatabase } from '../../support/database.ts'
import { type Node, startNode } from '../support.ts'
import { nodeAt, type SetClock } from './set-clock.ts'

const open = new Set<Node>()

// This module is loaded once per test file, so this belongs to the file that imports it.
afterEach(async () => {
  const nodes = [...open]
  open.clear()
  await Promise.all(nodes.map((node) => node.close()))
})

function opened(node: Node): Node {
  const own = {
    engine: node.engine,
    close: () => {
      open.delete(own)
      return node.close()
    },
  }
  open.add(own)
  return own
}

/** A node that is closed after the test, if the test has not done so. */
export const node = async (database: TestDatabase, settings?: Partial<EngineSettings>) =>
  opened(await startNode(database, settings))

/** The same, with a clock that stands where the test puts it. */
export const clockedNode = async (database: TestDatabase, clock: SetClock) =>
  opened(await nodeAt(database, clock))

import type { EngineSettings } from '../../../src/engine/index.ts'
import { afterTest } from '../../support/cleanup.ts'
import type { TestDatabase } from '../../support/database.ts'
import { type Node, startNode } from '../support.ts'
import { nodeAt, type SetClock } from './set-clock.ts'

function opened(node: Node): Node {
  let isOpen = true
  const close = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    await node.close()
  }
  afterTest(close)
  return { engine: node.engine, close }
}

/** A node that is closed after the test, if the test has not done so. */
export const node = async (database: TestDatabase, settings?: Partial<EngineSettings>) =>
  opened(await startNode(database, settings))

/** The same, with a clock that stands where the test puts it. */
export const clockedNode = async (database: TestDatabase, clock: SetClock) =>
  opened(await nodeAt(database, clock))

import { setTimeout as sleep } from 'node:timers/promises'
import { isConnectionLoss } from '../../../src/engine/faults.ts'
import { createEngine, type Engine, Overloaded, Unavailable } from '../../../src/engine/index.ts'
import { createPool } from '../../../src/store/pool.ts'
import { runScript } from '../../engine/support/script.ts'
import { sayLast } from '../../support/child.ts'

/*
 * One server of two, which may be killed at any moment, and whose database may be: its arguments are the
 * database, its name, how many calls to make and the time of their events. It asks with the same id until
 * there is an answer, as clients do, and hands every answer out as it comes.
 */
const [url = '', node = '', count = '', now = ''] = process.argv.slice(2)
const AGAIN_MS = 50

async function untilItWorks<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      const isPassing =
        error instanceof Unavailable || error instanceof Overloaded || isConnectionLoss(error)
      if (!isPassing) throw error
      const cause = (error as Error).cause ?? error
      process.send?.({ type: 'unavailable', code: (cause as { code?: string }).code })
      await sleep(AGAIN_MS)
    }
  }
}

const pool = createPool(url, { max: 4, applicationName: `server ${node}` })
const engine = await untilItWorks(() => createEngine({ pool, settings: { batchMax: 24 } }))
const insisting: Engine = Object.assign(Object.create(engine) as Engine, {
  execute: (command: Parameters<Engine['execute']>[0]) =>
    untilItWorks(() => engine.execute(command)),
})

process.once('message', async () => {
  await runScript(insisting, node, {
    count: parseInt(count, 10),
    atOnce: 16,
    now: parseInt(now, 10),
    onAnswer: (own) => process.send?.({ type: 'answer', own }),
  })
  await engine.close()
  await pool.end()
  sayLast({ type: 'done' })
})
process.send?.({ type: 'ready' })

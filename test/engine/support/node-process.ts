import { createEngine } from '../../../src/engine/index.ts'
import { createPool } from '../../../src/store/pool.ts'
import { sayLast } from '../../support/child.ts'
import { runScript } from './script.ts'

/*
 * One server process: its arguments are the database, its name, and how many calls to make. It says
 * `ready`, waits for `go`, hands out every answer as it comes, and says `done`.
 */
const [url, node, count, now] = process.argv.slice(2)
const pool = createPool(url!, { max: 4, applicationName: `process ${node}` })
const engine = await createEngine({ pool, settings: { batchMax: 24 } })

const say = (message: unknown): void => {
  process.send!(message)
}

process.once('message', async () => {
  await runScript(engine, node!, {
    count: parseInt(count!, 10),
    atOnce: 24,
    now: parseInt(now!, 10),
    onAnswer: (own) => say({ type: 'answer', own }),
  })
  await engine.close()
  await pool.end()
  sayLast({ type: 'done', stats: engine.stats() })
})
say({ type: 'ready' })

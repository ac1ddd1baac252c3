import { createEngine } from '../../../src/engine/index.ts'
import { createPool } from '../../../src/store/pool.ts'
import { sayLast } from '../../support/child.ts'
import { runClient } from './script.ts'

/*
 * One server of several, and the clients that are connected to it. Its arguments: the database, a seed, how
 * many wishes each client has, the time of their events, and the clients' names.
 */
const [url = '', seed = '', count = '', now = '', ...clients] = process.argv.slice(2)

const pool = createPool(url, { max: 4, applicationName: clients.join(' ') })
const engine = await createEngine({ pool })

process.once('message', async () => {
  const one = { seed, count: parseInt(count, 10), now: parseInt(now, 10) }
  await Promise.all(
    clients.map((client) => runClient(engine, { ...one, client }, (own) => process.send?.(own))),
  )
  await engine.close()
  await pool.end()
  sayLast('done')
})
process.send?.('ready')

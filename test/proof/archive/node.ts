import { instant } from '../../../src/core/time/index.ts'
import { archiveEntries } from '../../../src/store/archive/run.ts'
import { createPool } from '../../../src/store/pool.ts'
import { sayLast } from '../../support/child.ts'

/*
 * A server that archives, and may be killed at any moment: its arguments are the database, the directory, before
 * when entries are old, how many go into a file, and after how many steps it stands still (0: never). It tells
 * of every step that it has done.
 */
const [url = '', directory = '', before = '', fileRows = '', stopAfter = ''] = process.argv.slice(2)
const pool = createPool(url, { max: 2, applicationName: 'archiving', archiveDirectory: directory })

let steps = 0
process.once('message', async () => {
  const report = await archiveEntries({
    ...{ pool, directory, fileRows: Number(fileRows) },
    before: instant(Number(before)),
    at: instant(Date.now()),
    onStep: async (step) => {
      process.send?.({ type: 'step', step })
      steps += 1
      if (steps === Number(stopAfter)) await new Promise(() => {})
    },
  })
  await pool.end()
  sayLast({ type: 'done', report })
})
process.send?.({ type: 'ready' })

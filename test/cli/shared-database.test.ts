import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase, openPool, SERVER_NAME, withDatabase } from '../../src/cli/serve/database.ts'
import { loadConfig } from '../../src/config.ts'
import { ask, temporaryFolder } from '../store/embedded/support.ts'

test('a command that was there before the server leaves it its database', async () => {
  const config = {
    ...loadConfig({ env: {}, cwd: '/' }),
    database: { kind: 'embedded', dataDir: join(temporaryFolder(), 'data') },
  } as const
  let end = (): void => {}
  let begun = (): void => {}
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const command = withDatabase(config, 'everycent verify', () => {
    begun()
    return new Promise<void>((resolve) => {
      end = resolve
    })
  })
  await isBegun
  const served = await openDatabase(config, { takeOver: true })
  const pool = openPool(config, served.url, SERVER_NAME)
  await pool.query('select 1')
  end()
  await command
  expect(await ask(served.url, 'select 1')).toBe(1)
  await pool.end()
  await served.release()
}, 60_000)

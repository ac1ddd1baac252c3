// Writes schema.sql, the schema after all migrations; `--check` fails when it is stale instead.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../src/store/embedded/index.ts'
import { migrate } from '../src/store/migrate.ts'
import { schemaDump } from '../src/store/schema-dump.ts'

const file = new URL('../schema.sql', import.meta.url)

async function dumpOfMigrations(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'everycent-schema-'))
  const server = await startEmbedded({ dataDir, settings: { fsync: 'off' } })
  try {
    await migrate(server.url)
    return await schemaDump(server.url)
  } finally {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const dump = await dumpOfMigrations()
if (!process.argv.includes('--check')) {
  writeFileSync(file, dump)
  console.log('schema.sql is written.')
} else if (readFileSync(file, 'utf8') === dump) {
  console.log('schema.sql is fresh.')
} else {
  console.error('schema.sql is stale. Write it again: node --import tsx scripts/dump-schema.ts')
  process.exitCode = 1
}

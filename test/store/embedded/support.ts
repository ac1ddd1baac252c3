import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { EmbeddedServer } from '../../../src/store/embedded/index.ts'
import { afterTest } from '../../support/cleanup.ts'

export const isRoot = process.geteuid?.() === 0

/** A folder that anybody may enter, removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'everycent-embedded-'))
  chmodSync(folder, 0o755)
  afterTest(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Stops the server after the test, whatever the test did with it. */
export function stopLater(server: EmbeddedServer): EmbeddedServer {
  afterTest(() => server.stop())
  return server
}

/** One query on a connection of its own; the first column of the first row. */
export async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end()
  }
}

export interface Owner {
  readonly process: ChildProcess
  readonly pid: number
  readonly url: string
}

const OWNER = fileURLToPath(new URL('./owner.ts', import.meta.url))

/** Another Node process that starts the server and then does nothing. */
export async function startOwner(dataDir: string): Promise<Owner> {
  const child = spawn(process.execPath, ['--import', 'tsx', OWNER, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  afterTest(() => {
    child.kill('SIGKILL')
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  return { process: child, ...JSON.parse(line) }
}

export async function killAndWait(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

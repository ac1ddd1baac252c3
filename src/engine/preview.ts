import type pg from 'pg'
import type { Command } from '../core/decisions/commands.ts'
import type { Result } from '../core/decisions/results.ts'
import { AccountCache } from './cache.ts'
import { type Deciding, previewOf } from './decide-batch.ts'
import type { Job } from './job.ts'
import { loadBatch } from './load.ts'

const ALONE = new Map<string, never>()

const jobOf = (command: Command, order: number): Job => ({
  command,
  resolve: () => {},
  reject: () => {},
  uncertain: true,
  attempts: 0,
  cameMs: 0,
  order,
  catalogueRead: true,
})

/**
 * What each of these commands of one account would be answered, were it the only one: all rest on the
 * same entry of the journal. The client is given back.
 */
export async function previewOn(
  client: pg.PoolClient,
  commands: readonly Command[],
  deciding: Deciding,
): Promise<readonly Result[]> {
  const [first] = commands
  if (!first) {
    client.release()
    return []
  }
  try {
    const jobs = new Map([[first.accountId, commands.map(jobOf)]])
    // an empty cache, so that the preview rests on what is stored now
    const batch = { jobs, after: ALONE }
    const spaces = await loadBatch(client, batch, new AccountCache(1), deciding.at)
    client.release()
    const space = spaces.get(first.accountId)!
    return commands.map((command) => previewOf(space, command, deciding))
  } catch (error) {
    client.release(error instanceof Error ? error : true)
    throw error
  }
}

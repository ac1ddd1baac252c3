import { beforeAll, expect, it } from 'vitest'
import { removeOldEvidence } from '../../src/jobs/evidence.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { record, release } from './support/commands.ts'
import { funded, post } from './support/journal.ts'
import { authorize, seedCatalogue, settle, startNode } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
})

const EVIDENCE = { upstream_status: 200 }
const at = Date.now()

it.each([
  ['settle', () => ({ ...settle('a', 'c1'), evidence: EVIDENCE })],
  ['release', () => ({ ...release('a', 'c2'), evidence: EVIDENCE })],
  ['record', () => ({ ...record('a', 'c3', at), evidence: EVIDENCE })],
])(
  'a repeated %s has the first answer, byte for byte, also once the evidence is removed',
  async (_kind, command) => {
    const node = await startNode(database)
    await funded(node.engine, 'a', '1').catch(() => {})
    for (const id of ['c1', 'c2']) await node.engine.execute(authorize('a', id))
    const first = JSON.stringify(await post(node.engine, command()))
    expect(first).toContain('"evidence_sha256"')
    expect(JSON.stringify(await post(node.engine, command()))).toBe(first)
    await removeOldEvidence({ pool: database.pool, keepDays: 1, nowMs: at + 9 * 86_400_000 })
    await node.close()
    const other = await startNode(database)
    expect(JSON.stringify(await post(other.engine, command()))).toBe(first)
    await other.close()
  },
)

import { beforeAll, expect, it } from 'vitest'
import { buildReceipt } from '../../src/contract/receipt/index.ts'
import { bodyText, type EntryBody, GENESIS_HASH } from '../../src/core/ledger/index.ts'
import { removeOldEvidence } from '../../src/jobs/evidence.ts'
import { chainHash } from '../../src/store/chain-hash.ts'
import { entriesOfCalls } from '../../src/store/reads/entries.ts'
import { verify } from '../../src/store/verify/index.ts'
import { record } from '../engine/support/commands.ts'
import { funded, journal, post, stateOf } from '../engine/support/journal.ts'
import { authorize, seedCatalogue, settle, startNode } from '../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

const DAY_MS = 86_400_000

let database: TestDatabase

/** Writes the journal of an account as versions did that kept evidence inside the hashed body. */
async function keptInside(accountId: string): Promise<void> {
  const rows = await journal(database.pool, accountId)
  let hash = GENESIS_HASH
  for (const { seq, body } of rows) {
    const { evidence_sha256: _hash, evidence, ...rest } = body
    const old = { ...rest, ...(evidence && { evidence }) } as EntryBody
    hash = chainHash(hash, bodyText(old))
    await database.pool.query(
      `update accounts.entry
       set body = $3::json, hash = decode($4::text, 'hex'), evidence = null
       where account_id = $1::text and seq = $2::bigint`,
      [accountId, seq, bodyText(old), hash],
    )
  }
  const state = { ...(await stateOf(database.pool, accountId)), hash }
  await database.pool.query(
    'update accounts.account set state = $2::json where account_id = $1::text',
    [accountId, JSON.stringify(state)],
  )
}

const EVIDENCE = { upstream_status: 200, provider_usage: { input_tokens: 1 } }

beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  const node = await startNode(database)
  await funded(node.engine, 'old', '1')
  await post(node.engine, { ...record('old', 'c1', Date.now()), evidence: EVIDENCE })
  await node.close()
  await keptInside('old')
})

it('a journal with evidence inside its entries reads and verifies', async () => {
  expect((await verify(database.pool, { accountId: 'old' })).first).toBeNull()
  const entries = (await entriesOfCalls(database.pool, 'old', ['c1'])).get('c1')!
  expect(buildReceipt(entries, { currency: 'USD' })).toMatchObject({
    evidence: EVIDENCE,
    evidence_sha256: null,
    evidence_removed_at: null,
  })
})

it('it goes on with evidence beside, and repeats are answered as before', async () => {
  const node = await startNode(database)
  await node.engine.execute(authorize('old', 'c2'))
  await post(node.engine, { ...settle('old', 'c2'), evidence: EVIDENCE })
  const again = await node.engine.execute(record('old', 'c1', Date.now()))
  expect(again.replayed || again.result.status === 'refused').toBe(true)
  await node.close()
  const rows = await journal(database.pool, 'old')
  expect(rows.at(-1)!.text).not.toContain('provider_usage')
  expect(rows.at(-1)!.body.evidence).toEqual(EVIDENCE)
  expect((await verify(database.pool, { accountId: 'old' })).first).toBeNull()
})

it('its retention leaves what is inside, and breaks nothing', async () => {
  const nowMs = Date.now() + 500 * DAY_MS
  expect(await removeOldEvidence({ pool: database.pool, keepDays: 400, nowMs })).toBe(1)
  const entries = (await entriesOfCalls(database.pool, 'old', ['c1'])).get('c1')!
  expect(entries[0]!.body.evidence).toEqual(EVIDENCE)
  expect((await verify(database.pool, { accountId: 'old' })).first).toBeNull()
})

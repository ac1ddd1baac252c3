import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { expect } from 'vitest'
import { createClient } from '../../../src/client/index.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { journal } from '../../engine/support/journal.ts'
import type { Account, Callers } from '../cluster/callers.ts'

const TOKEN = 'operator-token-of-the-test'
const HERE = fileURLToPath(new URL('../../..', import.meta.url))

/** Of a server whose holds, when it was killed, end within the test. */
export const settings = (own: { database: string; upstream: string }) => ({
  DATABASE_URL: own.database,
  ANTHROPIC_API_KEY: 'sk-simulated',
  EVERYCENT_ANTHROPIC_BASE_URL: own.upstream,
  EVERYCENT_OPERATOR_TOKEN: TOKEN,
  EVERYCENT_GATEWAY_HOLD_TTL_MS: '5000',
  EVERYCENT_GATEWAY_UPSTREAM_TIMEOUT_MS: '4000',
  EVERYCENT_GATEWAY_CONNECT_TIMEOUT_MS: '1000',
  EVERYCENT_GATEWAY_DRAIN_TIMEOUT_MS: '4000',
})

/** Prices, a plan, and accounts on it with a key each. @param root of the version that serves: it reads its own data. */
export async function stocked(baseUrl: string, accounts: number, root = HERE): Promise<Account[]> {
  const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))
  const client = createClient({ baseUrl, token: TOKEN })
  await client.priceBooks.publish(read('data/price-books/2026-10-07.json'))
  await client.plans.create(read('data/plans/pro.json'))
  await client.plans.publish('pro', 1)
  const made: Account[] = []
  for (let index = 0; index < accounts; index += 1) {
    const account_id = `acct_${index}`
    await client.accounts.open({ account_id, name: 'A', currency: 'USD', plan: 'pro' })
    made.push({
      accountId: account_id,
      key: (await client.keys.create(account_id, { name: 'k' })).key,
    })
  }
  return made
}

/** Every call that got its whole answer is charged once, no other is, and no hold is left. @returns how many. */
export async function chargedOnce(pool: pg.Pool, callers: Pick<Callers, 'tries'>): Promise<number> {
  while ((await pool.query('select from accounts.hold')).rowCount) await sleep(100)
  const charged = new Map<string, number>()
  for (const { kind, body } of await journal(pool))
    if (kind === 'settle' && body.outcome?.code === 'succeeded')
      charged.set(body.call!.call_id, (charged.get(body.call!.call_id) ?? 0) + 1)
  const told = callers.tries.filter(({ ended }) => ended === 'whole')
  expect(told.length).toBe(new Set(told.map(({ callId }) => callId)).size)
  expect(told.map(({ callId }) => [callId, charged.get(callId)])).toEqual(
    told.map(({ callId }) => [callId, 1]),
  )
  expect(charged.size).toBe(told.length)
  expect((await verify(pool)).first).toBeNull()
  return told.length
}

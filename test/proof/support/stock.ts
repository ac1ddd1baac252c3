import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '../../../src/client/index.ts'

export const TOKEN = 'operator-token-of-the-test'
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))

/** Prices, a plan and so many accounts with credit and a key, made through the API of a running server. */
export async function stocked(
  url: string,
  accounts: number,
): Promise<{ readonly accountId: string; readonly key: string }[]> {
  const client = createClient({ baseUrl: url, token: TOKEN })
  await client.priceBooks.publish(read('data/price-books/2026-10-07.json'))
  await client.plans.create(read('data/plans/pro.json'))
  await client.plans.publish('pro', 1)
  const made: { accountId: string; key: string }[] = []
  for (let index = 0; index < accounts; index += 1) {
    const accountId = `acct_${index}`
    await client.accounts.open({ account_id: accountId, name: 'A', currency: 'USD', plan: 'pro' })
    const { key } = await client.keys.create(accountId, { name: 'k' })
    made.push({ accountId, key })
  }
  return made
}

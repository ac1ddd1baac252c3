import { type Client, createClient } from '../../client/index.ts'
import { stopListening } from './alerts/listening.ts'
import { readAmount } from './amounts.ts'
import { CAST, castFor } from './cast.ts'
import { publishCatalogue } from './catalogue.ts'
import { hirePeople } from './desk.ts'
import { type Remembered, recall } from './memory.ts'
import type { DemoOptions } from './options.ts'
import { makeKeys, openAccounts } from './seed.ts'

/** What is there before the first call: prices, plans, accounts and keys. */
export interface Stage {
  readonly client: Client
  readonly remembered: Remembered
  /** No call has passed the gateway yet. */
  readonly isUntouched: boolean
  readonly planNames: ReadonlyMap<string, string>
}

/** Everything is made once; a repeat changes nothing. */
export async function prepare(options: DemoOptions): Promise<Stage> {
  const nowMs = (options.now ?? Date.now)()
  const client = createClient({ baseUrl: options.baseUrl, token: options.operatorToken })
  await publishCatalogue(client, nowMs)
  await openAccounts(client)
  await hirePeople(client)
  await stopListening(client)
  const before = recall(options.memory, await databaseOf(client))
  const remembered = { ...before, keys: await makeKeys(client, before.keys) }
  options.memory.write(remembered)
  const planNames = new Map<string, string>()
  for await (const plan of client.plans.list()) planNames.set(plan.plan_id, plan.document.name)
  return { client, remembered, isUntouched: await isUntouched(client), planNames }
}

/** An account and the moment at which it was opened: no two databases share both. */
async function databaseOf(client: Client): Promise<string> {
  const [first] = CAST
  if (first === undefined) throw new Error('The demo has no accounts.')
  const { account_id, opened_at } = await client.accounts.get(first.id)
  return `${account_id} ${opened_at}`
}

/** Told by the account that is given nothing, and uses its windows only. */
async function isUntouched(client: Client): Promise<boolean> {
  const { windows, seq } = await client.accounts.state(castFor('weekly_only').id)
  return seq <= 1 && windows.every((window) => readAmount(window.used) === 0n)
}

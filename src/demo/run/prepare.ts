import { type Client, createClient } from '../../client/index.ts'
import { publishCatalogue } from './catalogue.ts'
import { type Remembered, recall } from './memory.ts'
import type { DemoOptions } from './options.ts'
import { makeKeys, openAccounts } from './seed.ts'

/** What is there before the first call: prices, plans, accounts and keys. */
export interface Stage {
  readonly client: Client
  readonly keys: Readonly<Record<string, string>>
  readonly planNames: ReadonlyMap<string, string>
}

/** Everything is made once; a repeat changes nothing. */
export async function prepare(options: DemoOptions, remembered: Remembered): Promise<Stage> {
  const nowMs = (options.now ?? Date.now)()
  const client = createClient({ baseUrl: options.baseUrl, token: options.operatorToken })
  await publishCatalogue(client, nowMs)
  await openAccounts(client)
  const keys = await makeKeys(client, remembered.keys)
  options.memory.write({ ...recall(options.memory), keys })
  const planNames = new Map<string, string>()
  for await (const plan of client.plans.list()) planNames.set(plan.plan_id, plan.document.name)
  return { client, keys, planNames }
}

import { type Client, createClient } from '../../../src/client/index.ts'
import { castFor } from '../../../src/demo/run/cast.ts'
import { OPERATOR_TOKEN, openStage, type Stage } from '../../demo/run/stage.ts'
import { freshDatabase } from '../../support/database.ts'

/** Enough calls to tell every story of the demo. */
const CALLS = 300
const SEED = 7
export const REPLAY_MS = 180_000

export const CARLA = castFor('whole_way').id
export const DMITRI = castFor('cap').id

/** The demo's own world: accounts with calls, credit and refusals, people, and what lies on their desks. */
export interface World {
  readonly url: string
  readonly operator: Client
  readonly operatorToken: string
  readonly stage: Stage
  /** A client with an account key of the demo. */
  as(key: string): Client
  /** The secret of that key. */
  secretOf(key: string): string
  close(): Promise<void>
}

export async function openWorld(calls = CALLS): Promise<World> {
  const database = await freshDatabase()
  const stage = await openStage(database.url, SEED)
  const { result } = await stage.start({ calls, check: true })
  // what the demo tells may come about otherwise on a busy machine; what it sums has to agree on any
  const wrong = result.problems.filter((problem) => !problem.startsWith('It did not happen that'))
  if (wrong.length > 0) throw new Error(`the demo has found: ${wrong.join('; ')}`)
  const keys = (stage.kept() as { readonly keys: Readonly<Record<string, string>> }).keys
  const client = (token: string): Client => createClient({ baseUrl: stage.baseUrl, token })
  return {
    url: stage.baseUrl,
    operator: client(OPERATOR_TOKEN),
    operatorToken: OPERATOR_TOKEN,
    stage,
    as: (key) => client(keys[key] ?? ''),
    secretOf: (key) => keys[key] ?? '',
    close: () => stage.close(),
  }
}

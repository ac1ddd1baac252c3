import { type Client, createClient } from '../../../src/client/index.ts'
import { castFor } from '../../../src/demo/run/cast.ts'
import { renewCard } from '../../../src/demo/run/way/buying.ts'
import { OPERATOR_TOKEN, openStage, type Stage } from '../../demo/run/stage.ts'
import { databaseThatBegins } from '../../support/database.ts'

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

/** What the demo keeps of a start. */
interface Kept {
  readonly keys: Readonly<Record<string, string>>
}

/** The story is told once a run; each world goes on from a copy of its end. */
export async function openWorld(calls = CALLS): Promise<World> {
  const database = await databaseThatBegins({
    name: `demo_${calls}`,
    fill: (url) => tellStory(url, calls),
  })
  const stage = await openStage(database.url, SEED, database.note)
  const { keys } = database.note
  const client = (token: string): Client => createClient({ baseUrl: stage.baseUrl, token })
  const operator = client(OPERATOR_TOKEN)
  // As at the demo's own next start: the simulated processor is another, and knows no card of before.
  await renewCard(operator, castFor('whole_way'))
  return {
    url: stage.baseUrl,
    operator,
    operatorToken: OPERATOR_TOKEN,
    stage,
    as: (key) => client(keys[key] ?? ''),
    secretOf: (key) => keys[key] ?? '',
    close: () => stage.close(),
  }
}

async function tellStory(url: string, calls: number): Promise<Kept> {
  const stage = await openStage(url, SEED)
  try {
    const { result } = await stage.start({ calls, check: true })
    // what the demo tells may come about otherwise on a busy machine; what it sums has to agree on any
    const wrong = result.problems.filter((problem) => !problem.startsWith('It did not happen that'))
    if (wrong.length > 0) throw new Error(`the demo has found: ${wrong.join('; ')}`)
    return stage.kept() as Kept
  } finally {
    await stage.close()
  }
}

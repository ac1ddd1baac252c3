import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient, take } from '../../../src/client/index.ts'
import { freshDatabase } from '../../support/database.ts'
import { OPERATOR_TOKEN, openStage, type Stage } from './stage.ts'

const START_MS = 120_000

let stage: Stage

beforeAll(async () => {
  const database = await freshDatabase()
  stage = await openStage(database.url, 3)
}, START_MS)

afterAll(() => stage?.close())

test(
  'a first start that is stopped before its first call is taken up: nothing is bought or claimed twice',
  async () => {
    const stopped = await stage.start({ calls: 40, signal: AbortSignal.abort() })
    expect(stopped.result).toMatchObject({ ok: false, replayed: true })
    const next = await stage.start({ calls: 80, check: true })
    expect(next.result).toEqual({ ok: true, problems: [], replayed: true })
    const client = createClient({ baseUrl: stage.baseUrl, token: OPERATOR_TOKEN })
    const items = await take(client.purchases.list('acct_demo_carla'))
    expect(items.filter(({ kind }) => kind === 'top_up')).toHaveLength(1)
    const { lots } = await client.accounts.state('acct_demo_carla')
    expect(lots.filter(({ name }) => name === 'Autumn credit')).toHaveLength(1)
    expect(await client.campaigns.funnel('autumn_credit')).toMatchObject({ claimed: 2, granted: 2 })
  },
  START_MS,
)

test(
  'auto-reload is agreed to again for a card that is saved anew, and stays off once it is turned off',
  async () => {
    const client = createClient({ baseUrl: stage.baseUrl, token: OPERATOR_TOKEN })
    const { terms: before } = await client.autoReload.get('acct_demo_carla')
    expect((await stage.start({ calls: 40, check: true })).result.problems).toEqual([])
    const { terms } = await client.autoReload.get('acct_demo_carla')
    expect(terms).toEqual({ ...before, method_id: terms?.method_id })
    const { items } = await client.paymentMethods.list('acct_demo_carla')
    expect(items.map(({ method_id }) => method_id)).toContain(terms?.method_id)
    await client.autoReload.end('acct_demo_carla')
    expect((await stage.start({ calls: 40, check: true })).result.problems).toEqual([])
    expect((await client.autoReload.get('acct_demo_carla')).terms).toBeNull()
  },
  START_MS,
)

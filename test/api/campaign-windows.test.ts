import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeAt, SetClock } from '../engine/support/set-clock.ts'
import type { Node } from '../engine/support.ts'
import { campaign, claim, publish } from './campaign-support.ts'
import { type Api, startNode, startStockedApi } from './support.ts'

/** Servers whose time is the test's: the last hour before clocks are put back in Los Angeles, twice. */
const clock = new SetClock('2030-11-03T09:59:59.999Z')
let stocked: Api
const nodes: Node[] = []
const servers: Api[] = []
beforeAll(async () => {
  stocked = await startStockedApi()
  for (let index = 0; index < 2; index += 1) {
    const node = await nodeAt(stocked.database, clock)
    nodes.push(node)
    servers.push(
      await startNode(stocked.database, { engine: node.engine, nowMs: () => clock.now() }),
    )
  }
})
afterAll(async () => {
  for (const server of servers) await server.close()
  for (const node of nodes) await node.close()
  await stocked.close()
})

/** Nobody takes a place of the campaign until it is let go. */
async function holdCampaign(id: string): Promise<() => Promise<void>> {
  const client = await stocked.database.pool.connect()
  await client.query('begin')
  await client.query('select 1 from control.campaign where campaign_id = $1::text for update', [id])
  return async () => {
    await client.query('commit')
    client.release()
  }
}

const POLL_MS = 20
const STILL = 10

/** Until as many statements wait for a lock as will, for a while: whoever comes is there. */
async function untilInLine(): Promise<void> {
  const waiting = async (): Promise<number> => {
    const { rows } = await stocked.database.pool.query<{ count: string }>(
      `select count(*) as count from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return Number(rows[0]?.count)
  }
  for (let before = 0, still = 0; still < STILL; ) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    const now = await waiting()
    still = now > 0 && now === before ? still + 1 : 0
    before = now
  }
}

describe('a claim at the end of its window', () => {
  it('counts from the moment at which it came, also when it has to wait in line', async () => {
    const [api, other] = servers as [Api, Api]
    const ids = Array.from({ length: 40 }, (_, index) => `last-${index}`)
    await Promise.all(
      [...ids, 'late'].map((account_id) =>
        api.done('openAccount', {
          body: { account_id, name: account_id, currency: 'USD', plan: 'test@1' },
        }),
      ),
    )
    const zone = 'America/Los_Angeles'
    await publish(
      api,
      campaign('ends', {
        claim: {
          from: { local: '2030-11-01T00:00', zone },
          // once: clocks go back from 02:00 to 01:00
          until: { local: '2030-11-03T02:00', zone },
        },
      }),
    )
    const letGo = await holdCampaign('ends')
    const claims = ids.map((id, index) => claim(index % 2 === 0 ? api : other, id, 'ends'))
    await untilInLine()
    // all of them are in line while the window ends
    clock.advance(1)
    await letGo()
    const replies = await Promise.all(claims)
    expect(replies.map(({ status }) => status)).toEqual(ids.map(() => 201))
    for (const { body } of replies) expect(body.claimed_at).toBe('2030-11-03T09:59:59.999Z')
    expect(await claim(api, 'late', 'ends')).toMatchObject({
      status: 409,
      body: {
        code: 'outside_claim_window',
        campaign: { claim_until: '2030-11-03T10:00:00.000Z' },
      },
    })
    // and what was claimed in time is repeated after it
    expect((await claim(other, ids[0]!, 'ends')).status).toBe(201)
  })
})

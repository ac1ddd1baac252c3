import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finishClaims } from '../../src/jobs/claims.ts'
import { sweepDue } from '../../src/jobs/sweep.ts'
import { nodeAt, SetClock } from '../engine/support/set-clock.ts'
import type { Node } from '../engine/support.ts'
import { campaign, claim, publish } from './campaign-support.ts'
import { type Api, expectVerified, startNode, startStockedApi } from './support.ts'

/*
 * Ceilings under any order of events: claims, releases, rejections, expiries, servers that die, raised
 * ceilings, pauses, on two servers at once. What is promised is read from the database in one statement,
 * again and again while they run.
 */

const DAY_MS = 86_400_000
const WAVES = ['early', 'late'] as const
/** What each of the accounts would get. */
const AMOUNTS = ['3', '5', '7', '2', '4', '6', '1', '5'] as const

let stocked: Api
let clock: SetClock
const engines: Node[] = []
const servers: Api[] = []

beforeAll(async () => {
  clock = new SetClock('2030-01-01T00:00:00Z')
  stocked = await startStockedApi()
  for (let index = 0; index < 2; index += 1) {
    const node = await nodeAt(stocked.database, clock)
    engines.push(node)
    servers.push(
      await startNode(stocked.database, { engine: node.engine, nowMs: () => clock.now() }),
    )
  }
})
afterAll(async () => {
  await expectVerified(stocked.database.pool)
  for (const server of servers) await server.close()
  for (const node of engines) await node.close()
  await stocked.close()
})

type Operation =
  | { readonly do: 'claim' | 'die'; readonly account: number; readonly card: number }
  | { readonly do: 'release' | 'reject'; readonly account: number }
  | { readonly do: 'raise'; readonly wave: number; readonly claims: boolean }
  | { readonly do: 'finish' | 'expire' | 'pause' | 'publish' }

const account = fc.integer({ min: 0, max: AMOUNTS.length - 1 })
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      account,
      card: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('die' as const),
      account,
      card: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'reject' as const), account }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('raise' as const),
      wave: fc.integer({ min: -1, max: 1 }),
      claims: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'finish' as const,
        'expire' as const,
        'expire' as const,
        'pause' as const,
        'publish' as const,
      ),
    }),
  },
)

interface Books {
  readonly amount: string
  readonly claims: string
  readonly budget_max: string
  readonly claims_max: string
  readonly wave_amount: string[]
  readonly wave_claims: string[]
  readonly wave_claims_max: (string | null)[]
  readonly claimed: string
  readonly claimed_count: string
  readonly by_wave: readonly { wave: number; amount: string; claims: string }[] | null
  readonly granted: string
  readonly grants: string
  readonly grants_an_account: string
}

/** What is taken, what is claimed and what is granted, as they are at one moment. */
async function booksOf(pool: pg.Pool, id: string): Promise<Books> {
  const { rows } = await pool.query<Books>(
    `select c.amount::text, c.claims::text, c.budget_max::text, c.claims_max::text,
       c.wave_amount::text[], c.wave_claims::text[], c.wave_claims_max::text[],
       coalesce(sum(m.amount), 0)::text as claimed, count(m.amount)::text as claimed_count,
       (select json_agg(w) from (select wave_index as wave, sum(amount)::text as amount,
          count(*)::text as claims from control.campaign_claim
          where campaign_id = $1::text and state <> 'rejected' group by wave_index) w) as by_wave,
       (select coalesce(sum(p.amount), 0)::text from accounts.entry e
          join accounts.posting p using (account_id, seq)
          where e.kind = 'grant' and e.request_id = $2::text and p.lot_id is not null) as granted,
       (select count(*)::text from accounts.entry
          where kind = 'grant' and request_id = $2::text) as grants,
       (select coalesce(max(own.n), 0)::text from (select count(*) as n from accounts.entry
          where kind = 'grant' and request_id = $2::text group by account_id) own)
         as grants_an_account
     from control.campaign c left join control.campaign_claim m
       on m.campaign_id = c.campaign_id and m.state <> 'rejected'
     where c.campaign_id = $1::text group by c.campaign_id`,
    [id, `campaign:${id}`],
  )
  return rows[0]!
}

function expectCeilingsHold(books: Books): void {
  expect([books.claimed, books.claimed_count]).toEqual([books.amount, books.claims])
  expect(BigInt(books.granted)).toBeLessThanOrEqual(BigInt(books.amount))
  expect(BigInt(books.amount)).toBeLessThanOrEqual(BigInt(books.budget_max))
  expect(BigInt(books.grants)).toBeLessThanOrEqual(BigInt(books.claims))
  expect(BigInt(books.claims)).toBeLessThanOrEqual(BigInt(books.claims_max))
  expect(BigInt(books.grants_an_account)).toBeLessThanOrEqual(1n)
  for (const [index, claims] of books.wave_claims.entries()) {
    const own = books.by_wave?.find(({ wave }) => wave === index + 1)
    expect([own?.amount ?? '0', own?.claims ?? '0']).toEqual([books.wave_amount[index], claims])
    expect(BigInt(claims)).toBeLessThanOrEqual(BigInt(books.wave_claims_max[index] ?? claims))
  }
}

/** Looks again and again until it is told to stop. */
function watch(pool: pg.Pool, id: string) {
  let over = false
  let looks = 0
  const done = (async () => {
    while (!over) {
      expectCeilingsHold(await booksOf(pool, id))
      looks += 1
    }
  })()
  return {
    stop: async (): Promise<number> => {
      over = true
      await done
      return looks
    },
  }
}

/** A server that is gone when the place is taken and the grant is due, and comes back for the next. */
let dying: Api
beforeAll(async () => {
  const { pool, engine } = stocked
  const execute = (): never => {
    throw new Error('killed')
  }
  const gone = { ...engine, onCommit: engine.onCommit.bind(engine), execute } as never
  dying = await startNode(stocked.database, { pool, engine: gone, nowMs: () => clock.now() })
})
afterAll(() => dying.close())

const openWave = { from: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' }

async function begin(id: string, accounts: readonly string[]): Promise<void> {
  await Promise.all(
    accounts.map((own) =>
      servers[0]!.done('openAccount', {
        body: { account_id: own, name: own, currency: 'USD', plan: 'test@1' },
      }),
    ),
  )
  const half = accounts.length / 2
  const { claim: _claim, ...document } = campaign(id)
  await publish(servers[0]!, {
    ...document,
    waves: WAVES.map((wave, index) => ({
      id: wave,
      claim: openWave,
      // each account belongs to one of them
      eligible: [
        {
          rule: 'expression' as const,
          when: `custom.place ${index === 0 ? '<' : '>='} ${half}`,
        },
      ],
      limits: { claims: 3 },
    })),
    facts: { place: 'number' },
    amounts: {
      by: 'account',
      table: Object.fromEntries(accounts.map((own, index) => [own, AMOUNTS[index]!])),
    },
    expires: { days_after_claim: 1 },
    limits: { budget: '17', claims: 4 },
  } as never)
  await Promise.all(
    accounts.map((own, place) =>
      servers[0]!.done('stateFacts', { params: { account_id: own }, body: { custom: { place } } }),
    ),
  )
}

async function perform(own: Operation, id: string, accounts: readonly string[]): Promise<unknown> {
  const server = servers[0]!
  const { pool } = stocked.database
  switch (own.do) {
    case 'claim':
    case 'die': {
      const by = own.do === 'die' ? dying : servers[(own.account + own.card) % 2]!
      return claim(by, accounts[own.account]!, id, { card: `card_${own.card}` })
    }
    case 'release':
    case 'reject': {
      const params = { campaign_id: id, account_id: accounts[own.account]! }
      const operation = own.do === 'release' ? 'releaseClaim' : 'rejectClaim'
      return servers[own.account % 2]!.call(operation, { params, body: { reason: 'looked' } })
    }
    case 'raise': {
      const wave = WAVES[own.wave]
      const body = own.claims ? { claims: 5 } : { budget: '25' }
      const params = { campaign_id: id }
      return server.call('raiseCampaignCeilings', {
        params,
        body: { ...body, ...(wave && { wave }) },
      })
    }
    case 'finish':
      return finishClaims(pool, engines[0]!.engine, clock.now() + 60_000)
    case 'expire':
      clock.advance(2 * DAY_MS)
      expired += await sweepDue(pool, engines[1]!.engine, clock.now())
      return
    case 'pause':
      return server.call('pauseCampaign', { params: { campaign_id: id } })
    case 'publish':
      return server.call('publishCampaign', { params: { campaign_id: id } })
  }
}

let runs = 0
let looks = 0
let expired = 0
const met = new Set<string>()

/** Runs what comes at once, batch by batch, and looks all the while. */
async function play(batches: readonly (readonly Operation[])[]): Promise<void> {
  runs += 1
  const id = `ceilings_${runs}`
  const accounts = AMOUNTS.map((_, index) => `${id}-${index}`)
  await begin(id, accounts)
  const { pool } = stocked.database
  for (const batch of batches) {
    const watching = watch(pool, id)
    await Promise.all(batch.map((own) => perform(own, id, accounts)))
    looks += await watching.stop()
  }
  expectCeilingsHold(await booksOf(pool, id))
  // what servers left half-way is finished, and then each claim has its credit, once, or none
  await finishClaims(pool, engines[0]!.engine, clock.now() + 60_000)
  const books = await booksOf(pool, id)
  expectCeilingsHold(books)
  const { rows } = await pool.query<{ state: string; claims: string; granted: string }>(
    `select c.state, count(*)::text as claims, count(e.seq)::text as granted
     from control.campaign_claim c left join accounts.entry e on e.account_id = c.account_id
       and e.kind = 'grant' and e.request_id = $2::text and c.seq = e.seq
     where c.campaign_id = $1::text group by c.state`,
    [id, `campaign:${id}`],
  )
  for (const { state, claims, granted } of rows) {
    met.add(state)
    expect(['held', 'granted', 'rejected']).toContain(state)
    expect(granted).toBe(state === 'granted' ? claims : '0')
  }
  const grants = rows.find(({ state }) => state === 'granted')?.claims ?? '0'
  expect(books.grants).toBe(grants)
}

describe('budget and places', () => {
  it('hold at every moment of any interleaving of claim, release, reject and expire', async () => {
    const batch = fc.array(operation, { minLength: 1, maxLength: 10 })
    const batches = fc.array(batch, { minLength: 2, maxLength: 6 })
    await fc.assert(fc.asyncProperty(batches, play), { numRuns: 25, endOnFailure: true })
    // it saw something: moments in between, and every end that a claim can have
    expect(looks).toBeGreaterThan(runs)
    expect(expired).toBeGreaterThan(0)
    expect([...met].sort()).toEqual(['granted', 'held', 'rejected'])
  })

  it('are free again after a rejection, for exactly one other', async () => {
    const [api, other] = servers as [Api, Api]
    const ids = Array.from({ length: 12 }, (_, index) => `again-${index}`)
    await Promise.all(
      ids.map((own) =>
        api.done('openAccount', {
          body: { account_id: own, name: own, currency: 'USD', plan: 'test@1' },
        }),
      ),
    )
    await publish(api, campaign('again', { limits: { claims: 2, budget: '11' } }))
    const [first, second, ...others] = ids as [string, string, ...string[]]
    expect((await claim(api, first, 'again', { card: 'x' })).body.state).toBe('granted')
    expect((await claim(api, second, 'again', { card: 'x' })).body.state).toBe('held')
    const race = () => Promise.all(others.map((own, n) => claim(n % 2 ? api : other, own, 'again')))
    expect((await race()).map(({ body }) => body.code)).toEqual(
      others.map(() => 'campaign_exhausted'),
    )
    const params = { campaign_id: 'again', account_id: second }
    await api.done('rejectClaim', { params, body: { reason: 'the same person' } })
    const replies = await race()
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
    expectCeilingsHold(await booksOf(stocked.database.pool, 'again'))
  })
})

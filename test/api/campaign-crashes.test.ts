import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { advance } from '../../src/engine/campaigns/claim.ts'
import { finishClaims } from '../../src/jobs/claims.ts'
import { readCampaign } from '../../src/store/campaigns/campaigns.ts'
import { giveBack, readClaim } from '../../src/store/campaigns/claims.ts'
import { campaign, claim, Mortal, publish } from './campaign-support.ts'
import { type Api, expectVerified, startNode, startStockedApi } from './support.ts'

/*
 * A server that is killed between any two steps of a claim, of a release and of a rejection. Whatever was
 * left is finished by a repeat or by the job, and then everything has happened once.
 */

let api: Api
let mortal: Mortal
let dying: Api
beforeAll(async () => {
  api = await startStockedApi()
  mortal = new Mortal(api)
  dying = await startNode(api.database, { pool: mortal.pool, engine: mortal.engine })
})
afterAll(async () => {
  mortal.dieAfter(Number.POSITIVE_INFINITY)
  await expectVerified(api.database.pool)
  await dying.close()
  await api.close()
})

/** More steps than any of them has. */
const STEPS_MAX = 30

/** Each point at which a server may be killed, until one is reached that is after the end. */
async function atEveryStep(name: string, play: (id: string) => Promise<void>): Promise<number> {
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    mortal.dieAfter(Number.POSITIVE_INFINITY)
    await play(`${name}_${steps}`)
    if (!mortal.died) return steps
  }
  throw new Error(`${name} has more than ${STEPS_MAX} steps`)
}

/**
 * What is answered at each step: a fault wherever the server dies, but for its last statement. That one
 * only notes in the log of orders that all is done, and all is done.
 */
const answersOf = (steps: number, done: 200 | 201): readonly number[] => [
  ...Array<number>(steps - 1).fill(500),
  done,
  done,
]

const accountsOf = (id: string) => [`${id}-a`, `${id}-b`, `${id}-c`] as const

/** A campaign of two places: `a` has one, `b` shares the card and is held, `c` has nothing. */
async function withHeldClaim(id: string, more: Parameters<typeof campaign>[1] = {}): Promise<void> {
  for (const own of accountsOf(id))
    await api.done('openAccount', {
      body: { account_id: own, name: own, currency: 'USD', plan: 'test@1' },
    })
  await publish(api, campaign(id, { limits: { claims: 2, budget: '10' }, ...more }))
  const [a, b] = accountsOf(id)
  expect((await claim(api, a, id, { card: id })).body.state).toBe('granted')
  expect((await claim(api, b, id, { card: id })).body.state).toBe('held')
}

const takenOf = async (id: string) => {
  const { ceilings } = await api.done('getCampaign', { params: { campaign_id: id } })
  return [ceilings[0]?.amount, ceilings[0]?.claims]
}

const lotsOf = async (account_id: string) =>
  (await api.done('getState', { params: { account_id } })).lots.map(({ remaining }) => remaining)

const listed = async (id: string) =>
  (await api.done('listClaims', { params: { campaign_id: id } })).items

const stateOf = async (id: string, account_id: string) => {
  const { items } = await api.done('listClaims', { params: { campaign_id: id } })
  return items.find((own) => own.account_id === account_id)?.state
}

const changesOf = async (id: string, change: string) => {
  const history = await api.done('getCampaignHistory', { params: { campaign_id: id } })
  return history.changes.filter((own) => own.change === change).length
}

/** The job, a minute later. */
const job = () => finishClaims(api.database.pool, api.engine, Date.now() + 60_000)

const reviewed = (id: string) => ({
  params: { campaign_id: id, account_id: accountsOf(id)[1] },
  body: { reason: 'looked at' },
})

/** What an operator does whose server did not answer. */
async function again(id: string, operation: 'releaseClaim' | 'rejectClaim'): Promise<void> {
  const repeat = await api.call(operation, reviewed(id))
  if (repeat.status !== 200) expect(repeat.body.code).toBe('claim_not_held')
}

describe.each(['by the job', 'by the operator, at once'])('a server that dies, mended %s', (by) => {
  const mend = async (id: string, operation: 'releaseClaim' | 'rejectClaim'): Promise<void> => {
    const first = [job, () => again(id, operation)]
    for (const step of by === 'by the job' ? first : first.reverse()) await step()
  }
  const name = by === 'by the job' ? 'job' : 'operator'

  it('in a release: the credit comes once, and the release is written down once', async () => {
    const answers: number[] = []
    const steps = await atEveryStep(`release_${name}`, async (id) => {
      await withHeldClaim(id)
      mortal.dieAfter(parseInt(id.split('_').at(-1)!, 10))
      const reply = await dying.call('releaseClaim', reviewed(id))
      answers.push(reply.status)
      await mend(id, 'releaseClaim')
      // a second look at everything, and another server's
      await Promise.all([job(), job()])
      const [, b, c] = accountsOf(id)
      if ((await stateOf(id, b)) === 'held') await api.done('releaseClaim', reviewed(id))
      expect(await stateOf(id, b)).toBe('granted')
      expect(await lotsOf(b)).toEqual(['5'])
      expect(await changesOf(id, 'claim_released')).toBe(1)
      expect(await takenOf(id)).toEqual(['10', 2])
      expect((await claim(api, c, id)).body.code).toBe('campaign_exhausted')
    })
    expect(steps).toBeGreaterThan(4)
    expect(answers).toEqual(answersOf(steps, 200))
  })

  it('in a rejection: the place is free once, and no credit comes', async () => {
    const answers: number[] = []
    const steps = await atEveryStep(`reject_${name}`, async (id) => {
      await withHeldClaim(id)
      mortal.dieAfter(parseInt(id.split('_').at(-1)!, 10))
      const reply = await dying.call('rejectClaim', reviewed(id))
      answers.push(reply.status)
      await mend(id, 'rejectClaim')
      await Promise.all([job(), job()])
      const [, b, c] = accountsOf(id)
      expect(await stateOf(id, b)).toBe('rejected')
      expect(await lotsOf(b)).toEqual([])
      expect(await changesOf(id, 'claim_rejected')).toBe(1)
      expect(await takenOf(id)).toEqual(['5', 1])
      expect((await claim(api, c, id)).body.state).toBe('granted')
      expect(await takenOf(id)).toEqual(['10', 2])
    })
    expect(steps).toBeGreaterThan(2)
    expect(answers).toEqual(answersOf(steps, 200))
  })
})

describe('a server that dies', () => {
  it('in a claim: whoever claims again has one credit, and one place is taken', async () => {
    const answers: number[] = []
    const steps = await atEveryStep('claim', async (id) => {
      const [a] = accountsOf(id)
      await api.account(a)
      await publish(api, campaign(id, { limits: { claims: 1 } }))
      mortal.dieAfter(parseInt(id.split('_').at(-1)!, 10))
      const reply = await claim(dying, a, id, { card: id })
      answers.push(reply.status)
      await Promise.all([job(), job()])
      expect((await claim(api, a, id, { card: id })).body.state).toBe('granted')
      expect(await lotsOf(a)).toEqual(['5'])
      expect(await takenOf(id)).toEqual(['5', 1])
    })
    expect(steps).toBeGreaterThan(5)
    expect(answers).toEqual(answersOf(steps, 201))
  })

  it('in a claim that has to be looked at: it is held, and nothing is granted', async () => {
    const steps = await atEveryStep('look', async (id) => {
      const [a, b] = accountsOf(id)
      for (const own of [a, b]) await api.account(own)
      await publish(api, campaign(id, { limits: { claims: 2 } }))
      expect((await claim(api, a, id, { card: id })).status).toBe(201)
      mortal.dieAfter(parseInt(id.split('_').at(-1)!, 10))
      await claim(dying, b, id, { card: id })
      await Promise.all([job(), job()])
      expect((await claim(api, b, id, { card: id })).body.state).toBe('held')
      expect(await lotsOf(b)).toEqual([])
      expect(await takenOf(id)).toEqual(['10', 2])
    })
    expect(steps).toBeGreaterThan(5)
  })

  it('in a release of credit that has ended meanwhile: no credit comes, the place is free once', async () => {
    const steps = await atEveryStep('ended', async (id) => {
      const [a, b, c] = accountsOf(id)
      await withHeldClaim(id, { expires: { at: '2101-01-01T00:00:00Z' } })
      // as it is when a person looks a year late
      await api.database.pool.query(
        `update control.campaign_claim set expires_at = claimed_at - interval '1 second'
         where campaign_id = $1::text and account_id = $2::text`,
        [id, b],
      )
      mortal.dieAfter(parseInt(id.split('_').at(-1)!, 10))
      const reply = await dying.call('releaseClaim', reviewed(id))
      if (!mortal.died) expect(reply.body.code).toBe('amount_invalid')
      await job()
      const repeat = await api.call('releaseClaim', reviewed(id))
      expect(['amount_invalid', 'claim_unknown']).toContain(repeat.body.code)
      await Promise.all([job(), job()])
      expect(await stateOf(id, b)).toBeUndefined()
      expect((await lotsOf(b)).concat(await lotsOf(c))).toEqual([])
      expect(await stateOf(id, a)).toBe('granted')
      expect(await takenOf(id)).toEqual(['5', 1])
    })
    expect(steps).toBeGreaterThan(4)
  })
})

describe('a grant that is refused late', () => {
  it('gives back no place of a claim that the account has made since', async () => {
    const id = 'since'
    const [a] = accountsOf(id)
    await api.account(a)
    await publish(api, campaign(id, { limits: { claims: 1 } }))
    // the first claim is written down, and its server dies before the grant
    let steps = 0
    const first = async () => (await listed(id))[0]
    do {
      mortal.dieAfter(steps++)
      await claim(dying, a, id)
    } while ((await first()) === undefined)
    mortal.dieAfter(Number.POSITIVE_INFINITY)
    const key = { campaignId: id, accountId: a, period: '' }
    const stale = (await readClaim(api.pool, key))!
    expect(stale.state).toBe('taken')
    // another one has found its grant refused, and gives its place back; the account claims anew
    expect(await giveBack(api.pool, stale)).toBe(true)
    const { campaign: own } = (await readCampaign(api.pool, id))!
    const parts = { pool: api.pool, engine: mortal.engine }
    // its server dies as well, right after the grant
    steps = 0
    do {
      mortal.dieAfter(steps++)
      await claim(dying, a, id)
    } while ((await lotsOf(a)).length === 0)
    expect((await first())?.state).toBe('taken')
    // the first server wakes up: its grant is another one than that of the claim
    mortal.dieAfter(Number.POSITIVE_INFINITY)
    expect(await advance(parts, own, stale, false)).toMatchObject({ claim: { state: 'granted' } })
    expect(await takenOf(id)).toEqual(['5', 1])
    expect(await lotsOf(a)).toEqual(['5'])
  })
})

describe('a release and a rejection at once, on two servers', () => {
  it('end as one of them, and the other is told that the claim is not held', async () => {
    const other = await startNode(api.database)
    for (let round = 0; round < 5; round += 1) {
      const id = `both_${round}`
      await withHeldClaim(id)
      const [released, rejected] = await Promise.all([
        api.call('releaseClaim', reviewed(id)),
        other.call('rejectClaim', reviewed(id)),
      ])
      const [won, lost] = released.status === 200 ? [released, rejected] : [rejected, released]
      expect(won.status).toBe(200)
      expect(lost.body.code).toBe('claim_not_held')
      const granted = won.body.state === 'granted'
      expect(await lotsOf(accountsOf(id)[1])).toEqual(granted ? ['5'] : [])
      expect(await takenOf(id)).toEqual(granted ? ['10', 2] : ['5', 1])
    }
    await other.close()
  })
})

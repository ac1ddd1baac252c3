import type pg from 'pg'
import { expect } from 'vitest'
import { type Campaign, parseCampaign } from '../../../src/core/campaigns/index.ts'
import type { Command, Result } from '../../../src/core/decisions/index.ts'
import { formatNanos, readNanos, sum } from '../../../src/core/money/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import { claimCampaign } from '../../../src/engine/campaigns/claim.ts'
import {
  createCampaign,
  moveCampaign,
  readCampaign,
} from '../../../src/store/campaigns/campaigns.ts'
import { cap, changePlan, grant, record, refund, setCaps } from '../../engine/support/commands.ts'
import { chargesOf, funded, journal, post, stateOf } from '../../engine/support/journal.ts'
import { authorize, BOOK, openAccount, settle, topUp } from '../../engine/support.ts'
import { reloadOrTopUp } from './reload-scenario.ts'
import { ask, insisting, START, type Stage, type VirtualNode } from './stage.ts'

/** A race that somebody could lose money by: set up in peace, played at once, and then everything has to be right. */
export interface Scenario {
  readonly name: string
  /** Sets up an account of its own, and says what the nodes do at once and what has to hold afterwards. */
  prepare(stage: Stage, id: string): Promise<Prepared>
}

export interface Prepared {
  readonly acts: readonly (() => Promise<unknown>)[]
  /** Whose books have to be right; the scenario's own unless told. */
  readonly accounts?: readonly string[]
  /** Given what the acts answered, in their order. */
  check(pool: pg.Pool, answers: readonly unknown[]): Promise<void>
}

/** The worst case of `authorize` in the tests: 1,000 tokens in at $1, 1,000 out at $10 a million. */
const WORST = '0.011'
/** What `settle` in the tests comes to: 1,000 in, 100 out. */
const SETTLED = readNanos('0.002')

const ACTOR = { type: 'system', id: 'test' } as const

const statusesOf = (answers: readonly unknown[]): string[] =>
  answers.map((answer) => (answer as Result).status).sort()

const nodesOf = ({ nodes }: Stage): readonly [VirtualNode, VirtualNode, VirtualNode] => {
  const [a, b, c] = nodes
  if (!a || !b || !c) throw new Error('three nodes are needed')
  return [a, b, c]
}

const heldIn = async (pool: pg.Pool, accountId: string): Promise<number> => {
  const { rows } = await pool.query<{ count: string }>(
    'select count(*) as count from accounts.hold where account_id = $1::text',
    [accountId],
  )
  return Number(rows[0]?.count)
}

const spentOf = async (pool: pg.Pool, accountId: string): Promise<bigint> => {
  const { lots } = await stateOf(pool, accountId)
  return (
    sum(lots.map(({ face }) => readNanos(face))) -
    sum(lots.map(({ remaining }) => readNanos(remaining)))
  )
}

const sameCall: Scenario = {
  name: 'the same call on three nodes',
  async prepare(stage, id) {
    const nodes = nodesOf(stage)
    await funded(nodes[0].engine, id, '1')
    return {
      acts: nodes.map((node) => async () => {
        const admitted = await ask(node, authorize(id, 'call'))
        const settled = await ask(node, settle(id, 'call'))
        return [admitted.status, settled.status]
      }),
      check: async (pool, answers) => {
        for (const answer of answers) expect(answer).toEqual(['admitted', 'posted'])
        expect(await chargesOf(pool, id)).toEqual(new Map([['call', 1]]))
        expect(await spentOf(pool, id)).toBe(SETTLED)
        expect(await heldIn(pool, id)).toBe(0)
      },
    }
  },
}

const lastCent: Scenario = {
  name: 'the last cent of a lot',
  async prepare(stage, id) {
    const nodes = nodesOf(stage)
    await funded(nodes[0].engine, id, WORST)
    return {
      acts: nodes.map((node) => () => ask(node, authorize(id, `call_${node.name}`))),
      check: async (pool, answers) => {
        expect(statusesOf(answers)).toEqual(['admitted', 'refused', 'refused'])
        expect(await heldIn(pool, id)).toBe(1)
      },
    }
  },
}

const lastOfCap: Scenario = {
  name: 'the last of a cap of the account and of a cap of a member',
  async prepare(stage, id) {
    const nodes = nodesOf(stage)
    await funded(nodes[0].engine, id, '10')
    const caps = [cap('all', 'account', null, '0.033'), cap('her', 'member', 'm', WORST)]
    await post(nodes[0].engine, setCaps(id, 'caps', caps))
    const of = (node: VirtualNode, memberId: string | null): Command => {
      const own = authorize(id, `call_${node.name}_${memberId}`)
      return { ...own, call: { ...own.call, memberId } }
    }
    return {
      acts: nodes.flatMap((node) => [
        () => ask(node, of(node, 'm')),
        () => ask(node, of(node, null)),
      ]),
      check: async (pool, answers) => {
        const admitted = answers.filter((answer) => (answer as Result).status === 'admitted')
        expect(admitted).toHaveLength(3)
        const hers = answers.filter((_, index) => index % 2 === 0)
        expect(statusesOf(hers).filter((one) => one === 'admitted').length).toBeLessThanOrEqual(1)
        expect(await heldIn(pool, id)).toBe(3)
      },
    }
  },
}

const LOT_END = '2026-11-26T13:00:00.000Z'

const authorizeOrExpiry: Scenario = {
  name: 'a call and the end of the lot that would pay it',
  async prepare(stage, id) {
    const [a, b, c] = nodesOf(stage)
    await post(a.engine, openAccount(id), grant(id, 'ends', '1', Date.parse(LOT_END)))
    await ask(a, authorize(id, 'call_before'))
    stage.clock.set(LOT_END)
    const lotId = 'lot_ends'
    const expire: Command = {
      kind: 'expire_lot',
      accountId: id,
      requestId: `${lotId}#expire`,
      actor: ACTOR,
      lotId,
    }
    return {
      acts: [
        () => ask(a, authorize(id, 'call_after')),
        () => ask(b, expire),
        () => ask(c, settle(id, 'call_before')),
      ],
      check: async (pool, [after]) => {
        expect((after as Result).status).toBe('refused')
        // What was held before the end still pays: the call was admitted on it.
        expect((await chargesOf(pool, id)).get('call_before')).toBe(1)
        const [lot] = (await stateOf(pool, id)).lots
        expect(readNanos(lot?.remaining ?? '0')).toBeGreaterThanOrEqual(0n)
        expect(await heldIn(pool, id)).toBe(0)
      },
    }
  },
}

const settleOrTimeOut: Scenario = {
  name: 'the end of a call and the end of its hold',
  async prepare(stage, id) {
    const [a, b, c] = nodesOf(stage)
    await funded(a.engine, id, '1')
    await ask(a, authorize(id, 'call', { ttlMs: 1_000 }))
    stage.clock.advance(1_000)
    const expire: Command = {
      kind: 'expire_hold',
      accountId: id,
      requestId: 'call#expire',
      actor: ACTOR,
      callId: 'call',
    }
    return {
      acts: [
        () => ask(a, settle(id, 'call')),
        () => ask(b, expire),
        () => ask(c, settle(id, 'call')),
      ],
      check: async (pool, [first, , repeated]) => {
        expect((repeated as Result).status).toBe((first as Result).status)
        expect((await chargesOf(pool, id)).get('call') ?? 0).toBeLessThanOrEqual(1)
        expect(await spentOf(pool, id)).toBeLessThanOrEqual(SETTLED)
        expect(await heldIn(pool, id)).toBe(0)
      },
    }
  },
}

const twoRefunds: Scenario = {
  name: 'two refunds of one charge',
  async prepare(stage, id) {
    const [a, b, c] = nodesOf(stage)
    await funded(a.engine, id, '1')
    await post(a.engine, record(id, 'call', Date.parse(START), { input: 1_000, output: 100 }))
    return {
      acts: [
        () => ask(a, refund(id, 'call', 'wrong_charge')),
        () => ask(b, refund(id, 'call', 'goodwill', '0.0015')),
        () => ask(c, refund(id, 'call', 'wrong_charge')),
      ],
      check: async (pool) => {
        const refunds = (await journal(pool, id)).filter(
          ({ kind, body }) => kind === 'refund' && !body.refused,
        )
        expect(refunds.length).toBeGreaterThan(0)
        const back = SETTLED - (await spentOf(pool, id))
        expect(back).toBeLessThanOrEqual(SETTLED)
        expect(new Set(refunds.map(({ requestId }) => requestId)).size).toBe(refunds.length)
      },
    }
  },
}

const claimAndBudget: Scenario = {
  name: 'claims of the last place of a campaign',
  async prepare(stage, id) {
    const nodes = nodesOf(stage)
    const accounts = nodes.map(({ name }) => `${id}-${name}`)
    for (const accountId of accounts) await post(nodes[0].engine, openAccount(accountId))
    const at = Date.parse(START) as Instant
    await publish(nodes[0].pool, campaignOf(id.replaceAll('-', '_')), at)
    const claim = (node: VirtualNode, accountId: string) => () =>
      insisting(() =>
        claimCampaign(node, {
          campaignId: id.replaceAll('-', '_'),
          accountId,
          actor: ACTOR,
          at,
          signals: {},
        }),
      )
    return {
      accounts,
      // Each asks on two nodes: a repeat is the same claim.
      acts: accounts.flatMap((accountId, index) => [
        claim(nodes[index] as VirtualNode, accountId),
        claim(nodes[(index + 1) % nodes.length] as VirtualNode, accountId),
      ]),
      check: async (pool, answers) => {
        const claimed = answers.filter((own) => (own as { status: string }).status === 'claimed')
        expect(claimed).toHaveLength(2)
        const { taken } = (await readCampaign(pool, id.replaceAll('-', '_'))) ?? {}
        expect(taken).toMatchObject({ claims: 1, amount: readNanos('5') })
        const lots = await Promise.all(accounts.map(async (own) => (await stateOf(pool, own)).lots))
        expect(lots.flat().map(({ face }) => face)).toEqual(['5'])
      },
    }
  },
}

function campaignOf(id: string): Campaign {
  const read = parseCampaign({
    id,
    name: id,
    currency: 'USD',
    eligible: [],
    claim: { from: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' },
    amounts: { by: 'plan', table: { payg: '5' } },
    expires: { days_after_claim: 90 },
    limits: { claims: 1, budget: '5' },
  })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.campaign
}

async function publish(pool: pg.Pool, campaign: Campaign, at: Instant): Promise<void> {
  await createCampaign(pool, campaign, { changeId: `${campaign.id}-made`, at, actor: ACTOR })
  const move = { campaignId: campaign.id, to: 'published' } as const
  await moveCampaign(pool, move, { changeId: `${campaign.id}-out`, at, actor: ACTOR })
}

const topUpTwice: Scenario = {
  name: 'one payment told three times beside calls that use it',
  async prepare(stage, id) {
    const nodes = nodesOf(stage)
    await funded(nodes[0].engine, id, WORST)
    return {
      acts: nodes.flatMap((node) => [
        () => ask(node, topUp(id, '1', 'webhook')),
        () => ask(node, authorize(id, `call_${node.name}`)),
      ]),
      check: async (pool) => {
        const { lots } = await stateOf(pool, id)
        expect(lots.map(({ face }) => face).sort()).toEqual([WORST, '1'].sort())
      },
    }
  },
}

const newPrices: Scenario = {
  name: 'a new price book and calls that begin and end beside it',
  async prepare(stage, id) {
    const [a, b, c] = nodesOf(stage)
    await funded(a.engine, id, '10')
    await ask(b, authorize(id, 'call_open'))
    const book = { ...BOOK, id: `book_${id}`, effective_from: START }
    const publishing = async (): Promise<void> => {
      await insisting(() =>
        a.pool.query(
          `insert into control.price_book (book_id, effective_from, document, published_at, published_by)
           values ($1::text, $2::timestamptz, $3::jsonb, $2::timestamptz, 'test') on conflict do nothing`,
          [book.id, book.effective_from, JSON.stringify(book)],
        ),
      )
      await insisting(() => a.engine.reloadCatalogue())
    }
    return {
      acts: [
        publishing,
        () => ask(b, settle(id, 'call_open')),
        () => ask(c, record(id, 'call_whole', Date.parse(START), { input: 1_000, output: 100 })),
      ],
      check: async (pool) => {
        expect((await chargesOf(pool, id)).size).toBe(2)
        expect(await spentOf(pool, id)).toBe(SETTLED * 2n)
      },
    }
  },
}

const planChange: Scenario = {
  name: 'a change of plan beside calls that are covered',
  async prepare(stage, id) {
    const [a, b, c] = nodesOf(stage)
    await funded(a.engine, id, '10', 'pro@1')
    await ask(b, authorize(id, 'call_open'))
    return {
      acts: [
        () => ask(a, changePlan(id, 'payg@1', 'move')),
        () => ask(b, settle(id, 'call_open')),
        () => ask(c, authorize(id, 'call_next')),
      ],
      check: async (pool, [, , next]) => {
        expect((next as Result).status).toBe('admitted')
        expect((await chargesOf(pool, id)).get('call_open')).toBe(1)
        const { lots } = await stateOf(pool, id)
        // The credit that was there is there, less what was drawn.
        expect(formatNanos(sum(lots.map(({ face }) => readNanos(face))))).toBe('10')
      },
    }
  },
}

export const SCENARIOS: readonly Scenario[] = [
  sameCall,
  lastCent,
  lastOfCap,
  authorizeOrExpiry,
  settleOrTimeOut,
  twoRefunds,
  claimAndBudget,
  topUpTwice,
  reloadOrTopUp,
  newPrices,
  planChange,
]

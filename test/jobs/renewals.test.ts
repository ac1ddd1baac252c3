import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Command } from '../../src/core/decisions/index.ts'
import type { PlanDocument } from '../../src/core/funding/plan-document.ts'
import { ZERO } from '../../src/core/money/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import { renewDue } from '../../src/jobs/renewals.ts'
import type { FeeCollector, FeeDue, FeeOrder, Ordered } from '../../src/payments/fee-port.ts'
import { createPlan, movePlan } from '../../src/store/control/index.ts'
import { verify } from '../../src/store/verify/index.ts'
import { journal, post, stateOf } from '../engine/support/journal.ts'
import { clockedNode } from '../engine/support/nodes.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { at, DAY, MINUTE } from '../support/core/fixtures.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

const START = '2026-11-30T12:00:00Z'
const END = Date.parse('2026-12-30T12:00:00Z')

const plan = (id: string, more: Partial<PlanDocument>): PlanDocument => ({
  id,
  version: 1,
  name: id,
  currency: 'USD',
  windows: [],
  coverage: [],
  ...more,
})

let database: TestDatabase
let clock: SetClock
let engine: Engine
let other: Engine
beforeAll(async () => {
  database = await freshDatabase()
  for (const document of [
    plan('free', {}),
    plan('pro', { price: '20', fallback: 'free' }),
    plan('invoiced', { price: '1000', fallback: 'free', billing: 'invoiced' }),
  ]) {
    await createPlan(database.pool, document, at(START))
    await movePlan(database.pool, { planId: document.id, version: 1 }, 'published')
  }
})
beforeEach(async () => {
  clock = new SetClock(START)
  engine = (await clockedNode(database, clock)).engine
  other = (await clockedNode(database, clock)).engine
})

const common = (accountId: string, requestId: string) => ({
  accountId,
  requestId,
  actor: { type: 'operator', id: 'op_test' } as const,
})
async function subscribed(id: string, ref = 'pro@1'): Promise<void> {
  const payment = { paymentId: `pi_${id}`, tax: ZERO, collected: false }
  const orders: Command[] = [
    { kind: 'open_account', ...common(id, 'open'), name: id, currency: 'USD', plan: 'free@1' },
    {
      kind: 'grant',
      ...common(id, 'gift'),
      lotId: `lot_${id}`,
      name: 'Gift',
      origin: 'gift',
      amount: 5_000_000_000n as FeeDue['amount'],
      expiresAt: null,
      scope: {},
      position: 'after_windows',
      priority: 0,
    },
    {
      kind: 'change_subscription',
      ...common(id, 'start'),
      plan: ref,
      fallback: 'free@1',
      payment: ref === 'pro@1' ? payment : null,
    },
  ]
  await post(engine, ...orders)
}

const kinds = async (accountId: string, kind: string) =>
  (await journal(database.pool, accountId)).filter((row) => row.kind === kind)
const soundness = async (accountId: string) => (await verify(database.pool, { accountId })).first

type Paid = Extract<Ordered, { status: 'decided' | 'declined' }>['status']

/** A till as the payment room promises it: the same due is paid once, and its order carried out. */
class Till implements FeeCollector {
  readonly asked: FeeDue[] = []
  readonly #known = new Map<string, Paid>()
  next: 'paid' | 'declined' | 'lost' | 'lost after payment' = 'paid'

  async pay(due: FeeDue, order: FeeOrder): Promise<Ordered> {
    this.asked.push(due)
    const known = await this.resume(due, order)
    if (known) return known
    if (this.next === 'lost') throw new Error('no answer')
    this.#known.set(due.dueId, this.next === 'declined' ? 'declined' : 'decided')
    if (this.next === 'lost after payment') throw new Error('no answer')
    return (await this.resume(due, order))!
  }

  async resume({ dueId }: Pick<FeeDue, 'dueId'>, order: FeeOrder): Promise<Ordered | null> {
    const known = this.#known.get(dueId)
    if (!known) return null
    const attempt = { price: '20', tax: '0', method: null, code: 'card_declined' }
    if (known === 'declined') return { status: 'declined', code: attempt.code, attempt }
    const payment = { paymentId: `pi_${dueId}`, tax: ZERO, collected: true }
    return { status: 'decided', executed: await engine.execute({ ...order, payment }) }
  }

  knows = async ({ dueId }: Pick<FeeDue, 'dueId'>) => this.#known.has(dueId)
  quote = async () => null

  get payments(): number {
    return [...this.#known.values()].filter((status) => status === 'decided').length
  }
}

const round = (own: Engine, collector?: FeeCollector) =>
  renewDue({ pool: database.pool, engine: own, ...(collector && { collector }) }, clock.now())

describe('a period that has ended', () => {
  it('is renewed once and paid once, with two nodes at it at once', async () => {
    await subscribed('two')
    const till = new Till()
    expect(await round(engine, till)).toBe(0)
    clock.advance(END - clock.now())
    await Promise.all([engine, other, engine, other].map((own) => round(own, till)))
    const [renewed, ...more] = await kinds('two', 'renew_subscription')
    expect(more).toEqual([])
    expect(renewed!.body.transition).toMatchObject({
      effective_at: '2026-12-30T12:00:00.000Z',
      next_renewal: '2027-01-30T12:00:00.000Z',
    })
    expect(till.payments).toBe(1)
    expect(await round(engine, till)).toBe(0)
    expect(await soundness('two')).toBeNull()
  })

  it('is paid once when the server dies between the fee and the renewal', async () => {
    await subscribed('crash')
    const till = new Till()
    clock.advance(END - clock.now())
    till.next = 'lost after payment'
    await expect(round(engine, till)).rejects.toThrow('no answer')
    expect(await kinds('crash', 'renew_subscription')).toEqual([])
    till.next = 'paid'
    clock.advance(10 * MINUTE)
    await round(other, till)
    expect(await kinds('crash', 'renew_subscription')).toHaveLength(1)
    expect(till.payments).toBe(1)
    expect(new Set(till.asked.map(({ dueId }) => dueId)).size).toBe(1)
    expect(await soundness('crash')).toBeNull()
  })

  it('is tried again daily after a decline, as another payment, and lapses after the grace', async () => {
    await subscribed('declined')
    const till = new Till()
    till.next = 'declined'
    clock.advance(END - clock.now())
    await Promise.all([round(engine, till), round(other, till)])
    expect(await kinds('declined', 'fee_unpaid')).toHaveLength(1)
    for (let day = 0; day < 8; day += 1) {
      clock.advance(DAY)
      await round(engine, till)
      await round(engine, till)
    }
    const ids = till.asked.map(({ dueId }) => dueId)
    expect(new Set(ids).size).toBe(7)
    const state = await stateOf(database.pool, 'declined')
    expect(state).toMatchObject({ plan: 'free@1', subscription: { status: 'ended' } })
    expect(state.lots).toMatchObject([{ id: 'lot_declined', remaining: '5' }])
    expect(await kinds('declined', 'lapse_subscription')).toHaveLength(1)
    expect(await soundness('declined')).toBeNull()
  })

  it('waits for a payment where nobody can charge one, and lapses when none comes', async () => {
    await subscribed('waits')
    clock.advance(END - clock.now())
    await round(engine)
    // until the grace ends there is nothing to do for it
    expect(await round(engine)).toBe(0)
    expect(await stateOf(database.pool, 'waits')).toMatchObject({
      plan: 'pro@1',
      subscription: { status: 'past_due', unpaid: { code: 'awaiting_payment', declines: 0 } },
    })
    clock.advance(7 * DAY)
    await round(engine)
    expect((await kinds('waits', 'lapse_subscription'))[0]!.body.reason).toBe('fee_unpaid')
  })

  it('that was cancelled ends without asking for a payment', async () => {
    await subscribed('ends')
    await post(engine, {
      kind: 'cancel_subscription',
      ...common('ends', 'cancel'),
      when: 'period_end',
      payment: null,
    })
    clock.advance(END - clock.now())
    const till = new Till()
    await round(engine, till)
    expect(till.asked).toEqual([])
    expect(await stateOf(database.pool, 'ends')).toMatchObject({ plan: 'free@1' })
  })

  it('of an invoiced plan goes on and is owed', async () => {
    await subscribed('owed', 'invoiced@1')
    clock.advance(END - clock.now())
    await round(engine, new Till())
    expect((await kinds('owed', 'renew_subscription'))[0]!.body.postings).toEqual([
      ['house:revenue', 'USD', '1000'],
      ['customer:invoice_receivable', 'USD', '-1000'],
    ])
  })
})

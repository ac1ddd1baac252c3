import { beforeEach, describe, expect, it } from 'vitest'
import { publishTermsFolder } from '../../src/cli/serve/terms-folder.ts'
import { alertMessage } from '../../src/contract/alerts/index.ts'
import type { Command } from '../../src/core/decisions/index.ts'
import type { PlanDocument } from '../../src/core/funding/plan-document.ts'
import { ZERO } from '../../src/core/money/index.ts'
import { instant } from '../../src/core/time/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import { AlertWatch } from '../../src/jobs/index.ts'
import { recoverPayments } from '../../src/jobs/payments.ts'
import { renewDue } from '../../src/jobs/renewals.ts'
import type { PaymentsDeps } from '../../src/payments/deps.ts'
import { feeCollector } from '../../src/payments/fees.ts'
import { addMethod, dropMethod } from '../../src/payments/methods.ts'
import { ProviderUnavailable } from '../../src/payments/provider.ts'
import { SimulatedProcessor } from '../../src/payments/simulated/processor.ts'
import { simulatedProvider } from '../../src/payments/simulated/provider.ts'
import { ratesTable } from '../../src/payments/tax.ts'
import { CatalogueCache, createIds, createPlan, movePlan } from '../../src/store/control/index.ts'
import { listMethods } from '../../src/store/control/payment-methods.ts'
import { listPayments } from '../../src/store/control/purchases.ts'
import { listNotifications } from '../../src/store/notifications/alerts.ts'
import { verify } from '../../src/store/verify/index.ts'
import { journal, post, stateOf } from '../engine/support/journal.ts'
import { clockedNode } from '../engine/support/nodes.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { Crash, dyingAfter, dyingAt } from '../payments/support.ts'
import { at, DAY, MINUTE } from '../support/core/fixtures.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { TERMS_DIR } from '../support/terms.ts'

/*
 * Renewals that are charged to the saved card: Pro costs $20 a month, and has seven days of grace. Each test
 * has a database of its own, since a round looks at all accounts.
 */

const START = '2026-11-30T12:00:00Z'
const END = Date.parse('2026-12-30T12:00:00Z')
const ACTOR = { type: 'operator', id: 'op_test' } as const

let database: TestDatabase
let clock: SetClock
let engine: Engine
let other: Engine
let processor: SimulatedProcessor
let deps: PaymentsDeps

beforeEach(async () => {
  database = await freshDatabase()
  const plan = (id: string, more: Partial<PlanDocument>): PlanDocument => ({
    ...{ id, version: 1, name: id, currency: 'USD', windows: [], coverage: [] },
    ...more,
  })
  for (const document of [
    plan('free', {}),
    plan('pro', { price: '20', fallback: 'free' }),
    plan('max', { price: '100', fallback: 'free' }),
  ]) {
    await createPlan(database.pool, document, at(START))
    await movePlan(database.pool, { planId: document.id, version: 1 }, 'published')
  }
  clock = new SetClock(START)
  const nowMs = () => clock.now()
  engine = (await clockedNode(database, clock)).engine
  other = (await clockedNode(database, clock)).engine
  processor = new SimulatedProcessor({ webhookSecret: 'whsec_tests', nowMs })
  await publishTermsFolder(database.pool, TERMS_DIR, clock.now())
  deps = {
    ...{
      pool: database.pool,
      engine,
      nowMs,
      provider: simulatedProvider(processor),
      tax: ratesTable,
    },
    ids: createIds(nowMs),
    returnUrl: 'https://example.com/back',
  }
})

const pageFor = (accountId: string) => ({
  ...{ accountId, kind: null, phase: null, after: null, limit: 100 },
})

/** On Pro since `START`, with a card; whoever agreed has seen the sentence. */
async function subscribed(accountId: string, own: { card?: string; consent?: boolean } = {}) {
  const common = { accountId, actor: ACTOR }
  const consent = { text: 'You pay $20 …', locale: 'en', version: '1' }
  const orders: Command[] = [
    {
      ...common,
      ...{ kind: 'open_account', requestId: 'open', name: accountId, currency: 'USD' },
      plan: 'free@1',
    },
    {
      ...common,
      ...{ kind: 'change_subscription', requestId: 'start', plan: 'pro@1', fallback: 'free@1' },
      payment: { paymentId: `pi_${accountId}`, tax: ZERO, collected: false },
      ...(own.consent !== false && { consent }),
    },
  ]
  await post(engine, ...orders)
  if (own.card !== '') await addMethod(deps, accountId, own.card ?? 'pm_card_de', ACTOR)
}

const round = (own: Engine = engine, payments: PaymentsDeps = deps) =>
  renewDue(
    { pool: database.pool, engine: own, collector: feeCollector({ ...payments, engine: own }) },
    clock.now(),
  )

/** A round of a server that dies as soon as the card is charged: what is dead writes nothing any more. */
async function dieCharged(own: Engine, payments: PaymentsDeps): Promise<void> {
  const dead: Pick<Engine, 'now' | 'preview' | 'execute'> = {
    now: () => own.now(),
    preview: (command) => own.preview(command),
    execute: () => Promise.reject(new Crash('dead')),
  }
  const collector = feeCollector(dyingAt(payments, 'phase:charged'))
  const parts = { pool: database.pool, engine: dead as Engine, collector }
  await expect(renewDue(parts, own.now())).rejects.toThrow()
}

const kinds = async (accountId: string, kind: string) =>
  (await journal(database.pool, accountId)).filter((row) => row.kind === kind)
const charges = () => processor.charges().filter(({ status }) => status === 'succeeded')
const sound = async (accountId: string) =>
  expect((await verify(database.pool, { accountId })).first).toBeNull()

async function told(accountId: string, lang: 'en' | 'ja' = 'en') {
  const watch = () =>
    new AlertWatch({ ...deps, catalogue: new CatalogueCache(database.pool, () => clock.now()) })
  await Promise.all([1, 2].map(() => watch().look([accountId], instant(clock.now()))))
  const page = { kind: 'payment_failed', before: null, limit: 50 }
  const rows = await listNotifications(database.pool, accountId, page)
  return rows.map(({ body }) => ({
    facts: body.facts,
    ...alertMessage(body, { lang, timeZone: 'UTC' }),
  }))
}

describe('a period that has ended', () => {
  it('is charged once to the card with its tax, by two nodes at once', async () => {
    await subscribed('two')
    clock.advance(END - clock.now())
    await Promise.allSettled([engine, other, engine, other].map((own) => round(own)))
    clock.advance(10 * MINUTE)
    await round()
    const [renewed, ...more] = await kinds('two', 'renew_subscription')
    expect(more).toEqual([])
    expect(renewed!.body).toMatchObject({
      payment: { price: '20', tax: '3.8', method: { brand: 'visa', last4: '0016' } },
    })
    expect(charges()).toMatchObject([{ amount: 2380 }])
    expect(await told('two')).toEqual([])
    await sound('two')
  })

  it('killed after any step is charged once and renewed once', async () => {
    let died = 0
    for (let nth = 1; ; nth += 1) {
      clock = new SetClock(START)
      engine = (await clockedNode(database, clock)).engine
      deps = { ...deps, engine, nowMs: () => clock.now() }
      const id = `killed-${nth}`
      await subscribed(id)
      clock.advance(END - clock.now())
      const dying = dyingAfter(deps, nth)
      const outcome = await round(engine, dying).catch((error: Error) => error.cause)
      if (outcome instanceof Crash) died += 1
      const before = charges().length
      clock.advance(10 * MINUTE)
      await Promise.all([recoverPayments(deps, clock.now()), round().catch(() => {})])
      clock.advance(10 * MINUTE)
      await round()
      expect(await kinds(id, 'renew_subscription'), dying.steps.join()).toHaveLength(1)
      expect(charges().length - before).toBeLessThanOrEqual(1)
      expect(charges()).toHaveLength(nth)
      await sound(id)
      if (!(outcome instanceof Crash)) break
    }
    expect(died).toBe(5)
  })

  it('charged by a server whose clock is ahead is renewed when it is time, by one whose clock is not', async () => {
    await subscribed('ahead')
    clock.advance(END - 2_000 - clock.now())
    const fast = new SetClock(new Date(END + 2_000).toISOString())
    const { engine: early } = await clockedNode(database, fast)
    const hasty = { ...deps, engine: early, nowMs: () => fast.now() }
    await dieCharged(early, hasty)
    expect(charges()).toHaveLength(1)
    await recoverPayments(deps, fast.now() + 10 * MINUTE)
    expect((await listPayments(database.pool, pageFor('ahead'))).map(({ phase }) => phase)).toEqual(
      ['charged'],
    )
    clock.advance(5_000)
    await recoverPayments(deps, fast.now() + 20 * MINUTE)
    expect(await kinds('ahead', 'renew_subscription')).toHaveLength(1)
    expect(await kinds('ahead', 'return_fee')).toEqual([])
    expect(charges()).toHaveLength(1)
    await sound('ahead')
  })

  it('is renewed at once by a machine whose clock is ahead of its database', async () => {
    await subscribed('skewed')
    clock.advance(END - clock.now())
    await round(engine, { ...deps, nowMs: () => clock.now() + 2_000 })
    expect(await kinds('skewed', 'renew_subscription')).toHaveLength(1)
    expect(await kinds('skewed', 'fee_unpaid')).toEqual([])
  })

  it('dated ahead by a server of an earlier version waits, paid, until it is that late here', async () => {
    await subscribed('earlier')
    clock.advance(END - clock.now())
    await dieCharged(engine, deps)
    await database.pool.query(
      `update control.payment set created_at = created_at + interval '2 seconds'`,
    )
    await round()
    expect(await kinds('earlier', 'renew_subscription')).toEqual([])
    clock.advance(2_000)
    await round()
    expect(await kinds('earlier', 'fee_unpaid')).toEqual([])
    expect(await kinds('earlier', 'renew_subscription')).toHaveLength(1)
    expect(charges()).toHaveLength(1)
  })

  it('long ago, while nobody looked, has its whole grace from the first look on', async () => {
    await subscribed('late', { card: 'pm_card_visa_chargeDeclinedInsufficientFunds' })
    clock.advance(END + 8 * DAY - clock.now())
    await round()
    expect(await told('late')).toMatchObject([
      { facts: { ends_at: '2027-01-14T12:00:00.000Z', retry_at: '2027-01-08T12:00:00.000Z' } },
    ])
    for (let day = 1; day < 7; day += 1) {
      clock.advance(DAY)
      await round()
    }
    expect(await stateOf(database.pool, 'late')).toMatchObject({ plan: 'pro@1' })
    clock.advance(DAY)
    await round()
    expect(await stateOf(database.pool, 'late')).toMatchObject({ plan: 'free@1' })
    await sound('late')
  })

  it('has not lapsed while it is not known whether its card was charged', async () => {
    await subscribed('unknown')
    const silent: PaymentsDeps['provider'] = {
      ...deps.provider,
      findCharge: () => Promise.reject(new ProviderUnavailable('no answer')),
      readCharge: () => Promise.reject(new ProviderUnavailable('no answer')),
    }
    clock.advance(END - clock.now())
    await round(engine, dyingAt(deps, 'foreign:charge')).catch(() => {})
    clock.advance(8 * DAY)
    await expect(round(engine, { ...deps, provider: silent })).rejects.toThrow('no answer')
    expect(await stateOf(database.pool, 'unknown')).toMatchObject({ plan: 'pro@1' })
    await round()
    expect(await kinds('unknown', 'renew_subscription')).toHaveLength(1)
    expect(await kinds('unknown', 'lapse_subscription')).toEqual([])
    expect(charges()).toHaveLength(1)
    await sound('unknown')
  })

  it('is tried daily with another charge after a decline, tells each, and lapses after the grace', async () => {
    await subscribed('declined', { card: 'pm_card_visa_chargeDeclinedInsufficientFunds' })
    clock.advance(END - clock.now())
    await round()
    const [first] = await told('declined')
    expect(first).toMatchObject({
      facts: {
        kind: 'payment_failed',
        code: 'insufficient_funds',
        price: '20',
        tax: '0',
        method: { last4: '9995' },
        declines: 1,
        retry_at: '2026-12-31T12:00:00.000Z',
        ends_at: '2027-01-06T12:00:00.000Z',
        fallback: 'free@1',
      },
    })
    expect(first!.title).toBe('The fee of your plan “pro@1” is not paid')
    expect(first!.lines.join('\n')).toContain('Nothing was charged')
    expect(first!.lines.join('\n')).toMatch(/It is tried again .*31 Dec/)
    expect(first!.lines.join('\n')).toMatch(/the plan ends .*6 Jan 2027.* you have “free@1”/)
    expect((await told('declined', 'ja'))[0]!.lines.join('\n')).toContain('クレジットはそのまま')
    for (let day = 1; day < 7; day += 1) {
      clock.advance(DAY)
      await round()
      expect(await told('declined')).toHaveLength(day + 1)
    }
    const all = await told('declined')
    expect(all[0]!.lines.join('\n')).toContain('It is not tried again by itself.')
    const tried = await listPayments(database.pool, pageFor('declined'))
    expect(tried.map(({ phase }) => phase)).toEqual(Array(7).fill('failed'))
    expect(new Set(tried.map(({ chargeRef }) => chargeRef)).size).toBe(7)
    clock.advance(DAY)
    await round()
    expect(await stateOf(database.pool, 'declined')).toMatchObject({
      plan: 'free@1',
      subscription: { status: 'ended' },
    })
    expect(charges()).toEqual([])
    await sound('declined')
  })

  it('within the grace is paid by another card without losing a day', async () => {
    await subscribed('saved', { card: 'pm_card_visa_chargeDeclinedInsufficientFunds' })
    clock.advance(END - clock.now())
    await round()
    await addMethod(deps, 'saved', 'pm_card_de', ACTOR)
    clock.advance(DAY)
    await round()
    expect((await kinds('saved', 'renew_subscription'))[0]!.body.transition).toMatchObject({
      effective_at: '2026-12-30T12:00:00.000Z',
      next_renewal: '2027-01-30T12:00:00.000Z',
    })
    expect(charges()).toHaveLength(1)
  })

  it('leaves no charge open that the bank wants to ask the buyer about', async () => {
    await subscribed('bank', { card: 'pm_card_authenticationRequired' })
    clock.advance(END - clock.now())
    await round()
    const [only] = await listPayments(database.pool, pageFor('bank'))
    expect(only).toMatchObject({ phase: 'failed', failure: 'authentication_required' })
    expect((await deps.provider.readCharge(only!.chargeRef!)).status).toBe('failed')
    expect(await told('bank')).toMatchObject([{ facts: { code: 'authentication_required' } }])
  })

  it.each([
    ['nobody has agreed to a charge', 'silent', { consent: false }, 'consent_missing'],
    ['there is no card', 'cardless', { card: '' }, 'no_payment_method'],
  ])('charges nothing where %s, tells it once, and lapses', async (_why, id, own, code) => {
    await subscribed(id, own)
    clock.advance(END - clock.now())
    for (let day = 0; day < 7; day += 1) {
      await round()
      clock.advance(DAY)
    }
    expect(await told(id)).toMatchObject([{ facts: { code, declines: 0 } }])
    await round()
    expect(processor.charges()).toEqual([])
    expect(await stateOf(database.pool, id)).toMatchObject({ plan: 'free@1' })
  })

  it('charges no more than was agreed to: a dearer plan by another hand needs a new consent', async () => {
    await subscribed('dearer')
    await post(engine, {
      ...{ kind: 'change_subscription', accountId: 'dearer', requestId: 'up', actor: ACTOR },
      plan: 'max@1',
      payment: { paymentId: 'pi_up', tax: ZERO, collected: false },
    })
    clock.advance(END - clock.now())
    await round()
    expect(processor.charges()).toEqual([])
    expect(await told('dearer')).toMatchObject([
      { facts: { code: 'consent_missing', price: '100' } },
    ])
  })

  it('is not charged any more once it was cancelled, though a charge was about to be made', async () => {
    await subscribed('left')
    clock.advance(END - clock.now())
    await expect(round(engine, dyingAfter(deps, 1))).rejects.toMatchObject({
      cause: expect.any(Crash),
    })
    // past its end it cannot be cancelled for the end any more: it is ended at once
    await post(engine, {
      ...{ kind: 'cancel_subscription', accountId: 'left', requestId: 'no', actor: ACTOR },
      when: 'now',
      payment: null,
    })
    clock.advance(MINUTE)
    await recoverPayments(deps, clock.now())
    expect(processor.charges()).toEqual([])
  })

  it('with a removed card charges nothing', async () => {
    await subscribed('removed')
    const [card] = await listMethods(database.pool, 'removed')
    await dropMethod(deps, 'removed', card!.methodId, ACTOR)
    clock.advance(END - clock.now())
    await round()
    expect(processor.charges()).toEqual([])
  })
})

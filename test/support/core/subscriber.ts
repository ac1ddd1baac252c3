import fc from 'fast-check'
import { type Command, decide, type Result } from '../../../src/core/decisions/index.ts'
import {
  graceEnd,
  type Plan,
  periodNow,
  planRef,
  type WindowPromotion,
  withPromotions,
} from '../../../src/core/funding/index.ts'
import type { EntryBody } from '../../../src/core/ledger/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import { DAY, HOUR, MINUTE, plan, plus, SESSION, usd, WEEKLY } from './fixtures.ts'
import { contextFor } from './journal.ts'
import { ACCOUNT, type Ledger } from './ledger.ts'
import { show } from './render.ts'
import type { Sightings } from './sightings.ts'

const paid = (id: string, own: Partial<Plan>, session: string): Plan => ({
  ...plan({
    id,
    windows: [
      { ...SESSION, capacity: session },
      { ...WEEKLY, capacity: '20' },
    ],
  }),
  fallback: 'small',
  ...own,
})

const crew = paid('crew', { seats: { min: 1, max: 9, priceEach: usd('9.99') } }, '2')

/** Plans that cost something: monthly, dearer, yearly, by the seat, invoiced. */
export const PAID_PLANS: readonly Plan[] = [
  paid('plus', { price: usd('19.99') }, '6'),
  paid('ultra', { price: usd('100') }, '12'),
  paid('yearly', { price: usd('200'), period: 'P1Y' }, '6'),
  {
    ...crew,
    windows: crew.windows.map((own) =>
      own.id === 'session' ? { ...own, perSeat: true as const } : own,
    ),
  },
  paid('billed', { price: usd('1000'), billing: 'invoiced' }, '30'),
]

const OFFERS = [...PAID_PLANS.map(planRef), 'small@1', 'credits@1']
const WINDOWS = ['session', 'weekly', 'month'] as const

export type SubscriptionStep =
  | {
      readonly do: 'subscribe'
      readonly plan: string | null
      readonly seats: number | null
      readonly when: 'now' | 'period_end' | null
      /** Executed as it was previewed so long ago. */
      readonly laterMs: number | null
      readonly overpaid: boolean
    }
  | { readonly do: 'unsubscribe'; readonly when: 'now' | 'period_end' }
  | { readonly do: 'renew' | 'lapse' }
  | { readonly do: 'fee_unpaid'; readonly declined: boolean }
  | { readonly do: 'grant_reset'; readonly window: string | null; readonly lives: number }
  | { readonly do: 'redeem_reset'; readonly pick: number; readonly window: string }
  | {
      readonly do: 'promote'
      readonly multiplier: string
      readonly lives: number
      readonly window: string | null
    }
  | {
      readonly do: 'to_boundary'
      readonly by: -1 | 0 | 1
      readonly order: 'renew' | 'lapse' | null
    }

type OrderStep = Extract<
  SubscriptionStep,
  { do: 'subscribe' | 'unsubscribe' | 'renew' | 'lapse' | 'fee_unpaid' }
>

const window = fc.constantFrom('session', ...WINDOWS)

export const subscriptionStep: fc.Arbitrary<SubscriptionStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      plan: fc.constantFrom('crew@1', null),
      seats: fc.integer({ min: 1, max: 9 }),
      when: fc.constantFrom('now' as const, null),
      laterMs: fc.constant(null),
      overpaid: fc.constant(false),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      plan: fc.option(fc.constantFrom(...OFFERS), { freq: 6 }),
      seats: fc.option(fc.integer({ min: 1, max: 9 }), { freq: 1 }),
      when: fc.option(fc.constantFrom('now' as const, 'period_end' as const), { freq: 1 }),
      laterMs: fc.constantFrom(null, null, null, 0, MINUTE, 2 * HOUR),
      overpaid: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('unsubscribe' as const),
      when: fc.constantFrom('now' as const, 'period_end' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('renew' as const, 'renew' as const, 'lapse' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('fee_unpaid' as const), declined: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('grant_reset' as const),
      window: fc.option(window),
      lives: fc.constantFrom(30 * MINUTE, 30 * DAY),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('redeem_reset' as const),
      pick: fc.nat({ max: 5 }),
      window,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('promote' as const),
      multiplier: fc.constantFrom('2', '1.5', '1.333333333'),
      lives: fc.constantFrom(HOUR, 3 * DAY),
      window: fc.option(window),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('to_boundary' as const),
      by: fc.constantFrom(-1 as const, 0 as const, 0 as const, 1 as const),
      order: fc.constantFrom('renew' as const, 'lapse' as const, 'lapse' as const, null),
    }),
  },
)

/** What happens to an account's plan, beside its calls: orders, periods, resets, promotions. */
export class Subscriber {
  readonly #ledger: Ledger
  readonly #seen: Sightings
  /** The plans as published, without promotions. */
  readonly #plans: readonly Plan[]
  readonly #promotions: WindowPromotion[] = []
  #requests = 0

  constructor(ledger: Ledger, seen: Sightings) {
    this.#ledger = ledger
    this.#seen = seen
    this.#plans = [...ledger.catalogue.plans.values()]
  }

  play(step: SubscriptionStep): void {
    switch (step.do) {
      case 'grant_reset':
        this.#grantReset(step)
        break
      case 'redeem_reset':
        this.#redeemReset(step)
        break
      case 'promote':
        this.#promote(step)
        break
      case 'to_boundary':
        this.#toBoundary(step.by)
        if (step.order !== null) this.#order({ do: step.order })
        break
      default:
        this.#order(step)
    }
  }

  #common() {
    this.#requests += 1
    const actor = { type: 'operator', id: 'op_test' } as const
    return { accountId: ACCOUNT, requestId: `order_${this.#requests}`, actor }
  }

  #order(step: OrderStep): void {
    const ledger = this.#ledger
    const command = this.#commandOf(step)
    const previewed = preview(ledger, command)
    const laterMs = step.do === 'subscribe' ? step.laterMs : null
    if (laterMs !== null && previewed.status === 'posted') {
      this.#later(command, previewed.entry, laterMs)
      return
    }
    const inFlight = ledger.holds.size > 0
    const done = ledger.run(paying(command, previewed))
    const overpaid = step.do === 'subscribe' && step.overpaid
    if (step.do !== 'fee_unpaid' && !overpaid && show(agreed(done)) !== show(agreed(previewed)))
      throw new Error(`invariant 16: previewed\n${show(previewed)}\nexecuted\n${show(done)}`)
    if (done.status === 'posted') this.#note(done.entry, inFlight)
  }

  /** Agreed to now, and ordered a while afterwards: it costs what was shown, or it is refused. */
  #later(command: Command, shown: EntryBody, ms: number): void {
    const ledger = this.#ledger
    const order = { ...command, pricedAt: ledger.now, terms: shown.transition?.terms } as Command
    ledger.wait(ms)
    const done = ledger.run(paying(order, { status: 'posted', entry: shown, hash: '' }))
    if (done.status !== 'posted') {
      const code = done.status === 'refused' ? done.refused.code : ''
      this.#seen.when('a preview was too old', code === 'preview_outdated')
      return
    }
    this.#seen.when('executed as it was previewed before', ms > 0)
    const { lines, net } = shown.fee ?? {}
    if (show({ lines: done.entry.fee?.lines, net: done.entry.fee?.net }) !== show({ lines, net }))
      throw new Error(`invariant 16: shown ${show(shown.fee)}, charged ${show(done.entry.fee)}`)
  }

  #commandOf(step: OrderStep): Command {
    const common = this.#common()
    const payment = {
      paymentId: `pi_${common.requestId}`,
      tax: usd('1.23'),
      collected: step.do !== 'subscribe' || !step.overpaid,
    }
    switch (step.do) {
      case 'subscribe':
        return {
          ...common,
          kind: 'change_subscription',
          fallback: 'small@1',
          payment: step.overpaid ? { ...payment, amount: usd('2000') } : payment,
          ...(step.plan !== null && { plan: step.plan }),
          ...(step.seats !== null && { seats: step.seats }),
          ...(step.when !== null && { when: step.when }),
        }
      case 'unsubscribe':
        return { ...common, kind: 'cancel_subscription', when: step.when, payment: null }
      case 'renew':
        return { ...common, kind: 'renew_subscription', payment }
      case 'lapse':
        return { ...common, kind: 'lapse_subscription' }
      case 'fee_unpaid': {
        const code = step.declined ? 'card_declined' : 'awaiting_payment'
        return { ...common, kind: 'fee_unpaid', code, declined: step.declined, retryMs: DAY }
      }
    }
  }

  #note({ kind, transition, fee, windows = [] }: EntryBody, inFlight: boolean): void {
    const seen = this.#seen
    seen.when('subscription renewed', kind === 'renew_subscription')
    seen.when('subscription lapsed', kind === 'lapse_subscription')
    if (!transition || !fee) return
    seen.when('subscription started', transition.type === 'start')
    seen.when('plan upgraded', transition.type === 'upgrade')
    seen.when('change scheduled', transition.when === 'period_end')
    seen.when('seats changed', transition.type === 'seats')
    seen.when(
      'unused time became credit',
      kind !== 'renew_subscription' && fee.credit_added !== '0',
    )
    seen.when('a fee was paid from credit', fee.credit_used !== '0')
    seen.when('a fee was invoiced', fee.billing === 'invoiced' && fee.due !== '0')
    seen.when('a window resized with calls in flight', windows.length > 0 && inFlight)
  }

  #grantReset(step: Extract<SubscriptionStep, { do: 'grant_reset' }>): void {
    const common = this.#common()
    this.#ledger.run({
      ...common,
      kind: 'grant_reset',
      resetId: `reset_${common.requestId}`,
      name: 'Sorry',
      windowId: step.window,
      expiresAt: plus(this.#ledger.now, step.lives),
    })
  }

  #redeemReset(step: Extract<SubscriptionStep, { do: 'redeem_reset' }>): void {
    const ledger = this.#ledger
    const resets = ledger.state?.resets ?? []
    const reset = resets[step.pick % Math.max(resets.length, 1)]
    if (!reset) return
    const inFlight = ledger.holds.size > 0
    const done = ledger.run({
      ...this.#common(),
      kind: 'redeem_reset',
      requestId: `${reset.id}#redeem`,
      resetId: reset.id,
      windowId: reset.windowId ?? step.window,
    })
    const used = done.status === 'posted'
    this.#seen.when('reset used', used)
    this.#seen.when('reset used with calls in flight', used && inFlight)
    if (used && ledger.state?.resets.some(({ id }) => id === reset.id))
      throw new Error(`the reset ${reset.id} was used and is still there`)
  }

  /** Published for every plan that has the window, from now on. */
  #promote(step: Extract<SubscriptionStep, { do: 'promote' }>): void {
    const { catalogue, now } = this.#ledger
    this.#promotions.push({
      id: `promotion_${this.#promotions.length}`,
      name: 'More room',
      multiplier: step.multiplier,
      from: now,
      until: plus(now, step.lives),
      ...(step.window !== null && { windows: [step.window] }),
    })
    for (const own of this.#plans)
      catalogue.plans.set(planRef(own), withPromotions(own, this.#promotions))
  }

  /** To the end of the period that is paid for, or of the grace after it. */
  #toBoundary(by: number): void {
    const ledger = this.#ledger
    const own = ledger.state?.subscription
    const period = own && periodNow(own)
    const plan = ledger.catalogue.plan(ledger.state?.plan ?? '')
    if (!period || !plan) return
    const edges = [period.end, graceEnd(plan, own.unpaid?.askedAt ?? period.end)]
    const next = edges.find((edge) => edge > ledger.now + 1)
    if (next !== undefined) ledger.now = (next + by) as Instant
  }
}

function preview(ledger: Ledger, command: Command): Result {
  const asked = 'payment' in command ? { ...command, payment: 'assumed' as const } : command
  const decision = decide(ledger.state, asked as Command, contextFor(ledger, command, ledger.now))
  if (decision.type === 'answer') return decision.result
  return { status: 'posted', entry: decision.entry as EntryBody, hash: '' }
}

/** With the payment, where there is something to pay. */
function paying(command: Command, previewed: Result): Command {
  const fee = previewed.status === 'posted' ? previewed.entry.fee : undefined
  const nothing = fee?.billing === 'invoiced' || fee?.due === '0'
  return 'payment' in command && nothing ? ({ ...command, payment: null } as Command) : command
}

/** What a preview and its execution share: all but what names the payment, and its tax. */
function agreed(result: Result): unknown {
  if (result.status !== 'posted') return result
  const { payment: _, command: _c, postings, fee, subscription, ...body } = result.entry
  const { last_payment_id: _id, ...rest } = subscription ?? {}
  const net = postings.filter(([account]) => account === 'house:revenue')
  return { ...body, net, fee: { ...fee, tax: '0' }, subscription: rest }
}

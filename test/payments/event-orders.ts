import fc from 'fast-check'
import { expect } from 'vitest'
import { ROUTES } from '../../src/contract/routes/index.ts'
import { add, formatNanos, type Nanos, readNanos, ZERO } from '../../src/core/money/index.ts'
import { recoverPayments } from '../../src/jobs/payments.ts'
import { advancePayment } from '../../src/payments/advance.ts'
import type { PaymentsDeps } from '../../src/payments/deps.ts'
import { refundPurchase } from '../../src/payments/refund.ts'
import type { Delivery } from '../../src/payments/simulated/signature.ts'
import type { Api } from '../api/support.ts'
import { soon } from '../api/support.ts'
import { addCard, Crash, chargesOf, dyingAfter } from './support.ts'

/* What can become of one payment at the processor, and the orders in which two servers may hear of it. */

export const STEPS = ['use', 'refund', 'bank_returns', 'dispute', 'won', 'lost'] as const
export type Step = (typeof STEPS)[number]

export interface History {
  readonly card: string
  readonly steps: readonly Step[]
}

const CARDS = ['pm_card_visa', 'pm_card_de', 'pm_card_authenticationRequired']

/** Which steps can follow. A refund is asked for once, and not after a dispute was won: it may wait for that. */
function next(steps: readonly Step[]): Step[] {
  const has = (step: Step) => steps.includes(step)
  const isDisputed = has('dispute')
  const isOpen = isDisputed && !has('won') && !has('lost')
  return [
    ...(steps.length === 0 ? (['use'] as const) : []),
    ...(has('refund') || has('won') ? [] : (['refund'] as const)),
    ...(has('refund') && !has('bank_returns') ? (['bank_returns'] as const) : []),
    ...(isDisputed ? [] : (['dispute'] as const)),
    ...(isOpen ? (['won', 'lost'] as const) : []),
  ]
}

function stepsOf(choices: readonly number[]): readonly Step[] {
  const steps: Step[] = []
  for (const choice of choices) {
    const possible = next(steps)
    if (possible.length > 0) steps.push(possible[choice % possible.length]!)
  }
  return steps
}

export const anyHistory: fc.Arbitrary<History> = fc.record({
  card: fc.constantFrom(...CARDS),
  steps: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }).map(stepsOf),
})

/** How the hearing goes: numbers that are used up one by one, and again from the start. */
export interface Chance {
  readonly numbers: readonly number[]
  /** The server that refunds dies after so many of its steps; 0: it does not. */
  readonly diesAfter: number
}

export const anyChance = (dies: boolean): fc.Arbitrary<Chance> =>
  fc.record({
    numbers: fc.array(fc.nat(1_000), { minLength: 12, maxLength: 12 }),
    diesAfter: dies ? fc.integer({ min: 1, max: 4 }) : fc.constant(0),
  })

export interface Two {
  readonly nodes: readonly [Api, Api]
  /** Of each node, all with one processor. */
  readonly payments: readonly [PaymentsDeps, PaymentsDeps]
}

interface Play {
  readonly id: string
  readonly paymentId: string
  /** What the processor has kept of the payment in the end, in minor units. */
  readonly kept: number
}

let made = 0

/** Lives a history. Without a chance each event is heard of at once, once, by one server. */
export async function play(two: Two, { card, steps }: History, chance?: Chance): Promise<Play> {
  const [first] = two.nodes
  first.processor.takeWebhooks()
  made += 1
  const { id } = await first.account(`orders-${made}`, { plan: 'no_windows@1' })
  const params = { account_id: id }
  await first.done('setControls', { params, key: `on-${id}`, body: { paid_use: true } })
  await addCard(first, id, card)
  const body = { bundle_id: 'usd_50' }
  const { preview_id } = await first.done('previewPurchase', { params, body })
  const { payment_id: paymentId } = await first.done('confirmPurchase', {
    params,
    body: { preview_id },
  })
  const telling = new Telling(two, chance)
  await authenticated(two, paymentId)
  for (const step of steps) await telling.while(() => act({ two, id, paymentId, step }, chance))
  await telling.rest()
  return { id, paymentId, kept: keptOf(first, paymentId, steps) }
}

async function authenticated({ nodes, payments }: Two, paymentId: string): Promise<void> {
  const [{ processor, pool }] = nodes
  const { rows } = await pool.query<{ charge_ref: string }>(
    'select charge_ref from control.payment where payment_id = $1::text',
    [paymentId],
  )
  processor.authenticate(rows[0]!.charge_ref)
  // the buyer comes back to our page, which looks
  await advancePayment(payments[1], paymentId)
}

interface Act {
  readonly two: Two
  readonly id: string
  readonly paymentId: string
  readonly step: Step
}

async function act({ two, id, paymentId, step }: Act, chance?: Chance): Promise<void> {
  const [{ processor }] = two.nodes
  const [charge] = chargesOf(two.nodes[0], paymentId)
  const dispute = disputeOf.get(paymentId) ?? ''
  switch (step) {
    case 'use':
      await use(two.nodes[0], id)
      return
    case 'refund':
      return refund({ two, id, paymentId }, chance)
    case 'bank_returns': {
      const own = processor.refunds().find((one) => one.payment_intent === charge?.id)
      if (own) processor.failRefund(own.id)
      return
    }
    case 'dispute':
      disputeOf.set(paymentId, processor.openDispute(charge?.id ?? ''))
      return
    default:
      processor.closeDispute(dispute, step)
  }
}

const disputeOf = new Map<string, string>()

const use = (api: Api, accountId: string) =>
  api.done('record', {
    body: {
      account_id: accountId,
      call_id: `call-${accountId}`,
      model: 'small',
      usage: { tokens: { input: 20_000_000 } },
      event_at: soon(),
      outcome: 'succeeded',
    },
  })

async function refund({ two, id, paymentId }: Omit<Act, 'step'>, chance?: Chance): Promise<void> {
  const at = two.payments[(chance?.numbers[0] ?? 0) % 2]!
  const deps = chance && chance.diesAfter > 0 ? dyingAfter(at, chance.diesAfter) : at
  const wish = {
    ...{ accountId: id, paymentId, refundId: `rfnd_${paymentId}` },
    ...({ basis: 'operator', reason: 'asked for' } as const),
    actor: { type: 'operator', id: 'op' } as const,
  }
  await refundPurchase(deps, wish).catch((error: unknown) => {
    if (!(error instanceof Crash)) throw error
  })
}

/** Webhooks on their way to two servers. */
class Telling {
  readonly #two: Two
  readonly #chance: Chance | undefined
  #waiting: Delivery[] = []
  #used = 0

  constructor(two: Two, chance: Chance | undefined) {
    this.#two = two
    this.#chance = chance
  }

  #number(below: number): number {
    const { numbers } = this.#chance!
    this.#used += 1
    return (numbers[this.#used % numbers.length]! + this.#used * 7) % below
  }

  /** Something happens, and meanwhile some of what happened before is heard of. */
  async while(work: () => Promise<unknown>): Promise<void> {
    if (!this.#chance) {
      await work()
      this.#collect()
      for (const hook of this.#waiting.splice(0)) await this.#hear(hook, 0)
      return
    }
    const some = Array.from({ length: this.#number(4) }, () => this.#take()).filter(
      (hook) => hook !== undefined,
    )
    await Promise.all([work(), ...some.map((hook) => this.#hear(hook, this.#number(2)))])
    this.#collect()
  }

  /** All that is left, some at once, and what was left in the middle is taken up. */
  async rest(): Promise<void> {
    this.#collect()
    while (this.#waiting.length > 0) {
      const some = Array.from({ length: 3 }, () => this.#take()).filter(
        (hook) => hook !== undefined,
      )
      await Promise.all(some.map((hook) => this.#hear(hook, this.#chance ? this.#number(2) : 0)))
      this.#collect()
    }
    const [, deps] = this.#two.payments
    while ((await recoverPayments(deps, deps.nowMs() + 60_000)) > 0);
  }

  /** Each new event waits as many times as it will be sent. */
  #collect(): void {
    for (const hook of this.#two.nodes[0].processor.takeWebhooks()) {
      const times = this.#chance ? 1 + this.#number(3) : 1
      for (let time = 0; time < times; time += 1) this.#waiting.push(hook)
    }
  }

  #take(): Delivery | undefined {
    return this.#waiting.splice(this.#chance ? this.#number(this.#waiting.length || 1) : 0, 1)[0]
  }

  async #hear({ body, signature }: Delivery, node: number): Promise<void> {
    const reply = await this.#two.nodes[node]!.app.inject({
      method: 'POST',
      url: ROUTES.takePaymentWebhook.path,
      headers: { 'content-type': 'application/json', 'stripe-signature': signature },
      payload: body,
    })
    expect(reply.statusCode, reply.body).toBe(200)
  }
}

/** What the processor has kept in the end: nothing of what the bank has taken. */
function keptOf(api: Api, paymentId: string, steps: readonly Step[]): number {
  const [charge] = chargesOf(api, paymentId)
  return charge && !steps.includes('lost') ? charge.amount - charge.amount_refunded : 0
}

/** The books of a payment: each ledger account's balance, and what is left of the lot. */
export async function booksOf(two: Two, { id }: Play) {
  const [{ pool }, other] = two.nodes
  const { rows } = await pool.query<{ body: { postings: [string, string, string][] } }>(
    'select body from accounts.entry where account_id = $1::text order by seq',
    [id],
  )
  const balances = new Map<string, Nanos>()
  for (const { body } of rows)
    for (const [account, , amount] of body.postings)
      balances.set(account, add(balances.get(account) ?? ZERO, readNanos(amount)))
  const { lots } = await other.done('getState', { params: { account_id: id } })
  const amounts = [...balances].filter(([, amount]) => amount !== 0n).sort()
  return {
    balances: Object.fromEntries(
      amounts.map(([account, amount]) => [account, formatNanos(amount)]),
    ),
    lots: lots.map(({ remaining, state }) => ({ remaining, state })),
  }
}

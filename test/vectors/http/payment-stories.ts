import { expect } from 'vitest'
import { type EntryAnswer, EverycentProblem } from '../../../src/client/index.ts'
import { formatNanos, subtract, sum } from '../../../src/core/money/index.ts'
import { DAY_MS } from '../../../src/core/time/index.ts'
import { MODEL } from '../prices.ts'
import type { Vector } from '../shapes.ts'
import { type Customer, money, stories, type World, wrongFigures } from './world.ts'

stories.register(
  'payment posted twice',
  ({ given }) => Array.isArray(given.posts) && given.posts[0]?.idempotency_key !== undefined,
  async (vector, world) => {
    const { given, expect: right, observed_wrong: wrong } = vector
    const customer = await world.customer(vector, { credit: '0' })
    await world.operator.credit.grant(customer.id, {
      name: 'Granted',
      amount: given.granted,
      expires_at: null,
    })
    const post = (id: string, price: string) =>
      world.operator.credit.topUp(customer.id, {
        payment_id: `${customer.id}-${id}`,
        price,
        expires_at: null,
      })
    const [first, second] = given.posts
    const answer = await post(first.idempotency_key, first.paid_credits)
    expect(await post(second.idempotency_key, second.paid_credits)).toEqual(answer)
    expect(right.second).toBe('200 replay')
    expect(await customer.credit()).toBe(right.balance)
    expect(await customer.credit()).not.toBe(wrong?.balance)
    const other = await post(first.idempotency_key, '1').catch((error: unknown) => error)
    expect(other).toBeInstanceOf(EverycentProblem)
    expect(other).toMatchObject({ status: 409, code: 'request_conflict' })
  },
)

stories.register(
  'purchase that failed afterwards',
  ({ given }) => Array.isArray(given.events) && typeof given.events[0] === 'string',
  async (vector, world) => {
    const { given, expect: right, observed_wrong: wrong } = vector
    const customer = await world.customer(vector, { credit: '0' })
    let price = '0'
    let seq = 0
    for (const event of given.events as string[]) {
      const buy = /^buy (\d+(?:\.\d+)?)$/.exec(event)
      if (buy) price = buy[1] ?? ''
      else if (event === 'payment succeeded') {
        const body = { payment_id: `pi-${customer.id}`, price, expires_at: null }
        seq = (await world.operator.credit.topUp(customer.id, body)).seq
      } else if (event === 'payment failed' || event === 'invoice void')
        await world.operator.credit.reverse(customer.id, { seq, reason: event }).catch(known)
      else throw new Error(`no such event: ${event}`)
    }
    expect(await customer.credit()).toBe(right.balance)
    expect(await customer.credit()).not.toBe(formatNanos(money(wrong?.balance)))
  },
)

/** A second reversal of an entry is refused, and changes nothing. */
function known(error: unknown): void {
  if (!(error instanceof EverycentProblem)) throw error
  expect(['already_reversed', 'request_conflict']).toContain(error.code)
}

/** A buyer whose card is from a country, with a row of law for it. */
async function buyer(world: World, vector: Vector, card: string): Promise<Customer> {
  const customer = await world.customer(vector, { credit: '0' })
  await world.operator.paymentMethods.add(customer.id, { method_ref: card })
  return customer
}

stories.register(
  'tax on a top-up',
  ({ given }) => given.net !== undefined && given.tax_rate !== undefined,
  async (vector, world) => {
    const { given, expect: right, observed_wrong: wrong } = vector
    const customer = await buyer(world, vector, 'pm_card_gb')
    // the row's own rate, from now on, for the country of the card
    const { items } = await world.operator.policies.list()
    const gb = items.find(({ ref }) => ref === 'GB@1')?.document
    if (!gb) throw new Error('there is no row for GB')
    const published = await world.operator.policies.publish({
      ...gb,
      version: 2,
      effective_from: world.now(),
      tax: { ...gb.tax, rate: given.tax_rate },
    })
    expect(published.in_force).toBe(true)
    const shown = await world.operator.purchases.preview(customer.id, { amount: given.net })
    expect(shown).toMatchObject({ price: given.net, total: right.gross, policy: 'GB@2' })
    const { preview_id } = shown
    const bought = await world.operator.purchases.confirm(customer.id, { preview_id })
    // the same figure on the card, the receipt and in the journal, and never the other one
    expect(bought.total).toBe(right.invoice_prepaid_credit)
    expect(bought.total).not.toBe(wrong?.invoice_prepaid_credit)
    const seen: EntryAnswer[] = []
    for await (const entry of customer.client.accounts.entries(customer.id)) seen.push(entry)
    const posted = seen.find(({ kind }) => kind === 'top_up')?.postings
    expect(posted).toContainEqual(['house:processor_clearing', 'USD', `-${right.gross}`])
    expect(subtract(money(given.wallet), money(bought.total))).toBe(money(right.wallet_after))
  },
)

stories.register(
  'withdrawal from a purchase',
  ({ given }) => given.bundle !== undefined && given.on_day !== undefined,
  async (vector, world) => {
    const { given, expect: right } = vector
    await world.prices(vector, { input: '0', output: '1' })
    const customer = await buyer(world, vector, `pm_card_${given.jurisdiction.toLowerCase()}`)
    const { items } = await world.operator.purchases.bundles()
    const bundle = items.find(({ face }) => face === given.bundle.face)
    expect(bundle).toMatchObject({ price: given.bundle.price, list: 'USD@1' })
    const wish = { bundle_id: bundle?.id ?? '' }
    const { preview_id } = await world.operator.purchases.preview(customer.id, wish)
    const bought = await world.operator.purchases.confirm(customer.id, { preview_id })
    expect(bought).toMatchObject({
      policy: `${given.jurisdiction}@1`,
      bundle: { id: bundle?.id, list: 'USD@1' },
    })
    world.clock.advance(given.on_day * DAY_MS)
    await customer.client.record({
      call_id: 'call_used',
      model: MODEL,
      usage: { tokens: { output: Number(given.used_face) * 1_000_000 } },
      event_at: world.now(),
    })
    const refund = world.operator.purchases.refund(customer.id, bought.payment_id)
    if (right.refused !== undefined) {
      await expect(refund).rejects.toMatchObject({ code: right.refused })
    } else {
      const [paid] = (await refund).refunds
      expect(paid).toMatchObject({ phase: 'paid', price: right.refund, tax: right.tax })
      expect(paid?.total).toBe(formatNanos(sum([money(right.refund), money(right.tax)])))
      expect(wrongFigures(vector)).not.toContain(paid?.price)
    }
    expect(await customer.credit()).toBe(right.credit_after)
  },
)

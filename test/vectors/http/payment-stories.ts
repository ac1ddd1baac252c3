import { expect } from 'vitest'
import { EverycentProblem } from '../../../src/client/index.ts'
import { formatNanos } from '../../../src/core/money/index.ts'
import { money, stories } from './world.ts'

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
    const post = (payment_id: string, price: string) =>
      world.operator.credit.topUp(customer.id, { payment_id, price, expires_at: null })
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
        const body = { payment_id: 'pi_1', price, expires_at: null }
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

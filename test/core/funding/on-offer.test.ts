import { describe, expect, it } from 'vitest'
import {
  type Plan,
  type PlanPeriod,
  planRef,
  plansOnOffer,
  seatsCompared,
} from '../../../src/core/funding/index.ts'
import { type Currency, ZERO } from '../../../src/core/money/index.ts'
import { plan, usd } from '../../support/core/fixtures.ts'

interface Offer {
  readonly id: string
  readonly version?: number
  readonly price?: string
  readonly period?: PlanPeriod
  readonly currency?: Currency
  readonly seat?: string
}

const offer = ({ price = '0', period = 'P1M', currency = 'USD', seat, ...own }: Offer): Plan => ({
  ...plan(own),
  ...{ price: usd(price), period, currency },
  ...(seat && { seats: { min: 2, max: 5, priceEach: usd(seat) } }),
})

describe('plans on offer', () => {
  const refs = (plans: readonly Plan[], seats = 1, currency = 'USD') =>
    plansOnOffer(plans, { currency, seats }).map(planRef)

  it('are the newest of each, in the account’s currency', () => {
    const plans = [
      offer({ id: 'a', version: 2 }),
      offer({ id: 'a', version: 1 }),
      offer({ id: 'yen', currency: 'JPY' }),
    ]
    expect(refs(plans)).toEqual(['a@2'])
    expect(refs(plans.toReversed())).toEqual(['a@2'])
    expect(refs(plans, 1, 'JPY')).toEqual(['yen@1'])
  })

  it('begin with what costs least for the same time; of equals by their name', () => {
    const monthly = offer({ id: 'monthly', price: '10' })
    const yearly = offer({ id: 'yearly', price: '108', period: 'P1Y' })
    const same = offer({ id: 'same', price: '120', period: 'P1Y' })
    for (const plans of [
      [monthly, yearly, same],
      [same, yearly, monthly],
    ])
      expect(refs(plans)).toEqual(['yearly@1', 'monthly@1', 'same@1'])
  })

  it('cost what they cost for as many seats', () => {
    const flat = offer({ id: 'flat', price: '25' })
    const seated = offer({ id: 'seated', seat: '10' })
    expect(refs([flat, seated], 1)).toEqual(['seated@1', 'flat@1'])
    expect(refs([flat, seated], 3)).toEqual(['flat@1', 'seated@1'])
  })
})

describe('seats that a plan is compared with', () => {
  it.each([
    [1, 2],
    [2, 2],
    [4, 4],
    [5, 5],
    [6, 5],
  ])('%i wanted: %i, within what it offers', (wanted, seats) => {
    const seated = { seats: { min: 2, max: 5, priceEach: ZERO } }
    expect(seatsCompared(seated, wanted)).toBe(seats)
    expect(seatsCompared({}, wanted)).toBe(1)
  })
})

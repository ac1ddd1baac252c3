import { expect, test } from 'vitest'
import { readAmount } from '../../../src/demo/run/amounts.ts'
import { wayTerms } from '../../../src/demo/run/way/terms.ts'

const CENT = 10_000_000n

test.each(['0.15', '0.8', '10.7', '140'])('of %s the way has a part for each stage', (text) => {
  const expected = readAmount(text)
  const { windowRest, claim, topUp, reload, cap } = wayTerms(expected)
  const [claimed, bought, reloaded, most] = [claim, topUp, reload.amount, cap].map(readAmount) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ]
  for (const amount of [claimed, bought, reloaded, most]) expect(amount % CENT).toBe(0n)
  // the cap is met before the calls end, and on credit that the reload brought
  expect(windowRest + claimed + most).toBeLessThan((expected * 3n) / 4n)
  expect(most).toBeGreaterThan(bought)
  // what the cap leaves is above the trigger: nothing is bought again
  expect(bought + reloaded - most).toBeGreaterThanOrEqual(readAmount(reload.trigger_below))
  // one reload with its tax fits into a day, and no more than two into a month
  expect((reloaded * 125n) / 100n).toBeLessThanOrEqual(readAmount(reload.max_per_day))
  expect(readAmount(reload.max_per_month)).toBe(2n * readAmount(reload.max_per_day))
})

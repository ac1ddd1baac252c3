import { expect, test } from 'vitest'
import { type Sum, unclosed } from '../support/sums.ts'

/* What finds sums that do not close finds them. */

const figure = (exact: string, text: string) => ({ exact, text })
const SUM: Sum = {
  name: 'Spent',
  parts: [figure('0.014', '$0.01'), figure('0.02', '$0.02')],
  total: figure('0.034', '$0.03'),
  without: 0,
}

test.each<readonly [string, Partial<Sum>, number]>([
  ['closes exactly and as it is shown', {}, 0],
  ['is off by a nano', { total: figure('0.034000001', '$0.03') }, 1],
  ['closes exactly, but not as it is shown', { total: figure('0.034', '$0.04') }, 1],
  ['has a row without a figure', { without: 1 }, 1],
  ['has no parts at all', { parts: [] }, 1],
  [
    'has a part that is given back',
    { parts: [...SUM.parts, figure('-0.034', '-$0.03')], total: figure('0', '$0.00') },
    0,
  ],
])('a sum that %s', (_name, change, faults) => {
  expect(unclosed([{ ...SUM, ...change }])).toHaveLength(faults)
})

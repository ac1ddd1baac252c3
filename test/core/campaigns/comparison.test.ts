import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { compare, type Outcome, PAIRS_MIN } from '../../../src/core/campaigns/comparison.ts'
import { matchClaimers, type Subject, subjectOf } from '../../../src/core/campaigns/matching.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import { at, facts, plans } from './facts.ts'

const OPENED = at('2026-09-23T00:00:00Z')

const subject = (accountId: string, usage: string, stratum = 's'): Subject => ({
  accountId,
  stratum,
  usageBefore: readNanos(usage),
})

describe('what accounts are matched on', () => {
  // plans; member since; usage before -> plan, tenure band, usage band
  test.each([
    [[['2026-01-15', 'pro@1']], '2026-08-25T00:00:00Z', '0', 'pro 0 none'],
    [[['2026-01-15', 'pro@3']], '2026-08-24T00:00:00Z', '0.000000001', 'pro 1 0'],
    [[['2026-01-15', 'pro@1']], '2026-06-25T00:00:00Z', '1', 'pro 2 1'],
    [[['2025-01-15', 'pro@1']], '2025-09-23T00:00:00Z', '9.999999999', 'pro 3 1'],
    [[['2025-01-15', 'max@1']], '2025-01-15T00:00:00Z', '10', 'max 3 2'],
    [[['2025-01-15', 'max@1']], '2025-01-15T00:00:00Z', '100', 'max 3 3'],
    // the plan of the day on which the campaign opened counts, not that of today
    [
      [
        ['2026-01-01', 'pro@1'],
        ['2026-09-24', 'max@1'],
      ],
      '2026-09-01T00:00:00Z',
      '5',
      'pro 0 1',
    ],
    // opened later: by its first plan, among such alone
    [[['2026-09-24', 'pro@1']], '2026-09-24T00:00:00Z', '0', 'pro later none'],
  ] as const)('%j since %s with %s is %s', (steps, since, usage, promise) => {
    const own = facts({
      plans: plans(...(steps as unknown as [string, string][])),
      memberSince: at(since),
    })
    expect(subjectOf(own, readNanos(usage), OPENED).stratum).toBe(promise)
  })
})

describe('matching', () => {
  const pairsOf = (claimers: Subject[], others: Subject[]) => {
    const { pairs, unmatched } = matchClaimers(claimers, others)
    return [pairs.map(({ claimer, other }) => `${claimer.accountId}-${other.accountId}`), unmatched]
  }

  it('takes the nearest in usage, nobody twice, and nobody of another stratum', () => {
    const claimers = [subject('c1', '5'), subject('c2', '5'), subject('c3', '5')]
    const others = [subject('far', '9'), subject('near', '5.5'), subject('x', '5', 'other')]
    expect(pairsOf(claimers, others)).toEqual([['c1-near', 'c2-far'], 1])
  })

  it('takes the lesser of two as near, and the first id of the same usage', () => {
    const others = [subject('b', '4'), subject('a', '4'), subject('z', '6')]
    expect(pairsOf([subject('c', '5')], others)).toEqual([['c-a'], 0])
    expect(pairsOf([subject('c', '6'), subject('d', '6')], others)).toEqual([['c-z', 'd-a'], 0])
  })

  it('of nobody, or with nobody, is empty', () => {
    expect(pairsOf([], [subject('a', '1')])).toEqual([[], 0])
    expect(pairsOf([subject('c', '1')], [])).toEqual([[], 1])
  })

  it('is the nearest free one, whatever the order of the others', () => {
    const own = fc.record({ usage: fc.integer({ min: 0, max: 30 }), plan: fc.boolean() })
    fc.assert(
      fc.property(fc.array(own), fc.array(own), fc.nat(), (mine, theirs, turn) => {
        const made = (prefix: string, list: typeof mine) =>
          list.map(({ usage, plan }, index) =>
            subject(`${prefix}${index}`, String(usage), plan ? 'pro' : 'max'),
          )
        const [claimers, others] = [made('c', mine), made('o', theirs)]
        const { pairs, unmatched } = matchClaimers(claimers, others)
        const cut = others.length === 0 ? 0 : turn % others.length
        const turned = [...others.slice(cut), ...others.slice(0, cut)].reverse()
        expect(matchClaimers(claimers, turned)).toEqual({ pairs, unmatched })
        expect(pairs.length + unmatched).toBe(claimers.length)
        const free = new Set(others)
        const matched = new Map(pairs.map((pair) => [pair.claimer.accountId, pair.other]))
        for (const claimer of claimers) {
          const distance = (other: Subject): bigint => {
            const apart = other.usageBefore - claimer.usageBefore
            return apart < 0n ? -apart : apart
          }
          const alike = [...free].filter(({ stratum }) => stratum === claimer.stratum)
          const taken = matched.get(claimer.accountId)
          if (!taken) {
            expect(alike).toEqual([])
            continue
          }
          expect(free.delete(taken)).toBe(true)
          for (const other of alike) expect(distance(taken)).toBeLessThanOrEqual(distance(other))
        }
      }),
    )
  })
})

describe('the comparison', () => {
  const did = (features: number, models: number, weeks: string): Outcome => ({
    features,
    models,
    activeWeeks: [...weeks].map((week) => week === '1'),
  })

  /*
   * Twenty pairs, by hand. Features: ten claimers have 3, ten have 1, every other account has 1, so that the
   * means are 2 and 1. Differences: ten times 2, ten times 0; each is 1 from their mean of 1, so that the
   * variance is 20 / 19 and the margin 1.96 × sqrt(20 / 19 / 20) = 1.96 / sqrt(19) = 0.44966.
   * Week 4: 15 claimers and 5 others are active, 0.75 and 0.25; of the differences 15 are 1 (claimers
   * 1 to 15 against others 16 to 20), 5 are -1: mean 0.5, squares 15 × 0.25 + 5 × 2.25 = 15, variance 15 / 19,
   * margin 1.96 × sqrt(15 / 19 / 20) = 0.38942.
   */
  const twenty = Array.from({ length: 20 }, (_, index) => ({
    claimer: did(index < 10 ? 3 : 1, 2, `110${index < 15 ? 1 : 0}`),
    other: did(1, 2, `100${index < 15 ? 0 : 1}`),
  }))

  it('has the means, the difference and how sure it is, as worked out by hand', () => {
    expect(compare(twenty)).toEqual({
      suppressed: null,
      figures: {
        features: { claimers: 2, others: 1, difference: 1, least: 0.55, most: 1.45 },
        models: { claimers: 2, others: 2, difference: 0, least: 0, most: 0 },
        retention: [
          { claimers: 1, others: 1, difference: 0, least: 0, most: 0 },
          { claimers: 1, others: 0, difference: 1, least: 1, most: 1 },
          { claimers: 0, others: 0, difference: 0, least: 0, most: 0 },
          { claimers: 0.75, others: 0.25, difference: 0.5, least: 0.111, most: 0.889 },
        ],
      },
    })
  })

  it('shows nothing of fewer than twenty pairs, and says why', () => {
    expect(PAIRS_MIN).toBe(20)
    expect(compare(twenty.slice(1))).toEqual({ suppressed: 'too_few_pairs', figures: null })
    expect(compare([])).toEqual({ suppressed: 'too_few_pairs', figures: null })
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { auditCharges } from '../../../src/core/audit/index.ts'
import { formatNanos, subtract } from '../../../src/core/money/index.ts'
import { RECORD_CASES, type VectorCase } from '../../support/audit/vector-cases.ts'
import { JOURNAL_CASES } from '../../support/audit/vector-journals.ts'
import { bookOf, callOf, chargeOf } from '../../support/audit/vector-records.ts'
import { usd } from '../../support/core/fixtures.ts'
import type { Vector } from '../../vectors/shapes.ts'

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../vectors/misbilling.json', import.meta.url), 'utf8'),
)

const audit = (own: VectorCase, amount: string) =>
  auditCharges({
    calls: [callOf(own.call)],
    charges: [chargeOf(amount)],
    books: (own.books ?? [bookOf(own.prices!, own.model)]).map((document) => ({
      document,
      publishedAt: null,
    })),
  })

// Whatever was billed wrongly in public, the audit finds when somebody bills it so again.
describe('misbilling vectors', () => {
  it('each has its rule', () => {
    const known = [...Object.keys(RECORD_CASES), ...Object.keys(JOURNAL_CASES)]
    expect(vectors.map(({ id }) => id).sort()).toEqual(known.sort())
  })

  const cases = vectors.flatMap((vector) =>
    (RECORD_CASES[vector.id]?.(vector) ?? []).map((own, index) => ({ vector, own, index })),
  )

  it.each(cases.map((row) => [row.vector.id, row.own.rule, row.own.wrong, row.own] as const))(
    '%s %s: %s is found and quantified, the right bill is not',
    (_id, rule, wrong, own) => {
      const found = audit(own, wrong)
      expect(found).toHaveLength(1)
      const difference = subtract(usd(wrong), usd(own.right))
      expect(found[0]).toMatchObject({ rule, difference, calls: ['call'] })
      expect(found[0]!.remedy).toEqual(
        difference > 0n && rule !== 'negative_amount'
          ? { type: 'refund', callId: 'call', amount: difference }
          : { type: 'review' },
      )
      expect(audit(own, own.right)).toEqual([])
    },
  )

  it.each(Object.entries(JOURNAL_CASES))('%s: its journal', (_id, own) => {
    expect(own.right().findings()).toEqual([])
    const found = own.wrong().findings()
    expect(found.map(({ rule }) => rule)).toEqual(own.differences.map(() => own.rule))
    expect(found.map(({ difference }) => formatNanos(difference))).toEqual(own.differences)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DueLine, lessUsed, linesNow } from '../../../src/core/cases/index.ts'
import { givenBack } from '../../../src/core/ledger/index.ts'
import { formatNanos, type Nanos, nanos, subtract, sum } from '../../../src/core/money/index.ts'
import { plan, usd } from '../../support/core/fixtures.ts'
import { Ledger } from '../../support/core/ledger.ts'
import { bodiesOf } from '../../support/core/told.ts'

const FROM = 'case case_1'
const RULE = 'failed_call_charged'

/** A call of 10.00. */
function charged(): Ledger {
  const ledger = new Ledger({ plans: [plan({ windows: [] })], paidUse: true })
  ledger.topUp('paid', '50')
  ledger.record('call', usd('10'))
  return ledger
}

const line = (amount: Nanos, isFinding: boolean): DueLine => {
  const reason = isFinding ? RULE : 'goodwill'
  return {
    line: {
      call_id: 'call',
      amount: formatNanos(amount),
      reason,
      finding_key: isFinding ? `${RULE}:call` : null,
    },
    reasons: [reason, `${reason}_1`],
    overcharge: isFinding ? amount : null,
    isCoverable: true,
  }
}
const PLANNED = [line(usd('4'), true), line(usd('5'), false)]

const now = (ledger: Ledger, planned: Nanos | null = usd('10'), lines = PLANNED) =>
  linesNow(lines, { bodies: bodiesOf(ledger), planned, from: FROM, books: [] })

function give(
  ledger: Ledger,
  reason: string,
  amount: Nanos,
  { from, finding }: { from?: string; finding?: string } = {},
) {
  return ledger.run({
    kind: 'refund',
    accountId: ledger.state!.accountId,
    requestId: `call#refund:${reason}`,
    actor: { type: 'support', id: 'ann', ...(from !== undefined && { from }) },
    callId: 'call',
    reason,
    amount,
    ...(finding !== undefined && { finding }),
  })
}

describe('of four for a finding and five of goodwill, of a call of ten', () => {
  const by = (finding: string) => ({ finding })
  it.each<[string, (own: Ledger) => unknown, string, string]>([
    ['nothing else was given', () => null, '4', '5'],
    ['one was given by somebody', (own) => give(own, 'complaint', usd('1')), '3', '5'],
    ['five were given by somebody', (own) => give(own, 'complaint', usd('5')), '0', '4'],
    ['all was given by somebody', (own) => give(own, 'complaint', usd('10')), '0', '0'],
    ['the finding was paid', (own) => give(own, RULE, usd('4'), by(`${RULE}:call`)), '0', '5'],
    ['another finding was paid', (own) => give(own, 'other', usd('3'), by('other:call')), '4', '2'],
    ['one was given for the same reason', (own) => give(own, 'goodwill', usd('1')), '3', '5'],
    ['the charge was reversed', (own) => own.reverse(own.entry('call').seq), '0', '0'],
  ])('%s', (_what, before, finding, goodwill) => {
    const ledger = charged()
    before(ledger)
    expect(now(ledger).map(({ owed }) => owed)).toEqual([usd(finding), usd(goodwill)])
  })

  it('as an earlier version planned it, somebody else’s goodwill is the same goodwill', () => {
    const ledger = charged()
    give(ledger, 'goodwill', usd('1'))
    expect(now(ledger, null).map(({ owed }) => owed)).toEqual([usd('3'), usd('0')])
  })

  it('under a reason that somebody else has used, it is posted under another', () => {
    const ledger = charged()
    give(ledger, 'goodwill', usd('1'))
    expect(now(ledger).map(({ reason }) => reason)).toEqual([RULE, 'goodwill_1'])
  })
})

it('whoever dies at any step, gives on and takes off as if nobody had, whatever others give meanwhile', () => {
  const amount = fc.bigInt({ min: 1n, max: 5_000_000_000n })
  const others = fc.array(fc.bigInt({ min: 1n, max: 2_000_000_000n }), { maxLength: 3 })
  fc.assert(
    fc.property(amount, amount, amount, others, (found, meant, used, given) => {
      const ledger = charged()
      const lines = [line(nanos(found), true), line(nanos(meant), false)]
      for (let step = 0; ; step += 1) {
        const looked = now(ledger, usd('10'), lines)
        const offs = lessUsed(looked, nanos(used))
        const next = looked.findIndex(({ posted, owed }, index) => !posted && owed > offs[index]!)
        expect(sum(offs)).toBeLessThanOrEqual(used)
        if (next === -1) {
          const posted = sum(looked.flatMap((own) => (own.posted ? [givenBack(own.posted)] : [])))
          const owed = sum(looked.map((own) => own.owed))
          expect(posted).toBe(subtract(owed, sum(offs)))
          expect(owed).toBeLessThanOrEqual(found + meant)
          return
        }
        const { line: own, reason, owed } = looked[next]!
        ledger.run({
          kind: 'refund',
          accountId: ledger.state!.accountId,
          requestId: `call#refund:${reason}`,
          actor: { type: 'support', id: 'ann', from: FROM },
          callId: 'call',
          reason,
          amount: subtract(owed, offs[next]!),
          carried: looked[next]!.left,
          ...(own.finding_key !== null && { finding: own.finding_key }),
        })
        const other = given[step]
        if (other !== undefined) give(ledger, `other_${step}`, nanos(other))
      }
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AccountState,
  type EntryBody,
  MONEY_SOURCES,
  openingAfter,
  readInstant,
  type StatementContent,
  StatementFold,
} from '../../../src/core/ledger/index.ts'
import { formatNanos, type Nanos, readNanos, sum } from '../../../src/core/money/index.ts'
import { history } from '../../support/core/history.ts'
import { Player } from '../../support/core/player.ts'

const HISTORIES = 60
const STEPS = 120

/** Statements of a journal that is cut at these places. */
function statements(entries: readonly EntryBody[], cuts: readonly number[]): StatementContent[] {
  const made: StatementContent[] = []
  const ends = [...new Set(cuts.map((cut) => cut % entries.length))].sort((a, b) => a - b)
  let from = 0
  for (const to of [...ends, entries.length]) {
    const own = entries.slice(from, to)
    const fold = new StatementFold({
      opening: openingAfter(made.at(-1) ?? null),
      startsAt: own[0] ? readInstant(own[0].at) : 0,
      statementOf: (seq) => {
        const index = made.findIndex(({ entries: range }) => seq <= range.last_seq)
        return index < 0 ? null : index + 1
      },
    })
    for (const body of own) fold.add(body)
    made.push(fold.content())
    from = to
  }
  return made
}

const total = (amounts: readonly { readonly amount: string }[]): Nanos =>
  sum(amounts.map(({ amount }) => readNanos(amount)))

function checkSums(own: StatementContent): void {
  for (const flow of [...MONEY_SOURCES.map((source) => own.balances[source]), ...own.lots])
    expect(formatNanos((readNanos(flow.opening) + total(flow.movements)) as Nanos)).toBe(
      flow.closing,
    )
  for (const [category, source] of [
    ['paid', 'prepaid'],
    ['promotional', 'promotional'],
  ] as const) {
    const lots = own.lots.filter((lot) => lot.category === category)
    expect(sum(lots.map(({ closing }) => readNanos(closing)))).toBe(
      readNanos(own.balances[source].closing),
    )
    const used = total(own.usage.filter((line) => line.source === category))
    const movement = own.balances[source].movements.filter(({ what }) => what === 'usage')
    expect(total(movement)).toBe(-used)
  }
}

function checkAgainstState(own: StatementContent, state: AccountState): void {
  const lots = (category: string) =>
    formatNanos(
      sum(state.lots.filter((lot) => lot.category === category).map((lot) => lot.remaining)),
    )
  expect(own.balances.prepaid.closing).toBe(lots('paid'))
  expect(own.balances.promotional.closing).toBe(lots('promotional'))
  expect(own.balances.overage.closing).toBe(formatNanos(state.overage.used))
  expect(own.not_invoiced.overage).toBe(formatNanos(state.overage.used))
  for (const lot of own.lots.filter(({ closing }) => closing !== '0')) {
    const kept = state.lots.find(({ id }) => id === lot.lot_id)!
    expect([lot.closing, lot.expires_at === null]).toEqual([
      formatNanos(kept.remaining),
      kept.expiresAt === null,
    ])
  }
}

/**
 * Any history, cut anywhere: each statement adds up, begins with what the one before ended with, and the
 * last one ends with what the account has.
 */
test('statements add up, chain, and end at the state', () => {
  let corrections = 0
  let late = 0
  fc.assert(
    fc.property(
      history(STEPS),
      fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
      (steps, cuts) => {
        const player = new Player()
        player.play(steps)
        const entries = player.ledger.entries.map(({ body }) => body)
        const made = statements(entries, cuts)
        made.forEach((own, index) => {
          checkSums(own)
          const before = made[index - 1]
          if (!before) return
          expect(own.entries.first_seq).toBe(before.entries.last_seq + 1)
          for (const source of MONEY_SOURCES)
            expect(own.balances[source].opening).toBe(before.balances[source].closing)
        })
        checkAgainstState(made.at(-1)!, player.ledger.state!)
        expect(made.at(-1)!.entries.last_seq).toBe(entries.length)
        corrections += made.flatMap((own) =>
          own.corrections.filter(({ statement }) => statement !== null),
        ).length
        late += made.filter((own) => own.late !== null).length
      },
    ),
    { numRuns: HISTORIES, interruptAfterTimeLimit: 40_000 },
  )
  // dull histories would prove nothing
  expect(corrections).toBeGreaterThan(10)
  expect(late).toBeGreaterThan(10)
}, 60_000)

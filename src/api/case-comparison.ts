import { receiptId } from '../contract/receipt/index.ts'
import {
  type ChargeComparison,
  type Drawn,
  type Pair,
  pairFunding,
  pairLines,
} from '../core/cases/index.ts'
import type { LineFacts } from '../core/ledger/index.ts'
import { formatNanos, type Nanos, readNanos, subtract, sum, ZERO } from '../core/money/index.ts'
import { formatInstant, instant } from '../core/time/index.ts'
import { compareCalls } from '../engine/cases/compare.ts'
import type { OwnCase } from '../engine/cases/take-steps.ts'
import { aboutOf, findingsOf } from './case-answers.ts'
import type { Services } from './deps.ts'

/** The most calls of one case that are compared: as many as one dispute can name. */
const CALLS_MAX = 200

/** What a case is about: the calls it names; without any, those of what the check has found. */
export async function contestedIn(
  { pool }: Pick<Services, 'pool'>,
  own: OwnCase,
): Promise<readonly string[]> {
  const named = aboutOf(own.record)?.calls
  if (named) return named.slice(0, CALLS_MAX)
  const found = await findingsOf(pool, own)
  const calls = new Set(found.flatMap(({ finding }) => finding.calls.slice(0, 1)))
  return [...calls].slice(0, CALLS_MAX)
}

/** A case whose account or calls are none compares nothing. */
export async function comparisonJson(
  services: Pick<Services, 'pool' | 'nowMs'>,
  own: OwnCase,
  calls: readonly string[],
) {
  const { accountId, caseId, currency } = own.record
  const compared = accountId === null ? [] : await compareCalls(services.pool, accountId, calls)
  const known = compared.flatMap(({ actual, correct }) =>
    actual && correct ? [{ actual: actual.total, correct: correct.total }] : [],
  )
  return {
    case_id: caseId,
    account_id: accountId,
    currency,
    calls: compared.map(callJson),
    total: figure(sum(known.map((one) => one.actual)), sum(known.map((one) => one.correct))),
    without_correct: compared.length - known.length,
    as_of: formatInstant(instant(services.nowMs())),
  }
}

/** `null`: there is no correct side. */
const figure = (actual: Nanos, correct: Nanos | null) => ({
  actual: formatNanos(actual),
  correct: correct === null ? null : formatNanos(correct),
  differs: correct !== null && actual !== correct,
  delta: correct === null ? null : formatNanos(subtract(actual, correct)),
})

function callJson(compared: ChargeComparison) {
  const { callId, code, reason, findings, actual, correct } = compared
  const isKnown = correct !== null
  return {
    call_id: callId,
    receipt_id: receiptId(callId),
    ...{ code, reason, findings },
    books: { actual: actual?.book ?? null, correct: correct?.book ?? null },
    lines: pairLines(actual?.lines ?? [], correct?.lines ?? []).map((pair) =>
      linePair(pair, isKnown),
    ),
    funding: pairFunding(actual?.funding ?? [], correct?.funding ?? []).map((pair) =>
      fundingPair(pair, isKnown),
    ),
    absorbed: figure(actual?.absorbed ?? ZERO, correct?.absorbed ?? null),
    total: figure(actual?.total ?? ZERO, correct?.total ?? null),
    given_back: formatNanos(compared.givenBack),
    due: formatNanos(compared.due),
  }
}

const amountOf = (line: LineFacts | null): Nanos => (line ? readNanos(line.amount) : ZERO)

function linePair({ actual, correct }: Pair<LineFacts>, isKnown: boolean) {
  const delta = subtract(amountOf(actual), amountOf(correct))
  return {
    actual: actual && { ...actual },
    correct: correct && { ...correct },
    differs: isKnown && !isSame(actual, correct),
    delta: isKnown ? formatNanos(delta) : null,
  }
}

/** In every part: lines of the same amount can be of other quantities and prices. */
function isSame(one: LineFacts | null, other: LineFacts | null): boolean {
  if (!one || !other) return one === other
  const names = Object.keys({ ...one, ...other }) as (keyof LineFacts)[]
  return names.every((name) => one[name] === other[name])
}

function fundingPair({ actual, correct }: Pair<Drawn>, isKnown: boolean) {
  const own = (actual ?? correct)!
  return {
    class: own.class,
    source: own.source,
    ...figure(actual?.amount ?? ZERO, isKnown ? (correct?.amount ?? ZERO) : null),
  }
}

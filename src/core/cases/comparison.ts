import {
  carried,
  drawnBy,
  type PricedFacts,
  ratedAs,
  readingsOf,
  spread,
} from '../decisions/index.ts'
import { type Charge, chargeOf, type EntryBody, type LineFacts } from '../ledger/index.ts'
import { type Nanos, readNanos, subtract, subtractToZero, sum, ZERO } from '../money/index.ts'
import type { PriceBook } from '../pricing/index.ts'
import type { ComparisonCode } from './types.ts'

/** What the audit says of the amount of a charge. */
export interface Fault {
  readonly key: string
  /** What should have been charged. */
  readonly expected: Nanos
  /** Whether it is about what the call costs; otherwise it is about what paid for it. */
  readonly isOfPrice: boolean
  /** A code for why nothing is to be paid, where nothing is: the outcome, or the rule. */
  readonly reason: string
}

export interface ContestedCharge {
  readonly callId: string
  /** All entries of the call, in order. */
  readonly bodies: readonly EntryBody[]
  /** In which the call is the one at fault. */
  readonly faults: readonly Fault[]
  /** The price book that the charge has to be by; `null`: there was none. */
  readonly book: PriceBook | null
}

export interface Drawn {
  readonly class: string
  readonly source: string
  readonly amount: Nanos
}

/** `total` is the sum of the lines, and the sum of what was drawn and what the platform carries. */
export interface ChargeSide {
  readonly book: string | null
  readonly lines: readonly LineFacts[]
  readonly total: Nanos
  readonly funding: readonly Drawn[]
  readonly absorbed: Nanos
}

export interface ChargeComparison {
  readonly callId: string
  readonly code: ComparisonCode
  /** Why nothing is to be paid: the outcome, or the rule. */
  readonly reason: string | null
  readonly findings: readonly string[]
  /** As it was charged, before anything was given back. */
  readonly actual: ChargeSide | null
  readonly correct: ChargeSide | null
  readonly givenBack: Nanos
  /** Of what was drawn above the correct side, and is not given back yet. */
  readonly due: Nanos
}

const CHARGING: readonly EntryBody['kind'][] = ['settle', 'record', 'complete']
const GIVING: readonly EntryBody['kind'][] = ['refund', 'reverse', 'rerate']

/** The charge of a call as it was made beside what it should have been, as far as that is known. */
export function compareCharge(contested: ContestedCharge): ChargeComparison {
  const { callId, bodies, faults } = contested
  const charge = chargeOf(bodies.filter(({ kind }) => !GIVING.includes(kind)))
  const now = chargeOf(bodies)
  const named = { callId, findings: faults.map(({ key }) => key) }
  if (!charge || !now)
    return { ...named, ...without('not_charged'), actual: null, givenBack: ZERO, due: ZERO }
  const actual = sideOf(charge, ratingOf(bodies))
  const right = correctSide(contested, charge, actual)
  const givenBack = subtract(drawnBy(bodies, now), carried(now))
  const drawn = sum(actual.funding.map(({ amount }) => amount))
  const kept = right.correct && sum(right.correct.funding.map(({ amount }) => amount))
  const due = kept === null ? ZERO : subtractToZero(subtract(drawn, kept), givenBack)
  return { ...named, ...right, actual, givenBack, due }
}

type Right = Pick<ChargeComparison, 'code' | 'reason' | 'correct'>

const without = (code: ComparisonCode): Right => ({ code, reason: null, correct: null })

function correctSide(
  { bodies, faults, book }: ContestedCharge,
  charge: Charge,
  actual: ChargeSide,
): Right {
  if (charge.pending !== null) return without('not_priced_yet')
  const [first] = faults
  if (!first) return { code: 'as_charged', reason: null, correct: actual }
  if (faults.some(({ isOfPrice }) => !isOfPrice)) return without('not_about_price')
  if (faults.some(({ expected }) => expected !== first.expected))
    return without('findings_disagree')
  if (first.expected === ZERO) return { code: 'not_billed', reason: first.reason, correct: NOTHING }
  const rating = ratings(bodies, charge, book).find(
    ({ total }) => readNanos(total) === first.expected,
  )
  if (!rating) return without('lines_unknown')
  return { code: 'rated_again', reason: null, correct: funded(charge, rating) }
}

const NOTHING: ChargeSide = { book: null, lines: [], total: ZERO, funding: [], absorbed: ZERO }

/** By the usage as it was recorded, and by the provider's report read once more. */
const ratings = (
  bodies: readonly EntryBody[],
  charge: Charge,
  book: PriceBook | null,
): readonly PricedFacts[] =>
  book ? readingsOf(bodies, charge).flatMap((usage) => ratedAs(usage, charge, book) ?? []) : []

const ratingOf = (bodies: readonly EntryBody[]): PricedFacts | null => {
  const own = bodies.findLast(
    ({ kind, refused, rating }) => CHARGING.includes(kind) && !refused && rating !== undefined,
  )?.rating
  return own?.status === 'priced' ? own : null
}

function sideOf(charge: Charge, rating: PricedFacts | null): ChargeSide {
  const total = rating ? readNanos(rating.total) : ZERO
  return {
    book: rating?.book ?? null,
    lines: rating?.lines ?? [],
    total,
    funding: drawsOf(charge),
    absorbed: subtract(total, carried(charge)),
  }
}

const drawsOf = (charge: Charge): Drawn[] =>
  charge.draws.map(({ class: own, source, amount }) => ({ class: own, source, amount }))

/** What was drawn above the right total goes back, money first; what is below it is not taken. */
function funded(charge: Charge, rating: PricedFacts): ChargeSide {
  const total = readNanos(rating.total)
  const back = new Map(
    spread(charge, subtractToZero(carried(charge), total)).map(({ draw, amount }) => [
      draw.source,
      amount,
    ]),
  )
  const funding = drawsOf(charge)
    .map((draw) => ({ ...draw, amount: subtract(draw.amount, back.get(draw.source) ?? ZERO) }))
    .filter(({ amount }) => amount !== ZERO)
  const absorbed = subtract(total, sum(funding.map(({ amount }) => amount)))
  return { book: rating.book, lines: rating.lines, total, funding, absorbed }
}

/** The same thing on both sides; `null`: it is not there. */
export interface Pair<T> {
  readonly actual: T | null
  readonly correct: T | null
}

/** Lines in the order of the charge, each beside its like; those that are only correct come last. */
export function pairLines(
  actual: readonly LineFacts[],
  correct: readonly LineFacts[],
): readonly Pair<LineFacts>[] {
  const left = [...correct]
  const take = (isLike: (line: LineFacts) => boolean): LineFacts | null => {
    const index = left.findIndex(isLike)
    return index === -1 ? null : left.splice(index, 1)[0]!
  }
  const exact = actual.map((own) =>
    take((line) => nameOf(line) === nameOf(own) && line.model === own.model),
  )
  const pairs = actual.map((own, index) => ({
    actual: own,
    correct: exact[index] ?? take((line) => nameOf(line) === nameOf(own)),
  }))
  return [...pairs, ...left.map((line) => ({ actual: null, correct: line }))]
}

const nameOf = ({ type, kind, fee, id }: LineFacts): string => `${type} ${kind ?? fee ?? id ?? ''}`

/** Sources in funding order. */
export function pairFunding(
  actual: readonly Drawn[],
  correct: readonly Drawn[],
): readonly Pair<Drawn>[] {
  const before = actual.map((own) => ({
    actual: own,
    correct: correct.find(({ source }) => source === own.source) ?? null,
  }))
  const added = correct.filter((own) => !actual.some(({ source }) => source === own.source))
  return [...before, ...added.map((own) => ({ actual: null, correct: own }))]
}

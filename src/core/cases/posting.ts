import { carried, owedToFinding } from '../decisions/index.ts'
import { chargeOf, type EntryBody, givenBack } from '../ledger/index.ts'
import {
  add,
  min,
  type Nanos,
  readNanos,
  subtract,
  subtractToZero,
  sum,
  ZERO,
} from '../money/index.ts'
import type { PriceBook } from '../pricing/index.ts'
import type { RefundLine } from './types.ts'

/** A line of a plan that is to be posted. */
export interface DueLine {
  readonly line: RefundLine
  /** It is posted under the first that nobody else has used for the call. */
  readonly reasons: readonly [string, string]
  /** What the finding says was charged too much; `null`: a person's own judgement, or a finding that is not known. */
  readonly overcharge: Nanos | null
  /** Whether credit that was used before may stand for it. */
  readonly isCoverable: boolean
}

/** What became of the call of some lines. */
export interface CallNow {
  /** All its entries, in order. */
  readonly bodies: readonly EntryBody[]
  /** What its charge carried when the plan was made; `null`: that was not kept. */
  readonly planned: Nanos | null
  /** How the entries of the case name it. */
  readonly from: string
  readonly books: readonly PriceBook[]
}

/** A line as the journal has it now, or had it when it was posted. */
export interface LineNow extends DueLine {
  readonly reason: string
  /** What goes back for it, if nothing was had before. */
  readonly owed: Nanos
  readonly posted: EntryBody | null
  /** What the charge carries now. */
  readonly left: Nanos
}

const isRefund = ({ kind, refused }: EntryBody): boolean => kind === 'refund' && !refused

/**
 * The lines of one call as the journal has them. What others gave back since the plan was made counts towards what a
 * person meant to give, and what was given for a finding counts for that finding. A line that is posted stands as it
 * did when it was, so that whoever reckons again after a crash comes to the same.
 */
export function linesNow(lines: readonly DueLine[], call: CallNow): readonly LineNow[] {
  const left = leftIn(call.bodies)
  let waiting = ZERO
  let found = ZERO
  const owed = new Map<DueLine, Nanos>()
  for (const own of lines.filter(isOfFinding)) {
    const posted = postedOf(own, call)
    const all = owedToFinding(before(call.bodies, posted), overchargeOf(own), call.books)
    const amount = posted ? all : min(all, subtractToZero(left, waiting))
    if (!posted) waiting = add(waiting, amount)
    found = add(found, amount)
    owed.set(own, amount)
  }
  const meant = sum(lines.map(({ line }) => readNanos(line.amount)))
  return lines.map((own) => ({
    ...own,
    reason: freeReason(own, call),
    owed: owed.get(own) ?? owedByPerson(own, call, { meant, found, waiting }),
    posted: postedOf(own, call),
    left,
  }))
}

const isOfFinding = ({ line }: DueLine): boolean => line.finding_key !== null

const overchargeOf = ({ line, overcharge }: DueLine) => ({
  key: line.finding_key ?? '',
  amount: overcharge ?? readNanos(line.amount),
})

function leftIn(bodies: readonly EntryBody[]): Nanos {
  const charge = chargeOf(bodies)
  return charge && !charge.reversed ? carried(charge) : ZERO
}

interface OfCall {
  /** By the plan, all its lines. */
  readonly meant: Nanos
  /** Of that, what its findings get. */
  readonly found: Nanos
  /** Of that, what is not posted yet. */
  readonly waiting: Nanos
}

function owedByPerson(own: DueLine, call: CallNow, { meant, found, waiting }: OfCall): Nanos {
  const bodies = before(call.bodies, postedOf(own, call))
  const left = leftIn(bodies)
  const room = subtractToZero(left, waiting)
  if (call.planned === null)
    return isTaken(own.reasons[0], own, { ...call, bodies }) ? ZERO : min(room, amountOf(own))
  const ours = sum(bodies.filter((body) => isRefund(body) && isFrom(body, call)).map(givenBack))
  const since = subtractToZero(call.planned, add(left, ours))
  return min(room, subtractToZero(subtractToZero(meant, since), found))
}

const amountOf = ({ line }: DueLine): Nanos => readNanos(line.amount)
const isFrom = ({ actor }: EntryBody, { from }: CallNow): boolean => actor.from === from

const before = (bodies: readonly EntryBody[], posted: EntryBody | null): readonly EntryBody[] =>
  posted ? bodies.filter(({ seq }) => seq < posted.seq) : bodies

const requestOf = ({ line }: DueLine, reason: string): string => `${line.call_id}#refund:${reason}`

/** The entry of a line. Earlier versions posted what a finding is owed without naming it. */
const postedOf = (own: DueLine, call: CallNow): EntryBody | null =>
  call.bodies.find(
    (body) =>
      isRefund(body) &&
      isFrom(body, call) &&
      own.reasons.some((reason) => body.request_id === requestOf(own, reason)) &&
      (body.finding === undefined || body.finding === own.line.finding_key),
  ) ?? null

/** A charge is refunded once for one reason: somebody else has used it. */
function isTaken(reason: string, own: DueLine, call: CallNow): boolean {
  const posted = postedOf(own, call)
  return call.bodies.some(
    (body) =>
      isRefund(body) && body.request_id === requestOf(own, reason) && body.seq !== posted?.seq,
  )
}

const freeReason = (own: DueLine, call: CallNow): string =>
  own.reasons[isTaken(own.reasons[0], own, call) ? 1 : 0]

/**
 * What comes off each line once so much of the credit of the time between was used: the customer has that already.
 * First what came off lines that are posted; the rest comes off the last lines first, and off what findings say last.
 */
export function lessUsed(lines: readonly LineNow[], used: Nanos): readonly Nanos[] {
  let rest = used
  const take = (amount: Nanos): Nanos => {
    const off = min(rest, amount)
    rest = subtract(rest, off)
    return off
  }
  const offs = lines.map(({ owed, posted }) =>
    posted ? take(subtractToZero(owed, givenBack(posted))) : ZERO,
  )
  const last = lines.map((_, index) => index).reverse()
  const isFound = (index: number): boolean => isOfFinding(lines[index]!)
  for (const index of [...last.filter((own) => !isFound(own)), ...last.filter(isFound)]) {
    const { owed, posted, isCoverable } = lines[index]!
    if (!posted && isCoverable) offs[index] = take(owed)
  }
  return offs
}

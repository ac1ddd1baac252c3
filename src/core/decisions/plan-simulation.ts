import { type Plan, planRef } from '../funding/index.ts'
import { type AccountState, apply, type EntryBody, readInstant } from '../ledger/index.ts'
import { add, type Nanos, readNanos, ZERO } from '../money/index.ts'
import type { PriceBook } from '../pricing/index.ts'
import { dayContaining, formatInstant, type Instant } from '../time/index.ts'
import type { NormalisedCall } from '../usage/index.ts'
import type { Catalogue, RecordUsage } from './commands.ts'
import { storedUsage } from './complete.ts'
import { record } from './record.ts'
import { callOf } from './settle.ts'

/** Who carried what, of the calls of a day. */
export interface CarriedSums {
  readonly calls: number
  /** At list price, weights and promotions included. */
  readonly total: Nanos
  readonly included: Nanos
  readonly promotional: Nanos
  readonly paid: Nanos
  readonly overage: Nanos
  /** What nobody could be charged: such a call would have been refused, or cut short. */
  readonly absorbed: Nanos
  /** Calls of which something was absorbed for want of funds or because the plan blocks them. */
  readonly notAdmitted: number
}

export interface SimulatedDay {
  readonly day: string
  readonly really: CarriedSums
  readonly simulated: CarriedSums
  /** Calls that were refused before they were made: what they would have used is not known. */
  readonly refused: number
}

export interface WindowPeak {
  readonly id: string
  readonly capacity: Nanos
  /** The most that was used in one run of it. */
  readonly used: Nanos
  readonly start: Instant
}

export interface PlanSimulation {
  readonly days: readonly SimulatedDay[]
  readonly windows: readonly WindowPeak[]
  /** Corrections of charges; they are of charges that the plan might not have made. */
  readonly correctionsLeftOut: number
}

export interface Simulated {
  readonly plan: Plan
  /** The account as it was when the interval began; nothing is held in it. */
  readonly start: AccountState
  /** It goes on in the windows that it has; another plan begins with none. */
  readonly isOwnPlan: boolean
  readonly books: readonly PriceBook[]
}

const NOTHING: CarriedSums = {
  ...{ calls: 0, total: ZERO, included: ZERO, promotional: ZERO, paid: ZERO, overage: ZERO },
  ...{ absorbed: ZERO, notAdmitted: 0 },
}

/** Of charges that have been made, or that follow from them. */
const OF_CHARGES: readonly EntryBody['kind'][] = ['refund', 'reverse', 'rerate']
/** They follow from holds, from the plan, or from what the calls drew: in a simulation they would be others. */
const LEFT_OUT: readonly EntryBody['kind'][] = [
  ...OF_CHARGES,
  ...(['authorize', 'release', 'expire_hold', 'reattribute', 'expire_lot'] as const),
  ...(['change_plan', 'change_subscription', 'cancel_subscription'] as const),
  ...(['renew_subscription', 'lapse_subscription', 'fee_unpaid', 'redeem_reset'] as const),
]
const CALLS: readonly EntryBody['kind'][] = ['settle', 'record', 'complete']

/**
 * Decides the calls of a journal once more, in their order, as if the account had been on a plan: each call with
 * the usage, the prices and the time that it had. What came in meanwhile (credit, switches, caps of the account)
 * comes in when it did. Beside it stands what the journal says.
 */
export class PlanRun {
  readonly #own: Simulated
  readonly #catalogue: Catalogue
  readonly #days = new Map<
    string,
    { really: CarriedSums; simulated: CarriedSums; refused: number }
  >()
  readonly #peaks = new Map<string, WindowPeak>()
  /** Calls that wait for a price or for usage, by the entry that ended them. */
  readonly #waiting = new Map<number, EntryBody>()
  #state: AccountState
  #corrections = 0

  constructor(own: Simulated) {
    this.#own = own
    this.#catalogue = { plan: () => own.plan, books: own.books }
    this.#state = {
      ...own.start,
      plan: planRef(own.plan),
      ...(!own.isOwnPlan && { windows: [] }),
    }
  }

  take(body: EntryBody): void {
    if (body.refused) {
      if (body.kind === 'authorize') this.#day(body).refused += 1
      return
    }
    this.#count(body)
    if (CALLS.includes(body.kind)) this.#call(body)
    else if (!LEFT_OUT.includes(body.kind)) this.#state = withoutDebt(apply(this.#state, body))
  }

  /** What the journal says of it. */
  #count(body: EntryBody): void {
    if (OF_CHARGES.includes(body.kind)) this.#corrections += 1
    else if (CALLS.includes(body.kind) || body.kind === 'reattribute') {
      const day = this.#day(body)
      day.really = plus(day.really, body, isFirst(body))
    }
  }

  #call(body: EntryBody): void {
    if (body.kind !== 'complete' && body.pending !== undefined) {
      this.#waiting.set(body.seq, body)
      const day = this.#day(body)
      day.simulated = { ...day.simulated, calls: day.simulated.calls + 1 }
      return
    }
    const ended = body.kind === 'complete' ? this.#waiting.get(body.ref_seq ?? 0) : body
    if (!ended?.call) return
    const decision = record(this.#state, commandOf(ended, storedUsage(body)), {
      at: readInstant(body.at),
      catalogue: { ...this.#catalogue, books: booksOf(this.#own.books, body) },
      ...{ prior: [], hold: null, scopedCaps: [], lots: [], target: null },
    })
    if (decision.type !== 'change' || !decision.entry) return
    this.#state = decision.state
    const day = this.#day(body)
    day.simulated = plus(day.simulated, decision.entry, isFirst(body))
    this.#notePeaks()
  }

  #notePeaks(): void {
    for (const { windowId: id, used, capacity, start } of this.#state.windows) {
      const peak = this.#peaks.get(id)
      if (!peak || used > peak.used) this.#peaks.set(id, { id, used, capacity, start })
    }
  }

  #day(body: EntryBody) {
    const day = formatInstant(dayContaining(readInstant(body.event_at)).start).slice(0, 10)
    const known = this.#days.get(day) ?? { really: NOTHING, simulated: NOTHING, refused: 0 }
    this.#days.set(day, known)
    return known
  }

  finish(): PlanSimulation {
    const days = [...this.#days].map(([day, sums]) => ({ day, ...sums }))
    return {
      days: days.sort((a, b) => (a.day < b.day ? -1 : 1)),
      windows: [...this.#peaks.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      correctionsLeftOut: this.#corrections,
    }
  }
}

/** A call that is completed later is counted where it ended. */
const isFirst = ({ kind }: EntryBody): boolean => kind === 'settle' || kind === 'record'

/** The book that priced a call: a later correction of it changes nothing of what was charged. */
function booksOf(books: readonly PriceBook[], { rating }: EntryBody): readonly PriceBook[] {
  if (rating?.status !== 'priced') return books
  const own = books.find(({ id }) => id === rating.book)
  return own ? [own] : books
}

/** As it is reported afterwards; a call that was authorized counts when it was. */
function commandOf(ended: EntryBody, usage: NormalisedCall | null): RecordUsage {
  const call = ended.call!
  return {
    kind: 'record',
    accountId: ended.account_id,
    requestId: call.call_id,
    actor: ended.actor,
    call: {
      ...callOf(call),
      callId: call.call_id,
      attempt: call.attempt,
      ...{ tier: call.tier, speed: call.speed, region: call.region },
      ...{ dialect: null, route: call.route, fingerprint: call.fingerprint },
    },
    outcome: ended.outcome!.code as RecordUsage['outcome'],
    usage,
    evidence: {},
    eventAt: readInstant(ended.hold?.at ?? ended.event_at),
  }
}

function plus(sums: CarriedSums, body: EntryBody, counts: boolean): CarriedSums {
  const drawn = { included: ZERO, promotional: ZERO, paid: ZERO, overage: ZERO }
  for (const source of body.funding ?? []) {
    const name =
      source.class === 'before_windows' ? (source.category ?? 'promotional') : source.class
    drawn[name] = add(drawn[name], readNanos(source.drawn))
  }
  const moves = body.kind === 'reattribute'
  const absorbed = body.totals && !moves ? readNanos(body.totals.absorbed) : ZERO
  const total = body.totals && !moves ? readNanos(body.totals.total) : ZERO
  const pays = body.outcome?.customer_pays !== 'nothing'
  return {
    calls: sums.calls + (counts ? 1 : 0),
    total: add(sums.total, total),
    included: add(sums.included, drawn.included),
    promotional: add(sums.promotional, drawn.promotional),
    paid: add(sums.paid, drawn.paid),
    overage: add(sums.overage, drawn.overage),
    absorbed: add(sums.absorbed, absorbed),
    notAdmitted: sums.notAdmitted + (pays && absorbed > ZERO ? 1 : 0),
  }
}

/** What was taken back from a lot may be more than what the simulated calls have left in it. */
const withoutDebt = (state: AccountState): AccountState =>
  state.lots.some(({ remaining }) => remaining < ZERO)
    ? {
        ...state,
        lots: state.lots.map((lot) => (lot.remaining < ZERO ? { ...lot, remaining: ZERO } : lot)),
      }
    : state

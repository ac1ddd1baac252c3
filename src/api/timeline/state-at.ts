import type pg from 'pg'
import { faultAt } from '../../contract/problem-words/faults.ts'
import { changeSentence, momentSentence } from '../../contract/timeline/index.ts'
import { changesBetween, type PastView, pastView } from '../../core/decisions/index.ts'
import { type Known, learn, letGo, withBegun } from '../../core/ledger/index.ts'
import { formatNanos, readNanos, sum } from '../../core/money/index.ts'
import type { Instant } from '../../core/time/index.ts'
import { bookInForceAt, entryBodies, heldThen, seqAt } from '../../store/reads/history.ts'
import type { Services } from '../deps.ts'
import { planNamed } from '../plan-choice.ts'
import { ProblemError } from '../problem-answer.ts'

const PAGE_ENTRIES = 1_000
/** Later entries that are looked through for calls that were in flight. */
const LATER_MAX = 5_000

type Reading = Pick<Services, 'pool' | 'catalogue'>

/** An account at one moment; what was in flight then is on the side. */
export interface PastState {
  readonly view: PastView
  readonly priceBook: string | null
  readonly inFlight: {
    readonly calls: number
    readonly money: string
    readonly included: string
    readonly complete: boolean
  }
}

/** Folds the journal up to a moment. */
export async function stateAt(
  { pool, catalogue }: Reading,
  {
    accountId,
    at,
    part,
    seqNow,
  }: {
    readonly accountId: string
    readonly at: Instant
    /** Of the query that names the moment. */
    readonly part: 'at' | 'compare'
    readonly seqNow: number
  },
): Promise<PastState> {
  const seq = await seqAt(pool, accountId, at)
  if (seq === null) throw new ProblemError('account_unknown')
  const known = await knownAt(pool, accountId, seq)
  if (!known) throw beforeOpening(part)
  const held = await heldThen(pool, accountId, { seq, at, laterMax: LATER_MAX })
  const whole = withBegun(
    known,
    held.flatMap(({ windows }) => windows),
    at,
  )
  const { state } = known
  return {
    view: pastView(whole, await planNamed(catalogue, state.plan), at),
    priceBook: await bookInForceAt(pool, state.currency, at),
    inFlight: {
      calls: held.length,
      money: formatNanos(sum(held.map(({ money }) => readNanos(money)))),
      included: formatNanos(sum(held.map(({ included }) => readNanos(included)))),
      complete: seqNow - seq <= LATER_MAX,
    },
  }
}

const beforeOpening = (part: string) =>
  new ProblemError('invalid_request', {
    errors: [faultAt(`query/${part}`, 'moment_before_opening')],
  })

/** `null`: nothing was recorded by then. */
async function knownAt(
  pool: pg.Pool,
  accountId: string,
  throughSeq: number,
): Promise<Known | null> {
  let known: Known | null = null
  for (;;) {
    const afterSeq: number = known?.state.seq ?? 0
    const range = { afterSeq, throughSeq, limit: PAGE_ENTRIES }
    const bodies = await entryBodies(pool, accountId, range)
    for (const body of bodies) known = learn(known, body)
    if (known) known = letGo(known)
    if (bodies.length < PAGE_ENTRIES) return known
  }
}

/** As the answer shows a moment. */
export function momentJson({ view, priceBook, inFlight }: PastState) {
  const { account_id: _id, name: _name, currency: _currency, ...moment } = view
  return {
    ...moment,
    price_book: priceBook,
    in_flight: inFlight,
    not_known: [
      ...(inFlight.calls > 0 || !inFlight.complete ? (['held_by_source'] as const) : []),
      ...(inFlight.complete ? [] : (['all_calls_in_flight'] as const)),
    ],
  }
}

export const sentenceOf = ({ view, inFlight }: PastState, timeZone: string) =>
  momentSentence({ ...view, in_flight: inFlight }, { currency: view.currency, timeZone })

/** From the earlier to the later, whichever was named first. */
export function changesJson(one: PastState, other: PastState, timeZone: string) {
  const [before, after] = one.view.at <= other.view.at ? [one, other] : [other, one]
  return changesBetween(before.view, after.view).map((own) => ({
    ...own,
    sentence: changeSentence(own, { currency: before.view.currency, timeZone }),
  }))
}

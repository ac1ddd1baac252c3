import { instancesOf, leastRoom } from '../funding/index.ts'
import type { AccountState, Charge, PaidDraws } from '../ledger/index.ts'
import { chargeOf } from '../ledger/index.ts'
import { formatNanos, min, type Nanos, sum, ZERO } from '../money/index.ts'
import { head, posted, timeOf, windowFacts } from './body.ts'
import { spentCapChanges } from './cap-uses.ts'
import type { Reattribute } from './commands.ts'
import type { Context, Decision } from './decision.ts'
import {
  type Give,
  givenCaps,
  givenFunding,
  givenPostings,
  RESTORED_LOT_EXTENSION_MS,
  restoredLots,
  spread,
} from './giving-back.ts'
import { includedLegs } from './legs.ts'
import { refuse } from './replay.ts'

/**
 * The oldest group of covered calls that drew money in windows that have room now; `null` at rest.
 * At rest, no covered call has drawn money in a window instance that still has room for it.
 */
export function dueDraws(state: AccountState): PaidDraws | null {
  for (const draws of state.paidDraws) {
    if (draws.count === 0) continue
    const instances = instancesOf(draws.key, state.windows)
    if (instances && leastRoom(instances).room > ZERO) return draws
  }
  return null
}

/**
 * Moves money that the oldest due call drew back to its lots, and the draw to the windows that have
 * room again, because capacity that calls in flight held was released.
 */
export function reattribute(state: AccountState, command: Reattribute, context: Context): Decision {
  const due = dueDraws(state)
  const charge = chargeOf(context.prior.map(({ body }) => body))
  if (!due || !charge || charge.draw?.key !== due.key || charge.draw.seq <= due.afterSeq)
    return refuse({ code: 'charge_unknown' })
  const instances = instancesOf(due.key, state.windows)!
  const { room } = leastRoom(instances)
  const waiting = sum(charge.draws.filter(isAfterWindows).map((draw) => draw.amount))
  const amount = charge.reversed ? ZERO : min(room, waiting)
  const gives = spread(charge, amount, isAfterWindows)
  // what moves to the windows stays inside a cap that counts them
  const caps = givenCaps(charge, gives).filter((use) => use.counts !== 'all')
  const done = amount === waiting || charge.reversed
  const entry = {
    ...head(
      state,
      { ...command, requestId: `${charge.callId}#moved:${state.seq + 1}` },
      context,
      {},
    ),
    postings: amount === ZERO ? [] : movePostings(state, gives, amount),
    ref_seq: charge.settled.seq,
    cause_call_id: command.causeCallId,
    ...(charge.settled.call && { call: charge.settled.call }),
    restored_lots: restoredLots(
      state,
      context,
      gives,
      timeOf(state, context),
      RESTORED_LOT_EXTENSION_MS,
    ),
    funding: moveFunding(gives, amount),
    windows: instances.map((own) => windowFacts(own, { drawn: amount, overshoot: ZERO })),
    caps,
    totals: {
      total: '0',
      money: formatNanos(-amount as Nanos),
      included: formatNanos(amount),
      absorbed: '0',
    },
    moved: {
      draw_key: due.key,
      after_seq: done ? charge.draw.seq : due.afterSeq,
      done: done ? 1 : 0,
    },
  }
  return posted(state, entry, { caps: spentCapChanges(caps) })
}

const isAfterWindows = (draw: Charge['draws'][number]): boolean =>
  draw.class !== 'included' && draw.class !== 'before_windows'

const movePostings = (state: AccountState, gives: readonly Give[], amount: Nanos) => [
  ...givenPostings(state, gives, 'house:revenue'),
  ...includedLegs(state.currency, amount),
]

const moveFunding = (gives: readonly Give[], amount: Nanos) =>
  amount === ZERO
    ? []
    : [
        {
          class: 'included',
          source: 'included',
          free: '0',
          drawn: formatNanos(amount),
          reason: null,
        } as const,
        ...givenFunding(gives),
      ]

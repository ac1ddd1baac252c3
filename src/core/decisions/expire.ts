import type { Lot } from '../funding/index.ts'
import type { AccountState, FundingFacts, PostingTuple } from '../ledger/index.ts'
import { isChargedBack, readInstant } from '../ledger/index.ts'
import { formatNanos, type Nanos, negate, subtract, ZERO } from '../money/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'
import { head, posted, timeOf } from './body.ts'
import type { ExpireHold, ExpireLot, Extend, VoidLot } from './commands.ts'
import { answer, type Context, type Decision } from './decision.ts'
import { releaseHold } from './hold-state.ts'
import { refuse, replay } from './replay.ts'
import { end, releasedFacts } from './settle.ts'

/** Lengthens a hold; never shortens it. The hold's own answer stays as it was. */
export function extend(state: AccountState, command: Extend, context: Context): Decision {
  const { hold } = context
  if (!hold) {
    const ended = context.prior.some(({ body }) => body.hold !== undefined)
    return refuse({ code: ended ? 'hold_released' : 'hold_unknown' })
  }
  const at = timeOf(state, context)
  const until = Math.max(
    at + command.ttlMs,
    readInstant(hold.lives_until ?? hold.expires_at),
  ) as Instant
  const result = { status: 'extended', callId: command.callId, expiresAt: until } as const
  if (until === readInstant(hold.lives_until ?? hold.expires_at)) return answer(result)
  return {
    type: 'change',
    state: { ...state, lastAt: at },
    entry: null,
    hold: { type: 'put', hold: { ...hold, lives_until: formatInstant(until) } },
    caps: [],
    capDefinitions: null,
    result,
  }
}

/** Releases a hold whose time is over: nobody settled it, so the customer pays nothing. */
export function expireHold(state: AccountState, command: ExpireHold, context: Context): Decision {
  const { hold } = context
  if (!hold) return refuse({ code: 'hold_unknown' })
  const at = timeOf(state, context)
  if (at < readInstant(hold.lives_until ?? hold.expires_at))
    return refuse({ code: 'hold_not_expired' })
  return end(state, hold, {
    ...head(state, { ...command, requestId: hold.request_id }, context, {}, readInstant(hold.at)),
    postings: [],
    ...releasedFacts(releaseHold(state, hold), hold),
    outcome: {
      code: 'gateway_crashed',
      policy: 'default/gateway_crashed',
      customer_pays: 'nothing',
    },
  })
}

/**
 * Posts what is left of a lot after its end as breakage. What calls in flight hold stays for them. Of a lot
 * whose payment the bank has taken back it is no gain, but so much less of a loss.
 */
export function expireLot(state: AccountState, command: ExpireLot, context: Context): Decision {
  const lot = state.lots.find((own) => own.id === command.lotId)
  if (!lot) return refuse({ code: 'lot_unknown' })
  if (lot.frozenAt !== undefined) return refuse({ code: 'dispute_open' })
  const at = timeOf(state, context)
  const over = lot.voidedAt ?? lot.expiresAt
  if (over === null || at < over) return refuse({ code: 'lot_not_expired' })
  const left = subtract(lot.remaining, lot.held)
  if (left === ZERO) return refuse({ code: 'lot_expired' })
  // a lot may end twice: once with what was free, once with what a late release gave back
  const requestId = `${command.lotId}#expire:${state.seq + 1}`
  return posted(state, {
    ...head(state, { ...command, requestId }, context, { lot_id: lot.id }),
    postings: isChargedBack(state, lot.id)
      ? lessLoss(state, lot, left)
      : takeBack(state, lot, left, 'house:breakage'),
    lot_id: lot.id,
    funding: [ended(lot, left)],
  })
}

/** Takes back what is left of a lot. Paid credit becomes breakage, promotional expense is undone. */
export function voidLot(state: AccountState, command: VoidLot, context: Context): Decision {
  const content = { lot_id: command.lotId, reason: command.reason }
  const repeated = replay(context, 'void_lot', command.requestId, content)
  if (repeated) return repeated
  const lot = state.lots.find((own) => own.id === command.lotId)
  if (!lot) return refuse({ code: 'lot_unknown' })
  if (lot.voidedAt !== null) return refuse({ code: 'lot_voided' })
  if (lot.frozenAt !== undefined) return refuse({ code: 'dispute_open' })
  const left = subtract(lot.remaining, lot.held)
  const house = lot.category === 'paid' ? 'house:breakage' : 'house:promotion_expense'
  return posted(state, {
    ...head(state, command, context, content),
    postings: left === ZERO ? [] : takeBack(state, lot, left, house),
    lot_id: lot.id,
    funding: [ended(lot, left)],
    reason: command.reason,
  })
}

function takeBack(
  state: AccountState,
  lot: Lot,
  amount: Nanos,
  house: PostingTuple[0],
): PostingTuple[] {
  const customer = lot.category === 'paid' ? 'customer:prepaid' : 'customer:promotional'
  return [
    [customer, state.currency, formatNanos(negate(amount)), lot.id],
    [house, state.currency, formatNanos(amount)],
  ]
}

/** The mirror of what the charge-back posted for the part that counted as used then. */
function lessLoss(state: AccountState, lot: Lot, left: Nanos): PostingTuple[] {
  const discount = unpaidPart(lot, left)
  const leg = (account: PostingTuple[0], amount: Nanos): PostingTuple[] =>
    amount === ZERO ? [] : [[account, state.currency, formatNanos(amount)]]
  return [
    ['customer:prepaid', state.currency, formatNanos(negate(left)), lot.id],
    ...leg('house:promotion_expense', discount),
    ...leg('house:platform_loss', subtract(left, discount)),
  ]
}

/** The part of an amount of a lot that was never paid for. */
export const unpaidPart = (lot: Lot, amount: Nanos): Nanos =>
  (((lot.face - lot.pricePaid) * amount) / lot.face) as Nanos

export const ended = (lot: Lot, amount: Nanos): FundingFacts => ({
  class: lot.position === 'before_windows' ? 'before_windows' : lot.category,
  source: lot.id,
  ...(lot.position === 'before_windows' && { category: lot.category }),
  free: formatNanos(amount),
  drawn: formatNanos(amount),
  reason: null,
})

import type { AccountState, Charge, EntryBody, RatingFacts } from '../ledger/index.ts'
import { chargeOf } from '../ledger/index.ts'
import { formatNanos, min, type Nanos, readNanos, ZERO } from '../money/index.ts'
import { head, posted, timeOf } from './body.ts'
import { spentCapChanges } from './cap-uses.ts'
import type { Refund, Reverse } from './commands.ts'
import type { Change, Context, Decision } from './decision.ts'
import {
  carried,
  givenCaps,
  givenFunding,
  givenPostings,
  givenWindows,
  RESTORED_LOT_EXTENSION_MS,
  restoredLots,
  spread,
  totalsOf,
} from './giving-back.ts'
import { owedFor } from './owed.ts'
import { refuse, replay } from './replay.ts'

const isBodyOf = (kind: EntryBody['kind']) => (entry: { readonly body: EntryBody }) =>
  entry.body.kind === kind

/** Gives back what a call cost, or part of it, to where it came from. Never more than the charge. */
export function refund(state: AccountState, command: Refund, context: Context): Decision {
  const content = contentOf(command)
  const repeated = replayRefund(command, content, context)
  if (repeated) return repeated
  const charge = chargeOf(context.prior.map(({ body }) => body))
  if (!charge) return refuse({ code: 'charge_unknown' })
  if (charge.reversed) return refuse({ code: 'already_reversed' })
  const left = carried(charge)
  if (left === ZERO)
    return refuse({
      code: context.prior.some(isBodyOf('refund')) ? 'already_refunded' : 'charge_not_settled',
    })
  if (command.carried !== undefined && command.carried !== left)
    return refuse({ code: 'preview_outdated', field: 'carried' })
  if (command.amount !== undefined && command.amount <= ZERO)
    return refuse({ code: 'amount_invalid', field: 'amount' })
  const amount = dueOf(command, charge, context)
  if (amount <= ZERO) return refuse({ code: 'already_refunded' })
  if (amount > left)
    return refuse({
      code: 'refund_exceeds_charge',
      needed: formatNanos(amount),
      limit: { type: 'funds', id: 'charge', amount: formatNanos(left) },
    })
  return giveBack(state, charge, amount, context, {
    head: head(state, command, context, content),
    house: 'house:refund_expense',
    extensionMs: command.extensionMs ?? RESTORED_LOT_EXTENSION_MS,
    reason: command.reason,
    ...(command.finding !== undefined && { finding: command.finding }),
  })
}

type Content = Readonly<Record<string, unknown>>

const contentOf = ({ callId, reason, amount, finding }: Refund): Content => ({
  call_id: callId,
  reason,
  amount: amount === undefined ? null : formatNanos(amount),
  ...(finding !== undefined && { finding }),
})

/**
 * A charge is refunded once for one reason, whoever was first. So a refund for a finding is the same as a
 * person's for that reason, of whatever amount; and a person's for all that is left, or for as much, is the
 * same as the finding's.
 */
function replayRefund(command: Refund, content: Content, context: Context): Decision | null {
  const first = context.prior.find(
    (entry) => isBodyOf('refund')(entry) && entry.body.request_id === command.requestId,
  )
  const anyAmount =
    command.finding !== undefined ||
    (first?.body.finding !== undefined && command.amount === undefined)
  const comparable = ({ finding: _finding, amount, ...same }: Content): Content =>
    anyAmount ? same : { ...same, amount }
  return replay(context, 'refund', command.requestId, comparable(content), (body) =>
    comparable(body.command),
  )
}

/** For a finding: what is owed for it still, unless whoever orders has reckoned that by the charge as it stands. */
function dueOf(
  { amount, finding, carried: by }: Refund,
  charge: Charge,
  { prior }: Context,
): Nanos {
  const left = carried(charge)
  if (finding === undefined) return amount ?? left
  if (by !== undefined) return min(amount ?? left, left)
  const bodies = prior.map(({ body }) => body)
  return owedFor(bodies, { charge, amount: amount ?? left, books: [] })
}

interface Terms {
  readonly head: ReturnType<typeof head>
  readonly house: 'house:refund_expense' | 'house:revenue'
  readonly extensionMs: number
  readonly reason: string
  readonly finding?: string
  /** What the charge is by the book that is right. */
  readonly rerating?: RatingFacts
}

/** Gives an amount of a charge back to its sources, money first. */
export function giveBack(
  state: AccountState,
  charge: Charge,
  amount: Nanos,
  context: Context,
  terms: Terms,
): Change {
  const gives = spread(charge, amount)
  const caps = givenCaps(charge, gives)
  const entry: EntryBody = {
    ...terms.head,
    postings: givenPostings(state, gives, terms.house),
    ref_seq: charge.settled.seq,
    ...(terms.finding !== undefined && { finding: terms.finding }),
    ...(charge.settled.call && { call: charge.settled.call }),
    restored_lots: restoredLots(state, context, gives, timeOf(state, context), terms.extensionMs),
    funding: givenFunding(gives),
    windows: givenWindows(state, charge, gives),
    caps,
    totals: totalsOf(gives),
    reason: terms.reason,
    ...(terms.rerating && { rerating: terms.rerating }),
  }
  return posted(state, entry, { caps: spentCapChanges(caps) })
}

/**
 * Mirrors an entry that should not have been: a call's charge, or a grant or a payment not yet used. Not one that
 * a card was charged for.
 */
export function reverse(state: AccountState, command: Reverse, context: Context): Decision {
  const content = { seq: command.seq, reason: command.reason }
  const target = context.target?.body
  // the reversal of a charge belongs to its call, so that whoever looks at the call sees it
  const requestId = isCharge(target) ? `${target!.call!.call_id}#reverse` : command.requestId
  const repeated = replay(context, 'reverse', requestId, content)
  if (repeated) return repeated
  if (!target) return refuse({ code: 'charge_unknown' })
  if (isCharge(target)) {
    const charge = chargeOf(context.prior.map(({ body }) => body))
    if (!charge || charge.reversed) return refuse({ code: 'already_reversed' })
    return giveBack(state, charge, carried(charge), context, {
      head: head(state, { ...command, requestId }, context, content),
      house: 'house:revenue',
      extensionMs: RESTORED_LOT_EXTENSION_MS,
      reason: command.reason,
    })
  }
  if (target.kind === 'grant' || target.kind === 'top_up')
    return reverseLot(state, command, context, target)
  return refuse({ code: 'not_reversible' })
}

const isCharge = (body: EntryBody | undefined): boolean =>
  body?.kind === 'settle' || body?.kind === 'record'

/** A lot goes as it came, as long as nobody has drawn from it. */
function reverseLot(
  state: AccountState,
  command: Reverse,
  context: Context,
  target: EntryBody,
): Decision {
  if (context.prior.some(isBodyOf('reverse'))) return refuse({ code: 'already_reversed' })
  // the money would stay here: a refund of the purchase takes the credit and pays it back
  if (target.payment?.method && command.finding === undefined)
    return refuse({ code: 'not_reversible', message: target.payment.payment_id })
  const facts = target.lot!
  const lot = state.lots.find((own) => own.id === facts.id)
  if (!lot || lot.voidedAt !== null) return refuse({ code: 'lot_unknown' })
  if (lot.frozenAt !== undefined) return refuse({ code: 'dispute_open' })
  if (lot.remaining !== lot.face || lot.held !== ZERO) return refuse({ code: 'lot_already_used' })
  return posted(state, {
    ...head(state, command, context, { seq: command.seq, reason: command.reason }),
    postings: target.postings.map(([account, asset, amount, lotId]) => {
      const mirrored = formatNanos(-readNanos(amount) as Nanos)
      return lotId === undefined ? [account, asset, mirrored] : [account, asset, mirrored, lotId]
    }),
    ref_seq: target.seq,
    lot_id: facts.id,
    funding: [
      {
        class: facts.position === 'before_windows' ? 'before_windows' : facts.category,
        source: facts.id,
        ...(facts.position === 'before_windows' && { category: facts.category }),
        free: facts.face,
        drawn: facts.face,
        reason: null,
      },
    ],
    reason: command.reason,
  })
}

import type { Lot } from '../funding/index.ts'
import { type AccountState, lotFacts, type PostingTuple } from '../ledger/index.ts'
import { add, formatNanos, type Nanos, negate, subtract, ZERO } from '../money/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'
import { head, posted, timeOf } from './body.ts'
import type { GrantLot, TopUp } from './commands.ts'
import type { Change, Context, Decision } from './decision.ts'
import { refuse, replay } from './replay.ts'

/** Gives promotional credit: a lot of its own, whatever the plan does later. */
export function grant(state: AccountState, command: GrantLot, context: Context): Decision {
  const at = timeOf(state, context)
  const content = {
    name: command.name,
    origin: command.origin,
    amount: formatNanos(command.amount),
    effective_at: command.effectiveAt === undefined ? null : formatInstant(command.effectiveAt),
    expires_at: command.expiresAt === null ? null : formatInstant(command.expiresAt),
    scope: command.scope,
    position: command.position,
    priority: command.priority,
  }
  const repeated = replay(context, 'grant', command.requestId, content)
  if (repeated) return repeated
  const effectiveAt = command.effectiveAt ?? at
  if (command.amount <= ZERO) return refuse({ code: 'amount_invalid', field: 'amount' })
  if (command.expiresAt !== null && command.expiresAt <= effectiveAt)
    return command.effectiveAt === undefined
      ? tooLate(state, at)
      : refuse({ code: 'amount_invalid', field: 'expires_at' })
  const lot = lotFacts({
    ...emptied(command.lotId, command.name),
    origin: command.origin,
    category: 'promotional',
    face: command.amount,
    effectiveAt,
    expiresAt: command.expiresAt,
    scope: command.scope,
    position: command.position,
    priority: command.priority,
    createdAt: at,
  })
  return posted(state, {
    ...head(state, command, context, content),
    postings: [
      ['customer:promotional', state.currency, formatNanos(command.amount), command.lotId],
      ['house:promotion_expense', state.currency, formatNanos(negate(command.amount))],
    ],
    lot,
    ...(command.reason !== undefined && { reason: command.reason }),
  })
}

/**
 * Refused since its end has come. Whoever is told so may give its place to another, so the account's time is
 * written down with it: a node that decided earlier and was held up cannot grant it any more.
 */
const tooLate = (state: AccountState, at: Instant): Change => ({
  type: 'change',
  state: { ...state, lastAt: at },
  entry: null,
  hold: null,
  caps: [],
  capDefinitions: null,
  result: {
    status: 'refused',
    refused: { code: 'amount_invalid', field: 'expires_at' },
    entry: null,
  },
})

/**
 * Credits a payment as a paid lot. A bundle's face exceeds its price; the difference is promotional
 * expense, the lot stays paid. The request id is the payment's: it is credited once.
 */
export function topUp(state: AccountState, command: TopUp, context: Context): Decision {
  const at = timeOf(state, context)
  const content = {
    name: command.name,
    origin: command.origin,
    face: formatNanos(command.face),
    price: formatNanos(command.price),
    tax: formatNanos(command.tax),
    expires_at: command.expiresAt === null ? null : formatInstant(command.expiresAt),
    scope: command.scope,
    priority: command.priority,
    ...command.facts,
  }
  const repeated = replay(context, 'top_up', command.requestId, content)
  if (repeated) return repeated
  // a payment buys credit or pays what is owed: never both
  if (context.prior.some(({ body }) => body.kind === 'pay_overage' && !body.refused))
    return refuse({ code: 'payment_used' })
  const invalid = invalidAmount(command)
  if (invalid) return refuse({ code: 'amount_invalid', field: invalid })
  if (command.expiresAt !== null && command.expiresAt <= at)
    return refuse({ code: 'amount_invalid', field: 'expires_at' })
  const lot = lotFacts({
    ...emptied(command.lotId, command.name),
    origin: command.origin,
    category: 'paid',
    face: command.face,
    pricePaid: command.price,
    effectiveAt: at,
    expiresAt: command.expiresAt,
    scope: command.scope,
    position: 'after_windows',
    priority: command.priority,
    createdAt: at,
  })
  return posted(state, {
    ...head(state, command, context, content),
    postings: topUpPostings(state.currency, command),
    lot,
    payment: {
      payment_id: command.requestId,
      price: formatNanos(command.price),
      tax: formatNanos(command.tax),
      ...command.facts,
    },
  })
}

function invalidAmount(command: TopUp): string | null {
  if (command.face <= ZERO) return 'face'
  if (command.price < ZERO || command.price > command.face) return 'price'
  return command.tax < ZERO ? 'tax' : null
}

function topUpPostings(currency: string, command: TopUp): PostingTuple[] {
  const paid = add(command.price, command.tax)
  const discount = subtract(command.face, command.price)
  const leg = (account: PostingTuple[0], amount: Nanos): PostingTuple[] =>
    amount === ZERO ? [] : [[account, currency, formatNanos(amount)]]
  return [
    ['customer:prepaid', currency, formatNanos(command.face), command.lotId],
    ...leg('house:tax_payable', command.tax),
    ...leg('house:promotion_expense', negate(discount)),
    ...leg('house:processor_clearing', negate(paid)),
  ]
}

const emptied = (
  id: string,
  name: string,
): Pick<Lot, 'id' | 'name' | 'pricePaid' | 'voidedAt' | 'remaining' | 'held'> => ({
  id,
  name,
  pricePaid: ZERO,
  voidedAt: null,
  remaining: ZERO,
  held: ZERO,
})

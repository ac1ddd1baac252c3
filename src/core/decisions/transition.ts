import {
  feeOf,
  isFree,
  type Plan,
  periodNow,
  planRef,
  type ScheduledChange,
  type Subscription,
} from '../funding/index.ts'
import {
  type AccountState,
  type EntryBody,
  type RefusalFacts,
  realignedEnd,
  subscriptionFacts,
  type TransitionFacts,
} from '../ledger/index.ts'
import { formatNanos, type Nanos, ZERO } from '../money/index.ts'
import { formatInstant, HOUR_MS, type Instant } from '../time/index.ts'
import { head, posted, timeOf, windowFacts } from './body.ts'
import type {
  CancelSubscription,
  ChangeSubscription,
  FeePayment,
  LapseSubscription,
  RenewSubscription,
} from './commands.ts'
import { type Context, type Decision, planAs } from './decision.ts'
import { creditOf, type FeeLine, type Offer, type SettledFee, settleFee } from './fees.ts'
import { digestOf, refuse } from './replay.ts'
import { isReturned } from './return-fee.ts'
import { resizedRuns, windowChanges } from './window-changes.ts'

/** A preview holds this long: it is executed as of the moment at which it was made. */
const PREVIEW_VALID_MS = HOUR_MS

/** A change of a subscription, worked out; previewed and executed alike. */
export interface Transition {
  readonly type: TransitionFacts['type']
  readonly when: TransitionFacts['when']
  readonly effectiveAt: Instant
  readonly pricedAt: Instant
  readonly from: Offer
  /** What the account has afterwards; for `period_end`: from then on. */
  readonly to: Offer
  readonly lines: readonly FeeLine[]
  /** Whose rules say how the fee is paid. */
  readonly billing: 'prepaid' | 'invoiced'
  /** Without the credit, which the fee decides. */
  readonly after: Omit<Subscription, 'credit' | 'lastPaymentId'>
}

type Ordered = ChangeSubscription | CancelSubscription | RenewSubscription | LapseSubscription

/** Whether a preview's moment may still be executed, and the moment itself. */
export function pricedAtOf(
  state: AccountState,
  command: { readonly pricedAt?: Instant },
  context: Context,
): Instant | null {
  const at = timeOf(state, context)
  const pricedAt = command.pricedAt ?? at
  const period = state.subscription && periodNow(state.subscription)
  if (pricedAt > at || at - pricedAt > PREVIEW_VALID_MS) return null
  return period && pricedAt < period.start ? null : pricedAt
}

/** Whether payment of a fee is there, and has not paid another one. */
function paymentProblem(
  state: AccountState,
  fee: SettledFee,
  payment: FeePayment | 'assumed' | null,
  context: Context,
): RefusalFacts | null {
  const { due, billing } = fee.facts
  if (payment === 'assumed') return null
  if (payment === null)
    return due === '0' || billing === 'invoiced' ? null : { code: 'payment_required', needed: due }
  // an invoiced fee is paid with its invoice
  if (billing === 'invoiced') return { code: 'amount_invalid', field: 'payment' }
  if (payment.tax < ZERO || (payment.amount ?? ZERO) < ZERO)
    return { code: 'amount_invalid', field: 'payment' }
  if (payment.paymentId === state.subscription?.lastPaymentId) return { code: 'payment_used' }
  if (isReturned(context, payment.paymentId)) return { code: 'payment_used' }
  if (payment.amount !== undefined && payment.amount < fee.due)
    return { code: 'payment_required', needed: due }
  return null
}

/** Posts a transition, or says why not. Lots stay as they are, whatever it is. */
export function postTransition(
  state: AccountState,
  own: Transition,
  order: {
    readonly command: Ordered
    readonly context: Context
    readonly content: Readonly<Record<string, unknown>>
  },
): Decision {
  const { command, context, content } = order
  const { payment = null, terms, consent } = command as Partial<ChangeSubscription>
  const fee = settleFee(own.lines, {
    currency: state.currency,
    credit: creditOf(state.subscription),
    billing: own.billing,
    payment: payment === 'assumed' ? null : payment,
  })
  const transition = transitionFacts(state, own, fee, timeOf(state, context))
  if (terms !== undefined && terms !== transition.terms) return refuse({ code: 'preview_outdated' })
  const problem = paymentProblem(state, fee, payment, context)
  if (problem) return refuse(problem)
  const given = payment === 'assumed' ? null : payment
  return posted(state, {
    ...head(state, command, context, content, own.effectiveAt),
    postings: fee.postings,
    plan: planRef(own.to.plan),
    windows: runsOf(state, own, timeOf(state, context)),
    transition,
    fee: fee.facts,
    subscription: subscriptionFacts(
      {
        ...own.after,
        credit: fee.creditAfter,
        lastPaymentId: given?.paymentId ?? state.subscription?.lastPaymentId ?? null,
        agreedFee: consent ? agreedFee(own.to) : own.after.agreedFee,
      },
      own.when === 'now' ? planRef(own.to.plan) : state.plan,
    ),
    ...(given && { payment: paymentFacts(given, fee) }),
    ...(consent && { consent }),
    ...cycleEnd(state, own),
    ...reasonOf(command),
  })
}

/** What a consent covers: the fee of a whole period of what was ordered. */
const agreedFee = ({ plan, seats }: Offer): Nanos | null =>
  isFree(plan) ? null : feeOf(plan, seats)
/** A subscription that begins to be counted ends the open cycle. */
function cycleEnd(state: AccountState, own: Transition): Pick<EntryBody, 'cycle_end'> {
  const end = own.when === 'now' ? realignedEnd(state, own.after) : null
  return end === null ? {} : { cycle_end: formatInstant(end) }
}

const reasonOf = (command: Ordered): Pick<EntryBody, 'reason'> =>
  'reason' in command && command.reason !== undefined ? { reason: command.reason } : {}

const paymentFacts = (payment: FeePayment, fee: SettledFee) => ({
  payment_id: payment.paymentId,
  price: formatNanos(payment.amount ?? fee.due),
  tax: formatNanos(payment.tax),
  ...payment.facts,
})

/** The plan as this account will have it: with the seats that it will have. */
const planWith = (after: Transition['after'], plan: Plan): Plan =>
  planAs({ subscription: { ...after, credit: ZERO, lastPaymentId: null } }, plan)

function runsOf(state: AccountState, own: Transition, at: Instant) {
  if (own.when === 'period_end') return []
  return resizedRuns(state, planWith(own.after, own.to.plan), at).map((run) =>
    windowFacts(run, { drawn: ZERO, overshoot: ZERO }),
  )
}

function transitionFacts(
  state: AccountState,
  own: Transition,
  fee: SettledFee,
  at: Instant,
): TransitionFacts {
  const future = { ...own.after, status: 'active', seats: own.to.seats } as const
  const after = own.when === 'now' ? own.after : future
  const ends = own.after.next?.type === 'cancel'
  const next = ends ? null : periodNow({ ...own.after, credit: ZERO, lastPaymentId: null })
  const facts = {
    type: own.type,
    when: own.when,
    effective_at: formatInstant(own.effectiveAt),
    priced_at: formatInstant(own.pricedAt),
    from_plan: planRef(own.from.plan),
    to_plan: planRef(own.to.plan),
    from_seats: own.from.seats,
    to_seats: own.to.seats,
    next_renewal: next && formatInstant(next.end),
  }
  const { credit_added: _, tax: _tax, ...agreed } = fee.facts
  return {
    ...facts,
    windows: windowChanges(
      state,
      { before: planAs(state, own.from.plan), after: planWith(after, own.to.plan) },
      at,
    ),
    lots_kept: state.lots
      .filter((lot) => lot.remaining > ZERO)
      .map((lot) => ({ id: lot.id, remaining: formatNanos(lot.remaining) })),
    terms: digestOf({ ...facts, ...agreed, credit: formatNanos(creditOf(state.subscription)) }),
  }
}

/** The scheduled change of an account that goes on as it is until its period ends. */
export const scheduled = (
  type: ScheduledChange['type'],
  plan: Plan,
  seats: number,
): ScheduledChange => ({ type, plan: planRef(plan), seats })
